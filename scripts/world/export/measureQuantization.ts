/** Holds every committed model against its fp32 twin on real items. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Precision } from '../../../src/formats/onnxBuilder.ts';
import { DIMS } from '../../../src/recipe/embedded.ts';
import type { QuantizationFigures } from '../../../src/world/figures.ts';
import { encodeWordPiece, vocabularyMap } from '../tokenizer/wordPiece.ts';
import { centredCosine, topTenOverlap } from './agreement.ts';
import { fp32Dir, readVocabulary, type ExportOptions } from './exportWorld.ts';
import { COMMITTED, ENSEMBLE_ENDS, ensemblePath, REPOSITORIES, towerPath, type Tower } from './layout.ts';
import { openModel, type Feeds } from './nodeRuntime.ts';

/** Features of items, a row an item. */
export interface TestItems {
  texts: readonly string[];
  /** pixel_values [nPictures, 3, 64, 64], on white, in [-1, 1]. */
  pictures: Float32Array;
  /** Log-mel features in dB [nSounds, 128, 64]. */
  sounds: Float32Array;
}

export const PICTURE_VALUES = 3 * 64 * 64;
export const SOUND_VALUES = 128 * 64;

/** What a model is fed in batches of items: `feed` takes the first item and how many. */
interface Job {
  nItems: number;
  dim: number;
  feed: (first: number, count: number) => Feeds;
}

const BATCH = 32;

async function embed(bytes: Uint8Array, { nItems, dim, feed }: Job): Promise<Float32Array> {
  const model = await openModel(bytes);
  try {
    const out = new Float32Array(nItems * dim);
    for (let first = 0; first < nItems; first += BATCH)
      out.set(await model.run(feed(first, Math.min(BATCH, nItems - first))), first * dim);
    return out;
  } finally {
    await model.release();
  }
}

/** input_ids and attention_mask of texts, padded to the longest. */
export function textFeeds(vocabulary: ReadonlyMap<string, number>, texts: readonly string[]): Feeds {
  const ids = texts.map((text) => encodeWordPiece(vocabulary, text));
  const length = Math.max(...ids.map((row) => row.length));
  const dims = [texts.length, length];
  const whole = (of: (row: readonly number[], i: number) => number) =>
    BigInt64Array.from(ids.flatMap((row) => Array.from({ length }, (_, i) => BigInt(of(row, i)))));
  return {
    input_ids: { data: whole((row, i) => row[i] ?? 0), dims },
    attention_mask: { data: whole((row, i) => (i < row.length ? 1 : 0)), dims },
  };
}

function towerJob(tower: Tower, dim: number, items: TestItems, pieces: readonly string[]): Job {
  const vocabulary = vocabularyMap(pieces);
  const { texts, pictures, sounds } = items;
  if (tower === 'text')
    return {
      nItems: texts.length,
      dim,
      feed: (first, count) => textFeeds(vocabulary, texts.slice(first, first + count)),
    };
  const [name, all, size, shape] =
    tower === 'image'
      ? (['pixel_values', pictures, PICTURE_VALUES, [3, 64, 64]] as const)
      : (['input_features', sounds, SOUND_VALUES, [1, 128, 64]] as const);
  return {
    nItems: all.length / size,
    dim,
    feed: (first, count) => ({
      [name]: { data: all.slice(first * size, (first + count) * size), dims: [count, ...shape] },
    }),
  };
}

function ensembleJob(x: Float32Array, dIn: number, dOut: number, nMembers: number): Job {
  return {
    nItems: x.length / dIn,
    dim: dOut,
    feed: (first, count) => ({
      embeddings: { data: x.slice(first * dIn, (first + count) * dIn), dims: [count, dIn] },
      mask: { data: new Float32Array(nMembers).fill(1), dims: [nMembers] },
    }),
  };
}

/**
 * Runs every exported model, or those in `only`, in all precisions on the items. An ensemble is measured on the exact
 * embeddings of its source space, all modalities together and all members on.
 */
export async function measureQuantization({
  cacheDir,
  outDir,
  only,
  items,
}: ExportOptions & { items: TestItems }): Promise<QuantizationFigures[]> {
  const figures: QuantizationFigures[] = [];
  const wanted = (name: string) => !only || only.includes(name);
  const read = async (path: string, precision: Precision) =>
    new Uint8Array(await readFile(join(precision === 'fp32' ? fp32Dir(cacheDir) : outDir, path)));
  const measure = async (model: string, job: Job, pathOf: (precision: Precision) => string) => {
    const exact = await embed(await read(pathOf('fp32'), 'fp32'), job);
    for (const precision of COMMITTED) {
      const bytes = await read(pathOf(precision), precision);
      const rounded = await embed(bytes, job);
      figures.push({
        model,
        precision,
        nItems: job.nItems,
        centredCosine: centredCosine(exact, rounded, job.dim),
        topTenOverlap: topTenOverlap(exact, rounded, job.dim),
        bytes: bytes.length,
      });
    }
    return exact;
  };
  const exactOf: Partial<Record<string, Float32Array[]>> = {};
  for (const repository of REPOSITORIES) {
    const { folder, space, towers } = repository;
    if (!wanted(folder)) continue;
    const pieces = towers.includes('text') ? await readVocabulary(cacheDir, space) : [];
    for (const tower of towers) {
      const job = towerJob(tower, DIMS[space], items, pieces);
      const exact = await measure(`${space}/${tower}`, job, (precision) =>
        towerPath(repository, tower, precision),
      );
      (exactOf[space] ??= []).push(exact);
    }
  }
  for (const { id, source, dIn, dOut, members } of ENSEMBLE_ENDS) {
    const inputs = exactOf[source];
    if (!wanted(id) || !inputs) continue;
    const x = new Float32Array(inputs.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const rows of inputs) {
      x.set(rows, at);
      at += rows.length;
    }
    await measure(id, ensembleJob(x, dIn, dOut, members.length), (precision) => ensemblePath(id, precision));
  }
  return figures;
}
