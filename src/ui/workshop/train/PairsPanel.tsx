import { Button, Loader, SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { MinedSet, Pool } from '../../../engine/training/types.ts';
import { LETTERS } from '../../../math/pseudoPairs.ts';
import { percentWords } from '../../../state/workshop/trainExperiments.ts';
import { wayWords } from '../../../state/workshop/trainForm.ts';
import { PlotFigure } from '../../evidence/charts/PlotFigure.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { MODALITY_WORDS } from '../../shared/modality.tsx';
import { Examples } from './Examples.tsx';
import { linkWords, spreadPlot, spreadWords } from './pairFigures.ts';
import { pairRequestOf, type PairRequest, type PairsStatus } from './usePairs.ts';
import { styles } from './pairStyles.ts';

/** The pseudo-pairs of the form, from the most to the least similar: good and bad ones at a glance. */
export function PairsPanel(props: { pairs: PairsStatus; onLook: () => void; onCancel: () => void }) {
  const { pairs, onLook, onCancel } = props;
  const form = useLab((s) => s.workshop.form);
  if (pairs.status === 'idle') {
    return (
      <div className={styles.empty}>
        <p>
          Nothing says which text belongs to which sound. A pseudo-pair is an item with the nearest items of
          the other modalities: most are good guesses, some are not.
        </p>
        <Button variant="default" onClick={onLook}>
          Find the pairs of the form
        </Button>
      </div>
    );
  }
  if (pairs.status === 'mining') {
    return (
      <div className={styles.empty} role="status">
        <p>
          <Loader size="xs" /> Finding the nearest partners of every item …
        </p>
        <Button variant="default" size="xs" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    );
  }
  if (pairs.status === 'failed') {
    return (
      <div className={styles.empty} role="alert">
        <p>The pairs could not be found: {pairs.message}</p>
        <Button variant="default" size="xs" onClick={onLook}>
          Try again
        </Button>
      </div>
    );
  }
  const stale = JSON.stringify(pairs.request) !== JSON.stringify(pairRequestOf(form));
  return (
    <>
      {stale && (
        <p className={styles.stale} role="status">
          The form asks for other pairs now.{' '}
          <Button size="compact-sm" variant="light" onClick={onLook}>
            Find those
          </Button>
        </p>
      )}
      <Found request={pairs.request} sets={pairs.sets} pool={pairs.pool} />
    </>
  );
}

function Found({ request, sets, pool }: { request: PairRequest; sets: MinedSet[]; pool: Pool }) {
  const spaces = useLab((s) => s.spaces);
  const [letter, setLetter] = useState<string>();
  const shown = sets.find((set) => set.letter === letter) ?? sets[0];
  const spread = useMemo(() => shown && spreadPlot(shown), [shown]);
  if (!shown || !spread) {
    return <p className={styles.empty}>No pairs were found: the pool has no items that these spaces know.</p>;
  }
  const { corrupt, keep, topics } = request.damage ?? { corrupt: 0, keep: 1, topics: 1 };
  return (
    <div className={styles.panel}>
      <header className={styles.pairsHead}>
        <h3>Pairs of {wayWords(request, spaces)}</h3>
        <span className={styles.note}>
          {pool.name},{' '}
          {request.mining.kind === 'top-1'
            ? 'nearest partners'
            : `softmax means at τ₁ ${request.mining.temperature}`}
        </span>
        <SegmentedControl
          size="xs"
          aria-label="What pairs start from"
          value={shown.letter}
          onChange={setLetter}
          data={sets.map((set) => ({
            value: set.letter,
            label: `${set.letter}: ${set.nPairs.toLocaleString('en')} ${MODALITY_WORDS[LETTERS[set.letter]!].many}`,
          }))}
        />
      </header>
      {corrupt > 0 && (
        <p className={styles.damage}>
          {percentWords(corrupt)} of these pairs were spoiled: their partners are drawn at random. Look for
          them at the end of the list.
        </p>
      )}
      {(keep < 1 || topics < 1) && (
        <p className={styles.damage}>
          The pool is narrowed: {keep < 1 && `${percentWords(keep)} of its items`}
          {keep < 1 && topics < 1 && ', '}
          {topics < 1 && `${percentWords(topics)} of its topics`}.
        </p>
      )}
      <figure className={styles.spread}>
        <figcaption>
          <b>How similar partners are</b>
          <span className={styles.note}>
            {Object.entries(shown.similarity)
              .map(([link, one]) => `${linkWords(link)}: ${spreadWords(one)}`)
              .join('; ')}
          </span>
        </figcaption>
        <PlotFigure
          options={spread}
          label={`Cosines of partners: ${Object.entries(shown.similarity)
            .map(([link, one]) => `${linkWords(link)} ${spreadWords(one)}`)
            .join('; ')}.`}
        />
      </figure>
      <p className={styles.note}>
        {Math.min(shown.nPairs, shown.examples.length)} of {shown.nPairs.toLocaleString('en')} pairs, drawn at
        random. A bar is the share of all pairs of its kind that are less similar; the number is the cosine.
      </p>
      <Examples key={shown.letter} set={shown} pool={pool} />
    </div>
  );
}
