import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Precision, RepoPlan } from '../../../engine/models/types.ts';
import { sizesOf, proposedPrecision } from '../../../state/data/words.ts';
import { inList, modalityWords } from '../../../state/workshop/recipesWords.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { Notes } from '../Fold.tsx';
import { styles } from '../styles.ts';
import { FetchControls } from './Shelf.tsx';

/** Any repository by its name: what it holds is looked up before anything is fetched. */
export function RepoField() {
  const inspectRepo = useLab((s) => s.inspectRepo);
  const inspected = useLab((s) => s.data.inspected);
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void inspectRepo(text);
  };
  const plan = inspected?.plan;
  return (
    <div className={styles.part}>
      <form className={styles.repo} onSubmit={submit}>
        <TextInput
          label="Another repository"
          size="sm"
          placeholder="owner/name"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Button
          type="submit"
          size="sm"
          variant="default"
          loading={plan?.status === 'loading'}
          disabled={text.trim() === ''}
        >
          Look what it holds
        </Button>
      </form>
      {plan?.status === 'failed' && (
        <p className={styles.failed} role="alert">
          {plan.message}
        </p>
      )}
      {plan?.status === 'ready' && <Plan plan={plan.value} />}
    </div>
  );
}

function Plan({ plan }: { plan: RepoPlan }) {
  const { repo, revision, family, dim, towers, files, licence, notes } = plan;
  const bytes: Partial<Record<Precision, number>> = Object.fromEntries(
    Object.entries(files).map(([precision, list]) => [
      precision,
      list.reduce((sum, file) => sum + file.bytes, 0),
    ]),
  );
  const known = towers.map(({ modality }) => modality);
  return (
    <div className={styles.model} role="group" aria-label={repo}>
      <div className={styles.what}>
        <b>{repo}</b>
        <span>
          {family === 'other' ? 'A model' : `A model of the family ${family}`} that reads{' '}
          {modalityWords(known)}; {dim} numbers · {licence ?? 'no licence is named'} · revision{' '}
          {revision.slice(0, 8)}
        </span>
        <span>{inList(towers.map(({ file, output }) => `${file} (${output})`))}</span>
      </div>
      <FetchControls repo={repo} name={repo} sizes={sizesOf(bytes)} proposed={proposedPrecision(bytes)} />
      <Notes notes={notes} />
    </div>
  );
}
