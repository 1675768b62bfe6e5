import { useCallback, useMemo, useRef } from 'react';
import {
  paperWords,
  sweepJob,
  sweepRows,
  sweepTables,
  type SweepPlan,
  type SweepRow,
} from '../../../state/workshop/firstExperiments.ts';
import { METRIC } from '../../../state/workshop/recipesCompare.ts';
import { verdictOf } from '../../../state/evidence/taskFigures.ts';
import type { Recipe } from '../../../recipe/types.ts';
import type { SweepStudy } from '../../../state/workshop/recipesTypes.ts';
import { nameIn } from '../../../state/workshop/recipesWords.ts';
import { PlotFigure, type PlotHandle } from '../../evidence/charts/PlotFigure.tsx';
import { figureWords } from '../../evidence/tasks/words.ts';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { mixColor, toFixed2 } from '../../shared/mix.ts';
import { TaskName, taskWords } from '../../shared/modality.tsx';
import { Change } from './ComparisonFigures.tsx';
import { CountCard } from './CountCard.tsx';
import { SWEEP_HEIGHT_PX, sweepOptions } from './sweepPlot.ts';
import { styles } from './styles.ts';

/** A bond along its sliders, with the ends in spaces of their own and the paper's settings. */
export function SweepCard({ plan }: { plan: SweepPlan }) {
  const store = useLabStore();
  const engine = useLab((s) => s.engine);
  const spaces = useLab((s) => s.spaces);
  const recipe = useLab((s) => s.recipes.find(({ id }) => id === plan.recipeId));
  const status = useLab((s) => s.recipeBench.answers[plan.id]);
  const count = useLab((s) => s.countRecipes);
  const cancel = useLab((s) => s.cancelRecipes);
  const chart = useRef<PlotHandle>(null);
  if (!recipe) return null;
  return (
    <CountCard
      name={plan.id}
      title={plan.title}
      about={
        <>
          <p>
            <code>{recipe.formula}</code>, all sliders moved together. {plan.look}
          </p>
        </>
      }
      status={status}
      onCount={() => count(plan.id, sweepJob(plan, store.getState().masks))}
      onCancel={() => cancel(plan.id)}
      action="Measure"
      tables={(study) => sweepTables(plan, study, recipe, spaces, (task) => engine.task(task))}
      chart={chart}
      show={(study) => <Sweep plan={plan} study={study} recipe={recipe} chart={chart} />}
    />
  );
}

function Sweep({
  plan,
  study,
  recipe,
  chart,
}: {
  plan: SweepPlan;
  study: SweepStudy;
  recipe: Recipe;
  chart: React.RefObject<PlotHandle | null>;
}) {
  const engine = useLab((s) => s.engine);
  const spaces = useLab((s) => s.spaces);
  const rows = useMemo(
    () => sweepRows(study, recipe, spaces, (task) => engine.task(task)),
    [study, recipe, spaces, engine],
  );
  const options = useCallback(
    (widthPx: number) => sweepOptions(study, recipe, spaces, (task) => engine.task(task), widthPx),
    [study, recipe, spaces, engine],
  );
  const [base, expert] = [nameIn(spaces, study.base), nameIn(spaces, study.expert)];
  return (
    <>
      <p className={styles.summary}>{saysOf(rows, base, expert)}</p>
      <PlotFigure
        ref={chart}
        options={options}
        label={`R@1 on the test half from ${base} to ${expert}: ${rows.map(({ task }) => taskWords(task)).join(', ')}. The figures stand in the table below.`}
        minHeightPx={SWEEP_HEIGHT_PX}
      />
      <div className={styles.scroll} role="region" aria-label={plan.title} tabIndex={0}>
        <table className={styles.compare}>
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Where</th>
              <th scope="col">R@1</th>
              <th scope="col">
                against {base}
                <small>own space, 95% interval</small>
              </th>
              <th scope="col">
                against {expert}
                <small>own space, 95% interval</small>
              </th>
            </tr>
          </thead>
          {rows.map(({ task, nQueries, chance, figures, best }) => (
            <tbody key={task} data-task={task}>
              {figures.map(({ name, factor, value, fromBase, fromExpert }, i) => (
                <tr key={name}>
                  {i === 0 && (
                    <th scope="rowgroup" rowSpan={figures.length} className={styles.taskCell}>
                      <TaskName task={task} />
                      <small>
                        {nQueries} queries, chance {figureWords(METRIC, chance)}
                      </small>
                    </th>
                  )}
                  <th scope="row" className={styles.recipeCell}>
                    <i style={{ background: mixColor(factor ?? 0) }} /> {name}
                    {name === 'best of the sweep' && best !== undefined && (
                      <small>at {toFixed2(best)}, chosen on the validation half</small>
                    )}
                  </th>
                  <td data-label="R@1">{figureWords(METRIC, value)}</td>
                  <Change
                    change={fromBase}
                    verdict={fromBase && verdictOf(METRIC, fromBase)}
                    label={`against ${base}`}
                  />
                  <Change
                    change={fromExpert}
                    verdict={fromExpert && verdictOf(METRIC, fromExpert)}
                    label={`against ${expert}`}
                  />
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
      <p className={styles.note}>
        Figures of the test half; intervals are paired, over independent groups. {paperWords(plan)}
      </p>
    </>
  );
}

/** "sound → text: best at 0.85, 0.412 against 0.031 (Unified) and 0.398 (Foley)." */
function saysOf(rows: readonly SweepRow[], base: string, expert: string): string {
  return rows
    .map(({ task, figures, best, nQueries }) => {
      if (nQueries === 0) return `${taskWords(task)}: no query is on the test half.`;
      const value = (name: string) => figures.find((one) => one.name === name)?.value;
      const [own, top] = [value(`${base}, own space`), value(`${expert}, own space`)];
      if (best === undefined)
        return `${taskWords(task)}: no query on the validation half, so no best is chosen.`;
      return `${taskWords(task)}: best at ${toFixed2(best)}, ${figureWords(METRIC, value('best of the sweep'))} against ${figureWords(METRIC, own)} (${base}) and ${figureWords(METRIC, top)} (${expert}).`;
    })
    .join(' ');
}
