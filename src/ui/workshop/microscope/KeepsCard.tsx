import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { askKeeps, K_NEIGHBOURS, MAX_ITEMS } from '../../../state/workshop/microscopeAsks.ts';
import { besideOf, besides, type Looked } from '../../../state/workshop/microscopeLook.ts';
import { keepsTable } from '../../../state/workshop/microscopeBondTables.ts';
import { termOf } from '../../../state/workshop/recipesWords.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { KeepsSide } from './KeepsSide.tsx';
import { QuestionCard } from './QuestionCard.tsx';
import { styles } from './styles.ts';
import { useLookState } from './useLooked.ts';

/** What becomes of the items between spaces: neighbours, gap, alignment, uniformity; a displacement beside a combination. */
export function KeepsCard({ looked }: { looked: Looked }) {
  const spaces = useLab((s) => s.spaces);
  const manifest = useLab((s) => s.engine.manifest);
  const lookAt = useLab((s) => s.lookAt);
  const state = useLookState();
  const beside = useMemo(() => besideOf(looked, state), [looked, state]);
  const others = useMemo(() => besides(looked, state.recipes), [looked, state.recipes]);
  const bonds = useMemo(() => (beside ? [looked, beside] : [looked]), [looked, beside]);
  const ask = useMemo(() => askKeeps(bonds), [bonds]);
  return (
    <QuestionCard
      question="keeps"
      title="What does it keep, and lose?"
      why="A projection moves every item: whatever its neighbours were before is knowledge that it either carries over or spends."
      takes={`${K_NEIGHBOURS} neighbours over at most ${MAX_ITEMS.toLocaleString('en')} items of a modality, both bonds: some seconds.`}
      ask={ask}
      tables={(report) => [keepsTable(report, { looked, spaces, manifest }, bonds)]}
      show={(report) => (
        <div className={styles.sides}>
          {report.bonds.map((change, i) => {
            const of = bonds[i];
            return (
              of && (
                <KeepsSide key={`${change.recipeId} ${change.bondId}`} change={change} of={of} k={report.k} />
              )
            );
          })}
        </div>
      )}
    >
      {beside && (
        <Select
          label="Beside it"
          size="xs"
          className={styles.beside}
          allowDeselect={false}
          value={beside.id}
          data={others.map(({ id, recipe, bond }) => ({
            value: id,
            label: `${termOf(bond, spaces)} of ${recipe.name}`,
          }))}
          onChange={(id) => id && lookAt({ beside: id })}
        />
      )}
    </QuestionCard>
  );
}
