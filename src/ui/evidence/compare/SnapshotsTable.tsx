import { Button } from '@mantine/core';
import { IconBookmarkPlus, IconTrash } from '@tabler/icons-react';
import { useState, type CSSProperties } from 'react';
import { isBetter, metricOf, type MetricId } from '../../../math/answers.ts';
import { metricName } from '../../../state/evidence/figures.ts';
import { figureAt, keptChangeOf } from '../../../state/evidence/taskFigures.ts';
import { baseName } from '../../../state/workshop/recipesWords.ts';
import { meanOf } from '../../../state/selectors.ts';
import { tasksOf } from '../../../world/served.ts';
import type { TaskId } from '../../../world/types.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { mixColor, mixInk } from '../../shared/mix.ts';
import { ModalityShape, taskWords } from '../../shared/modality.tsx';
import type { Modality } from '../../../base/modality.ts';
import { changeWords, figureWords, HALF_WORDS, intervalWords } from '../tasks/words.ts';
import { FactorBars } from './FactorBars.tsx';
import { baseOf, settingKey, type Side } from './sides.ts';
import type { SettingsNow } from './useSettings.ts';
import { styles } from './styles.ts';

/** Every kept setting below the present one: its sliders, and what each task reaches with it. */
export function SnapshotsTable({ sides, settings }: { sides: readonly Side[]; settings: SettingsNow }) {
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  const keep = useLab((s) => s.keepSnapshot);
  const tasks = useLab((s) => tasksOf(s.engine.manifest));
  const kept = sides.length - 1;
  const isKept = sides.slice(1).some((side) => settingKey(side) === settingKey(sides[0]!));
  return (
    <section className={styles.kept} aria-labelledby="kept-title">
      <header className={styles.head}>
        <h3 id="kept-title">Kept settings</h3>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconBookmarkPlus size={16} aria-hidden />}
          onClick={() => keep()}
          disabled={isKept}
        >
          {isKept ? 'The present setting is kept' : 'Keep the present setting'}
        </Button>
      </header>
      <div className={styles.scroll} role="region" aria-label="Table of kept settings" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{metricOf(metric).name}</th>
              <th scope="col" className={styles.left}>
                Sliders
              </th>
              {tasks.map((task) => (
                <TaskHead key={task} task={task} metric={metric} />
              ))}
              <th scope="col">
                <span className={styles.unseen}>Use or delete</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sides.map((side) => (
              <SideRow key={side.id} side={side} sides={sides} settings={settings} />
            ))}
          </tbody>
        </table>
      </div>
      {kept === 0 ? (
        <p className={styles.empty}>
          Nothing is kept yet. Move the sliders to a setting worth coming back to and keep it: it stays in
          this browser, under a name of yours, and its figures stand here beside those of the others.
        </p>
      ) : (
        <p className={styles.note}>
          Figures over {HALF_WORDS[half]}
          {half === 'validation' && ': choices are made here, so report the test half'}. ★ is the best of a
          column. Point at a figure for its change against the base.
        </p>
      )}
    </section>
  );
}

function TaskHead({ task, metric }: { task: TaskId; metric: MetricId }) {
  const [from, to] = task.split('>') as [Modality, Modality | 'class'];
  const name = metricName(task, metric, metricOf(metric).name);
  return (
    <th scope="col">
      <Hint text={`${name} of ${taskWords(task)}`}>
        <span
          className={styles.taskHead}
          tabIndex={0}
          role="img"
          aria-label={`${name} of ${taskWords(task)}`}
        >
          <ModalityShape modality={from} sizePx={10} />
          <span aria-hidden="true">→</span>
          {to === 'class' ? <small>class</small> : <ModalityShape modality={to} sizePx={10} />}
        </span>
      </Hint>
    </th>
  );
}

interface SideRowProps {
  side: Side;
  sides: readonly Side[];
  settings: SettingsNow;
}

function SideRow({ side, sides, settings }: SideRowProps) {
  const mean = meanOf(side.factors);
  const tasks = useLab((s) => tasksOf(s.engine.manifest));
  const { otherMembers } = settings.of(side);
  return (
    <tr
      data-snapshot={side.id}
      data-current={side.id === 'current' || undefined}
      style={{ '--column': mixColor(mean), '--ink': mixInk(mean) } as CSSProperties}
    >
      <th scope="row">
        {side.id === 'current' ? <span className={styles.name}>Current</span> : <Name side={side} />}
        <small>
          {side.recipe.name}
          {memberWords(side)}
        </small>
      </th>
      <td className={styles.left}>
        <FactorBars recipe={side.recipe} factors={side.factors} />
      </td>
      {otherMembers ? (
        <td colSpan={tasks.length} className={styles.waiting}>
          Other members are on now: use it once to count it.
        </td>
      ) : (
        tasks.map((task) => <Figure key={task} task={task} side={side} sides={sides} settings={settings} />)
      )}
      <td className={styles.actions}>{side.id !== 'current' && <RowActions side={side} />}</td>
    </tr>
  );
}

