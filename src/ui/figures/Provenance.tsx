import type { LabEngine } from '../../engine/types.ts';
import type { WorldFigures } from '../../world/figures.ts';
import { Section } from './parts.tsx';
import styles from './Figures.module.css';

/** Where every figure comes from, in one breath. */
export function Provenance({ figures, engine }: { figures: WorldFigures; engine: LabEngine }) {
  const { seed, precision, training, leftOutOfFoley } = figures;
  const { manifest } = engine;
  const { nSteps, batch, peakRate, nWarmUp, weightDecay } = training;
  const count = (list: readonly unknown[]) => list.length.toLocaleString('en');
  return (
    <Section id="figures-provenance" title="Where this comes from">
      <p className={styles.lead}>
        Seed <b>{seed}</b> · <b>{nSteps}</b> steps of <b>{batch}</b> items a modality, Adam with peak rate{' '}
        {peakRate} after {nWarmUp} steps of warm-up, weight decay {weightDecay} · measured in{' '}
        <b>{precision}</b>, before rounding, on {count(manifest.image)} pictures, {count(manifest.audio)}{' '}
        sounds and {count(manifest.text)} captions that no encoder learned from. The strip on the page counts
        with the same vectors in half precision: the third decimal may differ.
      </p>
      {leftOutOfFoley.length > 0 && (
        <p className={styles.lead}>
          Foley never heard {leftOutOfFoley.length} of the concepts in training: {leftOutOfFoley.join(', ')}.
        </p>
      )}
      <p className={styles.lead}>
        <code>npm run world</code> wrote all of it:{' '}
        <a href={engine.assetUrl('world/figures.json')} target="_blank" rel="noreferrer">
          figures.json
        </a>
        ,{' '}
        <a href={engine.assetUrl('world/curves.json')} target="_blank" rel="noreferrer">
          curves.json
        </a>
        .
      </p>
    </Section>
  );
}
