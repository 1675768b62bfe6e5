import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { memo, useRef, useState } from 'react';
import type { RunRecord } from '../../../engine/training/types.ts';
import { bestOfRun, durationWords, memberStates } from '../../../state/workshop/trainFigures.ts';
import {
  draftOfRun,
  formOfRun,
  formulaWords,
  nextSeed,
  wayWords,
} from '../../../state/workshop/trainForm.ts';
import { curvesTable, recordText } from '../../../state/workshop/trainTables.ts';
import { saveFile } from '../../evidence/export/saveFile.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { SaveMenuItems } from './SaveMenu.tsx';
import { saveItems } from './saveItems.ts';
import { dateWords, deviceWords, STATUS_NAMES } from './runWords.ts';
import { styles } from './runsStyles.ts';

/** Every run that this browser keeps, newest first. */
export function RunsTable({ chosen }: { chosen: string }) {
  const runs = useLab((s) => s.workshop.runs);
  return (
    <section className={styles.runs} aria-labelledby="runs-title">
      <h3 id="runs-title">Runs</h3>
      <div className={styles.scroll} role="region" aria-label="Table of runs" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Members</th>
              <th scope="col">
                <Hint text="The best mean validation R@1 of any of its members alone: for choosing. Mixtures are better than their members.">
                  <span className={styles.hinted} tabIndex={0}>
                    Best R@1
                  </span>
                </Hint>
              </th>
              <th scope="col">Seed</th>
              <th scope="col">Time</th>
              <th scope="col">Device</th>
              <th scope="col">Started</th>
              <th scope="col">
                <span className={styles.unseen}>Use, repeat, save or remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((record) => (
              <RunRow key={record.id} record={record} chosen={record.id === chosen} />
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.note}>
        Kept in this browser with its checkpoints; a run of its own takes a few megabytes.
      </p>
    </section>
  );
}

const RunRow = memo(function RunRow({ record, chosen }: { record: RunRecord; chosen: boolean }) {
  const spaces = useLab((s) => s.spaces);
  const setWorkshop = useLab((s) => s.setWorkshop);
  const [naming, setNaming] = useState<'no' | 'now' | 'done'>('no');
  const { id, name, request, status, seconds } = record;
  const nDone = memberStates(record).filter(({ state }) => state === 'done').length;
  const best = bestOfRun(record);
  const way = wayWords(request, spaces);
  return (
    <tr data-run={id} data-chosen={chosen || undefined}>
      <th scope="row">
        {naming === 'now' ? (
          <RunName record={record} onDone={(byKey) => setNaming(byKey ? 'done' : 'no')} />
        ) : (
          <button
            type="button"
            className={styles.choose}
            // The focus stays where the name was changed.
            autoFocus={naming === 'done'}
            aria-pressed={chosen}
            aria-label={`Show ${name}`}
            onClick={() => setWorkshop({ runId: id })}
          >
            {name}
          </button>
        )}
        <small>
          {name === way ? formulaWords(request, spaces) : way},{' '}
          <span data-status={status}>{STATUS_NAMES[status]}</span>
        </small>
      </th>
      <td>
        {nDone}/{request.members.length}
      </td>
      <td>
        {best ? (
          <>
            {best.value.toFixed(3)} <small className={styles.inline}>{best.member}</small>
          </>
        ) : (
          '–'
        )}
      </td>
      <td>{request.settings.seed}</td>
      <td>{seconds > 0 ? durationWords(seconds) : '–'}</td>
      <td>
        <Device words={deviceWords(record)} />
      </td>
      <td>{dateWords(record.createdAt)}</td>
      <td className={styles.actions}>
        {naming === 'now' ? (
          // The menu is gone with the rest: closing, it would take the focus back from the field.
          <small>Enter keeps it, Escape does not.</small>
        ) : (
          <RunActions record={record} onRename={() => setNaming('now')} />
        )}
      </td>
    </tr>
  );
});

/** "WebAssembly", and below it "2 threads": a table has little room. */
function Device({ words }: { words: string }) {
  const [backend, threads] = words.split(', ');
  return (
    <>
      {backend}
      {threads && <small>{threads}</small>}
    </>
  );
}

/** The name, changed where it stands: Enter or leaving keeps it, Escape does not. */
function RunName(props: { record: RunRecord; onDone: (byKey: boolean) => void }) {
  const { id, name } = props.record;
  const byKey = useRef(false);
  const training = useLab((s) => s.engine.training);
  const attempt = useLab((s) => s.attempt);
  return (
    <input
      className={styles.name}
      aria-label={`Name of ${name}`}
      defaultValue={name}
      maxLength={80}
      ref={(input) => input?.focus()}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.value = name;
        byKey.current = event.key === 'Enter' || event.key === 'Escape';
        if (byKey.current) event.currentTarget.blur();
      }}
      onBlur={(event) => {
        const { value } = event.currentTarget;
        if (value !== name) void attempt(() => training.rename(id, value));
        props.onDone(byKey.current);
      }}
    />
  );
}

function RunActions({ record, onRename }: { record: RunRecord; onRename: () => void }) {
  const store = useLabStore();
  const training = useLab((s) => s.engine.training);
  const attempt = useLab((s) => s.attempt);
  const [asked, setAsked] = useState(false);
  const { id, name } = record;
  const use = () => {
    const { engine, fail, setWorkshop, showBench } = store.getState();
    const draft = draftOfRun(record, engine.ensembles, engine.spaces);
    if (!draft) return fail(`What “${name}” gave is not here any more: train it again.`);
    setWorkshop({ draft });
    showBench('recipes');
  };
  const again = () => {
    const request = nextSeed(record, store.getState().workshop.runs);
    void attempt(() => training.train(request)).then((runId) => {
      if (runId !== undefined) store.getState().setWorkshop({ runId, form: request });
    });
  };
  if (asked) {
    return (
      <span className={styles.asked} role="group" aria-label={`Remove ${name}?`}>
        <Button
          size="compact-sm"
          color="red"
          variant="light"
          aria-label={`Remove ${name} and what it gave for good`}
          ref={(button) => button?.focus()}
          onClick={({ currentTarget }) => {
            // What had the focus goes: the table keeps it.
            currentTarget.closest<HTMLElement>('[role="region"]')?.focus();
            void attempt(() => training.remove(id));
          }}
        >
          Remove for good
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setAsked(false)}>
          Keep
        </Button>
      </span>
    );
  }
  const ready = record.ensembles.length > 0;
  return (
    <>
      <Hint
        text={
          ready
            ? 'Opens the recipes with a draft that uses what this run gave.'
            : 'No member of it is ready yet.'
        }
      >
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Use ${name} in a recipe`}
          // Focus stays, so that the reason can be read.
          {...(!ready && { 'data-disabled': true, 'aria-disabled': true })}
          onClick={() => ready && use()}
        >
          Use in a recipe
        </Button>
      </Hint>
      <Menu position="bottom-end" width={250} withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More of ${name}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={again}>Train again with another seed</Menu.Item>
          <Menu.Item onClick={() => store.getState().setWorkshop({ form: formOfRun(record) })}>
            Fill the form with its settings
          </Menu.Item>
          <Menu.Item onClick={onRename}>Rename</Menu.Item>
          <Menu.Divider />
          <SaveMenuItems
            items={saveItems({
              name: id,
              record: () => recordText(record, __BONDLAB_VERSION__),
              table: curvesTable(record),
              about: name,
            })}
            onSave={(item) => void attempt(async () => saveFile(item.file, await item.make()))}
          />
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => setAsked(true)}>
            Remove …
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
