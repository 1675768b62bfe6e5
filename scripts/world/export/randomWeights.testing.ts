/** Random weights in the shape of trained ones. */
import { createRandom, type Random } from '../../../src/base/random.ts';
import type { Tensor } from '../../../src/formats/safetensors.ts';
import type { ProjectorWeights } from '../../../src/math/projector.ts';

function draw(random: Random, shape: number[], deviation: number, mean = 0): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return { shape, data: Float32Array.from({ length: count }, () => mean + deviation * random.normal()) };
}

type Draws = Record<string, Tensor>;

function norm(random: Random, out: Draws, name: string, width: number): void {
  out[`${name}.scale`] = draw(random, [width], 0.2, 1);
  out[`${name}.bias`] = draw(random, [width], 0.2);
}

function linear(random: Random, out: Draws, name: string, dIn: number, dOut: number): void {
  out[`${name}.weight`] = draw(random, [dIn, dOut], 1 / Math.sqrt(dIn));
  out[`${name}.bias`] = draw(random, [dOut], 0.1);
}

export function randomMixer(seed: number, patchSize: number, dim: number, input = { mean: 0, std: 1 }) {
  const random = createRandom(seed);
  const out: Draws = {
    pos: draw(random, [64, 32], 0.5),
    'head.weight': draw(random, [32, dim], 0.2),
    'input.mean': { shape: [1], data: Float32Array.of(input.mean) },
    'input.std': { shape: [1], data: Float32Array.of(input.std) },
  };
  linear(random, out, 'patch', patchSize, 32);
  for (let i = 0; i < 2; i++) {
    norm(random, out, `layers.${i}.norm1`, 32);
    linear(random, out, `layers.${i}.token1`, 64, 32);
    linear(random, out, `layers.${i}.token2`, 32, 64);
    norm(random, out, `layers.${i}.norm2`, 32);
    linear(random, out, `layers.${i}.channel1`, 32, 64);
    linear(random, out, `layers.${i}.channel2`, 64, 32);
  }
  norm(random, out, 'norm', 32);
  return new Map(Object.entries(out));
}

export function randomText(seed: number, nPieces: number, dim: number) {
  const random = createRandom(seed);
  const out: Draws = {
    embedding: draw(random, [nPieces, 32], 0.5),
    'head.weight': draw(random, [32, dim], 0.2),
  };
  norm(random, out, 'token.norm', 32);
  norm(random, out, 'norm', 32);
  for (const name of ['token', 'blocks.0', 'blocks.1']) {
    linear(random, out, `${name}.fc1`, 32, 64);
    linear(random, out, `${name}.fc2`, 64, 32);
    norm(random, out, `${name}.norm`, 32);
  }
  return new Map(Object.entries(out));
}

/** A table of piece vectors, as the text encoder of Tags is. */
export function randomTable(seed: number, nPieces: number, dim: number) {
  return new Map([['pieces', draw(createRandom(seed), [nPieces, dim], 0.5)]]);
}

export function randomProjector(seed: number, dIn: number, dHidden: number, dOut: number): ProjectorWeights {
  const random = createRandom(seed);
  const vector = (size: number, deviation: number, mean = 0) => draw(random, [size], deviation, mean).data;
  const variance = (size: number) => vector(size, 1).map((value) => 0.2 + value * value);
  return {
    'linear1.weight': draw(random, [dIn, dHidden], 1).data,
    'linear1.bias': vector(dHidden, 0.2),
    'norm1.weight': vector(dHidden, 0.2, 1),
    'norm1.bias': vector(dHidden, 0.2),
    'norm1.running_mean': vector(dHidden, 0.2),
    'norm1.running_var': variance(dHidden),
    'linear2.weight': draw(random, [dHidden, dOut], 0.2).data,
    'linear2.bias': vector(dOut, 0.2),
    'norm2.weight': vector(dOut, 0.2, 1),
    'norm2.bias': vector(dOut, 0.2),
    'norm2.running_mean': vector(dOut, 0.2),
    'norm2.running_var': variance(dOut),
  };
}
