/** What "Copy as Python" computes from: components and tasks, as plain arrays by name (bondlab-components.npz). */
import { InputError } from '../../base/errors.ts';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import type { MemoryState } from '../../engine/heldPlanes.ts';
import type { Backend, ComponentSet } from '../../engine/types.ts';
import type { NpyArray } from '../../formats/npy.ts';
import { offsetsOf, type AnswerRanks } from '../../math/answers.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import type { ClassTaskId, TaskInfo } from '../../world/types.ts';

/** One task with the ranks that the page found. */
export interface PythonTask {
  info: TaskInfo;
  /** [nGallery] item indices of the gallery's modality; of a classification the classes, 0 to nGallery - 1. */
  gallery: Uint32Array;
  /** At the present factors, as its one setting. */
  answers: AnswerRanks;
}

/** Everything that the script says and recomputes. */
export interface PythonInputs {
  /** Of the lab. */
  version: string;
  /** Name of the collection. */
  collection: string;
  recipe: Recipe;
  factors: Factors;
  /** Members switched on, by bond. */
  masks: Readonly<Record<string, readonly boolean[]>>;
  /** Where the page's scores were made, in which precision, and whether for a sample of the queries. */
  scoring: { backend: Backend } & Pick<MemoryState, 'planes' | 'sampleQueries'>;
  components: Partial<Record<Modality, ComponentSet>>;
  /** Fused from prompts; of classifications among `tasks`. */
  classes: Partial<Record<ClassTaskId, ComponentSet>>;
  tasks: readonly PythonTask[];
}

export const COMPONENTS_FILE = 'bondlab-components.npz';

/** Name of a task's folder in the file: a zip that is unpacked anywhere has no ">" in its names. */
export const taskFolder = (id: string): string => `tasks/${id.replace('>', '-to-')}`;
/** Name of an array of components: "components/text/c-foley.foley", "classes/audio/unified". */
export const componentArray = (set: Modality | ClassTaskId, name: string): string =>
  set.endsWith('>class') ? `classes/${set.split('>')[0]}/${name}` : `components/${set}/${name}`;

/** Names of the components of one item or one prompt. */
export function ownNames({ names, nPrompts = 1 }: ComponentSet): string[] {
  return names.slice(0, names.length / nPrompts);
}

/**
 * The arrays by name: `components/<modality>/<component>` float32 [nItems, D], `classes/<modality>/<component>` float32
 * [nPrompts, nClasses, D], and of every task `queries` and `gallery` (item indices), `offsets` [nQueries + 1] with `answers`
 * (positions in the gallery; those of query q are offsets[q] .. offsets[q + 1] - 1), `test_half` (1 where a query is of the
 * test half, 0 of the validation half).
 */
export function pythonArrays({ components, classes, tasks }: PythonInputs): Record<string, NpyArray> {
  const arrays: Record<string, NpyArray> = {};
  for (const modality of MODALITIES) {
    const set = components[modality];
    set?.names.forEach((name, k) => {
      arrays[componentArray(modality, name)] = { shape: [set.nItems, set.dim], data: set.data[k]! };
    });
  }
  for (const [task, set] of Object.entries(classes) as [ClassTaskId, ComponentSet][]) {
    const { nItems, dim, nPrompts = 1 } = set;
    const names = ownNames(set);
    names.forEach((name, k) => {
      const data = new Float32Array(nPrompts * nItems * dim);
      for (let p = 0; p < nPrompts; p++) data.set(set.data[p * names.length + k]!, p * nItems * dim);
      arrays[componentArray(task, name)] = { shape: [nPrompts, nItems, dim], data };
    });
  }
  for (const { info, gallery } of tasks) {
    if (gallery.length !== info.nGallery) {
      throw new InputError(`The gallery of ${info.id} has ${info.nGallery} items, not ${gallery.length}.`);
    }
    const folder = taskFolder(info.id);
    const put = (name: string, data: NpyArray['data']) => {
      arrays[`${folder}/${name}`] = { shape: [data.length], data };
    };
    put('queries', info.queries);
    put('gallery', gallery);
    put('offsets', offsetsOf(info.relevant));
    put('answers', Uint32Array.from(info.relevant.flatMap((right) => [...right])));
    put(
      'test_half',
      Uint8Array.from(info.halves, (half) => (half === 'test' ? 1 : 0)),
    );
  }
  return arrays;
}
