/** Four legs, snakes, frogs and whales. */
import { add, addAt, multiply, saturate, toSamples } from './dspCore.ts';
import { curve, strike, swell, times, wander, wobble } from './dspCurves.ts';
import { bandpass, highpass, lowpass, movingFilter } from './dspFilters.ts';
import { modes, pink, white } from './dspSources.ts';
import { throat, vowel, whistle } from './dspVoice.ts';
import { repeat, sequence, type Performance, type Synth } from './synth.ts';

function dogBark(p: Performance): Float32Array {
  const { random } = p;
  const f0 = random.around(380, 0.3) * p.pitch;
  const size = random.range(0.75, 1.15) * p.pitch ** 0.5;
  let group = 1 + random.integer(3);
  return sequence(p, () => {
    const n = toSamples(random.range(0.11, 0.2));
    const bark = throat({
      f0: curve(n, [0, f0 * 0.8, 0.3, random.around(f0 * 1.5, 0.15), 1, f0 * 0.6], 'geometric'),
      formants: [
        [700 * size, 220, 1],
        [1500 * size, 300, 0.8],
        [2900 * size, 500, 0.4],
      ],
      envelope: curve(n, [0, 0, 0.12, 1, 0.45, 0.7, 1, 0]),
      breath: 0.3,
      roughness: 0.15,
      tiltHz: 3500,
      random,
    });
    group--;
    const pause = group > 0 ? random.range(0.08, 0.18) : random.range(0.35, 0.7);
    if (group <= 0) group = 1 + random.integer(3);
    return { sound: multiply(bark, random.range(0.7, 1)), pauseS: pause / p.rate };
  });
}

function catMeow(p: Performance): Float32Array {
  const { random } = p;
  return sequence(p, () => {
    const n = toSamples(random.range(0.5, 0.95) / p.rate);
    const f0 = random.around(520, 0.15) * p.pitch;
    const meow = throat({
      f0: curve(n, [0, f0 * 0.8, 0.3, f0 * 1.25, 0.7, f0 * 1.1, 1, f0 * 0.7], 'geometric'),
      formants: [
        [curve(n, [0, 500, 0.4, 1150, 1, 600], 'geometric'), 160, 1],
        [curve(n, [0, 2500, 0.4, 1900, 1, 1100], 'geometric'), 250, 0.8],
        [3600, 500, 0.4],
      ],
      envelope: curve(n, [0, 0, 0.15, 0.8, 0.5, 1, 0.8, 0.5, 1, 0]),
      breath: 0.06,
      tiltHz: 3500,
      random,
    });
    return { sound: meow, pauseS: random.range(0.2, 0.6) / p.rate };
  });
}

function cowMoo(p: Performance): Float32Array {
  const { random } = p;
  return sequence(p, () => {
    const n = toSamples(random.range(1.1, 1.9) / p.rate);
    const f0 = random.around(135, 0.15) * p.pitch;
    const moo = throat({
      f0: curve(n, [0, f0 * 0.8, 0.25, f0, 0.7, f0 * 1.12, 1, f0 * 0.75], 'geometric'),
      formants: [
        [curve(n, [0, 220, 0.4, 480, 1, 330], 'geometric'), 110, 1],
        [curve(n, [0, 600, 0.4, 980, 1, 700], 'geometric'), 180, 0.5],
        [2100, 400, 0.12],
      ],
      envelope: curve(n, [0, 0, 0.15, 0.7, 0.6, 1, 1, 0]),
      breath: 0.08,
      roughness: 0.03,
      tiltHz: 1400,
      random,
    });
    return { sound: moo, pauseS: random.range(0.3, 0.7) / p.rate };
  });
}

