import { splitDirection, type Direction } from '../../base/modality.ts';
import type { RetrievalMetrics } from '../../engine/types.ts';
import { meanFactor } from '../../state/selectors.ts';
import { DIRECTIONS } from '../../world/tasks.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { mixColor, signed, toFixed2 } from '../shared/mix.ts';
import { MODALITY_WORDS, ModalityShape } from '../shared/modality.tsx';
import styles from './EvidenceStrip.module.css';

/** R@1 of every direction over all queries of the collection, with its change against the base and its chance level. */
export function EvidenceStrip() {
  const engine = useLab((s) => s.engine);
  const evidence = useLab((s) => s.evidence);
  const factor = useLab(meanFactor);
  const recipe = useLab((s) => s.engine.recipes.find(({ id }) => id === s.recipeId)!);
  const name = (id: string) => engine.spaces.find((space) => space.id === id)!.name;
  if (evidence.message) {
    return (
      <p className={styles.message} role="alert">
        {evidence.message}
      </p>
    );
  }
  return (
    <section className={styles.strip} aria-label="Retrieval over the whole collection">
      {DIRECTIONS.map((direction) => (
        <Task
          key={direction}
          direction={direction}
          current={evidence.current?.[direction]}
          base={evidence.base?.[direction]}
          expert={evidence.expert?.[direction]}
          baseName={name(recipe.base)}
          expertName={name(recipe.bonds[0]!.experts[0]!)}
          color={mixColor(factor)}
        />
      ))}
    </section>
  );
}

interface TaskProps {
  direction: Direction;
  current: RetrievalMetrics | undefined;
  base: RetrievalMetrics | undefined;
  expert: RetrievalMetrics | undefined;
  baseName: string;
  expertName: string;
  color: string;
}

function Task({ direction, current, base, expert, baseName, expertName, color }: TaskProps) {
  const [from, to] = splitDirection(direction);
  const words = `${MODALITY_WORDS[from].one} → ${MODALITY_WORDS[to].one}`;
  const change = current && base ? current.R1 - base.R1 : undefined;
  const sign = change === undefined || Math.abs(change) < 0.0005 ? 'same' : change > 0 ? 'up' : 'down';
  return (
    <article className={styles.task} data-direction={direction}>
      <h3 className={styles.name}>
        <ModalityShape modality={from} sizePx={10} /> {words} <ModalityShape modality={to} sizePx={10} />
      </h3>
      {current ? (
        <>
          <Hint
            text={`R@1: the share of ${current.nQueries} queries whose best-ranked of ${current.nGallery} ${MODALITY_WORDS[to].many} is right, here ${current.R1.toFixed(3)}. ${baseName} alone: ${base?.R1.toFixed(3) ?? '…'}. ${expert ? `${expertName} in its own space: ${expert.R1.toFixed(3)}.` : `${expertName} cannot do this task.`} A random order: ${current.chance.R1.toFixed(4)}. MRR ${current.MRR.toFixed(3)}.`}
          >
            <p className={styles.figure} tabIndex={0}>
              <span className={styles.r1}>{toFixed2(current.R1)}</span>
              <span className={styles.unit}>R@1</span>
              {change !== undefined && (
                <span className={styles.change} data-sign={sign}>
                  {sign === 'up' ? '▲' : sign === 'down' ? '▼' : ''} {signed(change)}
                </span>
              )}
            </p>
          </Hint>
          <Scale current={current} base={base} expert={expert} color={color} />
          <p className={styles.more}>
            <span title="Share of queries with a right answer in the first 5">
              R@5 {toFixed2(current.R5)}
            </span>
            <span title="Share of queries with a right answer in the first 10">
              R@10 {toFixed2(current.R10)}
            </span>
            <span title="Lower median of the rank of the best right answer">MedR {current.MedR}</span>
            <span title="R@1 of a random order">chance {current.chance.R1.toFixed(3)}</span>
          </p>
        </>
      ) : (
        <p className={styles.more}>counting …</p>
      )}
    </article>
  );
}

/** R@1 on a scale from 0 to 1: base (indigo), current (mix), expert in its own space (amber), chance (a tick). */
function Scale({ current, base, expert, color }: Pick<TaskProps, 'current' | 'base' | 'expert' | 'color'>) {
  const x = (value: number) => 4 + value * 192;
  return (
    <svg className={styles.scale} viewBox="0 0 200 14" preserveAspectRatio="none" aria-hidden="true">
      <path className={styles.axis} d="M4 7H196" />
      <path className={styles.chance} d={`M${x(current!.chance.R1)} 2V12`} />
      {base && <path d={`M${x(base.R1)} 1V13`} stroke="var(--bl-base)" strokeWidth="3" />}
      {expert && <path d={`M${x(expert.R1)} 1V13`} stroke="var(--bl-expert)" strokeWidth="3" />}
      {base && <path d={`M${x(base.R1)} 7H${x(current!.R1)}`} stroke={color} strokeWidth="4" />}
      <circle cx={x(current!.R1)} cy="7" r="5" fill={color} stroke="var(--bl-surface)" strokeWidth="1.5" />
    </svg>
  );
}
