/** Makes a collection of mapped arrays: unit rows in float32, and items whose groups are their pairs. */
import { InputError } from '../../../base/errors.ts';
import { MODALITIES, type Modality } from '../../../base/modality.ts';
import { halfOf } from '../../../world/collection.ts';
import type { Half } from '../../../world/types.ts';
import type { NewCollection } from '../../collections/types.ts';
import type { Vectors } from '../../vectors.ts';
import type { ArrayMapping, LeftOut } from '../types.ts';
import type { Candidates, EmbeddingCandidate } from './candidates.ts';
import { checkRowsOf, eachBlock, type WalkOptions } from './checks.ts';
import { problemOf, rowsByModality } from './mapping.ts';

export type NewItems = NewCollection['items'];

/** A collection in the making: its items are numbered by row, so that they can be handed over in parts. */
export interface MadeCollection {
  collection: NewCollection;
  leftOut: LeftOut[];
  notes: string[];
}

interface Lists {
  captions: Partial<Record<Modality, readonly string[]>>;
  labels: Partial<Record<Modality, readonly string[]>>;
  /** By modality: which rows belong together; undefined where row i belongs to row i. */
  ids: Partial<Record<Modality, readonly string[]>> | undefined;
  halves: readonly string[] | undefined;
}

/**
 * Rows that cannot be used are left out with their partners: row i of every array, or of pairs by ids, the item, and those that it
 * was the only partner of.
 * @throws InputError where the mapping does not fit or nothing is left, AbortedError, FormatError
 */
export async function makeCollection(
  candidates: Candidates,
  mapping: ArrayMapping,
  options: WalkOptions = {},
): Promise<MadeCollection> {
  const arrays = [...candidates.embeddings, ...candidates.lists].map(({ info }) => info);
  const problem = problemOf({ arrays }, mapping);
  if (problem !== undefined) throw new InputError(problem);
  const counts = rowsByModality({ arrays }, mapping);
  const lists = await readLists(candidates, mapping);
  for (const { key } of mapping.arrays) {
    const array = embedding(candidates, key);
    array.checked ??= await checkRowsOf(array, { signal: options.signal });
  }
  const kept = keptRows(candidates, mapping, counts, lists);
  const left = MODALITIES.reduce((sum, modality) => sum + (kept[modality]?.length ?? 0), 0);
  if (left === 0)
    throw new InputError('No row is left: each has NaN, infinities or only zeros in one of the arrays.');
  const vectors: { space: NewCollection['vectors'][number]['space']; rows: Vectors; origin: string }[] = [];
  let done = 0;
  for (const { id, name, dim } of mapping.spaces) {
    const rows: Vectors = {};
    const used = mapping.arrays.filter(({ spaceId }) => spaceId === id);
    for (const { key, modality } of used) {
      const array = embedding(candidates, key);
      const before = done;
      rows[modality] = await unitRows(array, kept[modality]!, {
        signal: options.signal,
        onRows: (n) => options.onRows?.(before + n * dim),
      });
      done += array.nRows * dim;
    }
    const modalities = MODALITIES.filter((modality) => rows[modality]);
    vectors.push({
      space: { id, name, about: aboutOf(used.map(({ key }) => key)), dim, modalities },
      rows,
      origin: used.map(({ key }) => `${key}, ${dtypeOf(candidates, key)}`).join('; '),
    });
  }
  return {
    collection: {
      name: mapping.name.trim(),
      origin: 'embeddings',
      items: itemsOf(kept, lists),
      media: new Map(),
      vectors,
      recipes: [],
    },
    ...told(counts, kept),
  };
}

function embedding({ embeddings }: Candidates, key: string): EmbeddingCandidate {
  return embeddings.find(({ info }) => info.key === key)!;
}

function aboutOf(keys: readonly string[]): string {
  return `Read from ${keys.join(', ')}.`;
}

const DTYPES: Readonly<Record<string, string>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

function dtypeOf(candidates: Candidates, key: string): string {
  const { dtype, fortran } = embedding(candidates, key).info;
  return `${DTYPES[dtype] ?? dtype.toLowerCase()}${fortran ? ' in Fortran order' : ''}`;
}

async function readLists(candidates: Candidates, mapping: ArrayMapping): Promise<Lists> {
  const read = new Map<string, Promise<string[]>>();
  const listOf = (key: string) => {
    const known = read.get(key) ?? candidates.lists.find(({ info }) => info.key === key)!.strings();
    read.set(key, known);
    return known;
  };
  const all = async (named: Partial<Record<Modality, string>>) => {
    const out: Partial<Record<Modality, readonly string[]>> = {};
    for (const modality of MODALITIES) {
      const key = named[modality];
      if (key !== undefined) out[modality] = await listOf(key);
    }
    return out;
  };
  return {
    captions: await all(mapping.captions),
    labels: await all(mapping.labels),
    ids: mapping.pairs.kind === 'ids' ? await all(mapping.pairs.keys) : undefined,
    halves: mapping.halves === undefined ? undefined : await listOf(mapping.halves),
  };
}

