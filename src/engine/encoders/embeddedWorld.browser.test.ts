/**
 * The files of the embedded world, as they ship: encoding the collection's own items on this backend gives the vectors that
 * are stored for them. The stored ones come from float32 weights, so what differs is quantization.
 */
import { beforeAll, afterAll, expect, test } from 'vitest';
import type { Modality } from '../../base/modality.ts';
import { readSafetensors, type Tensor } from '../../formats/safetensors.ts';
import { MEMBERS, SPACES } from '../../recipe/embedded.ts';
import { renderClip } from '../../world/sounds/clip.ts';
import type { WorldManifest } from '../../world/types.ts';
import { ownModalities } from '../../world/encoders.ts';
import { fetchFile, fetchJson } from '../storage/fetchFile.ts';
import type { Backend } from '../types.ts';
import { createEncoders, type Encoders } from './encoders.ts';
import type { PreparedInput } from './inputs.ts';

const backend = import.meta.env.BONDLAB_BACKEND as Backend;
const ROOT = '/';
const N_ITEMS = 64;
/** Least mean cosine after the mean embedding is subtracted: int8 weights on WebAssembly, 4-bit ones on WebGPU. */
const MIN_CENTRED_COSINE = { wasm: 0.97, webgpu: 0.95 }[backend];

let encoders: Encoders;
let manifest: WorldManifest;
let atlas: OffscreenCanvasRenderingContext2D;

beforeAll(async () => {
  encoders = createEncoders({ assetUrl: (path) => ROOT + path, backend });
  manifest = await fetchJson(`${ROOT}world/collection.json`);
  const bitmap = await createImageBitmap(new Blob([await fetchFile(`${ROOT}world/atlas.webp`)]), {
    premultiplyAlpha: 'none',
  });
  atlas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true })!;
  atlas.drawImage(bitmap, 0, 0);
});
afterAll(() => encoders.dispose());

async function stored(path: string): Promise<Map<string, Tensor>> {
  return readSafetensors(await fetchFile(`${ROOT}world/${path}.safetensors`));
}

function rowOf({ shape, data }: Tensor, index: number): Float32Array {
  const dim = shape[1]!;
  return data.slice(index * dim, (index + 1) * dim);
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = a.reduce((sum, value, d) => sum + value * b[d]!, 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
}

/** Mean over the given items of cos(own - m, known - m), m the mean of all known rows: what they share hides nothing. */
function centredCosine(
  own: readonly Float32Array[],
  { shape, data }: Tensor,
  indices: readonly number[],
): number {
  const [n, dim] = shape as [number, number];
  const mean = new Float32Array(dim);
  data.forEach((value, i) => (mean[i % dim]! += value / n));
  const centred = (row: Float32Array) => row.map((value, d) => value - mean[d]!);
  const cosines = indices.map((index, i) => cosine(centred(own[i]!), centred(rowOf({ shape, data }, index))));
  return cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
}

/** Item `index` as the encoders take it. */
function inputOf(modality: Modality, index: number): PreparedInput {
  if (modality === 'text') return { modality, text: manifest.text[index]!.caption };
  if (modality === 'audio')
    return { modality, samples: renderClip(manifest.audio[index]!.clip) as Float32Array<ArrayBuffer> };
  const { tilePx, columns } = manifest.atlas;
  const { tile } = manifest.image[index]!;
  const x = (tile % columns) * tilePx;
  const y = Math.floor(tile / columns) * tilePx;
  const { data } = atlas.getImageData(x, y, tilePx, tilePx);
  return { modality, pixels: data as Uint8ClampedArray<ArrayBuffer> };
}

/** Indices spread over a list. */
const spread = (n: number) => Array.from({ length: N_ITEMS }, (_, i) => Math.floor((i * n) / N_ITEMS));

const TOWERS = SPACES.flatMap((space) =>
  ownModalities(space).map((modality) => [space.id, modality] as const),
);

test.each(TOWERS)('%s/%s gives the stored vectors of the collection', async (spaceId, modality) => {
  const known = (await stored(`embeddings/${spaceId}`)).get(modality)!;
  const indices = spread(manifest[modality].length);
  const own: Float32Array[] = [];
  for (const index of indices) own.push(await encoders.encode(spaceId, inputOf(modality, index)));
  expect(centredCosine(own, known, indices)).toBeGreaterThan(MIN_CENTRED_COSINE);
});

test.each([
  ['foley-to-unified', 'foley', 'audio'],
  ['unified-to-pictext', 'unified', 'image'],
  ['tone-to-pictext', 'tone', 'audio'],
] as const)(
  '%s projects the vectors of %s as stored, and a mask gives another mixture',
  async (ensembleId, from, modality) => {
    const source = (await stored(`embeddings/${from}`)).get(modality)!;
    const target = (await stored(`projected/${ensembleId}`)).get(modality)!;
    const indices = spread(manifest[modality].length);
    const x = Float32Array.from(indices.flatMap((index) => [...rowOf(source, index)]));
    const all = MEMBERS.map(() => true);
    const y = await encoders.project(ensembleId, x, all);
    const dim = target.shape[1]!;
    const rows = indices.map((_, i) => y.subarray(i * dim, (i + 1) * dim));
    expect(centredCosine(rows, target, indices)).toBeGreaterThan(MIN_CENTRED_COSINE);
    const one = await encoders.project(
      ensembleId,
      x,
      all.map((_, i) => i === 0),
    );
    expect(one).toHaveLength(y.length);
    expect(cosine(one.subarray(0, dim), y.subarray(0, dim))).toBeLessThan(0.9999);
  },
);
