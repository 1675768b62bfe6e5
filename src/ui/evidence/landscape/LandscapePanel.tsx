import { useMemo, useRef, type Ref } from 'react';
import { slidersOf } from '../../../recipe/sliders.ts';
import { landscapeTable } from '../../../state/evidence/tables.ts';
import { recipeOf } from '../../../state/selectors.ts';
import type { Ends, Grid, Status } from '../../../state/types.ts';
import { Counting } from '../../shared/Counting.tsx';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { ExportMenu } from '../charts/ExportMenu.tsx';
import type { PlotHandle } from '../charts/PlotFigure.tsx';
import { CountFailed } from '../CountFailed.tsx';
import { EvidenceControls } from '../EvidenceControls.tsx';
import { AxisPickers } from './AxisPickers.tsx';
import { BestFigures } from './BestFigures.tsx';
import { MapFigure } from './MapFigure.tsx';
import { useLandscape } from './useLandscape.ts';
import { waitingWords } from './words.ts';
import styles from './Landscape.module.css';

/** A task's metric over two factors: a map to read, and a pad to move both sliders on. */
export default function LandscapePanel() {
  const grid = useLab((s) => s.studies.grid);
  const ends = useLab((s) => s.studies.ends);
  const recipe = useLab(recipeOf);
  const sliders = useMemo(() => slidersOf(recipe), [recipe]);
  const store = useLabStore();
  const chart = useRef<PlotHandle>(null);
  return (
    <section className={styles.panel} aria-label="Landscape">
      <header className={styles.head}>
        <EvidenceControls task metric half />
        {grid.status === 'ready' && <AxisPickers x={grid.value.x} y={grid.value.y} />}
        <span className={styles.export}>
          <ExportMenu
            name="landscape"
            tables={() => (grid.status === 'ready' ? [landscapeTable(store.getState())] : [])}
            figure={() => chart.current?.svg()}
          />
        </span>
      </header>
      {sliders.length < 2 ? (
        <p className={styles.waiting}>
          {recipe.name} has {sliders.length === 1 ? 'one slider' : 'no slider'}: a landscape needs two.
        </p>
      ) : grid.status === 'ready' ? (
        <Plane grid={grid.value} ends={ends} chart={chart} />
      ) : grid.status === 'failed' ? (
        <CountFailed what="The landscape" message={grid.message} className={styles.waiting} />
      ) : (
        <p className={styles.waiting} role="status">
          {grid.status === 'loading' ? (
            <Counting words={grid.words} />
          ) : (
            'The landscape follows the first ranking …'
          )}
        </p>
      )}
    </section>
  );
}

function Plane({ grid, ends, chart }: { grid: Grid; ends: Status<Ends>; chart: Ref<PlotHandle> }) {
  const engine = useLab((s) => s.engine);
  const task = useLab((s) => s.task);
  const half = useLab((s) => s.half);
  const landscape = useLandscape(grid, ends.status === 'ready' ? ends.value : undefined);
  if (!landscape) {
    return (
      <p className={styles.waiting} role="status">
        {waitingWords(grid, [engine.task(task)], half)}
      </p>
    );
  }
  return (
    <div className={styles.body}>
      <MapFigure landscape={landscape} chart={chart} />
      <BestFigures landscape={landscape} ends={ends} />
    </div>
  );
}
