/** Engines, rotors and horns. */
import { add, addAt, multiply, SAMPLE_RATE, saturate, toSamples } from './dspCore.ts';
import { curve, flat, strike, swell, times, wander, wobble } from './dspCurves.ts';
import { bandpass, highpass, lowpass, movingFilter } from './dspFilters.ts';
import { brown, harmonics, pink, saw, white } from './dspSources.ts';
import { repeat, sequence, type Performance, type Synth } from './synth.ts';

/**
 * Combustion engine: one low thump a firing, at the pace of the curve `hz`, through an exhaust of two resonances.
 * @param uneven 0 (smooth) .. 1 (each firing differs) @param sharpness decay of a firing in firings: low is soft
 */
export function engine(
  p: Performance,
  hz: Float32Array,
  exhaustHz: readonly [number, number],
  uneven: number,
  sharpness: number,
): Float32Array {
  const { n, random } = p;
  const pulses = new Float32Array(n);
  let phase = 1;
  let level = 0;
  let gain = 1;
  for (let i = 0; i < n; i++) {
    phase += hz[i] / SAMPLE_RATE;
    if (phase >= 1) {
      phase -= 1;
      gain = 1 - uneven * random.next();
      level = gain;
    }
    level *= Math.exp((-sharpness * hz[i]) / SAMPLE_RATE);
    pulses[i] = level * (0.75 + 0.5 * random.bipolar()) - gain / (sharpness + 1);
  }
  const out = bandpass(Float32Array.from(pulses), exhaustHz[0], 1.2);
  add(out, bandpass(Float32Array.from(pulses), exhaustHz[1], 1.5), 0.6);
  return add(out, lowpass(pulses, 200), 0.5);
}

/** Passing-by: level rises to the middle and falls, pitch drops by the Doppler effect. Returns [level, pitch ratio]. */
function passBy(p: Performance, width: number, shift: number): [Float32Array, Float32Array] {
  const { n, random } = p;
  const middle = random.range(0.38, 0.62);
  const level = new Float32Array(n);
  const ratio = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const x = (i / n - middle) / (width / p.rate);
    const away = x / Math.sqrt(1 + x * x);
    level[i] = 1 / (1 + x * x);
    ratio[i] = 1 - shift * away;
  }
  return [level, ratio];
}

function helicopter(p: Performance): Float32Array {
  const { n, random } = p;
  const blades = random.around(11.5, 0.15) * p.rate;
  const chop = repeat({ ...p, rate: 1 }, blades, 0.01, () => {
    const m = toSamples(Math.min(0.09, 0.8 / blades));
    const slap = multiply(lowpass(pink(m, random), 700 * p.pitch), strike(m, 0.008, 0.09));
    return multiply(slap, random.range(0.85, 1));
  });
  const turbine = harmonics(flat(n, random.around(1250, 0.2) * p.pitch), [0.05, 0.02]);
  const wash = multiply(bandpass(pink(n, random), 1100, 0.6), wobble(n, blades, 0.5));
  return add(add(multiply(chop, 3), wash, 0.35), turbine);
}

function carEngine(p: Performance): Float32Array {
  const { n, random } = p;
  const idle = random.around(38, 0.2) * p.pitch * p.rate ** 0.5;
  const top = idle * random.range(1.5, 2.8);
  const at = random.range(0.25, 0.45);
  const hz = curve(n, [0, idle, at, idle, at + 0.25 / p.rate, top, 1, idle * 1.2], 'geometric');
  const out = engine(p, hz, [120 * p.pitch, 420], 0.25, 5);
  return add(out, multiply(bandpass(pink(n, random), 900, 0.8), 0.06));
}

function motorcycle(p: Performance): Float32Array {
  const { n, random } = p;
  const idle = random.around(48, 0.2) * p.pitch;
  const points = [0, idle];
  for (let t = random.range(0.1, 0.2); t < 0.85; t += random.range(0.25, 0.4) / p.rate) {
    points.push(t, idle * 1.1, t + 0.09, idle * random.range(2.2, 3.6));
  }
  points.push(1, idle * 1.3);
  const sorted = points.filter((_, i) => points[i - (i % 2)] <= 1);
  return saturate(multiply(engine(p, curve(n, sorted, 'geometric'), [260, 900], 0.35, 8), 3), 2);
}

function steamTrain(p: Performance): Float32Array {
  const { n, random } = p;
  let beat = 0;
  const chuffs = repeat(p, 4.4, 0.02, () => {
    const m = toSamples(0.2 / p.rate ** 0.5);
    const chuff = multiply(bandpass(pink(m, random), random.around(950, 0.2), 0.7), strike(m, 0.025, 0.22));
    return multiply(chuff, beat++ % 4 === 0 ? 1.3 : 0.8);
  });
  const out = add(multiply(chuffs, 2), lowpass(brown(n, random), 150), 0.12);
  if (random.next() < 0.6) {
    const m = toSamples(random.range(0.6, 1.1));
    const f0 = 410 * p.pitch;
    const chord = flat(m, f0);
    const blow = new Float32Array(m);
    for (const ratio of [1, 1.26, 1.5])
      add(blow, harmonics(multiply(Float32Array.from(chord), ratio), [1, 0.4, 0.3]));
    add(blow, bandpass(white(m, random), 2200, 0.8), 0.5);
    addAt(out, multiply(blow, swell(m, 0.08, 0.15)), toSamples(random.range(0.2, 1)), 0.3);
  }
  return out;
}

