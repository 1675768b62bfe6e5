/** Weather, water and fire. */
import { add, addAt, multiply, toSamples, type Random } from './dspCore.ts';
import { curve, flat, strike, swell, times, wander, wobble } from './dspCurves.ts';
import { bandpass, highpass, lowpass, movingFilter } from './dspFilters.ts';
import { brown, modes, pink, white } from './dspSources.ts';
import { whistle } from './dspVoice.ts';
import { repeat, sequence, strew, type Performance, type Synth } from './synth.ts';

/** A click of filtered noise: a spark, a drop on stone, a kernel. */
export function snap(random: Random, hz: number, seconds: number, q = 1): Float32Array {
  const n = toSamples(seconds);
  return bandpass(multiply(white(n, random), strike(n, 0.0004, seconds)), hz, q);
}

/** A bubble of air in water: a short tone that rises as the bubble nears the surface (Minnaert; van den Doel 2005). */
function bubble(random: Random, hz: number, rise = 1.5): Float32Array {
  const seconds = Math.min(0.16, (random.range(25, 45) * 1.2) / hz);
  const n = toSamples(seconds);
  return whistle(curve(n, [0, hz, 1, hz * rise], 'geometric'), strike(n, 0.002, seconds));
}

function rain(p: Performance): Float32Array {
  const { n, random } = p;
  const bed = highpass(multiply(pink(n, random), wander(n, random, 4, 0.12)), 700);
  multiply(bed, 0.35 * p.rate ** 1.5);
  const drops = strew(p, 130 * p.rate, () =>
    multiply(snap(random, random.range(1800, 6500), random.range(0.004, 0.012), 2), 2 * random.next() ** 3),
  );
  return add(bed, drops);
}

function thunder(p: Performance): Float32Array {
  const { n, random } = p;
  const claps = Array.from({ length: 2 + random.integer(4) }, (_, i) =>
    i === 0 ? 0.02 : random.range(0.05, 0.6),
  );
  const level = new Float32Array(n);
  for (const at of claps) {
    addAt(level, strike(n, 0.015 / p.rate, random.range(1, 2.6) / p.rate), at * n, random.range(0.4, 1));
  }
  const rumble = multiply(brown(n, random), wander(n, random, 12 * p.rate, 0.6));
  lowpass(multiply(rumble, level), 220 * p.pitch);
  const crack = multiply(
    lowpass(multiply(pink(n, random), times(level, level)), 1600 * p.pitch),
    times(level, level),
  );
  return add(multiply(rumble, 3), crack, 0.9);
}

function wind(p: Performance): Float32Array {
  const { n, random } = p;
  const gusts = wander(n, random, 1.3 * p.rate, 0.55);
  const howl = movingFilter(white(n, random), multiply(Float32Array.from(gusts), 480 * p.pitch), 5, 'band');
  const air = lowpass(pink(n, random), 900 * p.pitch);
  return multiply(add(howl, air, 0.5), gusts);
}

function seaWaves(p: Performance): Float32Array {
  const { n, random } = p;
  const out = lowpass(pink(n, random), 900);
  multiply(out, 0.2);
  const surf = repeat(p, 0.55, 0.3, () => {
    const m = toSamples(random.range(1.6, 2.4) / p.rate);
    const crest = random.range(0.3, 0.5);
    const wave = multiply(pink(m, random), curve(m, [0, 0, crest, 1, crest + 0.2, 0.6, 1, 0]));
    return movingFilter(wave, curve(m, [0, 600, crest, 4200, 1, 1500], 'geometric'), 0.6, 'low');
  });
  // the first wave starts before the clip does
  return add(out, multiply(surf, 1));
}

function waterDrops(p: Performance): Float32Array {
  const { random } = p;
  const f0 = random.around(1050, 0.25) * p.pitch;
  return repeat(p, 3, 0.25, () => {
    const drop = new Float32Array(toSamples(0.2));
    addAt(drop, snap(random, 3500, 0.008), 0, 0.5);
    addAt(
      drop,
      bubble(random, random.around(f0, 0.2), random.range(1.3, 2)),
      toSamples(random.range(0.01, 0.03)),
    );
    return multiply(drop, random.range(0.5, 1));
  });
}

function pouring(p: Performance): Float32Array {
  const { n, random } = p;
  const fill = curve(n, [0, 520 * p.pitch, 1, random.range(900, 1500) * p.pitch], 'geometric');
  const stream = movingFilter(multiply(white(n, random), wander(n, random, 22, 0.5)), fill, 5, 'band');
  const gurgle = strew(p, 55, () =>
    multiply(bubble(random, random.around(850 * p.pitch, 0.7)), random.next() ** 2),
  );
  add(gurgle, stream, 0.9);
  return add(gurgle, highpass(white(n, random), 3500), 0.03);
}

