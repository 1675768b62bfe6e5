/** Birds and insects. */
import { add, addAt, multiply, toSamples } from './dspCore.ts';
import { curve, swell, times, wander, wobble } from './dspCurves.ts';
import { bandpass, highpass } from './dspFilters.ts';
import { harmonics, saw, white } from './dspSources.ts';
import { throat, whistle } from './dspVoice.ts';
import { repeat, sequence, type Performance, type Synth } from './synth.ts';

function rooster(p: Performance): Float32Array {
  const { random } = p;
  const f0 = random.around(620, 0.2) * p.pitch;
  // cock-a-doodle-doo: length in seconds, start, middle and end of the pitch, loudness
  const syllables = [
    [0.16, 0.75, 0.95, 0.9, 0.7],
    [0.12, 0.9, 1.05, 1, 0.6],
    [0.3, 1, 1.35, 1.25, 0.95],
    [random.range(0.6, 1.05), 1.15, 1.3, 0.7, 1],
  ];
  let next = 0;
  return sequence(p, () => {
    const [seconds, start, middle, end, gain] = syllables[next];
    const n = toSamples(seconds / p.rate);
    const crow = throat({
      f0: curve(n, [0, f0 * start, 0.4, f0 * middle, 1, f0 * end], 'geometric'),
      formants: [
        [1150, 350, 1],
        [2300, 500, 0.8],
        [3700, 700, 0.4],
      ],
      envelope: multiply(curve(n, [0, 0, 0.12, 1, 0.75, 0.9, 1, 0]), gain),
      breath: 0.1,
      roughness: 0.06,
      tiltHz: 5000,
      random,
    });
    next = (next + 1) % syllables.length;
    return { sound: crow, pauseS: next === 0 ? random.range(0.4, 0.8) : random.range(0.02, 0.06) / p.rate };
  });
}

function birdChirp(p: Performance): Float32Array {
  const { random } = p;
  const centre = random.around(3300, 0.25) * p.pitch;
  const song = Array.from({ length: 3 }, () => ({
    seconds: random.range(0.05, 0.16),
    from: random.around(centre, 0.35),
    via: random.around(centre, 0.4),
    to: random.around(centre, 0.35),
  }));
  return sequence(p, (index) => {
    const { seconds, from, via, to } = song[index % song.length];
    const n = toSamples(seconds / p.rate ** 0.5);
    const chirp = whistle(curve(n, [0, from, 0.5, via, 1, to], 'geometric'), swell(n, 0.015, 0.03), [0.08]);
    const pause =
      index % song.length === song.length - 1 ? random.range(0.2, 0.45) : random.range(0.03, 0.09);
    return { sound: chirp, pauseS: pause / p.rate };
  });
}

/** Short nasal calls, as of ducks and crows. */
function calls(
  p: Performance,
  call: {
    seconds: [number, number];
    f0: number;
    formants: [number, number];
    rough: number;
    pause: [number, number];
  },
): Float32Array {
  const { random } = p;
  const f0 = random.around(call.f0, 0.2) * p.pitch;
  const [first, second] = call.formants.map((hz) => random.around(hz, 0.1) * p.pitch ** 0.4);
  return sequence(p, (index) => {
    const n = toSamples(random.range(...call.seconds) / p.rate ** 0.4);
    const sound = throat({
      f0: curve(n, [0, f0 * 1.05, 0.3, f0 * 1.15, 1, f0 * 0.8], 'geometric'),
      formants: [
        [first, 250, 1],
        [second, 350, 0.9],
        [second * 1.6, 600, 0.35],
      ],
      envelope: curve(n, [0, 0, 0.12, 1, 0.7, 0.8, 1, 0]),
      breath: 0.12,
      roughness: call.rough,
      tiltHz: 5000,
      random,
    });
    return {
      sound: multiply(sound, 0.65 + 0.35 * 0.8 ** (index % 5)),
      pauseS: random.range(...call.pause) / p.rate,
    };
  });
}

const duckQuack: Synth = (p) =>
  calls(p, { seconds: [0.13, 0.22], f0: 200, formants: [1050, 2050], rough: 0.05, pause: [0.08, 0.22] });
const crowCaw: Synth = (p) =>
  calls(p, { seconds: [0.28, 0.48], f0: 330, formants: [1350, 1800], rough: 0.26, pause: [0.2, 0.5] });