function airplane(p: Performance): Float32Array {
  const { n, random } = p;
  const [level, ratio] = passBy(p, 0.5, 0.18);
  const roar = movingFilter(pink(n, random), multiply(Float32Array.from(ratio), 1100), 0.6, 'low');
  const whineHz = multiply(Float32Array.from(ratio), random.around(2300, 0.2) * p.pitch);
  add(roar, harmonics(whineHz, [0.08, 0.03]));
  return multiply(
    roar,
    level.map((x) => 0.15 + 0.85 * x),
  );
}

function racingCar(p: Performance): Float32Array {
  const { n, random } = p;
  const [level, ratio] = passBy(p, 0.13, 0.28);
  const hz = multiply(ratio, random.around(330, 0.2) * p.pitch);
  const motor = saturate(multiply(saw(times(hz, wander(n, random, 50, 0.015))), 2), 2);
  bandpass(motor, 1100, 0.5);
  add(motor, bandpass(pink(n, random), 1800, 0.6), 0.25);
  return multiply(motor, level);
}

function tractor(p: Performance): Float32Array {
  const { n, random } = p;
  const hz = multiply(wander(n, random, 3, 0.05), random.around(11, 0.2) * p.rate);
  const out = engine(p, hz, [170 * p.pitch, 650 * p.pitch], 0.4, 7);
  return add(out, multiply(bandpass(white(n, random), 2400, 1), wobble(n, hz[0], 0.7)), 0.03);
}

function shipHorn(p: Performance): Float32Array {
  const { random } = p;
  const f0 = random.around(105, 0.25) * p.pitch;
  return sequence(p, () => {
    const n = toSamples(random.range(1, 2) / p.rate);
    const horn = saw(flat(n, f0));
    add(horn, saw(flat(n, f0 * random.range(1.004, 1.02))), 0.7);
    if (f0 > 0) add(horn, saw(flat(n, f0 * 1.5)), 0.4);
    lowpass(horn, f0 * 7, 0.9);
    add(horn, lowpass(pink(n, random), 500), 0.15);
    return { sound: multiply(horn, swell(n, 0.12, 0.25)), pauseS: random.range(0.3, 0.6) / p.rate };
  });
}

function chainsaw(p: Performance): Float32Array {
  const { n, random } = p;
  const base = random.around(92, 0.2) * p.pitch;
  const points = [0, base];
  for (let t = random.range(0.05, 0.25); t < 0.9; t += random.range(0.3, 0.55) / p.rate) {
    points.push(t, base * 0.95, Math.min(0.98, t + 0.07), base * random.range(1.5, 1.8));
  }
  points.push(1, base * 1.3);
  const hz = times(curve(n, points, 'geometric'), wander(n, random, 30, 0.03));
  const motor = engine(p, hz, [620, 2100], 0.2, 4);
  const teeth = highpass(multiply(white(n, random), wander(n, random, 60, 0.5)), 2500);
  return saturate(multiply(add(motor, teeth, 0.05), 4), 2.5);
}

function drill(p: Performance): Float32Array {
  const { n, random } = p;
  const top = random.around(310, 0.2) * p.pitch;
  const hz = new Float32Array(n);
  const level = new Float32Array(n);
  for (let at = toSamples(random.range(0.02, 0.2)); at < n;) {
    const m = toSamples(random.range(0.6, 1.3) / p.rate);
    addAt(hz, curve(m, [0, top * 0.3, 0.15, top, 0.8, top * random.range(0.8, 0.95), 1, top * 0.3]), at);
    addAt(level, swell(m, 0.05, 0.1), at);
    at += m + toSamples(random.range(0.15, 0.4) / p.rate);
  }
  const motor = saw(times(hz, wander(n, random, 40, 0.01)));
  const whine = harmonics(multiply(hz, 7.3), [0.4, 0.2]);
  const grind = multiply(bandpass(white(n, random), 2800, 0.8), wander(n, random, 60, 0.5));
  return multiply(add(add(bandpass(motor, 1500, 0.5), whine), grind, 0.6), level);
}

export const VEHICLE_SYNTHS: Readonly<Record<string, Synth>> = {
  helicopter,
  'car-engine': carEngine,
  motorcycle,
  'steam-train': steamTrain,
  airplane,
  'racing-car': racingCar,
  tractor,
  'ship-horn': shipHorn,
  chainsaw,
  'electric-drill': drill,
};