function sheepBleat(p: Performance): Float32Array {
  const { random } = p;
  const tremor = random.range(7, 10) * p.rate ** 0.6;
  return sequence(p, () => {
    const n = toSamples(random.range(0.55, 1) / p.rate ** 0.5);
    const f0 = random.around(290, 0.2) * p.pitch;
    const bleat = throat({
      f0: times(curve(n, [0, f0, 0.2, f0 * 1.1, 1, f0 * 0.85]), wobble(n, tremor, 0.07)),
      formants: vowel('e', 1.15 * p.pitch ** 0.3),
      envelope: times(curve(n, [0, 0, 0.08, 1, 0.8, 0.7, 1, 0]), wobble(n, tremor, 0.55, 1)),
      breath: 0.15,
      roughness: 0.05,
      tiltHz: 3000,
      random,
    });
    return { sound: bleat, pauseS: random.range(0.15, 0.5) / p.rate };
  });
}

function pigGrunt(p: Performance): Float32Array {
  const { random } = p;
  return sequence(p, () => {
    const n = toSamples(random.range(0.14, 0.34));
    const f0 = random.around(75, 0.3) * p.pitch;
    const grunt = throat({
      f0: curve(n, [0, f0 * 1.3, 1, f0 * 0.8], 'geometric'),
      formants: [
        [380 * p.pitch, 150, 1],
        [1100 * p.pitch, 300, 0.7],
        [2400, 700, 0.35],
      ],
      envelope: curve(n, [0, 0, 0.2, 1, 0.6, 0.8, 1, 0]),
      breath: random.range(0.3, 0.6),
      roughness: 0.3,
      tiltHz: 2200,
      random,
    });
    return { sound: multiply(grunt, random.range(0.5, 1)), pauseS: random.range(0.06, 0.35) / p.rate };
  });
}

function horseHooves(p: Performance): Float32Array {
  const { random } = p;
  const tone = random.around(620, 0.3) * p.pitch;
  const gallop = random.next() < 0.5 ? [0, 0.3, 0.6, 0.6] : [0, 0.25, 0.5, 0.75];
  return repeat(p, 1.9, 0.04, () => {
    const bar = new Float32Array(toSamples(1.1 / p.rate));
    for (const [foot, place] of gallop.entries()) {
      const hz = tone * (foot % 2 === 0 ? 1 : 1.3) * random.around(1, 0.06);
      const hoof = modes(toSamples(0.09), [
        [hz, 1, 0.06],
        [hz * 2.3, 0.5, 0.035],
        [hz * 0.4, 0.6, 0.08],
      ]);
      const grit = lowpass(multiply(white(toSamples(0.02), random), 0.5), 4500);
      const at = toSamples(((place + 0.02 * random.bipolar()) / (1.9 * p.rate)) * 1);
      addAt(bar, hoof, at, random.range(0.6, 1));
      addAt(bar, multiply(grit, strike(grit.length, 0.001, 0.02)), at, 0.6);
    }
    return bar;
  });
}

function lionRoar(p: Performance): Float32Array {
  const { random } = p;
  return sequence(p, () => {
    const n = toSamples(random.range(0.9, 1.7) / p.rate);
    const f0 = random.around(95, 0.2) * p.pitch;
    const roar = throat({
      f0: curve(n, [0, f0 * 0.8, 0.3, f0 * 1.5, 1, f0 * 0.6], 'geometric'),
      formants: [
        [curve(n, [0, 350, 0.35, 800, 1, 380], 'geometric'), 260, 1],
        [curve(n, [0, 900, 0.35, 1500, 1, 900], 'geometric'), 500, 0.6],
        [2700, 900, 0.25],
      ],
      envelope: curve(n, [0, 0, 0.25, 1, 0.6, 0.7, 1, 0]),
      breath: 0.35,
      roughness: 0.28,
      tiltHz: 1800,
      random,
    });
    return { sound: saturate(multiply(roar, 2), 1.5), pauseS: random.range(0.15, 0.5) / p.rate };
  });
}

function wolfHowl(p: Performance): Float32Array {
  const { random } = p;
  return sequence(p, () => {
    const n = toSamples(random.range(1.3, 2.2) / p.rate);
    const f0 = random.around(430, 0.2) * p.pitch;
    const hz = curve(
      n,
      [0, f0 * 0.6, 0.2, f0, 0.65, f0 * random.range(0.9, 1.05), 1, f0 * 0.55],
      'geometric',
    );
    const howl = whistle(times(hz, wobble(n, 5, 0.012)), swell(n, 0.2, 0.4), [0.45, 0.3, 0.1, 0.05]);
    const breath = bandpass(multiply(white(n, random), swell(n, 0.3, 0.4)), f0 * 2, 1.5);
    return { sound: add(howl, breath, 0.05), pauseS: random.range(0.1, 0.4) };
  });
}

