/** Whether a mapping fits the arrays that it names. */
import { MODALITIES, type Modality } from '../../../base/modality.ts';
import type { ArrayInfo, ArrayMapping, ArraysPlan } from '../types.ts';

/** Rows of each modality under a mapping, from its first array. */
export function rowsByModality(
  { arrays }: Pick<ArraysPlan, 'arrays'>,
  mapping: ArrayMapping,
): Partial<Record<Modality, number>> {
  const out: Partial<Record<Modality, number>> = {};
  for (const { key, modality } of mapping.arrays)
    out[modality] ??= arrays.find((one) => one.key === key)?.shape[0] ?? 0;
  return out;
}

/** Keys of every array and list that a mapping uses. */
export function usedKeys({ arrays, captions, labels, pairs, halves }: ArrayMapping): Set<string> {
  return new Set([
    ...arrays.map(({ key }) => key),
    ...Object.values(captions),
    ...Object.values(labels),
    ...(pairs.kind === 'ids' ? Object.values(pairs.keys) : []),
    ...(halves === undefined ? [] : [halves]),
  ]);
}

/** What does not fit, in one sentence that says what to do; undefined where everything does. */
export function problemOf(plan: Pick<ArraysPlan, 'arrays'>, mapping: ArrayMapping): string | undefined {
  if (mapping.name.trim() === '') return 'The collection needs a name.';
  if (mapping.arrays.length === 0)
    return 'Nothing is mapped: say of at least one array which space and modality it is of.';
  return problemOfSpaces(mapping) ?? problemOfArrays(plan, mapping) ?? problemOfLists(plan, mapping);
}

function problemOfSpaces({ spaces, arrays }: ArrayMapping): string | undefined {
  const ids = spaces.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) < i);
  if (twice !== undefined) return `Two spaces go by “${twice}”: give them different names.`;
  const nameless = spaces.find(({ name, id }) => name.trim() === '' || id === '');
  if (nameless) return 'Every space needs a name.';
  const unused = spaces.find(({ id }) => !arrays.some(({ spaceId }) => spaceId === id));
  if (unused) return `No array is of ${unused.name}: map one, or take the space away.`;
  if (spaces.filter(({ role }) => role === 'base').length > 1)
    return 'Two spaces are the base: a collection has one.';
  return undefined;
}

function problemOfArrays(plan: Pick<ArraysPlan, 'arrays'>, mapping: ArrayMapping): string | undefined {
  const taken = new Map<string, string>();
  for (const { key, spaceId, modality } of mapping.arrays) {
    const info = plan.arrays.find((one) => one.key === key);
    const space = mapping.spaces.find(({ id }) => id === spaceId);
    if (!info) return `There is no array “${key}” in these files.`;
    if (!space) return `“${key}” is of the space “${spaceId}”, which is not described.`;
    if (info.shape.length !== 2) return `“${key}” is a list, not an array of [rows, numbers].`;
    if (info.shape[1] !== space.dim)
      return `“${key}” has ${info.shape[1]} numbers a row, ${space.name} has ${space.dim}: they are not of one space.`;
    const place = `${spaceId} ${modality}`;
    const other = taken.get(place);
    if (other !== undefined)
      return `“${other}” and “${key}” are both the ${modality} of ${space.name}: map one of them.`;
    taken.set(place, key);
  }
  const counts = rowsByModality(plan, mapping);
  for (const { key, modality } of mapping.arrays) {
    const rows = plan.arrays.find((one) => one.key === key)!.shape[0]!;
    if (rows !== counts[modality])
      return `“${key}” has ${rows} rows; the other ${modality} arrays have ${counts[modality]}. Row i must be the same item in all of them.`;
  }
  return undefined;
}

function problemOfLists(plan: Pick<ArraysPlan, 'arrays'>, mapping: ArrayMapping): string | undefined {
  const { pairs, captions, labels, halves } = mapping;
  const counts = rowsByModality(plan, mapping);
  const present = MODALITIES.filter((modality) => counts[modality] !== undefined);
  if (pairs.kind === 'rows') {
    const [first, ...others] = present;
    const odd = others.find((modality) => counts[modality] !== counts[first!]);
    if (odd)
      return `There are ${counts[first!]} rows of ${first} and ${counts[odd]} of ${odd}: they cannot be paired row by row. Choose a list of ids for each.`;
  } else {
    const missing = present.find((modality) => pairs.keys[modality] === undefined);
    if (missing) return `Pairs go by ids, and ${missing} has no list of them: choose one.`;
    if (halves !== undefined) return 'Halves go by rows: they need pairs by rows, too.';
  }
  const named: [Partial<Record<Modality, string>>, string][] = [
    [captions, 'captions'],
    [labels, 'labels'],
    [pairs.kind === 'ids' ? pairs.keys : {}, 'ids'],
    [halves === undefined ? {} : { [present[0]!]: halves }, 'halves'],
  ];
  for (const [lists, what] of named)
    for (const modality of present) {
      const key = lists[modality];
      if (key === undefined) continue;
      const info: ArrayInfo | undefined = plan.arrays.find((one) => one.key === key);
      if (info?.shape.length !== 1) return `There is no list “${key}” in these files.`;
      if (info.shape[0] !== counts[modality])
        return `“${key}” has ${info.shape[0]} values; there are ${counts[modality]} rows of ${modality}. As ${what}, it needs one a row.`;
    }
  return undefined;
}
