/** Hand tools and things about the house. */
import { add, addAt, multiply, toSamples, type Random } from './dspCore.ts';
import { curve, flat, strike, swell, times, wander, wobble } from './dspCurves.ts';
import { bandpass, highpass, lowpass, movingFilter } from './dspFilters.ts';
import { harmonics, modes, pink, saw, white, type Mode } from './dspSources.ts';
import { whistle } from './dspVoice.ts';
import { repeat, sequence, strew, type Performance, type Synth } from './synth.ts';
import { snap } from './synthNature.ts';

/** A stroke on a body: modes at ratios of `hz`, falling in gain and length, under a click. */
function knock(
  random: Random,
  hz: number,
  ratios: readonly number[],
  t60S: number,
  click: number,
): Float32Array {
  const list = ratios.map((ratio, i): Mode => [
    hz * ratio,
    random.range(0.6, 1) / (1 + 0.5 * i),
    t60S / (1 + 0.4 * i),
  ]);
  const out = modes(toSamples(t60S * 1.1), list);
  addAt(out, snap(random, 4000, 0.012, 0.7), 0, click);
  return out;
}

function hammer(p: Performance): Float32Array {
  const { random } = p;
  const nail = random.around(1900, 0.25) * p.pitch;
  return repeat(p, 2.2, 0.08, () => {
    const blow = knock(random, nail, [1, 1.72, 2.6], random.range(0.08, 0.16), 1.2);
    addAt(blow, knock(random, 210 * p.pitch, [1, 1.9], 0.09, 0), 0, 1.4);
    return multiply(blow, random.range(0.7, 1));
  });
}

function scissors(p: Performance): Float32Array {
  const { random } = p;
  return repeat(p, 2.6, 0.1, () => {
    const m = toSamples(random.range(0.13, 0.2) / p.rate ** 0.5);
    const slide = movingFilter(
      multiply(
        white(m, random),
        times(curve(m, [0, 0, 0.3, 0.7, 0.85, 1, 1, 0]), wander(m, random, 200, 0.6)),
      ),
      curve(m, [0, 3000, 1, 5800]),
      2,
      'band',
    );
    const snip = new Float32Array(m + toSamples(0.06));
    addAt(snip, slide, 0, 0.7);
    addAt(
      snip,
      modes(toSamples(0.05), [
        [4300 * p.pitch, 0.5, 0.05],
        [6100 * p.pitch, 0.3, 0.04],
      ]),
      m,
    );
    addAt(snip, snap(random, 5000, 0.008), m, 1.2);
    return snip;
  });
}

function ratchet(p: Performance): Float32Array {
  const { random } = p;
  const hz = random.around(2700, 0.25) * p.pitch;
  return sequence(p, () => {
    const clicks = 6 + random.integer(7);
    const gapS = random.range(0.028, 0.045) / p.rate;
    const turn = new Float32Array(toSamples(clicks * gapS + 0.06));
    for (let k = 0; k < clicks; k++) {
      const click = knock(random, hz * random.around(1, 0.04), [1, 1.6], 0.025, 1);
      addAt(turn, click, toSamples(k * gapS * (1 + 0.05 * random.bipolar())), random.range(0.6, 1));
    }
    return { sound: turn, pauseS: random.range(0.1, 0.3) / p.rate };
  });
}

function clockTick(p: Performance): Float32Array {
  const { random } = p;
  const hz = random.around(2400, 0.35) * p.pitch;
  const other = random.range(0.72, 0.95);
  const lengthS = random.range(0.015, 0.05);
  return repeat(p, random.pick([2, 3.2]), 0.004, (index) =>
    multiply(
      knock(random, index % 2 === 0 ? hz : hz * other, [1, 1.58, 2.4], lengthS, 0.8),
      index % 2 === 0 ? 1 : 0.75,
    ),
  );
}

function doorCreak(p: Performance): Float32Array {
  const { random } = p;
  return sequence(p, () => {
    const n = toSamples(random.range(0.7, 1.6) / p.rate);
    const slips = random.around(75, 0.4) * p.pitch;
    const hz = times(
      curve(n, [0, slips * 0.6, 0.4, slips * random.range(1.3, 2.2), 1, slips * 0.5], 'geometric'),
      wander(n, random, 14, 0.25),
    );
    const slip = saw(hz);
    const out = bandpass(Float32Array.from(slip), random.around(900, 0.3) * p.pitch, 5);
    add(out, bandpass(Float32Array.from(slip), random.around(1900, 0.3) * p.pitch, 6), 0.8);
    add(out, bandpass(slip, 3300, 4), 0.3);
    return {
      sound: multiply(out, times(swell(n, 0.15, 0.2), wander(n, random, 9, 0.6))),
      pauseS: random.range(0.1, 0.4),
    };
  });
}

