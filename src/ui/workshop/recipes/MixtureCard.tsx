import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { SizeReport } from '../../../engine/microscope/types.ts';
import type { Recipe } from '../../../recipe/types.ts';
import {
  MIXTURE_RECIPES,
  mixtureAsk,
  mixtureRows,
  mixtureTable,
} from '../../../state/workshop/firstExperimentsMixture.ts';
import { seedPlan } from '../../../state/workshop/microscopeSeeds.ts';
import { METRIC } from '../../../state/workshop/recipesCompare.ts';
import { figureWords } from '../../evidence/tasks/words.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { signed } from '../../shared/mix.ts';
import { TaskName } from '../../shared/modality.tsx';
import { CountCard } from './CountCard.tsx';
import { styles } from './styles.ts';

/** Seven projectors, and fourteen, against each of them alone. */
export function MixtureCard() {
  const [recipeId, setRecipeId] = useState<string>(MIXTURE_RECIPES[0]);
  const recipes = useLab((s) => s.recipes);
  const spaces = useLab((s) => s.spaces);
  const ensembles = useLab((s) => s.ensembles);
  const runs = useLab((s) => s.workshop.runs);
  const defaults = useLab((s) => s.engine.training.defaults);
  const measure = useLab((s) => s.measure);
  const cancel = useLab((s) => s.cancelMeasuring);
  const recipe = recipes.find(({ id }) => id === recipeId);
  const ask = useMemo(() => {
    const [bond] = recipe?.bonds ?? [];
    if (!recipe || !bond) return undefined;
    return mixtureAsk(recipe, seedPlan({ bond, spaces, ensembles, runs, defaults }).replicates);
  }, [recipe, spaces, ensembles, runs, defaults]);
  const status = useLab((s) => (ask ? s.microscope.reports.sizes[ask.key] : undefined));
  if (!recipe || !ask) return null;
  return (
    <CountCard
      name="mixture"
      title="A mixture against a single projector"
      about={
        <p>
          Each projector was trained on other pseudo-pairs; a mixture averages them. Look whether the mixture
          stands above the mean single projector, and above the best of them, which nobody knows beforehand:
          that is what averaging is worth. The paper gives no figures of it that this page holds.
        </p>
      }
      status={status}
      onCount={() => measure('sizes', ask)}
      onCancel={() => cancel('sizes')}
      action="Measure"
      tables={(report) => [mixtureTable(report, recipe, spaces)]}
      show={(report) => <Mixture report={report} recipe={recipe} />}
    >
      <SegmentedControl
        size="xs"
        className={styles.picker!}
        aria-label="Recipe whose mixture is measured"
        data={MIXTURE_RECIPES.flatMap((id) => {
          const found = recipes.find((one) => one.id === id);
          const n = found?.bonds[0]?.members.length;
          return found ? [{ value: id, label: `${found.formula}: ${n}` }] : [];
        })}
        value={recipeId}
        onChange={setRecipeId}
      />
    </CountCard>
  );
}

function Mixture({ report, recipe }: { report: SizeReport; recipe: Recipe }) {
  const spaces = useLab((s) => s.spaces);
  const rows = useMemo(() => mixtureRows(report, recipe.bonds[0]!, spaces), [report, recipe, spaces]);
  const sizes = rows[0]?.mixtures.map(({ size }) => size) ?? [];
  const won = rows.filter(({ mixtures }) => (mixtures.at(-1)?.gain ?? 0) > 0).length;
  const beatsAll = rows.filter(({ mixtures, single }) => (mixtures.at(-1)?.value ?? 0) > single.high).length;
  const nSeeds = report.replicates.length;
  return (
    <>
      <p className={styles.summary}>
        The mixture of {sizes.at(-1)} stands above the mean single projector in <b>{won}</b> of {rows.length}{' '}
        rows, and above the best single one in <b>{beatsAll}</b>.
      </p>
      <div className={styles.scroll} role="region" aria-label="Mixtures and single projectors" tabIndex={0}>
        <table className={styles.compare}>
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Setting</th>
              <th scope="col" className={styles.quiet}>
                chance
              </th>
              <th scope="col">base</th>
              <th scope="col">
                one, alone<small>mean; worst to best</small>
              </th>
              <th scope="col" className={styles.words}>
                best alone
              </th>
              {sizes.map((size) => (
                <th key={size} scope="col">
                  {size}
                  <small>over the mean alone</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ task, setting, chance, base, singles, single, mixtures, nQueries }) => {
              const best = singles.find(({ value }) => value === single.high);
              return (
                <tr key={`${task} ${setting}`} data-task={task}>
                  <th scope="row" className={styles.taskCell}>
                    <TaskName task={task} />
                    <small>{nQueries} queries</small>
                  </th>
                  <td className={styles.words} data-label="setting">
                    {setting}
                  </td>
                  <td className={styles.quiet} data-label="chance">
                    {figureWords(METRIC, chance)}
                  </td>
                  <td data-label="base">{figureWords(METRIC, base)}</td>
                  <td
                    data-label="one, alone"
                    title={singles
                      .map(({ name, value }) => `${name} ${figureWords(METRIC, value)}`)
                      .join(', ')}
                  >
                    {figureWords(METRIC, single.mean)}
                    <small>
                      {figureWords(METRIC, single.low)} to {figureWords(METRIC, single.high)}
                    </small>
                  </td>
                  <td className={styles.words} data-label="best alone">
                    {best?.name}
                  </td>
                  {mixtures.map(({ size, value, sd, gain }) => (
                    <td key={size} data-label={`mixture of ${size}`}>
                      <b>{figureWords(METRIC, value)}</b>
                      {sd !== undefined && ` ± ${sd.toFixed(3)}`}
                      <small>{signed(gain, 3)}</small>
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className={styles.note}>
        R@1 on the test half.{' '}
        {nSeeds > 1
          ? `Means over ${nSeeds} training seeds (${report.replicates.join(', ')}), ± their standard deviation. `
          : 'The spread is that of the single projectors. '}
        {report.warnings.join(' ')}
      </p>
    </>
  );
}
