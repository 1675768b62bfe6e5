import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ArrayMapping, ArraysPlan } from '../../../engine/intake/types.ts';
import type { IntakeForm } from '../../../state/data/types.ts';
import { checkWords } from '../../../state/data/words.ts';
import { inList, modalityWords } from '../../../state/workshop/recipesWords.ts';
import { counted } from '../../evidence/tasks/words.ts';
import { Notes } from '../Fold.tsx';
import { styles } from '../styles.ts';
import { ArraysTable } from './ArraysTable.tsx';
import { SpacesForm } from './SpacesForm.tsx';

const ROLES = { base: 'the base', expert: 'an expert', other: '' } as const;

/** Arrays as they were understood; the form to change that is folded where there is no doubt. */
export function ArraysPart({ plan, form }: { plan: ArraysPlan; form: IntakeForm }) {
  const [open, setOpen] = useState(!plan.certain);
  const { mapping } = form;
  if (!mapping) return null;
  const found = plan.arrays.flatMap((array) =>
    checkWords(array).filter(({ severity }) => severity !== 'note'),
  );
  return (
    <div className={styles.part}>
      <p className={styles.found}>
        <b>{counted(plan.arrays.length, 'array', 'arrays')}</b>
        {plan.certain
          ? ': names and shapes leave no doubt.'
          : ': please look whether each is what it was taken for.'}
      </p>
      <MappingWords mapping={mapping} />
      <Notes notes={plan.notes} />
      {plan.certain && (
        <div className={styles.buttons}>
          <Button size="xs" variant="default" aria-expanded={open} onClick={() => setOpen((now) => !now)}>
            {open ? 'Fold it up' : 'Look closer, or change it'}
          </Button>
          {!open && found.length > 0 && (
            <span className={styles.note}>{counted(found.length, 'finding', 'findings')} in the rows</span>
          )}
        </div>
      )}
      {open && (
        <>
          <ArraysTable arrays={plan.arrays} mapping={mapping} />
          <SpacesForm mapping={mapping} />
        </>
      )}
    </div>
  );
}

/** A mapping in words, a space a line. */
function MappingWords({ mapping }: { mapping: ArrayMapping }) {
  const { spaces, arrays, pairs } = mapping;
  return (
    <ul className={styles.mapped}>
      {spaces.map(({ id, name, dim, role }) => {
        const own = arrays.filter(({ spaceId }) => spaceId === id).map(({ modality }) => modality);
        return (
          <li key={id} data-role={role}>
            <b>{name}</b>, {dim} numbers{ROLES[role] && `, ${ROLES[role]}`}: {modalityWords(own)}
          </li>
        );
      })}
      <li>
        {pairs.kind === 'rows'
          ? 'Row i of each belongs to row i of the others'
          : 'Rows of equal ids belong together'}
        {listsWords(mapping)}
      </li>
    </ul>
  );
}

function listsWords({ captions, labels }: ArrayMapping): string {
  const parts = [
    ...(Object.keys(captions).length > 0 ? ['captions'] : []),
    ...(Object.keys(labels).length > 0 ? ['labels'] : []),
  ];
  return parts.length > 0 ? `; with ${inList(parts)}` : '';
}
