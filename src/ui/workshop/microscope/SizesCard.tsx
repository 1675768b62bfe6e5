import { useMemo, useRef } from 'react';
import type { SizeReport } from '../../../engine/microscope/types.ts';
import { metricOf } from '../../../math/answers.ts';
import { askSizes } from '../../../state/workshop/microscopeAsks.ts';
import { sizeSteps } from '../../../state/workshop/microscopeFigures.ts';
import type { Looked } from '../../../state/workshop/microscopeLook.ts';
import { N_SEEDS, seedPlan } from '../../../state/workshop/microscopeSeeds.ts';
import { sizesTable } from '../../../state/workshop/microscopeTables.ts';
import { PlotFigure, type PlotHandle } from '../../evidence/charts/PlotFigure.tsx';
import { changeWords, figureWords } from '../../evidence/tasks/words.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { TaskName } from '../../shared/modality.tsx';
import { MoreSeeds } from './MoreSeeds.tsx';
import { QuestionCard } from './QuestionCard.tsx';
import { sizePlot } from './sizePlot.ts';
import { styles } from './styles.ts';
import { useTypeScale } from './useTypeScale.ts';
import { sizeWords } from './words.ts';

/** What the number of projectors buys, over trainings with several seeds. */
export function SizesCard({ looked }: { looked: Looked }) {
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  const templates = useLab((s) => s.templates);
  const spaces = useLab((s) => s.spaces);
  const ensembles = useLab((s) => s.ensembles);
  const runs = useLab((s) => s.workshop.runs);
  const defaults = useLab((s) => s.engine.training.defaults);
  const manifest = useLab((s) => s.engine.manifest);
  const chart = useRef<PlotHandle>(null);
  const { bond } = looked;
  const plan = useMemo(
    () => seedPlan({ bond, spaces, ensembles, runs, defaults }),
    [bond, spaces, ensembles, runs, defaults],
  );
  // Runs change at every step of a training; the seeds that are ready do not.
  const ready = JSON.stringify(plan.replicates);
  const ask = useMemo(
    () => askSizes(looked, { metric, half, templates }, JSON.parse(ready) as typeof plan.replicates),
    [looked, metric, half, templates, ready],
  );
  return (
    <QuestionCard
      question="sizes"
      title={sizesTitle(looked)}
      why="Is a mixture worth its projectors, or does one do? And does the answer hold when they are trained anew?"
      takes={`Every size over every task, ${plan.replicates.length === 1 ? 'one training seed' : `${plan.replicates.length} training seeds`}: up to a minute a seed.`}
      ask={ask}
      tables={(report) => [sizesTable(report, { looked, spaces, manifest })]}
      chart={chart}
      show={(report) => <Sizes report={report} chart={chart} />}
    >
      <MoreSeeds plan={plan} nEnsembles={bond.ensembles.length} />
    </QuestionCard>
  );
}

/** "One against seven against fourteen" */
function sizesTitle({ bond }: Looked): string {
  const sizes = [...new Set([1, bond.ensembles[0]!.members.length, bond.members.length])];
  if (sizes.length === 1) return 'One projector';
  const [first, ...others] = sizes.map(sizeWords);
  return [first![0]!.toUpperCase() + first!.slice(1), ...others].join(' against ');
}

function Sizes({ report, chart }: { report: SizeReport; chart: { current: PlotHandle | null } }) {
  const { rows, metric, replicates } = report;
  const scale = useTypeScale();
  const options = useMemo(
    () => (widthPx: number) => sizePlot(rows, metric, widthPx, scale),
    [rows, metric, scale],
  );
  if (rows.length === 0)
    return <p className={styles.absent}>This recipe serves no task of the collection.</p>;
  return (
    <>
      <p className={styles.summary}>{stepWords(report)}</p>
      {report.warnings.map((warning) => (
        <p key={warning} className={styles.warning} role="note">
          {warning}
        </p>
      ))}
      <p className={styles.legend}>
        <span data-mark="dot">
          mean over {replicates.length === 1 ? 'one seed' : `${replicates.length} seeds`}
        </span>
        {replicates.length > 1 && <span data-mark="line">lowest to highest seed</span>}
        <span data-mark="base">base alone</span>
        <span data-mark="chance">chance</span>
      </p>
      <PlotFigure
        ref={chart}
        options={options}
        minHeightPx={200}
        label={`${metricOf(metric).name} of mixtures by size, a group of rows a task. ${stepWords(report)}`}
      />
      <SizesInNumbers report={report} />
    </>
  );
}

/** The one thing to see, a sentence a step. */
function stepWords(report: SizeReport): string {
  const { metric, replicates } = report;
  const steps = sizeSteps(report, metricOf(metric).higherIsBetter);
  if (steps.length === 0) {
    return replicates.length === 1
      ? 'There is one size to measure.'
      : `There is one size to measure; the lines show how far ${replicates.length} seeds lie apart.`;
  }
  const sure = replicates.length > 1 ? ' with every seed' : '';
  return steps
    .map(
      ({ from, to, meanChange, nBetter, nWorse, nTasks }) =>
        `From ${from} to ${to}: ${changeWords(metric, meanChange)} ${metricOf(metric).name} on average; of ${nTasks} tasks ${nBetter} are better and ${nWorse} worse${sure}.`,
    )
    .join(' ');
}

function SizesInNumbers({ report: { rows, metric, replicates } }: { report: SizeReport }) {
  const sizes = rows[0]!.sizes.map(({ size }) => size);
  return (
    <details className={styles.details}>
      <summary>The same in numbers</summary>
      <div className={styles.scroll} role="region" aria-label="Sizes in numbers" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">task</th>
              <th scope="col">chance</th>
              <th scope="col">base</th>
              {sizes.map((size) => (
                <th key={size} scope="col">
                  <Hint
                    text={`Mean over the seeds (${replicates.join(', ')}) and over all sets of ${size}. Below it: the standard deviation over the seeds, and the lowest and highest. ${replicates.length < N_SEEDS ? 'Too few seeds for a spread.' : ''}`}
                  >
                    <span tabIndex={0}>{size}</span>
                  </Hint>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.task}>
                <th scope="row">
                  <TaskName task={row.task} />
                </th>
                <td>{figureWords(metric, row.chance)}</td>
                <td>{figureWords(metric, row.base)}</td>
                {row.sizes.map(({ size, mean, sd, low, high }) => (
                  <td key={size}>
                    {figureWords(metric, mean)}
                    {sd !== undefined && (
                      <small>
                        ±{sd.toFixed(3)}, {figureWords(metric, low)} to {figureWords(metric, high)}
                      </small>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
