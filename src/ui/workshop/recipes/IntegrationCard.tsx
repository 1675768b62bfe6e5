import { Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import {
  fourRecipes,
  integrationJob,
  pairsAtHand,
  type Pair,
} from '../../../state/workshop/recipesIntegration.ts';
import { comparisonTable } from '../../../state/workshop/recipesCompare.ts';
import { nameIn } from '../../../state/workshop/recipesWords.ts';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { useParts } from './Builder.tsx';
import { ComparisonFigures } from './ComparisonFigures.tsx';
import { CountCard } from './CountCard.tsx';
import { styles } from './styles.ts';

const keyOf = ({ base, experts }: Pair) => `${base} ${experts.join(' ')}`;
const NAME = 'side-by-side-or-in-sequence';

/** Open question 1: two experts of one kind side by side or in sequence, over the same ensembles. */
export function IntegrationCard() {
  const store = useLabStore();
  const engine = useLab((s) => s.engine);
  const attempt = useLab((s) => s.attempt);
  const count = useLab((s) => s.countRecipes);
  const cancel = useLab((s) => s.cancelRecipes);
  const status = useLab((s) => s.recipeBench.answers.integration);
  const parts = useParts();
  const pairs = useMemo(() => pairsAtHand(parts), [parts]);
  const [chosen, setChosen] = useState<string>();
  const pair = pairs.find((one) => keyOf(one) === chosen) ?? pairs.find(isUsual) ?? pairs[0];
  const start = () => {
    if (!pair) return;
    void attempt(() => fourRecipes(engine, pair)).then((recipes) => {
      if (recipes) count('integration', integrationJob(recipes, store.getState().masks));
    });
  };
  return (
    <CountCard
      name={NAME}
      title="Two experts: side by side, or one after the other?"
      about={
        <p>
          The paper averages experts of one kind; it does not ask whether weighing them apart, or fusing one
          after the other, does as well (open question 1). The same ensembles in four recipes, each at the
          setting that is best for it. Look whether any of the four can be told from the averaged one at all,
          and whether the order matters. Recipes that are not there yet are made: they stay in the list, to be
          opened in the lab.
        </p>
      }
      status={status}
      onCount={pair && start}
      absent="No two experts of one kind are projected into the same base: train the second one first."
      onCancel={() => cancel('integration')}
      action="Compare all four"
      tables={(value) => [
        comparisonTable(value, (task) => engine.task(task), NAME, 'Two experts, side by side or in sequence'),
      ]}
      show={(value) => <ComparisonFigures comparison={value} />}
    >
      {pair && pairs.length > 1 && (
        <Select
          size="xs"
          className={`${styles.picker} ${styles.wide}`}
          label="Experts and base"
          allowDeselect={false}
          data={pairs.map((one) => ({
            value: keyOf(one),
            label: `${one.experts.map((id) => nameIn(parts.spaces, id)).join(' and ')} on ${nameIn(parts.spaces, one.base)}`,
          }))}
          value={keyOf(pair)}
          onChange={(key) => setChosen(key ?? undefined)}
        />
      )}
    </CountCard>
  );
}

const isUsual = ({ base, experts }: Pair) => base === 'unified' && experts.join() === 'foley,tone';
