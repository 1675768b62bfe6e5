import { Button, Select } from '@mantine/core';
import { useMemo } from 'react';
import type { ConflictReport } from '../../../engine/microscope/types.ts';
import { askConflicts } from '../../../state/workshop/microscopeAsks.ts';
import { conflictVerdict } from '../../../state/workshop/microscopeFigures.ts';
import {
  conflictPair,
  expertSpaces,
  parallelRecipe,
  type ConflictPair,
  type Looked,
} from '../../../state/workshop/microscopeLook.ts';
import { conflictTables } from '../../../state/workshop/microscopeBondTables.ts';
import { nameIn } from '../../../state/workshop/recipesWords.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { ConflictExamples } from './ConflictExamples.tsx';
import { ConflictParts } from './ConflictParts.tsx';
import { MeasuredHarms } from './MeasuredHarms.tsx';
import { QuestionCard } from './QuestionCard.tsx';
import { ScoreScale } from './ScoreScale.tsx';
import { styles } from './styles.ts';
import { useLookState } from './useLooked.ts';

/** How far two experts disagree where they overlap, and whether to put them side by side. */
export function ConflictsCard({ looked }: { looked: Looked }) {
  const spaces = useLab((s) => s.spaces);
  const manifest = useLab((s) => s.engine.manifest);
  const lookAt = useLab((s) => s.lookAt);
  const state = useLookState();
  const pair = useMemo(() => conflictPair(looked, state), [looked, state]);
  const ask = useMemo(() => pair && askConflicts(pair), [pair]);
  const offered = expertSpaces(spaces);
  const choose = (which: 0 | 1, id: string | null) => {
    if (id === null || !pair) return;
    const next: [string, string] = [...pair.experts];
    // The expert chosen for one takes the other's place where it was there: the two change places.
    if (next[1 - which] === id) next.reverse();
    else next[which] = id;
    lookAt({ experts: next });
  };
  const picker = (which: 0 | 1, label: string) => (
    <Select
      label={label}
      size="xs"
      className={styles.pick}
      allowDeselect={false}
      value={pair?.experts[which] ?? null}
      data={offered.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(id) => choose(which, id)}
    />
  );
  return (
    <QuestionCard
      question="conflicts"
      title="Do two experts collide?"
      why="Averaged side by side, experts take away each other’s scatter; but where they take items for others, or put the same structure in different places, each spoils what the other knows."
      takes="Every item that both know, in both spaces: some seconds."
      ask={ask}
      absent={<Unprojected pair={pair} />}
      tables={(report) => conflictTables(report, { looked, spaces, manifest })}
      show={(report) => <Conflict report={report} pair={pair!} />}
    >
      <div className={styles.pickers}>
        {picker(0, 'Expert')}
        {picker(1, 'Against')}
        {pair?.projected && (
          <p className={styles.note}>Both projected into {nameIn(spaces, pair.projected.target)}.</p>
        )}
      </div>
    </QuestionCard>
  );
}

function Unprojected({ pair }: { pair: ConflictPair | undefined }) {
  const spaces = useLab((s) => s.spaces);
  const showBench = useLab((s) => s.showBench);
  if (!pair) return 'There are not two experts to compare.';
  const [a, b] = pair.experts.map((id) => nameIn(spaces, id));
  return (
    <>
      Nothing projects both {a} and {b} into one space, so they cannot stand side by side yet.{' '}
      <button type="button" className={styles.link} onClick={() => showBench('train')}>
        Train what is missing
      </button>
    </>
  );
}

function Conflict({ report, pair }: { report: ConflictReport; pair: ConflictPair }) {
  const spaces = useLab((s) => s.spaces);
  const { hurts, worst } = conflictVerdict(report);
  const [a, b] = report.experts.map((id) => nameIn(spaces, id)) as [string, string];
  if (!worst) {
    return (
      <p className={styles.absent}>
        {a} and {b} share no modality: there is nothing they could disagree on.
      </p>
    );
  }
  return (
    <>
      <ScoreScale score={worst.score} threshold={report.threshold} />
      <p className={hurts ? styles.warning : styles.summary} role={hurts ? 'alert' : undefined}>
        {report.warning ??
          (worst.score.high >= report.threshold
            ? `It is not settled whether ${a} and ${b} hurt each other side by side: the interval reaches ${report.threshold}. See what averaging them did.`
            : `Nothing speaks against ${a} and ${b} side by side: their disagreement is scatter, which averaging takes away.`)}
      </p>
      <ConflictParts report={report} />
      <MeasuredHarms report={report} names={[a, b]} />
      <Parallel pair={pair} names={[a, b]} />
      <ConflictExamples report={report} names={[a, b]} />
    </>
  );
}

/** Leads to a recipe that has both side by side, or to the bench that makes one. */
function Parallel({ pair, names: [a, b] }: { pair: ConflictPair; names: readonly [string, string] }) {
  const recipes = useLab((s) => s.recipes);
  const chooseRecipe = useLab((s) => s.chooseRecipe);
  const show = useLab((s) => s.show);
  const showBench = useLab((s) => s.showBench);
  const setWorkshop = useLab((s) => s.setWorkshop);
  const attempt = useLab((s) => s.attempt);
  const found = parallelRecipe(pair, recipes);
  if (found) {
    return (
      <p className={styles.seeds}>
        <Button
          variant="default"
          size="xs"
          onClick={() =>
            void attempt(async () => {
              show('lab');
              await chooseRecipe(found.id);
            })
          }
        >
          See them side by side in {found.name}
        </Button>
        <code>{found.formula}</code>
      </p>
    );
  }
  const target = pair.projected?.target;
  if (target === undefined) return null;
  const build = () => {
    setWorkshop({
      draft: {
        name: `${a} beside ${b}`,
        base: target,
        bonds: [
          { kind: 'combination', experts: [...pair.experts], ensembles: [...pair.projected!.ensembles] },
        ],
      },
    });
    showBench('recipes');
  };
  return (
    <p className={styles.seeds}>
      <Button variant="default" size="xs" onClick={build}>
        Build a recipe with both side by side
      </Button>
    </p>
  );
}