/** ", 5 of 7 members", or nothing where all are on. */
function memberWords({ recipe, masks }: Side): string {
  const off = recipe.bonds.flatMap(({ id, members }) => {
    const nOn = masks[id]!.filter(Boolean).length;
    return nOn < members.length ? [`, ${nOn} of ${members.length} members`] : [];
  });
  return off.join('');
}

/** The name, changed where it stands: Enter or leaving keeps it, Escape does not. */
function Name({ side }: { side: Side }) {
  const rename = useLab((s) => s.renameSnapshot);
  return (
    <input
      // The name as it is kept: what was typed is dropped when another comes.
      key={side.name}
      className={styles.name}
      aria-label="Name of this setting"
      defaultValue={side.name}
      maxLength={80}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.value = side.name;
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
      }}
      onBlur={(event) => {
        if (event.currentTarget.value !== side.name) rename(side.id, event.currentTarget.value);
      }}
    />
  );
}

function RowActions({ side }: { side: Side }) {
  const use = useLab((s) => s.useSnapshot);
  const remove = useLab((s) => s.removeSnapshot);
  const fail = useLab((s) => s.fail);
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Use ${side.name}`}
        onClick={() => {
          use(side.id).catch((error: unknown) =>
            fail(error instanceof Error ? error.message : String(error)),
          );
        }}
      >
        Use
      </Button>
      {/* A setting is gone at the second press; the first one asks. */}
      <Button
        size="compact-sm"
        variant="subtle"
        color={asked ? 'red' : 'gray'}
        aria-label={asked ? `Delete ${side.name} for good` : `Delete ${side.name}`}
        onBlur={() => setAsked(false)}
        onClick={() => (asked ? remove(side.id) : setAsked(true))}
      >
        {asked ? 'Sure?' : <IconTrash size={16} aria-hidden />}
      </Button>
    </>
  );
}

/** A task's figure; the best of its column is marked. */
function Figure({ task, side, sides, settings }: SideRowProps & { task: TaskId }) {
  const info = useLab((s) => s.engine).task(task);
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  const { waits, stale } = settings.of(side);
  const valueOf = (one: Side) => figureAt(info, settings.of(one).result?.[task], metric, half);
  const value = valueOf(side);
  if (value === undefined) return <td className={styles.waiting}>{waits(task) ? '…' : '–'}</td>;
  const rivals = sides.map(valueOf).filter((one) => one !== undefined);
  const best = rivals.length > 1 && rivals.every((one) => !isBetter(metric, one, value));
  return (
    <td className={styles.figure} data-best={best || undefined} data-stale={stale || undefined}>
      <Hint text={<ChangeWords task={task} side={side} settings={settings} best={best} />}>
        <span tabIndex={0}>
          {best && (
            <span className={styles.star} role="img" aria-label="best of the column">
              ★
            </span>
          )}
          {figureWords(metric, value)}
        </span>
      </Hint>
    </td>
  );
}

/** The change against the base with its interval: counted when it is asked for. */
function ChangeWords({
  task,
  side,
  settings,
  best,
}: Omit<SideRowProps, 'sides'> & { task: TaskId; best: boolean }) {
  const engine = useLab((s) => s.engine);
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  const info = engine.task(task);
  const after = settings.of(side).result?.[task];
  const before = settings.of(baseOf(side)).result?.[task];
  const what = `${metricName(task, metric, metricOf(metric).name)} of ${taskWords(task)}, “${side.name}”${best ? ', best of the column' : ''}.`;
  const change =
    after &&
    before &&
    keptChangeOf(info, { answers: after, setting: 0 }, { answers: before, setting: 0 }, metric, half);
  if (!change) return <>{what} The base is not counted yet.</>;
  return (
    <>
      {what} {changeWords(metric, change.mean)} {intervalWords(metric, change)} against{' '}
      {baseName(side.recipe, engine.spaces)}: paired bootstrap 95% interval over independent groups.
    </>
  );
}
