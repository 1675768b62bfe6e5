import { Button, Progress } from '@mantine/core';
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconPlayerTrackPrevFilled,
} from '@tabler/icons-react';
import { memo, useState, type ReactNode } from 'react';
import type { RunRecord } from '../../../engine/training/types.ts';
import { bestOf, durationWords, memberStates, shareDone } from '../../../state/workshop/trainFigures.ts';
import { formulaWords } from '../../../state/workshop/trainForm.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { Curves } from './Curves.tsx';
import { RunRecordDetails } from './RunRecordDetails.tsx';
import { controlsOf, deviceWords, statusWords, type Control } from './runWords.ts';
import { styles } from './runStyles.ts';
import { useWasCut } from './useWasCut.ts';

/** A run: where it stands, what can be done to it, how it learns, and its record. */
export function RunView({ id }: { id: string }) {
  const record = useLab((s) => s.workshop.runs.find((run) => run.id === id));
  const [chosen, setChosen] = useState<string>();
  if (!record) return null;
  const states = memberStates(record);
  const lively = states.find(({ state }) => state === 'under way') ?? states.find(({ steps }) => steps > 0);
  const focus = chosen ?? lively?.member ?? record.request.members[0]!;
  return (
    <article className={styles.run} aria-labelledby="run-title">
      <RunHead record={record} />
      <LiveFigures record={record} />
      <MemberChips record={record} focus={focus} onChoose={setChosen} />
      <Curves record={record} focus={focus} />
      <RunRecordDetails record={record} />
    </article>
  );
}

const RunHead = memo(function RunHead({ record }: { record: RunRecord }) {
  const spaces = useLab((s) => s.spaces);
  const wasCut = useWasCut(record);
  return (
    <header className={styles.runHead}>
      <div>
        <h3 id="run-title">{record.name}</h3>
        <span className={styles.note}>
          {formulaWords(record.request, spaces)}, seed {record.request.settings.seed}
        </span>
      </div>
      <Controls record={record} />
      <p className={styles.status} role="status" data-status={record.status}>
        {statusWords(record, wasCut)}
      </p>
    </header>
  );
});

const CONTROLS: Record<Control, { name: string; hint: string; icon: ReactNode }> = {
  pause: {
    name: 'Pause',
    hint: 'Stands still after the step under way; it goes on from there, also after a reload.',
    icon: <IconPlayerPauseFilled size={16} aria-hidden />,
  },
  goOn: {
    name: 'Go on',
    hint: 'Puts it in line again; it starts where it stood.',
    icon: <IconPlayerPlayFilled size={16} aria-hidden />,
  },
  stepBack: {
    name: 'Back to the best',
    hint: 'Takes the member under way back to the step with its best validation R@1, and pauses there: stop it then to keep that one, or go on with the learning rate of that step.',
    icon: <IconPlayerTrackPrevFilled size={16} aria-hidden />,
  },
  stop: {
    name: 'Stop',
    hint: 'Ends the run. Members that are ready are kept, and the one under way as it stands.',
    icon: <IconPlayerStopFilled size={16} aria-hidden />,
  },
};

function Controls({ record }: { record: RunRecord }) {
  const training = useLab((s) => s.engine.training);
  const attempt = useLab((s) => s.attempt);
  // Of the controls it is the member under way alone that changes them, not each step.
  const canStepBack = useLab((s) => {
    const { progress } = s.workshop;
    const own = progress?.runId === record.id ? progress : undefined;
    return controlsOf(record, own).find(({ control }) => control === 'stepBack')?.whyNot;
  });
  const [busy, setBusy] = useState<Control>();
  const act = (control: Control) => {
    setBusy(control);
    void attempt(() => training[control](record.id)).then(() => setBusy(undefined));
  };
  return (
    <div className={styles.controls}>
      {controlsOf(record, undefined).map(({ control }) => {
        const whyNot = control === 'stepBack' ? canStepBack : undefined;
        const { name, hint, icon } = CONTROLS[control];
        return (
          <Hint key={control} text={whyNot ?? hint}>
            <Button
              size="xs"
              variant={control === 'goOn' ? 'filled' : 'default'}
              leftSection={icon}
              // Focus stays, so that the reason can be read.
              {...(whyNot !== undefined && { 'data-disabled': true, 'aria-disabled': true })}
              loading={busy === control}
              onClick={() => whyNot === undefined && act(control)}
            >
              {name}
            </Button>
          </Hint>
        );
      })}
    </div>
  );
}

/** What changes a few times a second: drawn here alone. */
function LiveFigures({ record }: { record: RunRecord }) {
  const progress = useLab((s) =>
    s.workshop.progress?.runId === record.id ? s.workshop.progress : undefined,
  );
  const share = shareDone(record, progress);
  const { members, settings } = record.request;
  const going = record.status === 'training' && progress !== undefined;
  return (
    <div className={styles.live}>
      {record.status !== 'done' && (
        <Progress
          value={100 * share}
          size="sm"
          aria-label={`Share of ${record.name} that is done`}
          aria-valuetext={`${Math.round(100 * share)} %`}
        />
      )}
      <dl className={styles.figures}>
        {going ? (
          <>
            <Figure name="step">
              {progress.step} <small>of {settings.steps}</small>
            </Figure>
            <Figure name="member">
              {progress.memberIndex + 1} <small>of {members.length}</small>
            </Figure>
            <Figure name="pairs a second">{Math.round(progress.pairsPerSecond).toLocaleString('en')}</Figure>
            <Figure name="left">{durationWords(progress.secondsLeft)}</Figure>
          </>
        ) : (
          <Figure name="done">
            {Math.round(100 * share)} <small>%</small>
          </Figure>
        )}
        <Figure name="trained for">{record.seconds > 0 ? durationWords(record.seconds) : '–'}</Figure>
        <Figure name="on">
          <small>{deviceWords(record)}</small>
        </Figure>
      </dl>
    </div>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dd>{children}</dd>
      <dt>{name}</dt>
    </div>
  );
}

/** The members with what each has reached; the one that is pressed is drawn in colour. */
const MemberChips = memo(function MemberChips(props: {
  record: RunRecord;
  focus: string;
  onChoose: (member: string) => void;
}) {
  const { record, focus, onChoose } = props;
  return (
    <ul className={styles.chips} aria-label="Members">
      {memberStates(record).map(({ member, state, steps }) => {
        const curve = record.curves.find((one) => one.member === member);
        const best = curve && bestOf(curve);
        const standing = steps > 0 ? `at step ${steps}` : 'waiting';
        const words = state === 'under way' && record.status !== 'training' ? standing : state;
        return (
          <li key={member}>
            <button
              type="button"
              aria-pressed={member === focus}
              data-state={state}
              disabled={steps === 0}
              onClick={() => onChoose(member)}
            >
              <b>{member}</b>
              <span>{best ? best.value.toFixed(3) : '–'}</span>
              <small>{words}</small>
            </button>
          </li>
        );
      })}
    </ul>
  );
});
