/** Proposes what arrays are: from a manifest where there is one, else from names and shapes. Pure but for reading rows. */
import { MODALITIES, type Modality } from '../../../base/modality.ts';
import type { ArrayMapping, ArraysPlan, LeftOut, MappedSpace } from '../types.ts';
import {
  sortArrays,
  type Candidates,
  type EmbeddingCandidate,
  type FileArray,
  type ListCandidate,
} from './candidates.ts';
import type { WalkOptions } from './checks.ts';
import { problemOf, usedKeys } from './mapping.ts';
import type { ArraysManifest } from './manifest.ts';
import { isPictureSpace, spaceId } from './names.ts';
import { notesOfRows } from './notes.ts';

/** A manifest with the path of the file that its arrays are in, and its own. */
export interface PlacedManifest {
  manifest: ArraysManifest;
  path: string;
  arraysPath: string;
}

/** A plan with what it stands on. */
export interface PlannedArrays {
  plan: ArraysPlan;
  candidates: Candidates;
  /** Arrays that the proposal does not use, with the reason. */
  leftOut: LeftOut[];
}

type Proposal = Pick<ArraysPlan, 'proposal' | 'certain' | 'notes'> & { leftOut: LeftOut[] };

/** An array that a name and shape say enough of. */
interface Named {
  candidate: EmbeddingCandidate;
  modality: Modality;
  space: string;
  role: MappedSpace['role'] | undefined;
}

/**
 * @param name of the collection, where nothing better is known.
 * @throws AbortedError, FormatError where a file does not hold what it claims
 */
export async function planArrays(
  files: readonly FileArray[],
  name: string,
  manifest?: PlacedManifest,
  options?: WalkOptions,
): Promise<PlannedArrays> {
  const candidates = await sortArrays(files, options);
  const made = manifest ? fromManifest(candidates, manifest) : fromNames(candidates, name);
  const plan: ArraysPlan = {
    arrays: [...candidates.embeddings, ...candidates.lists].map(({ info }) => info),
    proposal: made.proposal,
    certain: made.certain,
    notes: made.notes,
  };
  const problem = problemOf(plan, plan.proposal);
  if (problem !== undefined) {
    plan.certain = false;
    plan.notes.push(problem);
  }
  plan.notes.push(...notesOfRows(plan));
  return { plan, candidates, leftOut: [...candidates.leftOut, ...made.leftOut] };
}

function fromManifest(
  { embeddings, lists }: Candidates,
  { manifest, path, arraysPath }: PlacedManifest,
): Proposal {
  const listKey = (list: string) => `${path}/${list}`;
  const spaces: MappedSpace[] = [];
  const arrays: ArrayMapping['arrays'] = [];
  for (const { array, space, modality } of manifest.arrays) {
    const found = embeddings.find(({ info }) => info.key === `${arraysPath}/${array}`);
    const key = found?.info.key ?? `${arraysPath}/${array}`;
    const id = spaceId(space, found?.dim ?? 0);
    const role = manifest.spaces.find((one) => one.name === space)?.role ?? 'other';
    if (!spaces.some((one) => one.id === id)) spaces.push({ id, name: space, dim: found?.dim ?? 0, role });
    arrays.push({ key, spaceId: id, modality });
  }
  const keyed = (named: Partial<Record<Modality, string>>) =>
    Object.fromEntries(Object.entries(named).map(([modality, list]) => [modality, listKey(list)]));
  const proposal: ArrayMapping = {
    name: manifest.name,
    spaces,
    arrays,
    pairs:
      Object.keys(manifest.ids).length > 0 ? { kind: 'ids', keys: keyed(manifest.ids) } : { kind: 'rows' },
    captions: keyed(manifest.captions),
    labels: keyed(manifest.labels),
    ...(manifest.halves !== undefined && { halves: listKey(manifest.halves) }),
  };
  const used = usedKeys(proposal);
  return {
    proposal,
    certain: true,
    notes: [],
    leftOut: [...embeddings, ...lists].flatMap(({ info }) =>
      used.has(info.key) ? [] : [{ path: info.key, reason: 'The manifest does not name it.' }],
    ),
  };
}

function fromNames({ embeddings, lists }: Candidates, name: string): Proposal {
  const draft = new Draft();
  for (const candidate of embeddings) draft.take(candidate);
  draft.settleRows();
  const arrays = draft.named.map(({ candidate, modality, space }) => ({
    key: candidate.info.key,
    spaceId: spaceId(space, candidate.dim),
    modality,
  }));
  const spaces = spacesOf(draft.named);
  const listed = proposeLists(lists, draft);
  const proposal: ArrayMapping = { name, spaces, arrays, ...listed };
  const used = usedKeys(proposal);
  const unused = lists.filter(({ info }) => !used.has(info.key));
  return {
    proposal,
    certain: !draft.isDoubtful && arrays.length > 0,
    notes: draft.notes,
    leftOut: [
      ...draft.leftOut,
      ...unused.map(({ info }) => ({
        path: info.key,
        reason: 'No word of its name says captions, labels or ids, or it has another number of rows.',
      })),
    ],
  };
}

