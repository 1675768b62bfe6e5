import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { Modality } from '../../../base/modality.ts';
import type { ConflictExample, ConflictReport } from '../../../engine/microscope/types.ts';
import { commonNeighbours } from '../../../state/workshop/microscopeFigures.ts';
import { MODALITY_WORDS } from '../../shared/modality.tsx';
import { ItemLine } from './ItemLine.tsx';
import { styles } from './styles.ts';
import { numberWords } from './words.ts';

const N_NEIGHBOURS = 5;

/** Items on which the experts disagree most: what each holds to be nearest, side by side. */
export function ConflictExamples({
  report: { modalities },
  names,
}: {
  report: ConflictReport;
  names: readonly [string, string];
}) {
  const [chosen, setChosen] = useState<Modality>();
  const shown = modalities.find(({ modality }) => modality === chosen) ?? modalities[0]!;
  return (
    <div className={styles.part}>
      <div className={styles.partHead}>
        <h4>Where they disagree most</h4>
        {modalities.length > 1 && (
          <SegmentedControl
            aria-label="Items"
            size="xs"
            value={shown.modality}
            data={modalities.map(({ modality }) => ({
              value: modality,
              label: MODALITY_WORDS[modality].many,
            }))}
            onChange={(value) => setChosen(value as Modality)}
          />
        )}
      </div>
      <ol className={styles.examples}>
        {shown.examples.map((example) => (
          <li key={example.index}>
            <Example example={example} modality={shown.modality} names={names} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Example(props: { example: ConflictExample; modality: Modality; names: readonly [string, string] }) {
  const { example, modality, names } = props;
  const { index, neighbours, cosine, shared, disagreement } = example;
  const common = commonNeighbours(neighbours);
  return (
    <article className={styles.example}>
      <header>
        <ItemLine modality={modality} index={index} sizePx={36} />
        <small>
          disagreement {numberWords(disagreement)}; {Math.round(100 * shared)}% of neighbours the same;
          projections’ cosine {numberWords(cosine)}
        </small>
      </header>
      <div className={styles.lists}>
        {names.map((name, side) => (
          <div key={name}>
            <h5>nearest in {name}</h5>
            <ol className={styles.items}>
              {neighbours[side]!.slice(0, N_NEIGHBOURS).map((one) => (
                <li key={one} data-common={common.has(one) || undefined}>
                  <ItemLine modality={modality} index={one} sizePx={24}>
                    {common.has(one) && <span className={styles.both}>both</span>}
                  </ItemLine>
                </li>
              ))}
            </ol>
          </div>
        ))}
      </div>
    </article>
  );
}
