import { useEffect, useLayoutEffect, useRef, type CSSProperties } from 'react';
import type { Modality } from '../../base/modality.ts';
import { factorsOf, meanFactor, recipeOf, spaceName } from '../../state/selectors.ts';
import type { Explanation, Rival, ScoreShare } from '../../state/rankingModel.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab, useLabStore } from '../shared/LabContext.tsx';
import { mixColor, signed } from '../shared/mix.ts';
import { MODALITY_WORDS } from '../shared/modality.tsx';
import { barScale, cascade, componentWords, rivalsOf, roundToSum } from './why.ts';
import styles from './Why.module.css';

const DIGITS = 3;
const KIND_COLOR: Record<ScoreShare['kind'], string> = {
  base: 'var(--bl-base)',
  crossed: mixColor(0.5),
  expert: 'var(--bl-expert)',
};

export interface WhyPanelProps {
  id: string;
  gallery: Modality;
  index: number;
  onClose: () => void;
  /** Called with its height, at first and whenever it changes. */
  onHeight: (px: number) => void;
}

/** What an item's score is made of, and what sets it apart from others: in the frame of the slider, while it is open. */
export function WhyPanel({ id, gallery, index, onClose, onHeight }: WhyPanelProps) {
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = panel.current!;
    onHeight(element.offsetHeight);
    const watch = new ResizeObserver(() => onHeight(element.offsetHeight));
    watch.observe(element);
    return () => watch.disconnect();
  }, [onHeight]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const row = panel.current?.parentElement;
      if (event.key !== 'Escape' || !row?.contains(document.activeElement)) return;
      row.querySelector<HTMLElement>('[aria-expanded]')?.focus();
      onClose();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onClose]);
  // Ranked anew in the frame of a drag: explained from the same factors.
  useLab((s) => s.ranking);
  const state = useLabStore().getState();
  const model = state.prepared();
  return (
    <div
      ref={panel}
      id={id}
      className={styles.why}
      data-why
      role="region"
      aria-label="What the score is made of"
    >
      {model?.has(index) && <Split why={model.explain(factorsOf(state), index)} gallery={gallery} />}
    </div>
  );
}

function Split({ why, gallery }: { why: Explanation; gallery: Modality }) {
  const recipe = useLab(recipeOf);
  const state = useLabStore().getState();
  const queryWord = MODALITY_WORDS[state.query.modality].one;
  const itemWord = MODALITY_WORDS[gallery].one;
  const color = useLab((s) => mixColor(meanFactor(s)));
  const words = (name: string) => componentWords(recipe, name, (space) => spaceName(state, space));
  const pair = ({ query, item }: ScoreShare) => `${words(query)} × ${words(item)}`;
  const values = why.parts.map(({ value }) => value);
  const shown = roundToSum(values, why.score, DIGITS);
  const bars = cascade(values);
  const scale = barScale([why.score, ...bars.map(({ to }) => to)]);
  return (
    <>
      <dl className={styles.parts}>
        <Part
          name="Score"
          about={`The cosine of the fused ${queryWord} and the fused ${itemWord}: the sum of the parts below.`}
          value={why.score.toFixed(DIGITS)}
          bar={{ from: 0, to: why.score }}
          scale={scale}
          color={color}
          total
        />
        {why.parts.map((part, k) => (
          <Part
            key={`${part.query} ${part.item}`}
            name={pair(part)}
            crossed={part.kind === 'crossed'}
            about={`${part.queryWeight.toFixed(2)} (weight of ${words(part.query)} in the ${queryWord}) × ${part.itemWeight.toFixed(2)} (of ${words(part.item)} in the ${itemWord}) × ${part.cosine.toFixed(DIGITS)} (their cosine) = ${part.value.toFixed(4)}`}
            value={signed(shown[k]!, DIGITS)}
            bar={bars[k]!}
            scale={scale}
            color={KIND_COLOR[part.kind]}
          />
        ))}
      </dl>
      <p className={styles.weights}>
        <Weights side={queryWord} weights={why.queryWeights} words={words} />
        <Weights side={itemWord} weights={why.itemWeights} words={words} />
      </p>
      {rivalsOf(why).map((rival) => (
        <Verdict key={rival.rank} why={why} rival={rival} gallery={gallery} pair={pair} />
      ))}
    </>
  );
}

interface PartProps {
  name: string;
  about: string;
  value: string;
  bar: { from: number; to: number };
  scale: { low: number; high: number };
  color: string;
  crossed?: boolean;
  total?: boolean;
}

/** A named part with its bar, which begins where the one before it ended. */
function Part({ name, about, value, bar, scale, color, crossed, total }: PartProps) {
  const at = (x: number) => `${((x - scale.low) / (scale.high - scale.low)) * 100}%`;
  const [left, right] = [Math.min(bar.from, bar.to), Math.max(bar.from, bar.to)];
  const place = { '--from': at(left), '--to': at(right), '--zero': at(0), '--part': color } as CSSProperties;
  return (
    <div
      className={styles.part}
      data-total={total || undefined}
      data-sign={bar.to < bar.from ? 'down' : 'up'}
      style={place}
    >
      <dt>
        {name}
        {crossed && <small> crossed</small>}
      </dt>
      <Hint text={about}>
        <dd tabIndex={0}>{value}</dd>
      </Hint>
      <i className={styles.bar} aria-hidden="true" />
    </div>
  );
}

/** "text = 0.95 Unified + 0.11 Foley" */
function Weights(props: { side: string; weights: Record<string, number>; words: (name: string) => string }) {
  const { side, weights, words } = props;
  const sum = Object.entries(weights)
    .map(([name, weight]) => `${weight.toFixed(2)} ${words(name)}`)
    .join(' + ');
  return (
    <Hint
      text={`The ${side} as it is ranked: unit components, weighed by the sliders and brought to unit length together.`}
    >
      <span tabIndex={0}>
        {side} = {sum}
      </span>
    </Hint>
  );
}

function leadWords(lead: number): string {
  const shown = Math.abs(lead).toFixed(DIGITS);
  return Number(shown) === 0 ? `less than ${10 ** -DIGITS}` : shown;
}

/** What sets the item apart from another: the part that gives most of the difference. */
function Verdict(props: {
  why: Explanation;
  rival: Rival;
  gallery: Modality;
  pair: (part: ScoreShare) => string;
}) {
  const { why, rival, gallery, pair } = props;
  const caption = useLab((s) => s.engine.manifest[gallery][rival.index]!.caption);
  const name = (
    <>
      #{rival.rank} <q>{caption}</q>
    </>
  );
  const { decides, lead } = rival;
  if (decides === undefined) {
    return <p className={styles.verdict}>The same score as {name}: a tie goes to the lower index.</p>;
  }
  const gives = why.parts[decides]!.value - rival.values[decides]!;
  const all = why.parts.map((part, k) => `${pair(part)} ${signed(part.value - rival.values[k]!, DIGITS)}`);
  return (
    <Hint text={`Part by part: ${all.join(', ')}; together ${signed(lead, DIGITS)}.`}>
      <p className={styles.verdict} tabIndex={0}>
        {lead > 0 ? 'Above' : 'Below'} {name} by {leadWords(lead)}: <b>{pair(why.parts[decides]!)}</b> gives{' '}
        <b className={gives > 0 ? styles.up : styles.down}>{signed(gives, DIGITS)}</b>
      </p>
    </Hint>
  );
}