/** What is proposed so far, and what gives rise to doubt. */
class Draft {
  named: Named[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly notes: string[] = [];
  isDoubtful = false;

  take(candidate: EmbeddingCandidate): void {
    const { info, says, slice, dim } = candidate;
    const { derived } = says;
    if (derived !== undefined) {
      this.#leave(candidate, `Not named as an embedding: “${derived}” says that it is something else.`);
      return;
    }
    const modality = this.#modalityOf(candidate);
    if (!modality) {
      this.#leave(candidate, 'Not named as an embedding: no word of its name says text, image or audio.');
      return;
    }
    if (slice && !isPictureSpace(says.space)) {
      this.isDoubtful = true;
      this.notes.push(`“${info.path}” holds ${slice.of} arrays: say which is which.`);
    }
    const next: Named = { candidate, modality, space: says.space ?? 'Own', role: says.role };
    const twin = this.named.find(
      (one) => one.modality === modality && one.space === next.space && one.candidate.dim === dim,
    );
    if (!twin) this.named.push(next);
    else if (twin.candidate.checked?.digest === candidate.checked?.digest)
      this.#leave(candidate, `Its rows equal those of “${twin.candidate.info.key}”.`);
    else this.#choose(twin, next);
  }

  #modalityOf({ says, slice }: EmbeddingCandidate): Modality | undefined {
    if (!slice) return says.modality;
    // Published features of picture spaces hold the pictures first, then their captions.
    return slice.of === 2 ? (['image', 'text'] as const)[slice.index] : undefined;
  }

  /** Of two arrays for one place: that of the test split, else the first. */
  #choose(first: Named, second: Named): void {
    const rank = ({ candidate: { says } }: Named) =>
      ['test', undefined, 'validation', 'train'].indexOf(says.split);
    const [kept, other] = rank(second) < rank(first) ? [second, first] : [first, second];
    this.named = this.named.map((one) => (one === first ? kept : one));
    this.isDoubtful = true;
    this.#leave(
      other.candidate,
      `“${kept.candidate.info.key}” is the ${kept.modality} of ${kept.space} already, and other rows.`,
    );
  }

  /** Leaves out arrays whose rows are fewer or more than those of most arrays of their modality. */
  settleRows(): void {
    for (const modality of MODALITIES) {
      const counts = new Map<number, number>();
      for (const one of this.named)
        if (one.modality === modality)
          counts.set(one.candidate.nRows, (counts.get(one.candidate.nRows) ?? 0) + 1);
      const [most] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
      this.named = this.named.filter((one) => {
        if (one.modality !== modality || one.candidate.nRows === most) return true;
        this.isDoubtful = true;
        this.#leave(
          one.candidate,
          `It has ${one.candidate.nRows} rows; other ${modality} arrays have ${most}.`,
        );
        return false;
      });
    }
  }

  #leave({ info }: EmbeddingCandidate, reason: string): void {
    this.leftOut.push({ path: info.key, reason });
  }
}

/** Spaces of named arrays, one base among them: one that is called so, else the one of most modalities. */
function spacesOf(named: readonly Named[]): MappedSpace[] {
  const found = new Map<string, MappedSpace & { modalities: Set<Modality>; said: boolean }>();
  for (const { candidate, modality, space, role } of named) {
    const id = spaceId(space, candidate.dim);
    const known = found.get(id);
    if (known) known.modalities.add(modality);
    else
      found.set(id, {
        id,
        name: space,
        dim: candidate.dim,
        role: role ?? 'other',
        modalities: new Set([modality]),
        said: role !== undefined,
      });
  }
  const all = [...found.values()];
  const bySize = (list: typeof all) => list.toSorted((a, b) => b.modalities.size - a.modalities.size)[0];
  const base =
    bySize(all.filter(({ role }) => role === 'base')) ??
    bySize(all.filter(({ said }) => !said)) ??
    bySize(all);
  const mapped = all.map(({ id, name, dim, role, modalities }): MappedSpace => {
    const shares = base && [...modalities].some((modality) => base.modalities.has(modality));
    const own = id === base?.id ? 'base' : role === 'base' || (role === 'other' && shares) ? 'expert' : role;
    return { id, name, dim, role: own };
  });
  return mapped.sort((a, b) => Number(b.role === 'base') - Number(a.role === 'base'));
}

function proposeLists(
  lists: readonly ListCandidate[],
  { named }: Draft,
): Pick<ArrayMapping, 'pairs' | 'captions' | 'labels' | 'halves'> {
  const counts = new Map<Modality, number>();
  for (const { modality, candidate } of named) counts.set(modality, candidate.nRows);
  const pick = (what: 'captions' | 'labels' | 'ids'): Partial<Record<Modality, string>> => {
    const out: Partial<Record<Modality, string>> = {};
    for (const [modality, nRows] of counts) {
      const fitting = lists.filter(({ info, says }) => says.list === what && info.shape[0] === nRows);
      // "captions" says text, and is what a person reads of its picture or sound, too.
      const said = (list: ListCandidate) => (what === 'captions' ? undefined : list.says.modality);
      const best =
        fitting.find((list) => list.says.modality === modality) ?? fitting.find((list) => !said(list));
      if (best) out[modality] = best.info.key;
    }
    return out;
  };
  const ids = pick('ids');
  const sizes = new Set(counts.values());
  const keys = Object.values(ids);
  // Rows of equal number are paired row by row; ids are needed where they are not.
  const byIds = sizes.size > 1 && keys.length === counts.size && new Set(keys).size === keys.length;
  const halves =
    sizes.size === 1 &&
    lists.find(({ info, says }) => says.list === 'halves' && info.shape[0] === [...sizes][0])?.info.key;
  return {
    pairs: byIds ? { kind: 'ids', keys: ids } : { kind: 'rows' },
    captions: pick('captions'),
    labels: pick('labels'),
    ...(halves && !byIds ? { halves } : {}),
  };
}
