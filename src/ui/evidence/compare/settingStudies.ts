/** Ranks of all queries at settings that are set side by side: counted once, then kept as long as the engine. */
import { InputError } from '../../../base/errors.ts';
import type { LabEngine, StudyResult } from '../../../engine/types.ts';
import { nAnswersOf, type AnswerRanks } from '../../../math/answers.ts';
import type { TaskId } from '../../../world/types.ts';
import { settingKey, type Side } from './sides.ts';

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

/** What is known of a setting; undefined where nothing was counted. */
export function knownOf(engine: LabEngine, side: Side): StudyResult | undefined {
  return keptOf(engine).get(settingKey(side))?.result;
}

/** True where every task was counted, or asked and not served. */
export function isCounted(engine: LabEngine, side: Side, tasks: readonly TaskId[]): boolean {
  const asked = keptOf(engine).get(settingKey(side))?.asked;
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
 * @throws as engine.study
 */
export async function countSettings(
  engine: LabEngine,
  sides: readonly Side[],
  tasks: readonly TaskId[],
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<void> {
  const missing = new Map<string, Side>();
  for (const side of sides) if (!isCounted(engine, side, tasks)) missing.set(settingKey(side), side);
  const [first] = missing.values();
  if (!first) return;
  const kept = keptOf(engine);
  const settings = [...missing.values()].map(({ factors }) => factors);
  const result = await engine.study(
    { subject: { recipeId: first.recipe.id }, tasks, settings },
    { signal, onProgress },
  );
  if (signal.aborted) return;
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
