import { Button, Drawer } from '@mantine/core';
import { useCallback, useMemo, type ReactNode } from 'react';
import type { LabEngine } from '../../engine/types.ts';
import { computeAims } from '../../world/aims.ts';
import type { WorldFigures } from '../../world/figures.ts';
import { useLab } from '../shared/LabContext.tsx';
import { Aims } from './Aims.tsx';
import { LearningCurves } from './LearningCurves.tsx';
import { Section } from './parts.tsx';
import { Provenance } from './Provenance.tsx';
import { Quantization } from './Quantization.tsx';
import { Retrieval } from './Retrieval.tsx';
import { PseudoPairs, Sounds } from './Sounds.tsx';
import { useLoaded, type Loaded } from './useLoaded.ts';
import styles from './Figures.module.css';

/** What was measured when the embedded world was built: loaded when the drawer first opens. */
export default function Figures({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const engine = useLab((s) => s.engine);
  const figures = useLoaded(
    opened,
    useCallback(() => engine.figures(), [engine]),
  );
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="min(1040px, 100%)"
      title="Figures of the embedded world"
      closeButtonProps={{ 'aria-label': 'Close the figures' }}
    >
      <Waiting what="The figures" loaded={figures}>
        {(value) => <Sections figures={value} engine={engine} opened={opened} />}
      </Waiting>
    </Drawer>
  );
}

/** The loaded value, or in words why it is not there. */
function Waiting<T>({
  what,
  loaded,
  children,
}: {
  what: string;
  loaded: Loaded<T>;
  children: (value: T) => ReactNode;
}) {
  if (loaded.status === 'ready') return children(loaded.value);
  if (loaded.status === 'loading') return <p className={styles.lead}>{what} are on their way …</p>;
  return (
    <div role="alert">
      <p className={styles.lead}>
        {what} could not be shown: {loaded.message}
      </p>
      <Button variant="default" size="xs" onClick={loaded.retry}>
        Try again
      </Button>
    </div>
  );
}

const JUMPS = [
  ['figures-retrieval', 'Retrieval'],
  ['figures-aims', 'Aims'],
  ['figures-quantization', 'Fewer bits'],
  ['figures-curves', 'Learning'],
  ['figures-sounds', 'Sounds'],
  ['figures-pairs', 'Pseudo-pairs'],
  ['figures-provenance', 'Where from'],
] as const;

function Sections({
  figures,
  engine,
  opened,
}: {
  figures: WorldFigures;
  engine: LabEngine;
  opened: boolean;
}) {
  const { spaces } = engine;
  // Figures are of the world that ships: recipes of the user's own have none.
  const recipes = engine.recipes.filter(({ id }) => figures.recipes[id]);
  const base = recipes[0]!.base;
  const aims = useMemo(() => computeAims(figures), [figures]);
  const curves = useLoaded(
    opened,
    useCallback(() => engine.curves(), [engine]),
  );
  const nReached = aims.filter(({ status }) => status === 'reached').length;
  return (
    <div className={styles.figures}>
      <p className={styles.summary}>
        Measured once, when the world was built; the page itself counts anew at every slider.{' '}
        <b>
          {nReached} of {aims.length} aims reached.
        </b>
      </p>
      <nav className={styles.jumps} aria-label="Sections">
        {JUMPS.map(([id, name]) => (
          <button
            key={id}
            type="button"
            onClick={() => document.getElementById(id)?.scrollIntoView({ block: 'start' })}
          >
            {name}
          </button>
        ))}
      </nav>
      <Retrieval figures={figures} recipes={recipes} spaces={spaces} />
      <Aims aims={aims} />
      <Quantization figures={figures.quantization} ensembles={engine.ensembles} spaces={spaces} />
      <Section id="figures-curves" title="How they learned">
        <Waiting what="The learning curves" loaded={curves}>
          {(value) => (
            <LearningCurves curves={value} spaces={spaces} base={base} batch={figures.training.batch} />
          )}
        </Waiting>
      </Section>
      <Sounds report={figures.soundReport} />
      <PseudoPairs pairs={figures.pseudoPairs} ensembles={engine.ensembles} />
      <Provenance figures={figures} engine={engine} />
    </div>
  );
}
