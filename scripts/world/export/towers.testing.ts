/** The towers in plain float64 loops, layer by layer as train/towers.ts has them: the truth for the ONNX graphs. */
import type { TowerWeights } from './towerGraphs.ts';

/** Rows of equal length. */
type Rows = Float64Array[];

function linear(weights: TowerWeights, name: string, rows: Rows): Rows {
  const { shape, data } = weights.get(`${name}.weight`)!;
  const [dIn, dOut] = shape as [number, number];
  const bias = weights.get(`${name}.bias`)?.data ?? new Float32Array(dOut);
  return rows.map((row) => {
    const out = Float64Array.from(bias);
    for (let i = 0; i < dIn; i++) for (let o = 0; o < dOut; o++) out[o]! += row[i]! * data[i * dOut + o]!;
    return out;
  });
}

function layerNorm(weights: TowerWeights, name: string, rows: Rows): Rows {
  const scale = weights.get(`${name}.scale`)!.data;
  const bias = weights.get(`${name}.bias`)!.data;
  return rows.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return row.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * scale[i]! + bias[i]!);
  });
}

const silu = (rows: Rows): Rows => rows.map((row) => row.map((value) => value / (1 + Math.exp(-value))));
const add = (a: Rows, b: Rows): Rows => a.map((row, i) => row.map((value, k) => value + b[i]![k]!));
const transpose = (rows: Rows): Rows =>
  Array.from(rows[0]!, (_, k) => Float64Array.from(rows, (row) => row[k]!));

function pool(rows: Rows, shares = rows.map(() => 1 / rows.length)): Float64Array {
  return rows[0]!.map((_, k) => rows.reduce((sum, row, i) => sum + shares[i]! * row[k]!, 0));
}

function unit(row: Float64Array): Float64Array {
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  return row.map((value) => value / length);
}

const mlp = (weights: TowerWeights, first: string, second: string, rows: Rows): Rows =>
  linear(weights, second, silu(linear(weights, first, rows)));

/** Patches [T, P] of one item -> its unit embedding. */
export function plainMixer(weights: TowerWeights, patches: Float32Array): Float64Array {
  const size = weights.get('patch.weight')!.shape[0]!;
  const pos = weights.get('pos')!;
  const [nPatches, width] = pos.shape as [number, number];
  const cut = (data: Float32Array, length: number): Rows =>
    Array.from({ length: nPatches }, (_, t) =>
      Float64Array.from(data.subarray(t * length, (t + 1) * length)),
    );
  let h = add(linear(weights, 'patch', cut(patches, size)), cut(pos.data, width));
  for (let i = 0; weights.has(`layers.${i}.token1.weight`); i++) {
    const layer = `layers.${i}`;
    const tokens = transpose(layerNorm(weights, `${layer}.norm1`, h));
    h = add(h, transpose(mlp(weights, `${layer}.token1`, `${layer}.token2`, tokens)));
    const channels = layerNorm(weights, `${layer}.norm2`, h);
    h = add(h, mlp(weights, `${layer}.channel1`, `${layer}.channel2`, channels));
  }
  return unit(linear(weights, 'head', [pool(layerNorm(weights, 'norm', h))])[0]!);
}

/** Shares of the pieces in a text [V] -> its unit embedding. */
export function plainText(weights: TowerWeights, counts: Float32Array): Float64Array {
  const { shape, data } = weights.get('embedding')!;
  const width = shape[1]!;
  const rows = Array.from(counts, (_, v) => Float64Array.from(data.subarray(v * width, (v + 1) * width)));
  const residual = (norm: string, name: string, x: Rows) =>
    add(x, mlp(weights, `${name}.fc1`, `${name}.fc2`, layerNorm(weights, norm, x)));
  let h = [pool(residual('token.norm', 'token', rows), Array.from(counts))];
  for (let i = 0; weights.has(`blocks.${i}.fc1.weight`); i++)
    h = residual(`blocks.${i}.norm`, `blocks.${i}`, h);
  return unit(linear(weights, 'head', layerNorm(weights, 'norm', h))[0]!);
}