function bubbles(p: Performance): Float32Array {
  const { random } = p;
  return strew(p, 16, () =>
    multiply(
      bubble(random, random.around(480 * p.pitch, 0.8), random.range(1.4, 2.2)),
      0.15 + random.next() ** 2,
    ),
  );
}

function shower(p: Performance): Float32Array {
  const { n, random } = p;
  const jets = bandpass(white(n, random), 3600, 0.5);
  multiply(jets, times(wander(n, random, 45, 0.25), flat(n, 0.5 * p.rate ** 0.7)));
  const splash = strew(p, 60, () => multiply(bubble(random, random.around(700, 0.6)), 0.25 * random.next()));
  const tub = bandpass(pink(n, random), 320, 2.5);
  return add(add(jets, splash), tub, 0.35);
}

function toiletFlush(p: Performance): Float32Array {
  const { n, random } = p;
  const level = curve(n, [0, 0, 0.05, 0.8, 0.3, 1, 0.7, 0.6, 1, 0.15]);
  const rush = movingFilter(
    multiply(pink(n, random), times(level, wander(n, random, 18, 0.3))),
    times(curve(n, [0, 900, 0.3, 2400, 1, 500], 'geometric'), flat(n, p.pitch)),
    0.7,
    'low',
  );
  const gurgle = strew(p, 26, () =>
    multiply(bubble(random, random.around(260 * p.pitch, 0.6)), random.next()),
  );
  multiply(gurgle, curve(n, [0, 0, 0.3, 0.2, 0.7, 1, 1, 0.7]));
  addAt(
    rush,
    modes(toSamples(0.1), [
      [1100, 0.8, 0.05],
      [2600, 0.5, 0.03],
    ]),
    toSamples(0.02),
  );
  return add(rush, gurgle, 0.4);
}

function fireCrackling(p: Performance): Float32Array {
  const { n, random } = p;
  const bed = multiply(lowpass(brown(n, random), 500), wander(n, random, 7, 0.5));
  const crackles = strew(p, 14, () =>
    multiply(
      snap(random, random.around(2600, 0.9), random.range(0.004, 0.03), 1.2),
      3 * random.next() ** 3 + 0.1,
    ),
  );
  const sizzle = highpass(multiply(white(n, random), wander(n, random, 12, 0.8)), 3500);
  return add(add(crackles, bed, 0.35), sizzle, 0.02);
}

function fireworks(p: Performance): Float32Array {
  const { random } = p;
  return sequence(p, () => {
    const n = toSamples(2.2);
    const out = new Float32Array(n);
    const riseS = random.range(0.3, 0.6) / p.rate;
    const m = toSamples(riseS);
    const from = random.around(1000, 0.3) * p.pitch;
    addAt(out, whistle(curve(m, [0, from, 1, from * 2.6], 'geometric'), swell(m, 0.1, 0.05), [0.2]), 0, 0.2);
    const boom = multiply(lowpass(pink(n, random), 600 * p.pitch), strike(n, 0.003, 0.8));
    addAt(out, boom, m, 3);
    for (let k = 0; k < 45; k++) {
      const at = riseS + 0.15 + random.gap() * 0.35;
      addAt(out, snap(random, random.range(2500, 6000), 0.02), toSamples(at), 0.9 * random.next());
    }
    return {
      sound: out.subarray(0, Math.min(n, toSamples(riseS + 0.9))),
      pauseS: random.range(0, 0.25) / p.rate,
    };
  });
}

function firecracker(p: Performance): Float32Array {
  const { n, random } = p;
  const fuse = multiply(highpass(white(n, random), 4000), 0.02);
  const bangs = strew(p, 9, () => {
    const m = toSamples(0.12);
    const bang = multiply(white(m, random), strike(m, 0.0005, random.range(0.05, 0.11)));
    lowpass(bang, random.range(2500, 6000));
    add(bang, modes(m, [[random.range(150, 260) * p.pitch, 0.8, 0.08]]));
    return multiply(bang, random.range(0.25, 1));
  });
  return add(bangs, times(fuse, wobble(n, 9, 0.4)));
}

export const NATURE_SYNTHS: Readonly<Record<string, Synth>> = {
  rain,
  thunder,
  wind,
  'sea-waves': seaWaves,
  'water-drops': waterDrops,
  'pouring-water': pouring,
  bubbles,
  shower,
  'toilet-flush': toiletFlush,
  'fire-crackling': fireCrackling,
  fireworks,
  firecrackers: firecracker,
};
