import { ActionIcon, Button } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { OwnEnsemble } from '../../../engine/training/types.ts';
import { draftWith, isMapped } from '../../../state/workshop/mapping.ts';
import { inList } from '../../../state/workshop/recipesWords.ts';
import { counted } from '../../evidence/tasks/words.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { RenameForm } from '../../shared/RenameForm.tsx';
import { MapEnds } from './MapEnds.tsx';
import { styles } from './styles.ts';
import { useOwnEnsembles } from './useOwnEnsembles.ts';
import { endsWords, originWords } from './words.ts';

/** The user's own ensembles, trained and imported: renamed, used, taken away, removed. */
export function OwnList({ onExport }: { onExport: (id: string) => void }) {
  const own = useOwnEnsembles();
  return (
    <section className={styles.own} aria-labelledby="own-title" tabIndex={-1}>
      <h3 id="own-title">Your own ensembles</h3>
      {own.length === 0 ? (
        <p className={styles.note}>
          None yet: what you train, and what you bring in, is listed here and kept in this browser.
        </p>
      ) : (
        <ul>
          {own.map((ensemble) => (
            <OwnRow key={ensemble.id} ensemble={ensemble} onExport={onExport} />
          ))}
        </ul>
      )}
    </section>
  );
}

function OwnRow({ ensemble, onExport }: { ensemble: OwnEnsemble; onExport: (id: string) => void }) {
  const spaces = useLab((s) => s.spaces);
  const setWorkshop = useLab((s) => s.setWorkshop);
  const showBench = useLab((s) => s.showBench);
  const [doing, setDoing] = useState<'nothing' | 'rename' | 'remove'>('nothing');
  const { id, name, members, dIn, hidden, dOut } = ensemble;
  const draft = isMapped(ensemble, spaces) ? draftWith(ensemble, spaces) : undefined;
  const stop = () => setDoing('nothing');
  return (
    <li className={styles.row} data-ensemble={id}>
      <div className={styles.what}>
        {doing === 'rename' ? (
          <Rename ensemble={ensemble} onDone={stop} />
        ) : (
          <b>
            {name}
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={`Rename ${name}`}
              onClick={() => setDoing('rename')}
            >
              <IconPencil size={15} />
            </ActionIcon>
          </b>
        )}
        <span>
          {endsWords(ensemble, spaces)}; {counted(members.length, 'member', 'members')} ({members.join(', ')}
          ), {dIn} → {hidden} → {dOut}; {originWords(ensemble)}
        </span>
      </div>
      {doing === 'remove' ? (
        <Remove ensemble={ensemble} onDone={stop} />
      ) : (
        <div className={styles.buttons}>
          {draft && (
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                setWorkshop({ draft });
                showBench('recipes');
              }}
            >
              Use in a recipe
            </Button>
          )}
          <Button size="xs" variant="default" onClick={() => onExport(id)}>
            Take away
          </Button>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="md"
            aria-label={`Remove ${name}`}
            onClick={() => setDoing('remove')}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </div>
      )}
      <MapEnds ensemble={ensemble} />
    </li>
  );
}

function Rename({ ensemble: { id, name }, onDone }: { ensemble: OwnEnsemble; onDone: () => void }) {
  const engine = useLab((s) => s.engine);
  const attempt = useLab((s) => s.attempt);
  return (
    <RenameForm
      name={name}
      size="xs"
      className={styles.rename}
      onName={(next) => void attempt(() => engine.training.renameEnsemble(id, next))}
      onDone={onDone}
    />
  );
}

function Remove({ ensemble: { id, name }, onDone }: { ensemble: OwnEnsemble; onDone: () => void }) {
  const engine = useLab((s) => s.engine);
  const attempt = useLab((s) => s.attempt);
  const recipes = useLab((s) => s.recipes);
  const users = recipes.filter(({ bonds }) =>
    bonds.some(({ ensembles }) => ensembles.some((one) => one.id === id)),
  );
  return (
    <div className={styles.confirm} role="alert">
      <span>
        Remove “{name}” and its weights from this browser?
        {users.length > 0 && ` ${inList(users.map((recipe) => recipe.name))} cannot be used without it.`}
      </span>
      <Button
        size="xs"
        color="red"
        autoFocus
        onClick={({ currentTarget }) => {
          // What had the focus goes: the list keeps it.
          currentTarget.closest<HTMLElement>('section')?.focus();
          onDone();
          void attempt(() => engine.training.removeEnsemble(id));
        }}
      >
        Remove it
      </Button>
      <Button size="xs" variant="default" onClick={onDone}>
        Keep it
      </Button>
    </div>
  );
}
