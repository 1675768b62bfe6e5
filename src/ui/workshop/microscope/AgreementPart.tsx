import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Modality } from '../../../base/modality.ts';
import type { ItemSpread, MemberAgreement, MemberReport } from '../../../engine/microscope/types.ts';
import { PlotFigure } from '../../evidence/charts/PlotFigure.tsx';
import { Hint } from '../../shared/Hint.tsx';
import { MODALITY_WORDS } from '../../shared/modality.tsx';
import { agreementPlot, spreadPlot } from './agreementPlot.ts';
import { ItemLine } from './ItemLine.tsx';
import { styles } from './styles.ts';
import { useTypeScale } from './useTypeScale.ts';
import { numberWords, rangeWords } from './words.ts';

const N_SHOWN = 6;

/** How far the members say the same, over all items and on each. */
export function AgreementPart({ report, names }: { report: MemberReport; names: readonly string[] }) {
  const scale = useTypeScale();
  const [chosen, setChosen] = useState<Modality>();
  const agreement = report.agreement.find(({ modality }) => modality === chosen) ?? report.agreement[0];
  const heat = useMemo(
    () => agreement && ((widthPx: number) => agreementPlot(agreement, names, widthPx, scale)),
    [agreement, names, scale],
  );
  const spread = useMemo(() => agreement && spreadPlot(agreement, scale), [agreement, scale]);
  if (!agreement || !heat || !spread) return null;
  const { modality, nItems, meanCosine, meanSpread, mostAgreed, leastAgreed } = agreement;
  return (
    <>
      <div className={styles.part}>
        <div className={styles.partHead}>
          <h4>
            <Hint text="Mean cosine of two members’ unit outputs over all items; and each item’s spread, 1 − |mean of the members’ unit outputs|: 0 where all point one way, 1 where they cancel.">
              <span tabIndex={0}>Do they say the same?</span>
            </Hint>
          </h4>
          {report.agreement.length > 1 && (
            <SegmentedControl
              aria-label="Items"
              size="xs"
              value={modality}
              data={report.agreement.map((one) => ({
                value: one.modality,
                label: `${MODALITY_WORDS[one.modality].many}`,
              }))}
              onChange={(value) => setChosen(value as Modality)}
            />
          )}
        </div>
        <p className={styles.summary}>
          On {nItems} {MODALITY_WORDS[modality].many} two members agree to a cosine of{' '}
          <b>{numberWords(meanCosine, 3)}</b> on average.
        </p>
        <PlotFigure
          options={heat}
          minHeightPx={180}
          label={`Mean cosine of every two members on ${MODALITY_WORDS[modality].many}; the numbers are in the table below.`}
        />
        <Numbers agreement={agreement} names={names} />
      </div>
      <div className={styles.spread}>
        <div>
          <h5>
            Spread of the {MODALITY_WORDS[modality].many}, mean {numberWords(meanSpread.mean, 3)}{' '}
            {rangeWords(meanSpread, 3)}
          </h5>
          <PlotFigure
            options={spread}
            minHeightPx={150}
            label={`How many ${MODALITY_WORDS[modality].many} have which spread; mean ${numberWords(meanSpread.mean, 3)}.`}
          />
        </div>
        <Extremes title="Most agreed" items={mostAgreed} modality={modality} />
        <Extremes title="Least agreed" items={leastAgreed} modality={modality} />
      </div>
    </>
  );
}

function Extremes({
  title,
  items,
  modality,
}: {
  title: string;
  items: readonly ItemSpread[];
  modality: Modality;
}) {
  return (
    <div>
      <h5>{title}</h5>
      <ol className={styles.items}>
        {items.slice(0, N_SHOWN).map(({ index, spread }) => (
          <li key={index}>
            <ItemLine modality={modality} index={index}>
              <span className={styles.value} title="spread">
                {numberWords(spread, 3)}
              </span>
            </ItemLine>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The heat map's numbers. */
function Numbers({
  agreement: { members, cosines },
  names,
}: {
  agreement: MemberAgreement;
  names: readonly string[];
}) {
  const n = members.length;
  return (
    <details className={styles.details}>
      <summary>The same in numbers</summary>
      <div className={styles.scroll} role="region" aria-label="Agreement in numbers" tabIndex={0}>
        <table className={styles.table} data-dense>
          <thead>
            <tr>
              <td />
              {members.map((m) => (
                <th key={m} scope="col">
                  {names[m]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {members.map((m, i) => (
              <tr key={m}>
                <th scope="row">{names[m]}</th>
                {members.map((other, j) => (
                  <td key={other}>{numberWords(cosines[i * n + j], 3)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
