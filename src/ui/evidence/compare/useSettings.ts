import { useEffect, useRef, useState } from 'react';
import { AbortedError, messageOf } from '../../../base/errors.ts';
import type { StudyResult } from '../../../engine/types.ts';
import { CLASS_TASKS, DIRECTIONS } from '../../../world/tasks.ts';
import type { TaskId } from '../../../world/types.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { countSettings, isCounted, knownOf } from './settingStudies.ts';
import { masksNow, membersKey, settingKey, type Side } from './sides.ts';

/** What is known of a setting's figures. */
export interface Counted {
  /** Tasks that are counted so far. */
  result: StudyResult | undefined;
  /** The result is that of a moment before: the sliders have moved on. */
  stale: boolean;
  /** True of a task that is not counted yet, and may be. */
  waits: (task: TaskId) => boolean;
  /** Its members are not those that are on: they have to be switched before it can be counted. */
  otherMembers: boolean;
}

export interface SettingsNow {
  of: (side: Side) => Counted;
  /** What is being counted, in words; undefined when all is there. */
  words: string | undefined;
  /** What kept it from being counted. */
  failed: string | undefined;
}

/**
 * Figures of all queries at several settings. The sliders as they stand are counted by the page already; the others here, those
 * of one recipe together, retrieval before the classifications.
 */
export function useSettings(sides: readonly Side[]): SettingsNow {
  const engine = useLab((s) => s.engine);
  const masks = useLab((s) => s.masks);
  const current = useLab((s) => s.studies.current);
  const [progress, setProgress] = useState<{ words?: string | undefined; failed?: string | undefined }>({});
  const isOn = (side: Side) => membersKey(side.masks) === membersKey(masksNow({ masks }, side.recipe));
  const wanted = sides.filter((side) => side.id !== 'current' && isOn(side));
  const key = [...new Set(wanted.map(settingKey))].sort().join(' | ');

  // Another list at every drawing: counted anew only when it names other settings.
  const latest = useRef(wanted);
  useEffect(() => {
    latest.current = wanted;
  });
  useEffect(() => {
    const asked = latest.current;
    const abort = new AbortController();
    const { signal } = abort;
    const recipeIds = [...new Set(asked.map(({ recipe }) => recipe.id))];
    const count = async () => {
      for (const tasks of [DIRECTIONS, CLASS_TASKS]) {
        for (const recipeId of recipeIds) {
          const own = asked.filter((side) => side.recipe.id === recipeId && !isCounted(engine, side, tasks));
          if (own.length === 0) continue;
          const what = tasks === CLASS_TASKS ? 'the classes of ' : '';
          const n = new Set(own.map(settingKey)).size;
          const words = `Counting ${what}${n === 1 ? 'one setting' : `${n} settings`}`;
          setProgress({ words: `${words} …` });
          let over = false;
          await countSettings(engine, own, tasks, signal, (fraction) => {
            // A word of progress may come after the answer itself.
            if (over || signal.aborted) return;
            setProgress({ words: `${words} … ${Math.min(100, Math.floor(fraction * 100))}%` });
          });
          over = true;
        }
      }
      if (!signal.aborted) setProgress({});
    };
    count().catch((error: unknown) => {
      if (!(error instanceof AbortedError) && !signal.aborted) setProgress({ failed: messageOf(error) });
    });
    return () => abort.abort();
  }, [engine, key]);

  return {
    of(side) {
      const otherMembers = !isOn(side);
      if (side.id === 'current') {
        const stale = current?.factors !== side.factors;
        return { result: current?.result, stale, waits: () => !current, otherMembers };
      }
      const waits = (task: TaskId) => !otherMembers && !isCounted(engine, side, [task]);
      return { result: knownOf(engine, side), stale: false, waits, otherMembers };
    },
    words: progress.words,
    failed: progress.failed,
  };
}