function typing(p: Performance): Float32Array {
  const { random } = p;
  const hz = random.around(1500, 0.3) * p.pitch;
  return strew(p, 7.5, () => {
    const key = new Float32Array(toSamples(0.13));
    addAt(key, knock(random, random.around(hz, 0.2), [1, 2.1, 3.3], 0.025, 1), 0, random.range(0.6, 1));
    addAt(
      key,
      knock(random, random.around(hz * 1.3, 0.2), [1, 2.3], 0.018, 0.6),
      toSamples(random.range(0.05, 0.09)),
      0.4,
    );
    addAt(key, modes(toSamples(0.06), [[180, 0.4, 0.05]]), 0);
    return key;
  });
}

function camera(p: Performance): Float32Array {
  const { random } = p;
  return repeat(p, 1.3, 0.2, () => {
    const shot = new Float32Array(toSamples(0.45));
    const hz = random.around(2100, 0.15) * p.pitch;
    const openS = random.range(0.05, 0.1) / p.rate;
    addAt(shot, knock(random, hz, [1, 1.4, 2.2], 0.03, 1.5), 0);
    addAt(shot, knock(random, hz * 0.8, [1, 1.7], 0.04, 1.2), toSamples(openS));
    const m = toSamples(random.range(0.12, 0.22));
    const wind = bandpass(
      multiply(saw(curve(m, [0, 180, 0.2, 320, 1, 300])), swell(m, 0.02, 0.03)),
      1800 * p.pitch,
      1.5,
    );
    addAt(shot, wind, toSamples(openS + 0.03), 0.35);
    return shot;
  });
}

function glassClink(p: Performance): Float32Array {
  const { random } = p;
  const base = random.around(1900, 0.25) * p.pitch;
  return repeat(p, 1.5, 0.35, () => {
    const out = new Float32Array(toSamples(1.2));
    for (const detune of [1, random.range(1.04, 1.15)]) {
      addAt(
        out,
        knock(random, base * detune, [1, 1.93, 2.71, 3.4], random.range(0.5, 1.1), 0.4),
        0,
        random.range(0.5, 1),
      );
    }
    return out;
  });
}

function broom(p: Performance): Float32Array {
  const { random } = p;
  return repeat(p, 1.5, 0.12, (index) => {
    const m = toSamples(random.range(0.4, 0.55) / p.rate);
    const stroke = multiply(white(m, random), curve(m, [0, 0, 0.3, 1, 0.7, 0.6, 1, 0]));
    const centre = index % 2 === 0 ? 2300 : 1800;
    movingFilter(stroke, curve(m, [0, centre * 0.7, 0.5, centre * 1.3, 1, centre * 0.8]), 0.9, 'band');
    return multiply(stroke, wander(m, random, 120, 0.4));
  });
}

function frying(p: Performance): Float32Array {
  const { n, random } = p;
  const hiss = multiply(highpass(white(n, random), 2800), wander(n, random, 20, 0.35));
  const pops = strew(p, 55, () =>
    multiply(
      snap(random, random.range(2500, 6500), random.range(0.003, 0.015), 1.5),
      1.6 * random.next() ** 4,
    ),
  );
  const bubbling = multiply(bandpass(pink(n, random), 900, 1), wander(n, random, 28, 0.8));
  return add(add(pops, hiss, 0.22), bubbling, 0.2);
}

function kettle(p: Performance): Float32Array {
  const { n, random } = p;
  const f0 = random.around(2000, 0.15) * p.pitch;
  const riseS = random.range(0.2, 0.6) / p.rate;
  const bend = curve(n, [0, f0 * 0.75, Math.min(0.9, riseS / 2), f0, 1, f0 * 1.04], 'geometric');
  const tone = harmonics(times(bend, wander(n, random, 25, 0.006)), [1, 0.15, 0.2]);
  multiply(tone, times(curve(n, [0, 0.2, Math.min(0.9, riseS / 2), 1, 1, 0.95]), wander(n, random, 18, 0.2)));
  return add(tone, bandpass(white(n, random), 3000, 0.6), 0.25);
}

function popcorn(p: Performance): Float32Array {
  const { n, random } = p;
  const pops = strew(p, 9, () => {
    const pop = knock(random, random.around(480, 0.35) * p.pitch, [1, 1.8], 0.035, 0.8);
    addAt(pop, snap(random, random.range(1200, 2800), 0.02), 0, 1.2);
    return multiply(pop, random.range(0.3, 1));
  });
  return add(pops, multiply(highpass(pink(n, random), 1500), wobble(n, 11, 0.3)), 0.03);
}

