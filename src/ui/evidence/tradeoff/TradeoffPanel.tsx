import { Select } from '@mantine/core';
import { useCallback, useMemo, useRef, useState, type Ref } from 'react';
import { slidersOf } from '../../../recipe/sliders.ts';
import { chanceOfTask, nearestSetting, tradeoffOf } from '../../../state/evidence/figures.ts';
import { factorsOf, meanOf, recipeOf } from '../../../state/selectors.ts';
import { tradeoffTable } from '../../../state/evidence/tables.ts';
import type { Grid, LabState } from '../../../state/types.ts';
import { TASKS } from '../../../world/tasks.ts';
import type { TaskId } from '../../../world/types.ts';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { mixInk } from '../../shared/mix.ts';
import { taskWords } from '../../shared/modality.tsx';
import { ExportMenu } from '../charts/ExportMenu.tsx';
import type { PlotHandle } from '../charts/PlotFigure.tsx';
import { EvidenceControls } from '../EvidenceControls.tsx';
import { Lead, type LeadKind } from '../landscape/Lead.tsx';
import { inPlane, isAt, presetsIn } from '../landscape/plane.ts';
import { figureWords, HALF_WORDS, metricWords, placeWords } from '../landscape/words.ts';
import { beatenBy, onFront, versusOf, type Tradeoff } from './cloud.ts';
import { Cloud } from './Cloud.tsx';
import type { CloudParts } from './cloudOptions.ts';
import { FrontTable } from './FrontTable.tsx';
import styles from './Tradeoff.module.css';

/** What more of one task costs in another: every setting of the grid in the plane of the two. */
export default function TradeoffPanel() {
  const grid = useLab((s) => s.studies.grid);
  const recipe = useLab(recipeOf);
  const nSliders = useMemo(() => slidersOf(recipe).length, [recipe]);
  const store = useLabStore();
  const chart = useRef<PlotHandle>(null);
  return (
    <section className={styles.panel} aria-label="Trade-off">
      <header className={styles.head}>
        <EvidenceControls task />
        <Versus />
        <EvidenceControls metric half />
        <span className={styles.export}>
          <ExportMenu
            name="tradeoff"
            tables={() => (grid.status === 'ready' ? [tradeoffTable(withVersus(store.getState()))] : [])}
            figure={() => chart.current?.svg()}
          />
        </span>
      </header>
      {nSliders < 2 ? (
        <p className={styles.waiting}>
          {recipe.name} has {nSliders === 1 ? 'one slider' : 'no slider'}: a trade-off needs two.
        </p>
      ) : grid.status === 'ready' ? (
        <Plane grid={grid.value} chart={chart} />
      ) : (
        <p className={styles.waiting} role={grid.status === 'failed' ? 'alert' : 'status'}>
          {grid.status === 'loading' && grid.words}
          {grid.status === 'failed' && `The settings could not be counted: ${grid.message}`}
          {grid.status === 'idle' && 'The settings follow the first ranking …'}
        </p>
      )}
    </section>
  );
}

/** The state with the second task that is shown. */
const withVersus = (state: LabState): LabState => ({ ...state, versus: versusOf(state.task, state.versus) });

function Versus() {
  const task = useLab((s) => s.task);
  const versus = useLab((s) => versusOf(s.task, s.versus));
  const set = useLab((s) => s.set);
  const data = TASKS.filter((id) => id !== task).map((id) => ({ value: id, label: taskWords(id) }));
  return (
    <>
      <span className={styles.against}>against</span>
      <Select
        aria-label="Second task"
        className={styles.task}
        size="xs"
        allowDeselect={false}
        value={versus}
        data={data}
        onChange={(id) => id && set({ versus: id as TaskId })}
      />
    </>
  );
}

