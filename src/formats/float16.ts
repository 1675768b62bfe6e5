/** IEEE 754 half precision and bfloat16, as 16-bit patterns. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

export function f16ToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function bf16ToFloat(value: number): number {
  bits[0] = value << 16;
  return float[0]!;
}

/** The value of every pattern; a file of halves has hundreds of millions. */
let table: Float32Array | undefined;

export function f16ToFloats(halves: Uint16Array): Float32Array<ArrayBuffer> {
  table ??= Float32Array.from({ length: 65_536 }, (_, pattern) => f16ToFloat(pattern));
  const out = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) out[i] = table[halves[i]!]!;
  return out;
}

export function bf16ToFloats(values: Uint16Array): Float32Array<ArrayBuffer> {
  const patterns = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) patterns[i] = values[i]! << 16;
  return new Float32Array(patterns.buffer);
}

/** Nearest half, ties to even; beyond 65504 infinity. */
export function floatToF16(value: number): number {
  float[0] = value;
  const pattern = bits[0]!;
  const sign = (pattern >>> 16) & 0x8000;
  const magnitude = Math.abs(float[0]!);
  if (Number.isNaN(magnitude)) return sign | 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  // Below the smallest normal half, steps are 2^-24; above, 2^(e - 10) with 2^e the power of two below the value.
  const exponent = magnitude < 2 ** -14 ? -14 : ((pattern >>> 23) & 0xff) - 127;
  const steps = roundHalfEven(magnitude / 2 ** (exponent - 10));
  return sign | (magnitude < 2 ** -14 ? steps : ((exponent + 14) << 10) + steps);
}

function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest > 0.5 || (rest === 0.5 && down % 2 === 1)) return down + 1;
  return down;
}
