/**
 * The encoders of the embedded world as ONNX graphs; the trained ones are in train/towers.ts, layer by layer the same.
 *
 * Legend: B batch, T patches, P values a patch, W width, D dimension of the space, V pieces of the vocabulary, L pieces
 * of a text.
 */
import { InputError } from '../../../src/base/errors.ts';
import { OnnxBuilder, type BuilderOptions } from '../../../src/formats/onnxBuilder.ts';
import type { Tensor } from '../../../src/formats/safetensors.ts';

/** Weights of one tower by name, without the tower's prefix. */
export type TowerWeights = ReadonlyMap<string, Tensor>;

/** Side of the patch grid: 8 x 8 patches. */
const GRID = 8;
const PICTURE_PX = 64;
const N_FRAMES = 128;
const N_MELS = 64;

function tensor(weights: TowerWeights, name: string): Tensor {
  const found = weights.get(name);
  if (!found) throw new InputError(`The trained weights have no "${name}".`);
  return found;
}

const vector = (weights: TowerWeights, name: string) => tensor(weights, name).data;

function linear(b: OnnxBuilder, weights: TowerWeights, name: string, x: string): string {
  const { shape, data } = tensor(weights, `${name}.weight`);
  const bias = weights.get(`${name}.bias`)?.data;
  return b.linear(x, name, { dIn: shape[0]!, dOut: shape[1]!, data }, bias);
}

function layerNorm(b: OnnxBuilder, weights: TowerWeights, name: string, x: string): string {
  return b.layerNorm(x, name, vector(weights, `${name}.scale`), vector(weights, `${name}.bias`));
}

function mlp(b: OnnxBuilder, weights: TowerWeights, first: string, second: string, x: string): string {
  return linear(b, weights, second, b.silu(linear(b, weights, first, x)));
}

/** Patches [B, T, P] -> unit rows [B, D]. */
function mixer(b: OnnxBuilder, weights: TowerWeights, patches: string): string {
  const { shape, data } = tensor(weights, 'pos');
  let h = b.add('Add', [linear(b, weights, 'patch', patches), b.constant('pos', shape, data)]);
  for (let i = 0; weights.has(`layers.${i}.token1.weight`); i++) {
    const layer = `layers.${i}`;
    const tokens = b.transpose(layerNorm(b, weights, `${layer}.norm1`, h), [0, 2, 1]); // [B, W, T]
    const mixed = mlp(b, weights, `${layer}.token1`, `${layer}.token2`, tokens);
    h = b.add('Add', [h, b.transpose(mixed, [0, 2, 1])]);
    const channels = layerNorm(b, weights, `${layer}.norm2`, h);
    h = b.add('Add', [h, mlp(b, weights, `${layer}.channel1`, `${layer}.channel2`, channels)]);
  }
  const pooled = b.add('ReduceMean', [layerNorm(b, weights, 'norm', h), b.ints([1])], {
    keepdims: { int: 0 },
  });
  return b.unitRows(linear(b, weights, 'head', pooled));
}

/** (x - mean) / deviation, left out where it changes nothing. */
function standardise(b: OnnxBuilder, weights: TowerWeights, x: string): string {
  const mean = vector(weights, 'input.mean')[0]!;
  const deviation = vector(weights, 'input.std')[0]!;
  if (mean === 0 && deviation === 1) return x;
  return b.add('Div', [b.add('Sub', [x, b.scalar(mean)]), b.scalar(deviation)]);
}

const dimOf = (weights: TowerWeights) => (weights.get('head.weight') ?? tensor(weights, 'pieces')).shape[1]!;

function embeds(weights: TowerWeights, name: string) {
  return { name, type: 'float32', dims: ['batch', dimOf(weights)] } as const;
}

/** CLIP's vision model: pixel_values [B, 3, 64, 64] in [-1, 1] -> image_embeds [B, D], unit rows. */
export function visionModel(weights: TowerWeights, options: BuilderOptions): Uint8Array<ArrayBuffer> {
  const b = new OnnxBuilder(options);
  const px = PICTURE_PX / GRID;
  // (channel, patch row, y, patch column, x) -> (patch row, patch column, channel, y, x)
  const cut = b.reshape(standardise(b, weights, 'pixel_values'), [-1, 3, GRID, px, GRID, px]);
  const patches = b.reshape(b.transpose(cut, [0, 2, 4, 1, 3, 5]), [-1, GRID * GRID, 3 * px * px]);
  return b.write(
    'vision_model',
    [{ name: 'pixel_values', type: 'float32', dims: ['batch', 3, PICTURE_PX, PICTURE_PX] }],
    [[embeds(weights, 'image_embeds'), mixer(b, weights, patches)]],
  );
}

