import type { Modality } from '../../../base/modality.ts';
import type { BeforeAfter, BondChange, SpaceChange } from '../../../engine/microscope/types.ts';
import type { Interval } from '../../../math/bootstrap.ts';
import { keepsParts } from '../../../state/workshop/microscopeFigures.ts';
import type { Looked } from '../../../state/workshop/microscopeLook.ts';
import { termOf } from '../../../state/workshop/recipesWords.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { signed } from '../../shared/mix.ts';
import { MODALITY_WORDS, ModalityShape } from '../../shared/modality.tsx';
import { styles } from './styles.ts';
import { changeRangeWords, numberWords, rangeWords } from './words.ts';

const KINDS = { combination: 'Combination', displacement: 'Displacement' } as const;

/** One bond's figures before and after. */
export function KeepsSide({ change, of, k }: { change: BondChange; of: Looked; k: number }) {
  const spaces = useLab((s) => s.spaces);
  const parts = keepsParts(change, spaces);
  return (
    <section className={styles.side} aria-label={`${KINDS[change.kind]} ${termOf(of.bond, spaces)}`}>
      <h4>
        {KINDS[change.kind]} <code>{termOf(of.bond, spaces)}</code> <small>of {of.recipe.name}</small>
      </h4>
      {parts.length === 0 && <p className={styles.absent}>Nothing is projected by this bond.</p>}
      {parts.map(({ name, change: ofPart }) => (
        <div key={name} className={styles.scroll} role="region" aria-label={name} tabIndex={0}>
          <table className={styles.table}>
            <caption>{name}</caption>
            <thead>
              <tr>
                <th scope="col">figure</th>
                <th scope="col">before</th>
                <th scope="col">after</th>
                <th scope="col">change</th>
              </tr>
            </thead>
            <tbody>
              <Rows change={ofPart} k={k} />
            </tbody>
          </table>
        </div>
      ))}
      {change.fused && (
        <p className={styles.note}>
          Fused at “{of.setting.name}”: what the recipe ranks by, against the base by itself.
        </p>
      )}
    </section>
  );
}

function Rows({ change: { modalities, pairs }, k }: { change: SpaceChange; k: number }) {
  return (
    <>
      {modalities.map(({ modality, nItems, neighboursKept }) => (
        <tr key={`kept ${modality}`}>
          <Name
            about={`Share of an item’s ${k} nearest ${MODALITY_WORDS[modality].many} that are its nearest afterwards too, mean over ${nItems} items of a seeded sample, with its 95% interval.`}
            modalities={[modality]}
            words={`${MODALITY_WORDS[modality].slider}: neighbours kept`}
          />
          <td colSpan={3}>
            <Share of={neighboursKept} />
          </td>
        </tr>
      ))}
      {pairs.map(({ a, b, nPairs, gap }) => (
        <tr key={`gap ${a} ${b}`}>
          <Name
            about={`Modality gap: distance between the centroids of ${MODALITY_WORDS[a].many} and ${MODALITY_WORDS[b].many} (of texts those that describe the other), over ${nPairs} pairs.`}
            modalities={[a, b]}
            words="gap"
          />
          <Change of={gap} />
        </tr>
      ))}
      {pairs.map(({ a, b, nPairs, alignment }) => (
        <tr key={`alignment ${a} ${b}`}>
          <Name
            about={`Alignment: mean squared distance of right pairs, ${nPairs} of them; lower is closer (Wang and Isola 2020).`}
            modalities={[a, b]}
            words="alignment"
          />
          <Change of={alignment} lower />
        </tr>
      ))}
      {modalities.map(({ modality, nItems, uniformity }) => (
        <tr key={`uniformity ${modality}`}>
          <Name
            about={`Uniformity: log of the mean of exp(−2 × squared distance) over every two of ${nItems} items; lower is more evenly spread over the sphere (Wang and Isola 2020).`}
            modalities={[modality]}
            words={`${MODALITY_WORDS[modality].slider}: uniformity`}
          />
          <Change of={uniformity} lower />
        </tr>
      ))}
    </>
  );
}

function Name({
  about,
  modalities,
  words,
}: {
  about: string;
  modalities: readonly Modality[];
  words: string;
}) {
  const both = modalities.length > 1 ? modalities.map((m) => MODALITY_WORDS[m].one).join(', ') : undefined;
  return (
    <th scope="row">
      <Hint text={about}>
        <span tabIndex={0} className={styles.figureName}>
          {modalities.map((modality) => (
            <ModalityShape key={modality} modality={modality} sizePx={9} />
          ))}
          {both === undefined ? words : `${both}: ${words}`}
        </span>
      </Hint>
    </th>
  );
}

/** A share as a bar with its interval. */
function Share({ of }: { of: Interval }) {
  return (
    <span className={styles.share}>
      <span className={styles.bar} aria-hidden="true">
        <span style={{ width: `${100 * of.mean}%` }} />
        <i style={{ left: `${100 * of.low}%`, width: `${100 * (of.high - of.low)}%` }} />
      </span>
      <b>{Math.round(100 * of.mean)}%</b>
      <small>{rangeWords(of)}</small>
    </span>
  );
}

/** Before, after and the change; `lower`: less is better. */
function Change({ of: { before, after, change }, lower = false }: { of: BeforeAfter; lower?: boolean }) {
  const open = change.low <= 0 && change.high >= 0;
  const verdict = !lower || open ? 'open' : change.mean < 0 ? 'better' : 'worse';
  return (
    <>
      <td>{numberWords(before)}</td>
      <td>{numberWords(after)}</td>
      <td className={styles.change} data-verdict={verdict}>
        <b>{signed(change.mean)}</b> <small>{changeRangeWords(change)}</small>
      </td>
    </>
  );
}