type Kept = Partial<Record<Modality, Uint32Array<ArrayBuffer>>>;

/** Rows of each modality that every array of it can use, and whose partners can be used. */
function keptRows(
  candidates: Candidates,
  mapping: ArrayMapping,
  counts: Partial<Record<Modality, number>>,
  { ids }: Lists,
): Kept {
  const bad: Partial<Record<Modality, Uint8Array>> = {};
  for (const modality of MODALITIES) {
    const nRows = counts[modality];
    if (nRows === undefined) continue;
    const flags = new Uint8Array(nRows);
    for (const one of mapping.arrays)
      // Row i is one pair over all modalities.
      if (!ids || one.modality === modality)
        for (const [i, flag] of embedding(candidates, one.key).checked!.bad.entries()) flags[i]! |= flag;
    bad[modality] = flags;
  }
  if (ids) leaveWidows(bad, ids);
  const out: Kept = {};
  for (const modality of MODALITIES) {
    const flags = bad[modality];
    if (flags) out[modality] = Uint32Array.from(flags.keys()).filter((i) => flags[i] === 0);
  }
  return out;
}

/** Flags rows whose id had partners of another modality, all of which are flagged. */
function leaveWidows(
  bad: Partial<Record<Modality, Uint8Array>>,
  ids: Partial<Record<Modality, readonly string[]>>,
): void {
  const had = new Map<string, Set<Modality>>();
  const has = new Map<string, Set<Modality>>();
  const add = (to: Map<string, Set<Modality>>, id: string, modality: Modality) =>
    to.set(id, (to.get(id) ?? new Set()).add(modality));
  for (const modality of MODALITIES)
    ids[modality]?.forEach((id, i) => {
      add(had, id, modality);
      if (bad[modality]![i] === 0) add(has, id, modality);
    });
  for (const modality of MODALITIES)
    ids[modality]?.forEach((id, i) => {
      if (had.get(id)!.size > 1 && (has.get(id)?.size ?? 0) < 2) bad[modality]![i] = 1;
    });
}

/** Rows of an array as unit rows in float32 [kept, dim]; lengths are summed in float64. */
async function unitRows(
  array: EmbeddingCandidate,
  kept: Uint32Array,
  options: WalkOptions,
): Promise<Float32Array<ArrayBuffer>> {
  const { dim } = array;
  const out = new Float32Array(kept.length * dim);
  let next = 0;
  await eachBlock(
    array,
    (block, start, n) => {
      for (; next < kept.length && kept[next]! < start + n; next++) {
        const from = (kept[next]! - start) * dim;
        let squares = 0;
        for (let d = 0; d < dim; d++) squares += block[from + d]! ** 2;
        const scale = 1 / Math.sqrt(squares);
        for (let d = 0; d < dim; d++) out[next * dim + d] = block[from + d]! * scale;
      }
    },
    options,
  );
  return out;
}

function itemsOf(kept: Kept, lists: Lists): NewItems {
  const items: NewItems = { text: [], image: [], audio: [] };
  for (const modality of MODALITIES) {
    const [captions, labels, ids] = [lists.captions[modality], lists.labels[modality], lists.ids?.[modality]];
    for (const row of kept[modality] ?? []) {
      const group = ids ? ids[row]! : `row ${row}`;
      const label = labels?.[row];
      items[modality].push({
        id: `${modality}:${row}`,
        caption: captions?.[row]?.trim() || (ids ? `${group}, row ${row}` : group),
        group,
        category: label === undefined || label === '' ? modality : label,
        half: halfIn(lists.halves?.[row]) ?? halfOf(group),
        seen: false,
        ...(label === undefined || label === '' ? {} : { label }),
      });
    }
  }
  return items;
}

function halfIn(word: string | undefined): Half | undefined {
  if (word === undefined) return undefined;
  if (/^(test|eval)/i.test(word)) return 'test';
  return /^(val|dev|train)/i.test(word) ? 'validation' : undefined;
}

function told(
  counts: Partial<Record<Modality, number>>,
  kept: Kept,
): Pick<MadeCollection, 'leftOut' | 'notes'> {
  const leftOut: LeftOut[] = [];
  for (const modality of MODALITIES) {
    const missing = (counts[modality] ?? 0) - (kept[modality]?.length ?? 0);
    if (missing > 0)
      leftOut.push({
        path: `${missing} ${modality} row${missing === 1 ? '' : 's'}`,
        reason: 'NaN, infinities or only zeros in an array, or in that of every partner.',
      });
  }
  return { leftOut, notes: [] };
}
