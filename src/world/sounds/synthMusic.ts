/** Bells, alarms and instruments. */
import { add, addAt, multiply, toSamples } from './dspCore.ts';
import { curve, flat, strike, swell, times, wander, wobble } from './dspCurves.ts';
import { bandpass, highpass, lowpass, movingFilter } from './dspFilters.ts';
import { fm, harmonics, modes, pluck, saw, white, type Mode } from './dspSources.ts';
import { whistle } from './dspVoice.ts';
import { repeat, sequence, strew, type Performance, type Synth } from './synth.ts';
import { snap } from './synthNature.ts';

/** Partials of a tuned church bell against its nominal: hum, prime, tierce, quint, nominal, ... (Fletcher and Rossing). */
const BELL = [0.5, 1, 1.2, 1.5, 2, 2.5, 2.67, 3, 4.1];

function churchBell(p: Performance): Float32Array {
  const { random } = p;
  const hz = random.around(330, 0.35) * p.pitch;
  return repeat(p, 0.75, 0.05, () => {
    const list = BELL.map((ratio, i): Mode => [
      hz * ratio * random.around(1, 0.004),
      random.range(0.5, 1) / (1 + 0.22 * i),
      4.5 / (0.6 + ratio),
    ]);
    const bell = modes(p.n, list);
    addAt(bell, snap(random, 2500, 0.03), 0, 0.8);
    return bell;
  });
}

/** A clapper between two small gongs: many fast strokes. */
function clapper(
  p: Performance,
  strokes: number,
  gongs: readonly [number, number],
  t60S: number,
  on: Float32Array,
): Float32Array {
  const { n, random } = p;
  const out = new Float32Array(n);
  const gap = 16_000 / strokes;
  const voices = gongs.map((hz) =>
    modes(toSamples(t60S), [
      [hz, 1, t60S],
      [hz * 2.42, 0.6, t60S * 0.6],
      [hz * 3.9, 0.35, t60S * 0.4],
    ]),
  );
  for (let at = 0, k = 0; at < n; at += gap * (1 + 0.02 * random.bipolar()), k++) {
    const index = Math.floor(at);
    if (on[index] > 0) addAt(out, voices[k % 2], index, on[index] * random.range(0.8, 1));
  }
  return out;
}

function alarmClock(p: Performance): Float32Array {
  const { random } = p;
  const hz = random.around(2300, 0.2) * p.pitch;
  return clapper(p, 19 * p.rate, [hz, hz * random.range(1.05, 1.2)], 0.25, flat(p.n, 1));
}

function telephone(p: Performance): Float32Array {
  const { random } = p;
  const hz = random.around(1250, 0.15) * p.pitch;
  const on = new Float32Array(p.n);
  const ring = toSamples(random.range(0.7, 0.95) / p.rate);
  const pause = toSamples(random.range(0.45, 0.7) / p.rate);
  for (let at = toSamples(random.range(0, 0.3)); at < p.n; at += ring + pause) addAt(on, flat(ring, 1), at);
  return clapper(p, 21, [hz, hz * 1.25], 0.5, on);
}

function bicycleBell(p: Performance): Float32Array {
  const { random } = p;
  const hz = random.around(2050, 0.2) * p.pitch;
  return sequence(p, () => {
    const ring = new Float32Array(toSamples(0.75));
    const count = 2 + random.integer(3);
    for (let k = 0; k < count; k++) {
      const ding = modes(ring.length, [
        [hz, 1, 0.9],
        [hz * 1.008, 0.6, 0.8],
        [hz * 2.63, 0.6, 0.4],
        [hz * 3.3, 0.3, 0.3],
      ]);
      addAt(ring, ding, toSamples((k * random.range(0.085, 0.12)) / p.rate), k % 2 === 0 ? 1 : 0.7);
    }
    multiply(ring, curve(ring.length, [0, 1, 0.85, 1, 1, 0]));
    return { sound: ring, pauseS: random.range(0, 0.4) / p.rate };
  });
}