/**
 * CLAP's audio model: input_features [B, 1, frames, 64] in dB, of which the first 128 frames are heard (fewer fail)
 * -> audio_embeds [B, D], unit rows.
 */
export function audioModel(weights: TowerWeights, options: BuilderOptions): Uint8Array<ArrayBuffer> {
  const b = new OnnxBuilder(options);
  const [frames, mels] = [N_FRAMES / GRID, N_MELS / GRID];
  const heard = b.add('Slice', ['input_features', b.ints([0]), b.ints([N_FRAMES]), b.ints([2])]);
  // (patch row, frame, patch column, mel) -> (patch row, patch column, frame, mel)
  const cut = b.reshape(standardise(b, weights, heard), [-1, GRID, frames, GRID, mels]);
  const patches = b.reshape(b.transpose(cut, [0, 1, 3, 2, 4]), [-1, GRID * GRID, frames * mels]);
  return b.write(
    'audio_model',
    [{ name: 'input_features', type: 'float32', dims: ['batch', 1, 'frames', N_MELS] }],
    [[embeds(weights, 'audio_embeds'), mixer(b, weights, patches)]],
  );
}

/**
 * The vector [W] of every piece after the token MLP, [V, W]: it depends on nothing but the piece, so the graph holds
 * its result instead of its layers. In float64.
 */
export function pieceVectors(weights: TowerWeights): Float32Array {
  const { shape, data } = tensor(weights, 'embedding');
  const [nPieces, width] = shape as [number, number];
  const [scale, shift] = [vector(weights, 'token.norm.scale'), vector(weights, 'token.norm.bias')];
  const layer = (name: string, x: Float64Array) => {
    const matrix = vector(weights, `${name}.weight`);
    const out = Float64Array.from(vector(weights, `${name}.bias`));
    for (let i = 0; i < x.length; i++)
      for (let o = 0; o < out.length; o++) out[o]! += x[i]! * matrix[i * out.length + o]!;
    return out;
  };
  const result = new Float32Array(data.length);
  for (let v = 0; v < nPieces; v++) {
    const row = Float64Array.from(data.subarray(v * width, (v + 1) * width));
    const mean = row.reduce((sum, value) => sum + value, 0) / width;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    const normed = row.map(
      (value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * scale[i]! + shift[i]!,
    );
    const hidden = layer('token.fc1', normed).map((value) => value / (1 + Math.exp(-value)));
    const update = layer('token.fc2', hidden);
    for (let i = 0; i < width; i++) result[v * width + i] = row[i]! + update[i]!;
  }
  return result;
}

/**
 * CLIP's or CLAP's text model: input_ids and attention_mask [B, L] int64 -> text_embeds [B, D], unit rows. A text is the
 * mean of the vectors of its pieces, [CLS] and [SEP] among them, as in training; masked places do not count. Weights that
 * are a table alone, "pieces" [V, D], make that mean the embedding itself.
 */
export function textModel(weights: TowerWeights, options: BuilderOptions): Uint8Array<ArrayBuffer> {
  const b = new OnnxBuilder(options);
  const table = weights.get('pieces');
  const width = (table ?? tensor(weights, 'embedding')).shape[1]!;
  const vectors = b.lookUp('input_ids', 'pieces', table?.data ?? pieceVectors(weights), width); // [B, L, W]
  const mask = b.add('Cast', ['attention_mask'], { to: { int: 1 } });
  const count = b.add('Max', [b.add('ReduceSum', [mask, b.ints([1])]), b.scalar(1)]);
  const shares = b.add('Unsqueeze', [b.add('Div', [mask, count]), b.ints([1])]); // [B, 1, L]
  let h = b.reshape(b.add('MatMul', [shares, vectors]), [-1, width]);
  for (let i = 0; weights.has(`blocks.${i}.fc1.weight`); i++) {
    const normed = layerNorm(b, weights, `blocks.${i}.norm`, h);
    h = b.add('Add', [h, mlp(b, weights, `blocks.${i}.fc1`, `blocks.${i}.fc2`, normed)]);
  }
  const y = table ? h : linear(b, weights, 'head', layerNorm(b, weights, 'norm', h));
  return b.write(
    'text_model',
    ['input_ids', 'attention_mask'].map((name) => ({ name, type: 'int64', dims: ['batch', 'tokens'] })),
    [[embeds(weights, 'text_embeds'), b.unitRows(y)]],
  );
}
