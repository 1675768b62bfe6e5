/** Voices of people. */
import { add, addAt, multiply, toSamples } from './dspCore.ts';
import { curve, swell, times, wander } from './dspCurves.ts';
import { bandpass, highpass } from './dspFilters.ts';
import { white } from './dspSources.ts';
import { throat, vowel } from './dspVoice.ts';
import { sequence, type Performance, type Synth } from './synth.ts';

function babyCry(p: Performance): Float32Array {
  const { random } = p;
  const f0 = random.around(430, 0.2) * p.pitch;
  return sequence(p, () => {
    const n = toSamples(random.range(0.55, 1.1) / p.rate);
    const top = f0 * random.range(1.05, 1.3);
    const hz = curve(n, [0, f0 * 0.8, 0.2, top, 0.7, top * 0.95, 1, f0 * 0.7], 'geometric');
    const cry = throat({
      f0: times(hz, wander(n, random, 12, 0.025)),
      formants: [
        [1050, 300, 1],
        [2000, 400, 0.8],
        [3500, 600, 0.6],
      ],
      envelope: times(curve(n, [0, 0, 0.12, 0.9, 0.6, 1, 0.9, 0.5, 1, 0]), wander(n, random, 9, 0.15)),
      breath: 0.1,
      roughness: random.range(0.01, 0.08),
      tiltHz: 5000,
      random,
    });
    const m = toSamples(0.2);
    const gasp = multiply(bandpass(white(m, random), 1900, 1), multiply(swell(m, 0.1, 0.05), 0.12));
    const sound = new Float32Array(n + toSamples(0.06) + m);
    addAt(sound, cry, 0);
    addAt(sound, gasp, n + toSamples(0.06));
    return { sound, pauseS: random.range(0.02, 0.15) / p.rate };
  });
}

function sneeze(p: Performance): Float32Array {
  const { random } = p;
  const f0 = random.around(190, 0.35) * p.pitch;
  const size = random.range(0.9, 1.2) * p.pitch ** 0.3;
  return sequence(p, () => {
    const inhaleS = random.range(0.25, 0.5) / p.rate;
    const a = toSamples(inhaleS);
    const b = toSamples(random.range(0.3, 0.5) / p.rate ** 0.5);
    const sound = new Float32Array(a + toSamples(0.04) + b);
    const ah = throat({
      f0: curve(a, [0, f0, 1, f0 * 1.35], 'geometric'),
      formants: vowel('a', size),
      envelope: curve(a, [0, 0, 0.8, 0.35, 1, 0.05]),
      breath: 0.6,
      random,
    });
    const burst = multiply(white(b, random), curve(b, [0, 0, 0.04, 1, 0.2, 0.5, 1, 0]));
    const spray = highpass(Float32Array.from(burst), 2500);
    add(spray, bandpass(burst, 1300 * size, 1), 0.9);
    const choo = throat({
      f0: curve(b, [0, f0 * 1.7, 0.4, f0 * 1.2, 1, f0 * 0.7], 'geometric'),
      formants: vowel('u', size * 1.2),
      envelope: curve(b, [0, 0, 0.12, 1, 0.4, 0.6, 1, 0]),
      breath: 0.25,
      random,
    });
    addAt(sound, ah, 0, 0.8);
    addAt(sound, spray, a + toSamples(0.04), 0.6);
    addAt(sound, choo, a + toSamples(0.06), 1.6);
    return { sound, pauseS: random.range(0.6, 1.2) / p.rate };
  });
}

function laughter(p: Performance): Float32Array {
  const { random } = p;
  const start = random.around(215, 0.4) * p.pitch;
  const size = start > 240 ? 1.18 : 1;
  const kind = random.pick(['a', 'e', 'a', 'i'] as const);
  let count = 0;
  let length = 4 + random.integer(5);
  return sequence(p, () => {
    const n = toSamples(random.range(0.1, 0.15) / p.rate ** 0.5);
    const f0 = start * 1.25 * 0.94 ** count;
    const ha = throat({
      f0: curve(n, [0, f0 * 0.95, 0.3, f0 * 1.1, 1, f0 * 0.85], 'geometric'),
      formants: vowel(kind, size),
      envelope: multiply(curve(n, [0, 0.1, 0.3, 1, 0.7, 0.7, 1, 0.05]), 0.94 ** count),
      breath: 0.22,
      roughness: 0.02,
      random,
    });
    count++;
    let pause = random.range(0.06, 0.1);
    if (count >= length) {
      count = 0;
      length = 3 + random.integer(5);
      pause = random.range(0.25, 0.45);
    }
    return { sound: ha, pauseS: pause / p.rate };
  });
}

function scream(p: Performance): Float32Array {
  const { random } = p;
  return sequence(p, () => {
    const n = toSamples(random.range(0.8, 1.6) / p.rate);
    const f0 = random.around(780, 0.25) * p.pitch;
    const voice = throat({
      f0: times(
        curve(n, [0, f0 * 0.7, 0.12, f0 * 1.15, 0.8, f0, 1, f0 * 0.6], 'geometric'),
        wander(n, random, 20, 0.02),
      ),
      formants: [
        [1250, 350, 1],
        [1900, 400, 0.9],
        [3100, 600, 0.7],
      ],
      envelope: curve(n, [0, 0, 0.08, 1, 0.75, 0.9, 1, 0]),
      breath: 0.12,
      roughness: 0.12,
      tiltHz: 6000,
      random,
    });
    return { sound: voice, pauseS: random.range(0.2, 0.5) / p.rate };
  });
}

export const HUMAN_SYNTHS: Readonly<Record<string, Synth>> = {
  'baby-cry': babyCry,
  sneeze,
  laughter,
  scream,
};
