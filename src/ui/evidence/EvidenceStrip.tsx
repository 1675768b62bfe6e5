import { memo, useMemo } from 'react';
import { splitDirection, type Direction } from '../../base/modality.ts';
import type { RetrievalMetrics } from '../../engine/types.ts';
import { expertFor, meanFactor, recipeOf } from '../../state/selectors.ts';
import { nameIn } from '../../state/workshop/recipesWords.ts';
import { directionsOf } from '../../world/served.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { mixColor, mixInk, signed, toFixed2 } from '../shared/mix.ts';
import { MODALITY_WORDS, TaskName } from '../shared/modality.tsx';
import { baseWords } from '../shared/recipeWords.ts';
import styles from './EvidenceStrip.module.css';

/** R@1 of every direction over all queries of the collection, with its change against the base and its chance level. */
export function EvidenceStrip() {
  const evidence = useLab((s) => s.evidence);
  const factor = useLab(meanFactor);
  const recipe = useLab(recipeOf);
  const spaces = useLab((s) => s.spaces);
  const base = useLab(baseWords);
  const manifest = useLab((s) => s.engine.manifest);
  const directions = useMemo(() => directionsOf(manifest), [manifest]);
  return (
    <section aria-label="Retrieval over the whole collection">
      {evidence.message && (
        <p className={styles.message} role="alert">
          Not everything could be counted: {evidence.message}
        </p>
      )}
      {/* The mix is a variable of the style sheet: a slider recolours the tasks without drawing them anew. */}
      <div
        className={styles.strip}
        style={{ '--mix': mixColor(factor), '--mix-ink': mixInk(factor) } as React.CSSProperties}
      >
        {directions.map((direction) => (
          <Task
            key={direction}
            direction={direction}
            current={evidence.current?.[direction]}
            base={evidence.base?.[direction]}
            expert={evidence.expert && (evidence.expert[direction] ?? 'cannot')}
            baseName={base}
            expertName={nameIn(spaces, expertFor(recipe, spaces, splitDirection(direction)))}
            stopped={evidence.message !== undefined}
            counted={evidence.current !== undefined}
            bound={recipe.bonds.length > 0}
          />
        ))}
      </div>
    </section>
  );
}

interface TaskProps {
  direction: Direction;
  current: RetrievalMetrics | undefined;
  base: RetrievalMetrics | undefined;
  /** `cannot`: the expert does not know one of the two modalities. Undefined: not counted yet. */
  expert: RetrievalMetrics | 'cannot' | undefined;
  baseName: string;
  expertName: string;
  /** A count failed: what is not there yet may not come. */
  stopped: boolean;
  /** Something was counted: what is missing, the recipe does not serve. */
  counted: boolean;
  /** Something is bound that could change it. */
  bound: boolean;
}

/** What the expert reaches in its own space, in words. */
function expertWords(name: string, expert: TaskProps['expert']): string {
  if (expert === 'cannot') return `${name} cannot do this task.`;
  return `${name} in its own space: ${expert?.R1.toFixed(3) ?? '…'}.`;
}

const Task = memo(function Task(props: TaskProps) {
  const { direction, current, base, expert, baseName, expertName, stopped, counted, bound } = props;
  const [, to] = splitDirection(direction);
  const focus = useLab((s) => s.task === direction);
  const set = useLab((s) => s.set);
  const change = current && base && bound ? signed(current.R1 - base.R1) : undefined;
  // From the text, so that a change that reads ±0.00 has no arrow.
  const sign = change?.startsWith('+') ? 'up' : change?.startsWith('−') ? 'down' : 'same';
  return (
    <article className={styles.task} data-direction={direction}>
      <h3 className={styles.name}>
        <Hint text="Look at this task: the sliders show its figures along their way, and the evidence is drawn for it.">
          <button
            type="button"
            aria-pressed={focus}
            // A task that the recipe does not serve has no figures to look at.
            disabled={!current && counted}
            onClick={() => set({ task: direction })}
          >
            <TaskName task={direction} />
          </button>
        </Hint>
      </h3>
      {current ? (
        <>
          <Hint
            text={`R@1: the share of ${current.nQueries} queries whose best-ranked of ${current.nGallery} ${MODALITY_WORDS[to].many} is right, here ${current.R1.toFixed(3)}. ${baseName}: ${base?.R1.toFixed(3) ?? '…'}. ${expertWords(expertName, expert)} A random order: ${current.chance.R1.toFixed(4)}. MRR ${current.MRR.toFixed(3)}.`}
          >
            <p className={styles.figure} tabIndex={0}>
              <span className={styles.r1}>{toFixed2(current.R1)}</span>
              <span className={styles.unit}>R@1</span>
              {change !== undefined && (
                <span className={styles.change} data-sign={sign}>
                  {sign === 'up' ? '▲' : sign === 'down' ? '▼' : ''} {change}
                </span>
              )}
            </p>
          </Hint>
          <Scale current={current} base={base} expert={expert} />
          <Hint text="R@5, R@10: the share of queries with a right answer in the first 5 or 10. MedR: the lower median of the rank of the best right answer. Chance: R@1 of a random order.">
            <p className={styles.more} tabIndex={0}>
              <span>R@5 {toFixed2(current.R5)}</span>
              <span>R@10 {toFixed2(current.R10)}</span>
              <span>MedR {current.MedR}</span>
              <span>chance {current.chance.R1.toFixed(3)}</span>
            </p>
          </Hint>
        </>
      ) : (
        <p className={styles.more}>
          {stopped ? 'not counted' : counted ? 'not with this recipe' : 'counting …'}
        </p>
      )}
    </article>
  );
});

/**
 * R@1 on a scale from 0 to 1: base (indigo), current (mix), expert in its own space (amber), chance (a tick). Each colour is
 * edged with its ink, since amber alone is faint on a light page.
 */
function Scale({ current, base, expert }: Pick<TaskProps, 'current' | 'base' | 'expert'>) {
  const x = (value: number) => 4 + value * 192;
  return (
    <svg className={styles.scale} viewBox="0 0 200 14" preserveAspectRatio="none" aria-hidden="true">
      <path className={styles.axis} d="M4 7H196" />
      <path className={styles.chance} d={`M${x(current!.chance.R1)} 2V12`} />
      {base && <path d={`M${x(base.R1)} 1V13`} stroke="var(--bl-base)" strokeWidth="3" />}
      {expert && expert !== 'cannot' && (
        <>
          <path d={`M${x(expert.R1)} 0V14`} stroke="var(--bl-expert-ink)" strokeWidth="5" />
          <path d={`M${x(expert.R1)} 1V13`} stroke="var(--bl-expert)" strokeWidth="3" />
        </>
      )}
      {base && (
        <>
          <path d={`M${x(base.R1)} 7H${x(current!.R1)}`} stroke="var(--mix-ink)" strokeWidth="5.5" />
          <path d={`M${x(base.R1)} 7H${x(current!.R1)}`} stroke="var(--mix)" strokeWidth="3.5" />
        </>
      )}
      <circle cx={x(current!.R1)} cy="7" r="6.5" fill="var(--bl-surface)" />
      <circle cx={x(current!.R1)} cy="7" r="5" fill="var(--mix)" stroke="var(--mix-ink)" strokeWidth="1" />
    </svg>
  );
}