function windChimes(p: Performance): Float32Array {
  const { random } = p;
  const base = random.around(1150, 0.2) * p.pitch;
  const tubes = [1, 1.125, 1.25, 1.5, 1.667, 2].map((ratio) => base * ratio);
  return strew(p, 5, () => {
    const hz = random.pick(tubes);
    // a free bar: partials at 1, 2.756, 5.404
    return multiply(
      modes(p.n, [
        [hz, 1, 1.8],
        [hz * 2.756, 0.4, 0.8],
        [hz * 5.404, 0.15, 0.4],
      ]),
      random.range(0.2, 1),
    );
  });
}

function siren(hz: Float32Array): Float32Array {
  const horn = saw(hz);
  return lowpass(bandpass(horn, 1200, 0.6), 4500);
}

const policeSiren: Synth = (p) => {
  const { n, random } = p;
  const low = random.around(560, 0.12) * p.pitch;
  const phase = random.next() * 6.28;
  const sweep = wobble(n, random.range(0.45, 0.7) * p.rate, 0.42, phase);
  return siren(multiply(sweep, low * 1.7));
};

const ambulance: Synth = (p) => {
  const { n, random } = p;
  const low = random.around(460, 0.12) * p.pitch;
  const swap = wobble(n, random.range(0.8, 1.1) * p.rate, 1, random.next() * 6.28);
  return siren(sweepBetween(swap, low, low * 1.33));
};

/** Two tones: `low` where the curve is below 1, `high` above. */
function sweepBetween(swap: Float32Array, low: number, high: number): Float32Array {
  return swap.map((x) => (x < 1 ? low : high));
}

/** Scale steps of a made-up tune (major pentatonic), as frequency ratios. */
const STEPS = [1, 1.125, 1.25, 1.5, 1.667, 2];

/** A tune: notes of a pentatonic scale at a pace, `make` gives each note of `seconds`. */
function tune(
  p: Performance,
  root: number,
  perSecond: number,
  overlap: number,
  make: (hz: number, n: number) => Float32Array,
): Float32Array {
  const { random } = p;
  const key = random.around(root, 0.25) * p.pitch;
  let step = random.integer(STEPS.length);
  return repeat(p, perSecond * random.around(1, 0.15), 0.02, () => {
    step = Math.min(STEPS.length - 1, Math.max(0, step + random.integer(5) - 2));
    const long = random.next() < 0.25 ? 1.8 : 1;
    return multiply(
      make(key * STEPS[step], toSamples((long * overlap) / (perSecond * p.rate))),
      random.range(0.7, 1),
    );
  });
}

const guitar: Synth = (p) =>
  tune(p, 170, 2.6, 2.5, (hz, n) => {
    const note = pluck(n, hz, 2.2, 0.45, p.random);
    add(note, bandpass(Float32Array.from(note), 220, 2), 0.7); // the body
    return multiply(note, curve(n, [0, 1, 0.9, 1, 1, 0]));
  });

const banjo: Synth = (p) =>
  tune(p, 330, 5.5, 2, (hz, n) => {
    const note = highpass(pluck(n, hz, 0.7, 0.12, p.random), 350);
    add(note, bandpass(Float32Array.from(note), 1100, 2), 1);
    return multiply(note, curve(n, [0, 1, 0.9, 1, 1, 0]));
  });

const piano: Synth = (p) =>
  tune(p, 300, 2.4, 2.2, (hz, n) => {
    const list: Mode[] = [];
    for (let k = 1; k <= 9; k++) {
      const partial = hz * k * Math.sqrt(1 + 0.0005 * k * k); // stiffness stretches the overtones
      const gain = 1 / k ** 1.3;
      list.push([partial, gain, 3 / (1 + 0.3 * k)], [partial * 1.0009, gain * 0.5, 4 / (1 + 0.3 * k)]);
    }
    const note = modes(n, list);
    addAt(
      note,
      modes(toSamples(0.06), [
        [150, 0.3, 0.06],
        [410, 0.2, 0.04],
      ]),
      0,
    );
    return multiply(note, times(swell(n, 0.004, 0.08), strike(n, 0.002, 3)));
  });

const violin: Synth = (p) =>
  tune(p, 430, 1.6, 1.05, (hz, n) => {
    const vibrato = times(wobble(n, p.random.range(5, 6.5), 0.009), wander(n, p.random, 15, 0.003));
    const string = saw(multiply(vibrato, hz));
    const out = bandpass(Float32Array.from(string), 480, 1.5);
    add(out, bandpass(Float32Array.from(string), 1100, 1.5), 0.8);
    add(out, bandpass(Float32Array.from(string), 2700, 1.2), 0.7);
    add(out, highpass(white(n, p.random), 2500), 0.015);
    return multiply(out, swell(n, 0.1, 0.09));
  });

