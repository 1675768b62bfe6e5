/** Bars of a waveform as it is shown in lists. */
export const N_PEAKS = 48;

/** The peak of each of N_PEAKS equal stretches of a clip, relative to the loudest (255). Returns [N_PEAKS]. */
export function computePeaks(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const peaks = new Float64Array(N_PEAKS);
  for (let i = 0; i < samples.length; i++) {
    const bar = Math.floor((i * N_PEAKS) / samples.length);
    peaks[bar] = Math.max(peaks[bar]!, Math.abs(samples[i]!));
  }
  const loudest = peaks.reduce((most, value) => Math.max(most, value), 0);
  return Uint8Array.from(peaks, (value) => (loudest > 0 ? Math.round((255 * value) / loudest) : 0));
}
