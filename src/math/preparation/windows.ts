/** Cuts sounds to the length that an encoder hears at once. */

/**
 * A sound's windows of `length` samples: the sound itself where it is no longer; else as few as cover it, spread evenly
 * from its first to its last sample, at most `most`.
 */
export function evenWindows(samples: Float32Array, length: number, most: number): Float32Array[] {
  if (samples.length <= length) return [samples];
  const span = samples.length - length;
  const count = Math.min(most, Math.ceil(samples.length / length));
  return Array.from({ length: count }, (_, i) => {
    const start = count === 1 ? Math.floor(span / 2) : Math.round((span * i) / (count - 1));
    return samples.subarray(start, start + length);
  });
}

/**
 * A window of a fixed length of a shorter sound: "pad" puts zeros behind it, "repeat" plays it over and over, "repeatpad"
 * plays it as often as it fits whole and puts zeros behind.
 */
export function fillWindow(
  samples: Float32Array,
  length: number,
  how: 'pad' | 'repeat' | 'repeatpad',
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(length);
  const { length: n } = samples;
  const repeats =
    how === 'pad' || n === 0 ? 1 : how === 'repeat' ? Math.ceil(length / n) : Math.floor(length / n);
  for (let i = 0; i < Math.max(1, repeats); i++)
    out.set(samples.subarray(0, Math.min(n, length - i * n)), i * n);
  return out;
}
