/**
 * The encoders of the embedded world, in jax-js: matrix products only.
 *
 * Legend: B batch, T patches, P values a patch, W width, D dimension of the space, V pieces of the vocabulary, E width
 * of the text tower. The names of the weights are those that the ONNX graphs use.
 */
import { nn, numpy as np } from '@jax-js/jax';
import type { Random } from '../../../src/base/random.ts';
import { constant, dense, normal, type Params } from './params.ts';

export interface MixerShape {
  nPatches: number;
  patchSize: number;
  width: number;
  tokenHidden: number;
  channelHidden: number;
  nLayers: number;
  dim: number;
}
export interface TextShape {
  vocabulary: number;
  width: number;
  hidden: number;
  nBlocks: number;
  dim: number;
}

function normInit(params: Params, name: string, width: number): void {
  params[`${name}.scale`] = constant([width], 1);
  params[`${name}.bias`] = constant([width], 0);
}

function linearInit(params: Params, random: Random, name: string, shape: [number, number], gain = 1): void {
  params[`${name}.weight`] = dense(random, shape[0], shape[1], gain);
  params[`${name}.bias`] = constant([shape[1]], 0);
}

/** Start values of a patch mixer (MLP-Mixer, arXiv 2105.01601, with pre-norm and SiLU). */
export function initMixer(random: Random, s: MixerShape): Params {
  const params: Params = {};
  linearInit(params, random, 'patch', [s.patchSize, s.width]);
  params.pos = normal(random, [s.nPatches, s.width], 0.02);
  for (let i = 0; i < s.nLayers; i++) {
    normInit(params, `layers.${i}.norm1`, s.width);
    linearInit(params, random, `layers.${i}.token1`, [s.nPatches, s.tokenHidden]);
    linearInit(params, random, `layers.${i}.token2`, [s.tokenHidden, s.nPatches], 0.25);
    normInit(params, `layers.${i}.norm2`, s.width);
    linearInit(params, random, `layers.${i}.channel1`, [s.width, s.channelHidden]);
    linearInit(params, random, `layers.${i}.channel2`, [s.channelHidden, s.width], 0.25);
  }
  normInit(params, 'norm', s.width);
  params['head.weight'] = dense(random, s.width, s.dim);
  return params;
}

/** LayerNorm over the last axis, epsilon 1e-5. */
function layerNorm(params: Params, name: string, x: np.Array): np.Array {
  return nn
    .standardize(x, -1, { epsilon: 1e-5 })
    .mul(params[`${name}.scale`]!.ref)
    .add(params[`${name}.bias`]!.ref);
}

function linear(params: Params, name: string, x: np.Array): np.Array {
  return np.matmul(x, params[`${name}.weight`]!.ref).add(params[`${name}.bias`]!.ref);
}

/** x [B, T, P] -> embeddings [B, D], not normalised. Borrows params. */
export function mixer(params: Params, s: MixerShape, x: np.Array): np.Array {
  const B = x.shape[0]!;
  const { nPatches: T, patchSize: P, width: W } = s;
  let h = linear(params, 'patch', x.reshape([B * T, P]))
    .reshape([B, T, W])
    .add(params.pos!.ref);
  for (let i = 0; i < s.nLayers; i++) {
    const layer = `layers.${i}`;
    const tokens = np.transpose(layerNorm(params, `${layer}.norm1`, h.ref), [0, 2, 1]).reshape([B * W, T]);
    const mixed = linear(params, `${layer}.token2`, nn.silu(linear(params, `${layer}.token1`, tokens)));
    h = h.add(np.transpose(mixed.reshape([B, W, T]), [0, 2, 1]));
    const channels = layerNorm(params, `${layer}.norm2`, h.ref).reshape([B * T, W]);
    const updated = linear(
      params,
      `${layer}.channel2`,
      nn.silu(linear(params, `${layer}.channel1`, channels)),
    );
    h = h.add(updated.reshape([B, T, W]));
  }
  return np.matmul(layerNorm(params, 'norm', h).mean(1), params['head.weight']!.ref);
}

/** Start values of the text tower: piece vectors, one MLP a piece, mean over the pieces, residual MLPs. */
export function initText(random: Random, s: TextShape): Params {
  const params: Params = { embedding: normal(random, [s.vocabulary, s.width], 0.5) };
  normInit(params, 'token.norm', s.width);
  linearInit(params, random, 'token.fc1', [s.width, s.hidden]);
  linearInit(params, random, 'token.fc2', [s.hidden, s.width], 0.25);
  for (let i = 0; i < s.nBlocks; i++) {
    normInit(params, `blocks.${i}.norm`, s.width);
    linearInit(params, random, `blocks.${i}.fc1`, [s.width, s.hidden]);
    linearInit(params, random, `blocks.${i}.fc2`, [s.hidden, s.width], 0.25);
  }
  normInit(params, 'norm', s.width);
  params['head.weight'] = dense(random, s.width, s.dim);
  return params;
}

function residual(params: Params, norm: string, name: string, x: np.Array): np.Array {
  const hidden = nn.silu(linear(params, `${name}.fc1`, layerNorm(params, norm, x.ref)));
  return x.add(linear(params, `${name}.fc2`, hidden));
}

/**
 * counts [B, V] (share of each piece among a text's pieces, rows sum to 1) -> embeddings [B, D], not normalised.
 * A text is the mean of its pieces' vectors, so the sum over pieces is one matrix product and needs no gather.
 */
export function text(params: Params, s: TextShape, counts: np.Array): np.Array {
  const pieces = residual(params, 'token.norm', 'token', params.embedding!.ref); // [V, E]
  let h = np.matmul(counts, pieces); // [B, E]
  for (let i = 0; i < s.nBlocks; i++) h = residual(params, `blocks.${i}.norm`, `blocks.${i}`, h);
  return np.matmul(layerNorm(params, 'norm', h), params['head.weight']!.ref);
}

/** Unit rows. */
export function unitRows(x: np.Array): np.Array {
  const length = np.sqrt(np.square(x.ref).sum(-1, { keepdims: true }).add(1e-12));
  return x.div(length);
}