function owlHoot(p: Performance): Float32Array {
  const { random } = p;
  const f0 = random.around(370, 0.2) * p.pitch;
  const lengths = random.pick([
    [0.3, 0.18, 0.18, 0.5],
    [0.25, 0.6],
    [0.4, 0.4, 0.5],
  ]);
  return sequence(p, (index) => {
    const n = toSamples(lengths[index % lengths.length] / p.rate ** 0.6);
    const hoot = whistle(
      curve(n, [0, f0 * 0.93, 0.3, f0, 1, f0 * 0.9], 'geometric'),
      swell(n, 0.07, 0.12),
      [0.12, 0.05],
    );
    add(hoot, multiply(bandpass(white(n, random), f0 * 1.5, 2), swell(n, 0.05, 0.1)), 0.06);
    return { sound: hoot, pauseS: random.range(0.1, 0.32) / p.rate };
  });
}

function chickPeep(p: Performance): Float32Array {
  const { random } = p;
  const f0 = random.around(3600, 0.15) * p.pitch;
  return repeat(p, 3.6, 0.3, () => {
    const n = toSamples(random.range(0.07, 0.13));
    const peep = random.around(f0, 0.08);
    return whistle(
      curve(n, [0, peep * 1.25, 0.3, peep, 1, peep * 0.72], 'geometric'),
      multiply(swell(n, 0.01, 0.04), random.range(0.4, 1)),
      [0.3, 0.1],
    );
  });
}

function eagleCry(p: Performance): Float32Array {
  const { random } = p;
  return sequence(p, () => {
    const n = toSamples(random.range(0.45, 0.95) / p.rate);
    const f0 = random.around(2500, 0.15) * p.pitch;
    const hz = curve(n, [0, f0 * 0.85, 0.12, f0 * 1.2, 1, f0 * 0.62], 'geometric');
    const cry = whistle(times(hz, wander(n, random, 70, 0.03)), swell(n, 0.03, 0.25), [0.5, 0.25]);
    const rasp = bandpass(multiply(white(n, random), swell(n, 0.03, 0.25)), f0 * 1.1, 2);
    return { sound: add(cry, rasp, 0.35), pauseS: random.range(0.12, 0.4) / p.rate };
  });
}

function cricket(p: Performance): Float32Array {
  const { random } = p;
  const f0 = random.around(4300, 0.12) * p.pitch ** 0.7;
  const pulses = 2 + random.integer(4);
  return repeat(p, 2.6, 0.05, () => {
    const chirp = new Float32Array(toSamples(0.03 * pulses + 0.02));
    for (let k = 0; k < pulses; k++) {
      const n = toSamples(0.02);
      addAt(
        chirp,
        whistle(curve(n, [0, f0, 1, f0 * 0.97]), swell(n, 0.006, 0.01)),
        toSamples(0.028 * k),
        0.6 + 0.1 * k,
      );
    }
    return chirp;
  });
}

function beeBuzz(p: Performance): Float32Array {
  const { n, random } = p;
  const f0 = random.around(195, 0.15) * p.pitch;
  const hz = times(wander(n, random, 3.5 * p.rate, 0.09), wander(n, random, 25, 0.02));
  const buzz = saw(multiply(hz, f0));
  const body = bandpass(Float32Array.from(buzz), 480, 1.2);
  add(body, bandpass(Float32Array.from(buzz), 2300, 1.5), 0.5);
  return multiply(body, wander(n, random, 1.6 * p.rate, 0.75));
}

function mosquito(p: Performance): Float32Array {
  const { n, random } = p;
  const f0 = random.around(640, 0.15) * p.pitch;
  const hz = times(wander(n, random, 2.5 * p.rate, 0.1), wobble(n, random.range(4, 7), 0.012));
  const whine = harmonics(multiply(hz, f0), [0.6, 1, 0.5, 0.6, 0.3, 0.2, 0.12]);
  multiply(whine, wander(n, random, 2 * p.rate, 0.85));
  return add(whine, highpass(white(n, random), 3000), 0.01);
}

export const BIRD_SYNTHS: Readonly<Record<string, Synth>> = {
  rooster,
  'bird-chirp': birdChirp,
  'duck-quack': duckQuack,
  'crow-caw': crowCaw,
  'owl-hoot': owlHoot,
  'chick-peep': chickPeep,
  'eagle-cry': eagleCry,
  'cricket-chirp': cricket,
  'bee-buzz': beeBuzz,
  'mosquito-whine': mosquito,
};
