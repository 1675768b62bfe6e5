import { useMemo } from 'react';
import type { Interval } from '../../../math/bootstrap.ts';
import { CLASS_CAVEAT } from '../../../world/classes.ts';
import { isClassTask } from '../../../world/tasks.ts';
import { scaleOf, type Verdict } from '../../../state/evidence/taskFigures.ts';
import {
  comparedRows,
  factorsWords,
  METRIC,
  type ComparedRow,
} from '../../../state/workshop/recipesCompare.ts';
import type { Comparison } from '../../../state/workshop/recipesTypes.ts';
import { ForestAxis, ForestMark, type ForestScale } from '../../evidence/tasks/Forest.tsx';
import { changeWords, figureWords, intervalWords } from '../../evidence/tasks/words.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { mixColor } from '../../shared/mix.ts';
import { TaskName } from '../../shared/modality.tsx';
import { styles } from './styles.ts';

const SIGN: Record<Verdict, string> = { better: '▲', worse: '▼', open: '' };
const SAID: Record<Verdict, string> = { better: 'better', worse: 'worse', open: 'not told apart from 0' };
/** The scale is never drawn finer than this. */
const LEAST = 0.02;

/** A comparison task by task: each recipe at each place, and its change with the interval. */
export function ComparisonFigures({ comparison }: { comparison: Comparison }) {
  const engine = useLab((s) => s.engine);
  const rows = useMemo(() => comparedRows(comparison, (task) => engine.task(task)), [comparison, engine]);
  const { places, told, recipes, notes } = comparison;
  const changes = rows.flatMap(({ cells }) => cells.slice(1).flatMap(({ change }) => change ?? []));
  const [low, high] = scaleOf(changes, LEAST);
  const scale: ForestScale = { metric: METRIC, low, high };
  return (
    <>
      <Says rows={rows} reference={recipes[0]!.name} place={places[told]!.name} />
      <div className={styles.scroll} role="region" aria-label="Recipes side by side" tabIndex={0}>
        <table className={styles.compare}>
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Recipe</th>
              <th scope="col" className={styles.quiet}>
                chance
              </th>
              {places.map(({ name, about }, p) => (
                <th key={name} scope="col" data-told={p === told || undefined}>
                  <Hint text={about}>
                    <span tabIndex={0} className={styles.hinted}>
                      {name}
                    </span>
                  </Hint>
                </th>
              ))}
              <th scope="col">
                change<small>95% interval</small>
              </th>
              <th scope="col" className={styles.forestHead}>
                <ForestAxis scale={scale} />
              </th>
            </tr>
          </thead>
          {rows.map((row) => (
            <TaskRows key={row.task} row={row} comparison={comparison} scale={scale} />
          ))}
        </table>
      </div>
      <p className={styles.note}>
        Change: at “{places[told]!.name}”, against {recipes[0]!.name} there; of {recipes[0]!.name} itself,
        against its own base. Paired over independent groups, test half, not corrected for how many are shown.{' '}
        {recipes.some(({ off }) => off.length > 0) &&
          'Some projectors were switched off: see the exported notes. '}
        {notes.join(' ')} {engine.embedded && rows.some(({ task }) => isClassTask(task)) && CLASS_CAVEAT}
      </p>
    </>
  );
}

function TaskRows({
  row,
  comparison,
  scale,
}: {
  row: ComparedRow;
  comparison: Comparison;
  scale: ForestScale;
}) {
  const { task, chance, nQueries, cells } = row;
  const { told, places } = comparison;
  const best = Math.max(...cells.map(({ values }) => values[told] ?? -1));
  return (
    <tbody data-task={task}>
      {cells.map(({ recipe, values, change, verdict }, r) => (
        <tr key={recipe.recipeId}>
          {r === 0 && (
            <th scope="rowgroup" rowSpan={cells.length} className={styles.taskCell}>
              <TaskName task={task} />
              <small>{nQueries} queries</small>
            </th>
          )}
          <th scope="row" className={styles.recipeCell}>
            {recipe.name}
            <small>
              {recipe.settings[told]!.name === places[told]!.name
                ? recipe.formula
                : recipe.settings[told]!.name}
            </small>
          </th>
          <td className={styles.quiet} data-label="chance">
            {figureWords(METRIC, chance)}
          </td>
          {values.map((value, p) => (
            <td
              key={places[p]!.name}
              data-label={places[p]!.name}
              title={`${recipe.name}, ${recipe.settings[p]!.name}: ${factorsWords(recipe.settings[p]!.factors)}`}
              data-told={p === told || undefined}
              data-best={(p === told && value === best && cells.length > 1) || undefined}
              style={{ '--mix': mixColor(p / Math.max(1, values.length - 1)) } as React.CSSProperties}
            >
              {figureWords(METRIC, value)}
            </td>
          ))}
          <Change
            change={change}
            verdict={verdict}
            label={r === 0 ? 'against its base' : `against ${cells[0]!.recipe.name}`}
          />
          <td className={styles.forestCell}>
            {/* The first recipe's change is against something else: it lies on no common scale. */}
            {r > 0 && <ForestMark scale={scale} change={change} verdict={verdict} />}
          </td>
        </tr>
      ))}
    </tbody>
  );
}

/** A change with its interval, and in words which way it points. */
export function Change({
  change,
  verdict,
  label,
}: {
  change: Interval | undefined;
  verdict: Verdict | undefined;
  /** What it is against, where the columns have no heads: on a narrow screen. */
  label: string;
}) {
  if (!change || !verdict) {
    return (
      <td className={styles.quiet} data-label={label}>
        –
      </td>
    );
  }
  return (
    <td className={styles.change} data-verdict={verdict} data-label={label}>
      <b>
        <span className={styles.sign} aria-hidden="true">
          {SIGN[verdict]}
        </span>
        {changeWords(METRIC, change.mean)}
        <span className={styles.unseen}> {SAID[verdict]}</span>
      </b>
      <small>{intervalWords(METRIC, change)}</small>
    </td>
  );
}

/** The comparison in a sentence a recipe: in how many tasks it can be told from the first, and which way. */
function Says({
  rows,
  reference,
  place,
}: {
  rows: readonly ComparedRow[];
  reference: string;
  place: string;
}) {
  const nOthers = (rows[0]?.cells.length ?? 1) - 1;
  const said = Array.from({ length: nOthers }, (_, i) => {
    const cells = rows.map(({ cells: of }) => of[i + 1]!);
    const count = (verdict: Verdict) => cells.filter((one) => one.verdict === verdict).length;
    return { name: cells[0]!.recipe.name, better: count('better'), worse: count('worse') };
  });
  return (
    <p className={styles.summary}>
      At “{place}”, against {reference}, over {rows.length} tasks:{' '}
      {said.map(({ name, better, worse }, i) => (
        <span key={name}>
          {i > 0 && '; '}
          <b>{name}</b> {better} better, {worse} worse
        </span>
      ))}
      . Of the others the 95% interval holds 0.
    </p>
  );
}
