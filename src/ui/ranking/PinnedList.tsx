import { IconPinFilled } from '@tabler/icons-react';
import { useId, useMemo, useState, type CSSProperties } from 'react';
import type { Modality } from '../../base/modality.ts';
import { evenly, slidersOf, valueAt, withValue, type Slider } from '../../recipe/sliders.ts';
import { factorsOf, meanFactor, rankedExpert, recipeOf, spaceName } from '../../state/selectors.ts';
import type { PinnedRank } from '../../state/rankingModel.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab, useLabStore } from '../shared/LabContext.tsx';
import { mixColor, mixInk, toFixed2 } from '../shared/mix.ts';
import { MODALITY_WORDS } from '../shared/modality.tsx';
import { baseWords } from '../shared/recipeWords.ts';
import { ItemMark } from './Row.tsx';
import { heightOf, movedSlider, tracePath } from './trace.ts';
import styles from './Pinned.module.css';

const N_VALUES = 21;
const TRACE = { widthPx: 132, heightPx: 30 };

/** The slider that was moved last; the recipe's last one at first. */
function useMovedSlider(): Slider | undefined {
  const recipe = useLab(recipeOf);
  const factors = useLab(factorsOf);
  const sliders = useMemo(() => slidersOf(recipe), [recipe]);
  const [seen, setSeen] = useState({ recipe, factors, slider: sliders.at(-1) });
  if (seen.recipe !== recipe) {
    setSeen({ recipe, factors, slider: sliders.at(-1) });
    return sliders.at(-1);
  }
  if (seen.factors === factors) return seen.slider;
  const slider = movedSlider(sliders, seen.factors, factors, seen.slider) ?? seen.slider;
  setSeen({ recipe, factors, slider });
  return slider;
}

/**
 * Ranks of the pinned items along a slider, the others as they stand: one list an item. Counted anew when anything but that
 * slider changes, and so not during a drag.
 */
function useTraces(pinned: readonly PinnedRank[], slider: Slider | undefined): number[][] {
  const factors = useLab(factorsOf);
  const model = useLabStore().getState().prepared();
  const rest = slider && JSON.stringify(withValue(factors, slider, 0));
  const indices = pinned.map(({ index }) => index).join(' ');
  return useMemo(() => {
    if (!model || !slider || rest === undefined || indices === '') return [];
    const items = indices
      .split(' ')
      .map(Number)
      .filter((index) => model.has(index));
    return model.ranksAlong(JSON.parse(rest) as typeof factors, slider, evenly(N_VALUES), items);
  }, [model, slider, rest, indices]);
}

export interface PinnedListProps {
  pinned: readonly PinnedRank[];
  nGallery: number;
  /** The last pin is about to be let go, and the list with it: takes the focus. */
  onLastGone: (id: string) => void;
}

