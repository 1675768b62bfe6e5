/** The text side of zero-shot classification: components of every prompt of every class, encoded on the device. */
import { InputError } from '../base/errors.ts';
import { poolMixtures } from '../math/projector.ts';
import { componentNames, componentSource } from '../recipe/coefficients.ts';
import type { Recipe, Space } from '../recipe/types.ts';
import { classTask, fillTemplates } from '../world/classes.ts';
import type { ClassTaskId, CollectionManifest } from '../world/types.ts';
import type { Encoders } from './encoders/encoders.ts';
import type { ComponentSet } from './types.ts';

/** Whose vectors are classified. */
export type ClassSubject = { recipe: Recipe } | { space: Space };

/** Members that are on, by bond. */
export type Masks = ReadonlyMap<string, readonly boolean[]>;

export interface ClassSetOptions {
  signal?: AbortSignal;
  /** Share of the prompts that is encoded, in [0, 1]. */
  onProgress?: (fraction: number) => void;
}

export interface ClassSets {
  /**
   * Components of a classification's classes for a recipe or a space of its own, in the order of classTask(). The same
   * object for the same subject, task, templates and masks, as long as it is among those asked for last.
   * @param templates each with "{}" where a class's words go
   * @param masks members that are on, of each bond that projects texts; all of a bond's that is left out
   * @throws InputError on templates that do not fit, a subject that knows no texts or a collection without classes; else as
   * Encoders.encodeTexts and Encoders.project.
   */
  componentsFor(
    subject: ClassSubject,
    id: ClassTaskId,
    templates: readonly string[],
    masks: Masks,
    options?: ClassSetOptions,
  ): Promise<ComponentSet>;
}

export interface ClassSetsOptions {
  manifest: CollectionManifest;
  /** Grows as spaces are made. */
  spaces: () => readonly Space[];
  encoders: Pick<Encoders, 'encodeTexts' | 'project'>;
  /** Sets that are kept, up to 1 MB each at seven templates: those asked for last. */
  nKept?: number;
}

/** Creates the sets of one collection; nothing is encoded before the first call. */
export function createClassSets({ manifest, spaces, encoders, nKept = 16 }: ClassSetsOptions): ClassSets {
  const kept = new Map<string, ComponentSet>();

  async function build(
    parts: readonly Part[],
    prompts: readonly string[][],
    { signal, onProgress }: ClassSetOptions,
  ): Promise<ComponentSet> {
    const nClasses = prompts.length;
    if (nClasses === 0) throw new InputError('The collection has nothing to classify.');
    const nPrompts = prompts[0]!.length;
    // [nPrompts, nClasses]: a prompt's rows of all classes lie together
    const texts = Array.from({ length: nPrompts }, (_, p) => prompts.map((ofClass) => ofClass[p]!)).flat();
    const spaceIds = [
      ...new Set(
        parts.flatMap(({ space, shares }) =>
          space === undefined ? shares.map((one) => one.space) : [space],
        ),
      ),
    ];
    const encoded = new Map<string, Float32Array>();
    for (const [k, space] of spaceIds.entries()) {
      const tell = (done: number) => onProgress?.((k + done) / spaceIds.length);
      encoded.set(space, await encoders.encodeTexts(space, texts, signal, tell));
    }
    const rows: Float32Array[] = []; // per part, [nPrompts * nClasses, dim]
    for (const { space, shares } of parts) {
      if (space !== undefined) {
        rows.push(encoded.get(space)!);
        continue;
      }
      const mixtures = await Promise.all(
        shares.map(async ({ ensemble, mask, ...share }) => ({
          mean: await encoders.project(ensemble, encoded.get(share.space)!, mask, signal),
          nMembers: mask.filter(Boolean).length,
        })),
      );
      rows.push(poolMixtures(mixtures, mixtures[0]!.mean.length / texts.length));
    }
    const size = rows[0]!.length / nPrompts;
    return {
      names: Array.from({ length: nPrompts }, () => parts.map(({ name }) => name)).flat(),
      nItems: nClasses,
      dim: size / nClasses,
      data: Array.from({ length: nPrompts }, (_, p) =>
        rows.map((all) => all.slice(p * size, (p + 1) * size)),
      ).flat(),
      nPrompts,
    };
  }

  return {
    async componentsFor(subject, id, templates, masks, options = {}) {
      const prompts = fillTemplates(templates, classTask(manifest, id).words);
      const parts = partsOf(subject, spaces(), masks);
      const key = JSON.stringify([id, templates, parts]);
      const built = kept.has(key) ? undefined : await build(parts, prompts, options);
      // Of two calls at the same time the first one's set may be in use already.
      const set = kept.get(key) ?? built!;
      kept.delete(key);
      kept.set(key, set);
      if (kept.size > nKept) kept.delete(kept.keys().next().value!);
      return set;
    },
  };
}

/** What a component of the texts is made from. The masks are those of the call, also while texts are still being encoded. */
interface Part {
  name: string;
  /** The embedding in a space of its own; else the pooled mixture of the shares, each with a member on. */
  space?: string;
  shares: { space: string; ensemble: string; mask: readonly boolean[] }[];
}

/** The parts of a subject's texts, in the order of their names. */
function partsOf(subject: ClassSubject, spaces: readonly Space[], masks: Masks): Part[] {
  if ('space' in subject) {
    const { id, name, modalities } = subject.space;
    if (!modalities.includes('text'))
      throw new InputError(`${name} knows no texts, so it cannot name classes.`);
    return [{ name: id, space: id, shares: [] }];
  }
  const { recipe } = subject;
  const names = componentNames(recipe, 'text', spaces);
  if (names.length === 0) throw new InputError(`${recipe.name} knows no texts, so it cannot name classes.`);
  const reads = (id: string) => spaces.find((space) => space.id === id)!.modalities.includes('text');
  return names.map((name) => {
    const source = componentSource(recipe, name);
    if ('space' in source) return { name, space: source.space, shares: [] };
    const mask = masks.get(source.bond.id) ?? source.bond.members.map(() => true);
    const shares = source.parts
      .filter(({ space }) => reads(space))
      .map(({ space, ensemble, from, to }) => ({ space, ensemble, mask: mask.slice(from, to) }))
      .filter((share) => share.mask.some(Boolean));
    return { name, shares };
  });
}