function Plane({ grid, chart }: { grid: Grid; chart: Ref<PlotHandle> }) {
  const engine = useLab((s) => s.engine);
  const recipe = useLab(recipeOf);
  const task = useLab((s) => s.task);
  const versus = useLab((s) => versusOf(s.task, s.versus));
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  const setFactors = useLab((s) => s.setFactors);
  const now = useLab((s) => nearestSetting(grid, factorsOf(s)));
  const onGrid = useLab((s) => isAt(grid, now, factorsOf(s)));
  const [hovered, setHovered] = useState<number>();

  const parts = useMemo<CloudParts | undefined>(() => {
    const [a, b] = [engine.task(task), engine.task(versus)];
    const tradeoff = tradeoffOf(grid, a, b, metric, half);
    if (!tradeoff || tradeoff.front.length === 0) return undefined;
    return {
      grid,
      tradeoff,
      front: onFront(tradeoff, grid),
      presets: presetsIn(grid, recipe),
      metric,
      nameA: `${taskWords(task)}, ${metricWords(task, metric)}`,
      nameB: `${taskWords(versus)}, ${metricWords(versus, metric)}`,
      taskA: taskWords(task),
      taskB: taskWords(versus),
      chanceA: chanceOfTask(a, grid.result[task]!, metric, half),
      chanceB: chanceOfTask(b, grid.result[versus]!, metric, half),
    };
  }, [engine, grid, recipe, task, versus, metric, half]);
  const go = useCallback((setting: number) => setFactors(inPlane(grid, setting)), [grid, setFactors]);
  if (!parts) {
    return (
      <p className={styles.waiting} role="status">
        Counting {grid.result[task] ? taskWords(versus) : taskWords(task)} at {grid.settings.length} settings
        …
      </p>
    );
  }
  const { tradeoff, front } = parts;
  return (
    <div className={styles.body}>
      <figure className={styles.figure}>
        <Readout
          parts={parts}
          setting={hovered ?? now}
          lead={hovered === undefined ? (onGrid ? 'Now' : 'Near') : 'Here'}
        />
        <Cloud
          parts={parts}
          label={`${parts.nameA} against ${parts.nameB}, at ${grid.settings.length} settings on ${HALF_WORDS[half]}; ${front.size} are on the Pareto front.`}
          hovered={hovered}
          onHover={setHovered}
          onGo={go}
          ref={chart}
        />
      </figure>
      <aside className={styles.aside}>
        <h3 className={styles.title}>The front</h3>
        <p className={styles.text}>
          No setting counted is better in both than one on this front; {front.size} of {grid.settings.length}{' '}
          are on it
          {front.size > tradeoff.front.length && `, at ${tradeoff.front.length} places`}. Read on{' '}
          {HALF_WORDS[half]}.
        </p>
        <FrontTable
          parts={parts}
          task={task}
          versus={versus}
          hovered={hovered}
          onHover={setHovered}
          onGo={go}
        />
      </aside>
    </div>
  );
}

/** One setting in words: its factors, both its values, and how many settings beat it. */
function Readout({ parts, setting, lead }: { parts: CloudParts; setting: number; lead: LeadKind }) {
  const { grid, tradeoff, metric } = parts;
  const factors = grid.settings[setting]!;
  const { a, b } = tradeoff.points[setting]!;
  const beaten = useMemo(() => beatenBy(tradeoff.points, { a, b }, metric), [tradeoff, a, b, metric]);
  return (
    <p className={styles.readout} aria-live="polite">
      <Lead kind={lead} className={styles.lead} />
      <span style={{ color: mixInk(meanOf(factors)) }}>{placeWords(factors, [grid.x, grid.y])}</span>
      <span>
        <b>{figureWords(metric, a)}</b> {parts.taskA}
      </span>
      <span>
        <b>{figureWords(metric, b)}</b> {parts.taskB}
      </span>
      <span className={styles.quiet}>{beatenWords(beaten, tradeoff)}</span>
    </p>
  );
}

function beatenWords(beaten: number, { points }: Tradeoff): string {
  if (beaten === 0) return 'on the front';
  return `${beaten} of ${points.length} beat it`;
}
