/** Mel filter banks: triangles over the bins of a power spectrum. */
import { InputError } from '../../base/errors.ts';

/** Scales of pitch: HTK 2595 log10(1 + f / 700), Kaldi 1127 ln(1 + f / 700), Slaney linear to 1 kHz, then logarithmic. */
export type MelScale = 'htk' | 'kaldi' | 'slaney';

export interface MelSpec {
  scale: MelScale;
  nMels: number;
  /** Points of the spectrum. */
  nFft: number;
  sampleRateHz: number;
  minHz: number;
  maxHz: number;
  /** Triangles of equal area (2 / width in Hz) instead of equal height. */
  equalArea: boolean;
  /** Straight sides over mel instead of over Hz (Kaldi). */
  inMel: boolean;
}

const SLANEY_HZ = 200 / 3;
const SLANEY_LOG = 27 / Math.log(6.4);

const TO_MEL: Readonly<Record<MelScale, (hz: number) => number>> = {
  htk: (hz) => 2595 * Math.log10(1 + hz / 700),
  kaldi: (hz) => 1127 * Math.log(1 + hz / 700),
  slaney: (hz) => (hz < 1000 ? hz / SLANEY_HZ : 15 + Math.log(hz / 1000) * SLANEY_LOG),
};

const TO_HZ: Readonly<Record<MelScale, (mel: number) => number>> = {
  htk: (mel) => 700 * (10 ** (mel / 2595) - 1),
  kaldi: (mel) => 700 * (Math.exp(mel / 1127) - 1),
  slaney: (mel) => (mel < 15 ? mel * SLANEY_HZ : 1000 * Math.exp((mel - 15) / SLANEY_LOG)),
};

/** One filter: the first bin that it hears, and its weights from there on. */
export interface MelFilter {
  first: number;
  weights: Float64Array;
}

/**
 * The filters, from low to high: triangle m rises from edge m to edge m + 1 and falls to edge m + 2, the edges lying
 * evenly on the mel scale from minHz to maxHz.
 * @throws InputError where the edges leave no room.
 */
export function melFilters(spec: MelSpec): MelFilter[] {
  const { scale, nMels, nFft, sampleRateHz, minHz, maxHz, equalArea, inMel } = spec;
  if (!(nMels > 0 && minHz >= 0 && maxHz > minHz && maxHz <= sampleRateHz))
    throw new InputError(
      `${nMels} mel bands from ${minHz} to ${maxHz} Hz cannot be cut at ${sampleRateHz} Hz.`,
    );
  const toMel = TO_MEL[scale];
  const [low, high] = [toMel(minHz), toMel(maxHz)];
  const mels = Float64Array.from({ length: nMels + 2 }, (_, m) => low + ((high - low) * m) / (nMels + 1));
  const hz = mels.map(TO_HZ[scale]);
  const edges = inMel ? mels : hz;
  const nBins = nFft / 2 + 1;
  const bins = Float64Array.from({ length: nBins }, (_, k) => {
    const frequency = (k * sampleRateHz) / nFft;
    return inMel ? toMel(frequency) : frequency;
  });
  return Array.from({ length: nMels }, (_, m) => {
    const [left, top, right] = [edges[m]!, edges[m + 1]!, edges[m + 2]!];
    const area = equalArea ? 2 / (hz[m + 2]! - hz[m]!) : 1;
    const all = bins.map(
      (at) => area * Math.max(0, Math.min((at - left) / (top - left), (right - at) / (right - top))),
    );
    // Kaldi leaves out the bin at half the rate.
    if (scale === 'kaldi') all[nBins - 1] = 0;
    const heard = all.findIndex((weight) => weight > 0);
    if (heard < 0) return { first: 0, weights: new Float64Array(0) };
    return { first: heard, weights: all.slice(heard, all.findLastIndex((weight) => weight > 0) + 1) };
  });
}

/** What each filter hears of a power spectrum. */
export function melEnergies(power: Float64Array, filters: readonly MelFilter[], out: Float64Array): void {
  filters.forEach(({ first, weights }, m) => {
    let sum = 0;
    for (let k = 0; k < weights.length; k++) sum += weights[k]! * power[first + k]!;
    out[m] = sum;
  });
}