/** The items whose ranks are followed: where they stand in each ranking, and how the slider that was moved last moves them. */
export function PinnedList({ pinned, nGallery, onLastGone }: PinnedListProps) {
  const gallery = useLab((s) => s.gallery);
  const base = useLab(baseWords);
  const expert = useLab((s) => spaceName(s, rankedExpert(s)));
  const factor = useLab(meanFactor);
  const slider = useMovedSlider();
  const traces = useTraces(pinned, slider);
  if (pinned.length === 0) return null;
  const along = slider && MODALITY_WORDS[slider.modality].slider;
  return (
    <section className={styles.pinned} aria-label="Pinned items">
      <table style={{ '--mix': mixColor(factor), '--mix-ink': mixInk(factor) } as CSSProperties}>
        <thead>
          <tr>
            <th scope="col" className={styles.title}>
              Pinned
            </th>
            <th scope="col" className={styles.base}>
              {base}
            </th>
            <th scope="col" className={styles.current}>
              Current
            </th>
            <th scope="col" className={styles.expert}>
              {expert}
            </th>
            {slider && (
              <th scope="col" className={styles.traceHead}>
                <Hint
                  text={`Rank at ${N_VALUES} places of the ${along} slider, the others as they stand. Top: rank 1; foot: rank ${nGallery}; on a logarithmic scale, lines at 10 and 100.`}
                >
                  <span tabIndex={0}>rank along {along}</span>
                </Hint>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {pinned.map((item, i) => (
            <PinnedRow
              key={item.id}
              item={item}
              gallery={gallery}
              expert={expert}
              nGallery={nGallery}
              slider={slider}
              trace={traces[i]}
              onLastGone={onLastGone}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface PinnedRowProps {
  item: PinnedRank;
  gallery: Modality;
  expert: string;
  nGallery: number;
  slider: Slider | undefined;
  trace: readonly number[] | undefined;
  onLastGone: (id: string) => void;
}

function PinnedRow({ item, gallery, expert, nGallery, slider, trace, onLastGone }: PinnedRowProps) {
  const caption = useLab((s) => s.engine.manifest[gallery][item.index]?.caption ?? '');
  const togglePin = useLab((s) => s.togglePin);
  const by = item.base - item.current;
  const unpin = (row: HTMLElement) => {
    const beside = row.nextElementSibling ?? row.previousElementSibling;
    if (beside) beside.querySelector('button')?.focus();
    else onLastGone(item.id);
    togglePin(gallery, item.index);
  };
  return (
    <tr data-id={item.id} data-right={item.right || undefined}>
      <th scope="row" className={styles.item}>
        <span>
          <button
            type="button"
            className={styles.unpin}
            aria-label={`Unpin: ${caption}`}
            title="Unpin"
            onClick={(event) => unpin(event.currentTarget.closest('tr')!)}
          >
            <IconPinFilled size={14} aria-hidden />
          </button>
          <ItemMark modality={gallery} index={item.index} id={item.id} caption={caption} />
          <span className={styles.caption} title={caption}>
            {caption}
            {item.right && <b className={styles.right}> ✓ right</b>}
          </span>
        </span>
      </th>
      <td className={styles.base}>#{item.base}</td>
      <td className={styles.current}>
        #{item.current}
        {by !== 0 && (
          <small className={by > 0 ? styles.up : styles.down}>
            {by > 0 ? ' ▲' : ' ▼'}
            {Math.abs(by)}
          </small>
        )}
      </td>
      <td className={styles.expert}>
        {item.expert === undefined ? (
          <Hint text={`${expert} does not rank these.`}>
            <span tabIndex={0}>–</span>
          </Hint>
        ) : (
          `#${item.expert}`
        )}
      </td>
      {slider && trace && (
        <td className={styles.trace}>
          <Trace ranks={trace} item={item} nGallery={nGallery} slider={slider} />
        </td>
      )}
    </tr>
  );
}

/** The rank along the slider, from base (left) to expert (right), and where it stands now. */
function Trace(props: { ranks: readonly number[]; item: PinnedRank; nGallery: number; slider: Slider }) {
  const { ranks, item, nGallery, slider } = props;
  const value = useLab((s) => valueAt(factorsOf(s), slider));
  const id = useId();
  const { widthPx, heightPx } = TRACE;
  const best = Math.min(...ranks);
  const bestAt = ranks.indexOf(best) / (ranks.length - 1);
  return (
    <svg
      width={widthPx + 12}
      height={heightPx + 12}
      viewBox={`-6 -6 ${widthPx + 12} ${heightPx + 12}`}
      role="img"
      aria-label={`Rank ${ranks[0]} at 0, ${ranks.at(-1)} at 1, best ${best} at ${toFixed2(bestAt)}; now ${item.current} at ${toFixed2(value)}`}
    >
      <linearGradient id={id} gradientUnits="userSpaceOnUse" x1={0} x2={widthPx}>
        {[0, 0.25, 0.5, 0.75, 1].map((f) => (
          <stop key={f} offset={f} style={{ stopColor: mixColor(f) }} />
        ))}
      </linearGradient>
      {[1, 10, 100]
        .filter((rank) => rank < nGallery)
        .map((rank) => (
          <path
            key={rank}
            className={styles.grid}
            d={`M0 ${heightOf(rank, nGallery) * heightPx}H${widthPx}`}
          />
        ))}
      <path className={styles.line} d={tracePath(ranks, nGallery, TRACE)} stroke={`url(#${id})`} />
      <circle
        cx={value * widthPx}
        cy={heightOf(item.current, nGallery) * heightPx}
        r={4.5}
        fill={mixColor(value)}
        className={styles.now}
      />
    </svg>
  );
}
