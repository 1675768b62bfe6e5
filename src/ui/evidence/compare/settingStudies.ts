/** Ranks of all queries at settings that are set side by side: counted once, then kept as long as the engine. */
import { AbortedError, InputError, messageOf } from '../../../base/errors.ts';
import type { MemoryState } from '../../../engine/heldPlanes.ts';
import type { LabEngine, StudyResult } from '../../../engine/types.ts';
import { nAnswersOf, type AnswerRanks } from '../../../math/answers.ts';
import { CLASS_TASKS, DIRECTIONS } from '../../../world/tasks.ts';
import type { ClassTaskId, TaskId } from '../../../world/types.ts';
import { settingKey, type Side } from './sides.ts';

/** What decides the figures of a setting beside the setting itself. */
export interface CountedUnder {
  /** Prompts of the classifications. */
  templates: Record<ClassTaskId, readonly string[]>;
  memory: Pick<MemoryState, 'sampleQueries' | 'planes'>;
}

interface Kept {
  result: StudyResult;
  /** Tasks that were asked; those that the recipe does not serve are not in `result`. */
  asked: Set<TaskId>;
}

/** How many settings are kept; about 30 kB each. */
const N_KEPT = 64;
const keptBy = new WeakMap<LabEngine, Map<string, Kept>>();

const keptOf = (engine: LabEngine): Map<string, Kept> => {
  const known = keptBy.get(engine) ?? new Map<string, Kept>();
  keptBy.set(engine, known);
  return known;
};

const memoryKey = ({ sampleQueries, planes }: CountedUnder['memory']) =>
  `${sampleQueries ?? 'all'} ${planes}`;

/** Names prompts, sample and precision: equal settings under equal keys have equal figures. */
export function underKey({ templates, memory }: CountedUnder): string {
  return `${memoryKey(memory)} ${JSON.stringify(CLASS_TASKS.map((id) => templates[id]))}`;
}

const keyOf = (side: Side, under: CountedUnder) => `${settingKey(side)} ${underKey(under)}`;

/** What is known of a setting; undefined where nothing was counted. */
export function knownOf(engine: LabEngine, side: Side, under: CountedUnder): StudyResult | undefined {
  return keptOf(engine).get(keyOf(side, under))?.result;
}

/** True where every task was counted, or asked and not served. */
export function isCounted(
  engine: LabEngine,
  side: Side,
  tasks: readonly TaskId[],
  under: CountedUnder,
): boolean {
  const asked = keptOf(engine).get(keyOf(side, under))?.asked;
  return tasks.every((task) => asked?.has(task));
}

/** One setting of the answers to several, as answers of its own. */
export function answersAt(answers: AnswerRanks, setting: number): AnswerRanks {
  const n = nAnswersOf(answers);
  if (!(setting >= 0 && setting < answers.nSettings)) {
    throw new InputError(`These ranks are of ${answers.nSettings} settings; there is no setting ${setting}.`);
  }
  return { ...answers, nSettings: 1, ranks: answers.ranks.slice(setting * n, (setting + 1) * n) };
}

/**
 * Counts the tasks of settings of one recipe that are not known yet, in one study. The members that are on now are what is
 * counted: call it for settings with those members alone, and abort it when they change.
 * @throws as engine.study; AbortedError also where another sample or precision was set meanwhile.
 */
export async function countSettings(
  engine: LabEngine,
  sides: readonly Side[],
  tasks: readonly TaskId[],
  under: CountedUnder,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<void> {
  const missing = new Map<string, Side>();
  for (const side of sides) {
    if (!isCounted(engine, side, tasks, under)) missing.set(keyOf(side, under), side);
  }
  const [first] = missing.values();
  if (!first) return;
  const kept = keptOf(engine);
  const settings = [...missing.values()].map(({ factors }) => factors);
  const { templates } = under;
  const result = await engine.study(
    { subject: { recipeId: first.recipe.id }, tasks, settings, templates },
    { signal, onProgress },
  );
  if (signal.aborted) return;
  if (memoryKey(engine.device().memory) !== memoryKey(under.memory)) throw new AbortedError();
  [...missing.keys()].forEach((key, setting) => {
    const before = kept.get(key);
    const own = Object.entries(result).map(([task, answers]) => [task, answersAt(answers, setting)]);
    kept.delete(key);
    kept.set(key, {
      result: { ...before?.result, ...(Object.fromEntries(own) as StudyResult) },
      asked: new Set([...(before?.asked ?? []), ...tasks]),
    });
  });
  while (kept.size > N_KEPT) kept.delete(kept.keys().next().value!);
}

/** What is being counted, in words; what kept something from being counted. */
export interface CountProgress {
  words?: string;
  failed?: string;
}

/** How often a count that others ended (planes were replaced) is begun anew. */
const N_TRIES = 4;

/**
 * Counts every task of every setting, those of one recipe together, retrieval before the classifications. A recipe that fails
 * does not keep the others; nothing is told once `signal` is aborted.
 */
export async function countAll(
  engine: LabEngine,
  sides: readonly Side[],
  under: CountedUnder,
  signal: AbortSignal,
  tell: (progress: CountProgress) => void,
): Promise<void> {
  const failed = new Set<string>();
  const failedNow = (): CountProgress => (failed.size > 0 ? { failed: [...failed].join(' ') } : {});
  const say = (words: string) => {
    if (!signal.aborted) tell({ words, ...failedNow() });
  };
  const recipeIds = [...new Set(sides.map(({ recipe }) => recipe.id))];
  for (const tasks of [DIRECTIONS, CLASS_TASKS]) {
    for (const recipeId of recipeIds) {
      const own = sides.filter(
        (side) => side.recipe.id === recipeId && !isCounted(engine, side, tasks, under),
      );
      if (own.length === 0) continue;
      const what = tasks === CLASS_TASKS ? 'the classes of ' : '';
      const n = new Set(own.map(settingKey)).size;
      const words = `Counting ${what}${n === 1 ? 'one setting' : `${n} settings`}`;
      try {
        await countTrying(engine, own, tasks, under, signal, (fraction) =>
          say(`${words} …${fraction > 0 ? ` ${Math.min(100, Math.floor(fraction * 100))}%` : ''}`),
        );
      } catch (error) {
        failed.add(messageOf(error));
      }
      if (signal.aborted) return;
    }
  }
  tell(failedNow());
}

/** As countSettings, begun anew where something else than `signal` ended it. */
async function countTrying(
  engine: LabEngine,
  sides: readonly Side[],
  tasks: readonly TaskId[],
  under: CountedUnder,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<void> {
  for (let tries = 0; tries < N_TRIES; tries++) {
    // A word of progress may come after the answer itself.
    let over = false;
    onProgress(0);
    try {
      await countSettings(engine, sides, tasks, under, signal, (fraction) => {
        if (!over) onProgress(fraction);
      });
      return;
    } catch (error) {
      if (signal.aborted || !(error instanceof AbortedError)) throw error;
    } finally {
      over = true;
    }
  }
  throw new AbortedError(
    `The count was interrupted ${N_TRIES} times by other work on the same vectors: open this panel again.`,
  );
}
