/** Which array is what, as a person changes it one choice at a time. */
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { spaceId as spaceIdOf } from '../../engine/intake/arrays/names.ts';
import type { ArrayInfo, ArrayMapping, MappedSpace } from '../../engine/intake/types.ts';

/** What one array is used as. `ids` pair rows of equal ids; `halves` say by row whether an item is chosen on or reported on. */
export type ArrayUse =
  | { kind: 'unused' }
  | { kind: 'halves' }
  | { kind: 'vectors'; modality: Modality; spaceId: string }
  | { kind: ListUse; modality: Modality };
export type ListUse = 'captions' | 'labels' | 'ids';
export const LIST_USES: readonly ListUse[] = ['captions', 'labels', 'ids'];

/** Whether an array holds vectors by its shape; others are lists. */
export const isVectors = ({ shape }: Pick<ArrayInfo, 'shape'>): boolean => shape.length === 2;

const idKeys = ({ pairs }: ArrayMapping): Partial<Record<Modality, string>> =>
  pairs.kind === 'ids' ? pairs.keys : {};

function listsOf(mapping: ArrayMapping, use: ListUse): Partial<Record<Modality, string>> {
  return use === 'ids' ? idKeys(mapping) : mapping[use];
}

/** What an array is used as in a mapping. */
export function useOf(mapping: ArrayMapping, key: string): ArrayUse {
  const vectors = mapping.arrays.find((one) => one.key === key);
  if (vectors) return { kind: 'vectors', modality: vectors.modality, spaceId: vectors.spaceId };
  if (mapping.halves === key) return { kind: 'halves' };
  for (const kind of LIST_USES) {
    const lists = listsOf(mapping, kind);
    const modality = MODALITIES.find((one) => lists[one] === key);
    if (modality) return { kind, modality };
  }
  return { kind: 'unused' };
}

const without = (lists: Partial<Record<Modality, string>>, key: string, modality?: Modality) =>
  Object.fromEntries(
    Object.entries(lists).filter(([of, named]) => named !== key && of !== modality),
  ) as Partial<Record<Modality, string>>;

/** Spaces that some array is in; a base or expert among the others keeps its role. */
function withoutEmpty(mapping: ArrayMapping): ArrayMapping {
  const used = new Set(mapping.arrays.map(({ spaceId }) => spaceId));
  return { ...mapping, spaces: mapping.spaces.filter(({ id }) => used.has(id)) };
}

/**
 * The mapping with one array used as something else. Whatever was used as that before is used no longer: a space has one array a
 * modality, a modality one list of captions.
 */
export function withUse(mapping: ArrayMapping, array: ArrayInfo, use: ArrayUse): ArrayMapping {
  const { key } = array;
  const { halves, ...rest } = mapping;
  const cleared: ArrayMapping = {
    ...rest,
    ...(halves !== undefined && halves !== key && { halves }),
    arrays: mapping.arrays.filter((one) => one.key !== key),
    captions: without(mapping.captions, key),
    labels: without(mapping.labels, key),
    pairs:
      mapping.pairs.kind === 'ids' ? { kind: 'ids', keys: without(idKeys(mapping), key) } : mapping.pairs,
  };
  if (use.kind === 'unused') return withoutEmpty(cleared);
  if (use.kind === 'halves') return withoutEmpty({ ...cleared, halves: key });
  const { modality } = use;
  if (use.kind === 'vectors') {
    const { spaceId } = use;
    const others = cleared.arrays.filter((one) => one.spaceId !== spaceId || one.modality !== modality);
    return withoutEmpty({ ...cleared, arrays: [...others, { key, spaceId, modality }] });
  }
  if (use.kind === 'ids') {
    const keys = { ...without(idKeys(cleared), key, modality), [modality]: key };
    return withoutEmpty({ ...cleared, pairs: { kind: 'ids', keys } });
  }
  return withoutEmpty({ ...cleared, [use.kind]: { ...cleared[use.kind], [modality]: key } });
}

/** The mapping with an array in a new space of its own, named after the array. */
export function withNewSpace(mapping: ArrayMapping, array: ArrayInfo, modality: Modality): ArrayMapping {
  const dim = array.shape[1]!;
  const stem = array.key
    .split('/')
    .at(-1)!
    .replace(/\.\w+$/, '');
  const taken = new Set(mapping.spaces.map(({ id }) => id));
  let name = stem;
  for (let n = 2; taken.has(spaceIdOf(name, dim)); n++) name = `${stem} ${n}`;
  const space: MappedSpace = { id: spaceIdOf(name, dim), name, dim, role: 'other' };
  return withUse({ ...mapping, spaces: [...mapping.spaces, space] }, array, {
    kind: 'vectors',
    modality,
    spaceId: space.id,
  });
}

/** The mapping with a space called otherwise; its id follows, unless another has it already. */
export function withSpaceName(mapping: ArrayMapping, id: string, name: string): ArrayMapping {
  const space = mapping.spaces.find((one) => one.id === id);
  if (!space) return mapping;
  const wanted = spaceIdOf(name, space.dim);
  const next = mapping.spaces.some((one) => one.id === wanted && one !== space) ? id : wanted;
  return {
    ...mapping,
    spaces: mapping.spaces.map((one) => (one === space ? { ...one, id: next, name } : one)),
    arrays: mapping.arrays.map((one) => (one.spaceId === id ? { ...one, spaceId: next } : one)),
  };
}

/** The mapping with a space as base, expert or neither; there is one base. */
export function withRole(mapping: ArrayMapping, id: string, role: MappedSpace['role']): ArrayMapping {
  return {
    ...mapping,
    spaces: mapping.spaces.map((space) => {
      if (space.id === id) return { ...space, role };
      return role === 'base' && space.role === 'base' ? { ...space, role: 'other' } : space;
    }),
  };
}

/** The mapping with rows that belong together by their place or by their ids. */
export function withPairs(mapping: ArrayMapping, kind: 'rows' | 'ids'): ArrayMapping {
  if (kind === mapping.pairs.kind) return mapping;
  return { ...mapping, pairs: kind === 'rows' ? { kind } : { kind, keys: {} } };
}
