import { Select } from '@mantine/core';
import { useCallback, useMemo, useRef, useState, type Ref } from 'react';
import { slidersOf } from '../../../recipe/sliders.ts';
import { chanceOfTask, nearestSetting, type HalfChoice } from '../../../state/evidence/figures.ts';
import { factorsOf, meanOf, recipeOf } from '../../../state/selectors.ts';
import { tradeoffTable } from '../../../state/evidence/tables.ts';
import { tradeoffFigures, versusOf } from '../../../state/evidence/tradeoffFigures.ts';
import type { Grid } from '../../../state/types.ts';
import { tasksServed } from '../../../state/served.ts';
import type { TaskId } from '../../../world/types.ts';
import { Counting } from '../../shared/Counting.tsx';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { mixInk } from '../../shared/mix.ts';
import { taskWords } from '../../shared/modality.tsx';
import { ExportMenu } from '../charts/ExportMenu.tsx';
import type { PlotHandle } from '../charts/PlotFigure.tsx';
import { CountFailed } from '../CountFailed.tsx';
import { EvidenceControls } from '../EvidenceControls.tsx';
import { Lead, type LeadKind } from '../landscape/Lead.tsx';
import { inPlane, isAt, presetsIn } from '../landscape/plane.ts';
import { figureWords, HALF_WORDS, metricWords, placeWords, waitingWords } from '../landscape/words.ts';
import { frontWords, standingWords } from './cloud.ts';
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
            tables={() => (grid.status === 'ready' ? [tradeoffTable(store.getState())] : [])}
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
      ) : grid.status === 'failed' ? (
        <CountFailed what="The settings" message={grid.message} className={styles.waiting} />
      ) : (
        <p className={styles.waiting} role="status">
          {grid.status === 'loading' ? (
            <Counting words={grid.words} />
          ) : (
            'The settings follow the first ranking …'
          )}
        </p>
      )}
    </section>
  );
}

function Versus() {
  const task = useLab((s) => s.task);
  const versus = useLab((s) => versusOf(s.task, s.versus));
  const tasks = useLab((s) => tasksServed(s.engine, recipeOf(s)));
  const set = useLab((s) => s.set);
  const data = tasks.filter((id) => id !== task).map((id) => ({ value: id, label: taskWords(id) }));
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
    const tradeoff = tradeoffFigures(grid, a, b, metric, half);
    // A value is NaN at every setting where the half has no queries, and at none else.
    if (!tradeoff || Number.isNaN(tradeoff.points[0]!.a + tradeoff.points[0]!.b)) return undefined;
    return {
      grid,
      tradeoff,
      asChosen: half === 'validation',
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
        {waitingWords(grid, [engine.task(task), engine.task(versus)], half)}
      </p>
    );
  }
  const { tradeoff } = parts;
  return (
    <div className={styles.body}>
      <figure className={styles.figure}>
        <Readout
          parts={parts}
          half={half}
          setting={hovered ?? now}
          lead={hovered === undefined ? (onGrid ? 'Now' : 'Near') : 'Here'}
        />
        <Cloud
          parts={parts}
          label={`${parts.nameA} against ${parts.nameB}, at ${grid.settings.length} settings on ${HALF_WORDS[half]}; ${tradeoff.onFront.size} are on the Pareto front of the validation half.`}
          hovered={hovered}
          onHover={setHovered}
          onGo={go}
          ref={chart}
        />
      </figure>
      <aside className={styles.aside}>
        <h3 className={styles.title}>The front</h3>
        <p className={styles.text}>{frontWords(tradeoff, half)}</p>
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

/** One setting in words: its factors, both its values, whether it is on the front, and how many settings beat it. */
function Readout({
  parts,
  setting,
  lead,
  half,
}: {
  parts: CloudParts;
  setting: number;
  lead: LeadKind;
  half: HalfChoice;
}) {
  const { grid, tradeoff, metric } = parts;
  const factors = grid.settings[setting]!;
  const { a, b } = tradeoff.points[setting]!;
  const standing = useMemo(
    () => standingWords(tradeoff, setting, metric, half),
    [tradeoff, setting, metric, half],
  );
  return (
    <p className={styles.readout} aria-live={lead === 'Here' ? 'off' : 'polite'}>
      <Lead kind={lead} className={styles.lead} />
      <span style={{ color: mixInk(meanOf(factors)) }}>{placeWords(factors, [grid.x, grid.y])}</span>
      <span>
        <b>{figureWords(metric, a)}</b> {parts.taskA}
      </span>
      <span>
        <b>{figureWords(metric, b)}</b> {parts.taskB}
      </span>
      <span className={styles.quiet}>{standing}</span>
    </p>
  );
}