const trumpet: Synth = (p) =>
  tune(p, 420, 2.2, 0.92, (hz, n) => {
    const blow = curve(n, [0, 0, 0.1, 1, 0.3, 0.8, 0.85, 0.85, 1, 0]);
    const brass = saw(times(flat(n, hz), wobble(n, 5, 0.004)));
    movingFilter(brass, multiply(Float32Array.from(blow), hz * 5.5), 1.1, 'low');
    return multiply(add(brass, bandpass(Float32Array.from(brass), 1400, 1.5), 0.7), blow);
  });

const saxophone: Synth = (p) =>
  tune(p, 210, 2, 0.98, (hz, n) => {
    const bend = times(curve(n, [0, hz * 0.95, 0.12, hz, 1, hz]), wobble(n, 4.8, 0.008));
    const reed = harmonics(bend, [1, 0.75, 0.85, 0.4, 0.45, 0.2, 0.2, 0.1]);
    add(reed, bandpass(white(n, p.random), 1600, 1), 0.12);
    return multiply(add(reed, bandpass(Float32Array.from(reed), 950, 2), 0.8), swell(n, 0.05, 0.07));
  });

const flute: Synth = (p) =>
  tune(p, 640, 2, 0.98, (hz, n) => {
    const level = times(swell(n, 0.07, 0.07), wobble(n, p.random.range(4.5, 5.5), 0.2));
    const tone = whistle(times(flat(n, hz), wobble(n, 5, 0.004)), level, [0.22, 0.08]);
    const air = multiply(bandpass(white(n, p.random), hz * 2, 1), swell(n, 0.03, 0.05));
    return add(tone, air, 0.12);
  });

const accordion: Synth = (p) =>
  tune(p, 300, 1.5, 1, (hz, n) => {
    const reeds = new Float32Array(n);
    for (const ratio of [1, 1.007, 1.25, 1.5]) add(reeds, saw(flat(n, hz * ratio)), ratio < 1.1 ? 1 : 0.6);
    return multiply(bandpass(reeds, 1100, 0.45), swell(n, 0.06, 0.06));
  });

const drum: Synth = (p) => {
  const { random } = p;
  const hz = random.around(170, 0.25) * p.pitch;
  const pattern = random.pick(['xx.x', 'x.xx', 'xxxx', 'x.x.xxx.']);
  return repeat(p, 5, 0.015, (index) => {
    if (pattern[index % pattern.length] === '.') return new Float32Array(1);
    const m = toSamples(0.28);
    const skin = whistle(curve(m, [0, hz * 1.6, 0.15, hz, 1, hz * 0.95]), strike(m, 0.001, 0.22), [0.3, 0.2]);
    const wires = multiply(highpass(white(m, random), 1500), strike(m, 0.001, 0.16));
    return multiply(add(skin, wires, 0.45), index % pattern.length === 0 ? 1 : random.range(0.5, 0.8));
  });
};

const ringtone: Synth = (p) => {
  const { random } = p;
  const phrase = Array.from({ length: 4 }, () => random.pick(STEPS));
  const root = random.around(900, 0.2) * p.pitch;
  return repeat(p, 6.5, 0, (index) => {
    if (index % 8 > 5) return new Float32Array(1);
    const n = toSamples(0.22);
    const hz = root * phrase[index % phrase.length];
    return multiply(fm(flat(n, hz), 3, curve(n, [0, 1.6, 0.4, 0.2, 1, 0])), strike(n, 0.003, 0.2));
  });
};

export const MUSIC_SYNTHS: Readonly<Record<string, Synth>> = {
  'church-bell': churchBell,
  'alarm-clock': alarmClock,
  telephone,
  'bicycle-bell': bicycleBell,
  'wind-chimes': windChimes,
  'police-siren': policeSiren,
  'ambulance-siren': ambulance,
  'mobile-ringtone': ringtone,
  guitar,
  banjo,
  piano,
  violin,
  trumpet,
  saxophone,
  flute,
  accordion,
  drum,
};