function frogCroak(p: Performance): Float32Array {
  const { random } = p;
  const pulses = random.range(32, 55);
  return sequence(p, () => {
    const n = toSamples(random.range(0.22, 0.45));
    const tone = random.around(750, 0.25) * p.pitch;
    const croak = throat({
      f0: curve(n, [0, pulses, 0.5, pulses * 1.3, 1, pulses * 0.9]),
      formants: [
        [curve(n, [0, tone * 0.7, 0.5, tone, 1, tone * 0.9]), 90, 1],
        [tone * 2.4, 250, 0.6],
      ],
      envelope: curve(n, [0, 0, 0.15, 0.6, 0.6, 1, 1, 0]),
      breath: 0.03,
      tiltHz: 5000,
      random,
    });
    return { sound: croak, pauseS: random.range(0.1, 0.5) / p.rate };
  });
}

function elephantTrumpet(p: Performance): Float32Array {
  const { random } = p;
  return sequence(p, () => {
    const n = toSamples(random.range(0.6, 1.3) / p.rate);
    const f0 = random.around(370, 0.2) * p.pitch;
    const call = throat({
      f0: curve(n, [0, f0 * 0.7, 0.15, f0 * 1.25, 0.6, f0 * 1.4, 1, f0 * 0.8], 'geometric'),
      formants: [
        [750, 350, 0.8],
        [1700, 600, 1],
        [3100, 800, 0.6],
      ],
      envelope: curve(n, [0, 0, 0.08, 1, 0.7, 0.9, 1, 0]),
      breath: 0.15,
      roughness: 0.12,
      tiltHz: 5000,
      random,
    });
    return { sound: saturate(multiply(call, 2.5), 2), pauseS: random.range(0.2, 0.5) / p.rate };
  });
}

function snakeHiss(p: Performance): Float32Array {
  const { random } = p;
  const centre = 4200 * p.pitch ** 0.6;
  return sequence(p, () => {
    const n = toSamples(random.range(0.6, 1.5) / p.rate);
    const hiss = multiply(white(n, random), curve(n, [0, 0, 0.25, 0.8, 0.75, 1, 1, 0]));
    movingFilter(hiss, curve(n, [0, centre * 0.8, 0.5, centre * 1.2, 1, centre]), 1.1, 'band');
    return {
      sound: highpass(multiply(hiss, wander(n, random, 30, 0.3)), 2000),
      pauseS: random.range(0.15, 0.5),
    };
  });
}

function whaleSong(p: Performance): Float32Array {
  const { random } = p;
  const out = sequence(p, () => {
    const n = toSamples(random.range(0.7, 1.6) / p.rate);
    const f0 = random.around(230, 0.5) * p.pitch;
    const hz = curve(
      n,
      [0, f0, 0.3, random.around(f0, 0.8), 0.7, random.around(f0 * 1.4, 0.7), 1, f0 * 0.7],
      'geometric',
    );
    const song = whistle(times(hz, wobble(n, 6 * p.rate, 0.02)), swell(n, 0.25, 0.3), [0.5, 0.15, 0.25]);
    return { sound: song, pauseS: random.range(0.05, 0.3) };
  });
  return add(out, lowpass(pink(p.n, random), 400), 0.12);
}

export const ANIMAL_SYNTHS: Readonly<Record<string, Synth>> = {
  'dog-bark': dogBark,
  'cat-meow': catMeow,
  'cow-moo': cowMoo,
  'sheep-bleat': sheepBleat,
  'pig-grunt': pigGrunt,
  'horse-hooves': horseHooves,
  'lion-roar': lionRoar,
  'wolf-howl': wolfHowl,
  'frog-croak': frogCroak,
  'elephant-trumpet': elephantTrumpet,
  'snake-hiss': snakeHiss,
  'whale-song': whaleSong,
};