function snore(p: Performance): Float32Array {
  const { random } = p;
  return sequence(p, (index) => {
    const n = toSamples(random.range(0.7, 1.1) / p.rate);
    const air = multiply(bandpass(pink(n, random), index % 2 === 0 ? 700 : 1500, 0.9), swell(n, 0.25, 0.3));
    if (index % 2 === 0) {
      const flutter = saw(multiply(wander(n, random, 12, 0.15), random.around(42, 0.2) * p.pitch));
      const rattle = bandpass(Float32Array.from(flutter), 320 * p.pitch, 1.2);
      add(rattle, bandpass(flutter, 1050 * p.pitch, 2), 0.6);
      add(air, multiply(rattle, swell(n, 0.3, 0.15)), 1.2);
    } else multiply(air, 0.35);
    return { sound: air, pauseS: random.range(0.05, 0.2) / p.rate };
  });
}

function heartbeat(p: Performance): Float32Array {
  const { n, random } = p;
  const hz = random.around(62, 0.2) * p.pitch;
  const out = repeat(p, 1.2, 0.03, () => {
    const beat = new Float32Array(toSamples(0.6));
    const thump = (f: number): Float32Array => {
      const m = toSamples(0.2);
      return multiply(
        whistle(curve(m, [0, f * 1.5, 0.3, f, 1, f * 0.8]), strike(m, 0.012, 0.18), [0.4, 0.2]),
        1,
      );
    };
    addAt(beat, thump(hz), 0);
    addAt(beat, thump(hz * 1.25), toSamples(0.27 / p.rate ** 0.6), 0.7);
    return beat;
  });
  return add(out, lowpass(pink(n, random), 250), 0.02);
}

function footsteps(p: Performance): Float32Array {
  const { random } = p;
  const heel = random.around(300, 0.35) * p.pitch;
  const gravel = random.next() < 0.4 ? random.range(0.4, 0.9) : 0.05;
  return repeat(p, 1.9, 0.05, () => {
    const step = new Float32Array(toSamples(0.25));
    addAt(step, knock(random, random.around(heel, 0.08), [1, 2.2, 3.7], 0.05, 0.7), 0);
    addAt(step, knock(random, heel * 0.45, [1], 0.08, 0), 0, 0.9);
    const m = toSamples(0.13);
    const sole = multiply(
      bandpass(white(m, random), 2600, 0.8),
      times(swell(m, 0.03, 0.06), wander(m, random, 150, 0.9)),
    );
    addAt(step, sole, toSamples(0.05), gravel);
    return multiply(step, random.range(0.75, 1));
  });
}

function clapping(p: Performance): Float32Array {
  const { random } = p;
  const hands = 1 + random.integer(3);
  const out = new Float32Array(p.n);
  for (let k = 0; k < hands; k++) {
    const hz = random.around(1250, 0.35) * p.pitch;
    const claps = repeat({ ...p, rate: p.rate * random.around(1, 0.08) }, 3.4, 0.06, () => {
      const clap = snap(random, random.around(hz, 0.12), random.range(0.03, 0.055), 1.6);
      addAt(clap, snap(random, 2800, 0.012), 0, 0.7);
      return multiply(clap, random.range(0.7, 1));
    });
    add(out, claps, k === 0 ? 1 : 0.6);
  }
  return out;
}

function maracas(p: Performance): Float32Array {
  const { random } = p;
  const hz = random.around(4600, 0.2) * p.pitch ** 0.7;
  return repeat(p, 5, 0.03, (index) => {
    const m = toSamples(0.09);
    const shake = multiply(white(m, random), curve(m, [0, 0, 0.35, 1, 0.5, 0.35, 1, 0]));
    return multiply(bandpass(shake, hz, 1.3), index % 2 === 0 ? 1 : 0.6);
  });
}

function keyJingle(p: Performance): Float32Array {
  const { random } = p;
  const base = random.around(3800, 0.2) * p.pitch;
  const shakes = times(wobble(p.n, 2.6 * p.rate, 0.8), flat(p.n, 0.6));
  const jingle = strew(p, 28, () =>
    multiply(
      knock(random, random.around(base, 0.45), [1, 1.43, 1.77], random.range(0.06, 0.2), 0.3),
      random.next(),
    ),
  );
  return multiply(jingle, shakes);
}

export const HOUSEHOLD_SYNTHS: Readonly<Record<string, Synth>> = {
  hammering: hammer,
  scissors,
  'ratchet-wrench': ratchet,
  'clock-tick': clockTick,
  'door-creak': doorCreak,
  'keyboard-typing': typing,
  'camera-shutter': camera,
  'glass-clink': glassClink,
  'broom-sweep': broom,
  frying,
  'kettle-whistle': kettle,
  popcorn,
  'key-jingle': keyJingle,
  snoring: snore,
  heartbeat,
  footsteps,
  clapping,
  maracas,
};
