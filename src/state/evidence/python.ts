/** The page's present figures as a NumPy script and the file of components that it reads. */
import { InputError } from '../../base/errors.ts';
import { splitDirection } from '../../base/modality.ts';
import type { ComponentSet } from '../../engine/types.ts';
import { writeNpz } from '../../formats/npz.ts';
import type { AnswerRanks } from '../../math/answers.ts';
import { CLASS_TASKS, galleryOf, isClassTask, TASKS } from '../../world/tasks.ts';
import type { ClassTaskId, TaskId } from '../../world/types.ts';
import { factorsOf, recipeOf } from '../selectors.ts';
import type { LabState } from '../types.ts';
import { COMPONENTS_FILE, pythonArrays, type PythonInputs, type PythonTask } from './pythonArrays.ts';
import { pythonScript } from './pythonScript.ts';

export interface PythonExport {
  script: string;
  /** "bondlab-unified-pp.py" */
  scriptName: string;
  /** "bondlab-components.npz", the name by which the script looks for it. */
  componentsName: string;
  components(): Uint8Array<ArrayBuffer>;
}

/**
 * Counts every task at the present factors and members and writes it down.
 * @throws InputError where members were switched in between; what the engine throws.
 */
export async function exportPython(
  state: LabState,
  version: string,
  signal?: AbortSignal,
): Promise<PythonExport> {
  const { masks, templates } = state;
  const { engine } = state;
  const recipe = recipeOf(state);
  const factors = factorsOf(state);
  const data = await engine.recipeData(recipe.id, signal);
  const classes: Partial<Record<ClassTaskId, ComponentSet>> = {};
  for (const id of CLASS_TASKS) {
    classes[id] = await engine.classComponents(recipe.id, id, templates[id], signal);
  }
  const result = await engine.study(
    {
      subject: { recipeId: recipe.id },
      tasks: TASKS,
      settings: [factors],
      templates,
    },
    signal && { signal },
  );
  if ((await engine.recipeData(recipe.id, signal)).components !== data.components) {
    throw new InputError('Members were switched while the figures were counted: export them again.');
  }
  const tasks = (Object.entries(result) as [TaskId, AnswerRanks][]).map(([id, answers]): PythonTask => {
    const info = engine.task(id);
    const gallery = isClassTask(id)
      ? Uint32Array.from({ length: info.nGallery }, (_, i) => i)
      : galleryOf(engine.manifest, ...splitDirection(id));
    return { info, gallery, answers };
  });
  const { scoring, memory } = engine.device();
  const inputs: PythonInputs = {
    version,
    collection: engine.manifest.name,
    recipe,
    factors,
    masks,
    scoring: { backend: scoring, planes: memory.planes, sampleQueries: memory.sampleQueries },
    components: data.components,
    classes,
    tasks,
  };
  return {
    script: pythonScript(inputs),
    scriptName: `bondlab-${recipe.id}.py`,
    componentsName: COMPONENTS_FILE,
    components: () => writeNpz(pythonArrays(inputs)),
  };
}
