import { useEffect, useRef, useState } from 'react';
import type { StudyResult } from '../../../engine/types.ts';
import { sameFactors } from '../../../state/evidence/taskFigures.ts';
import type { TaskId } from '../../../world/types.ts';
import { useLab } from '../../shared/LabContext.tsx';
import {
  countAll,
  isCounted,
  knownOf,
  underKey,
  type CountedUnder,
  type CountProgress,
} from './settingStudies.ts';
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
  /** Names the prompts, the sample and the precision of the figures (underKey). */
  under: string;
  /** What is being counted, in words; undefined when all is there. */
  words: string | undefined;
  /** What kept it from being counted. */
  failed: string | undefined;
}

/**
 * Figures of all queries at several settings. The sliders as they stand are counted by the page already; the others here
 * (countAll), anew where prompts, sample or precision change.
 */
export function useSettings(sides: readonly Side[]): SettingsNow {
  const engine = useLab((s) => s.engine);
  const masks = useLab((s) => s.masks);
  const current = useLab((s) => s.studies.current);
  const templates = useLab((s) => s.templates);
  const memory = useLab((s) => s.device.memory);
  const [progress, setProgress] = useState<CountProgress>({});
  const isOn = (side: Side) => membersKey(side.masks) === membersKey(masksNow({ masks }, side.recipe));
  const wanted = sides.filter((side) => side.id !== 'current' && isOn(side));
  const key = [...new Set(wanted.map(settingKey))].sort().join(' | ');
  const under: CountedUnder = { templates, memory };
  const counted = underKey(under);

  // Others at every drawing: counted anew only when they name something else.
  const latest = useRef({ wanted, under });
  useEffect(() => {
    latest.current = { wanted, under };
  });
  useEffect(() => {
    const abort = new AbortController();
    const { wanted: asked, under: now } = latest.current;
    void countAll(engine, asked, now, abort.signal, setProgress);
    return () => abort.abort();
  }, [engine, key, counted]);

  return {
    of(side) {
      const otherMembers = !isOn(side);
      if (side.id === 'current') {
        const stale = !current || !sameFactors(side.recipe, current.factors, side.factors);
        return { result: current?.result, stale, waits: () => !current, otherMembers };
      }
      const waits = (task: TaskId) => !otherMembers && !isCounted(engine, side, [task], under);
      return { result: knownOf(engine, side, under), stale: false, waits, otherMembers };
    },
    under: counted,
    words: progress.words,
    failed: progress.failed,
  };
}
