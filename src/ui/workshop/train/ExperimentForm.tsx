import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DamageAxis, ExperimentRequest } from '../../../engine/training/types.ts';
import { AXES, quickRequest, readShares, shareWords } from '../../../state/workshop/trainExperiments.ts';
import { durationWords, estimateSeconds } from '../../../state/workshop/trainFigures.ts';
import { isSound, problemsOf, wayWords } from '../../../state/workshop/trainForm.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { NumberField } from './NumberField.tsx';
import { styles } from './experimentStyles.ts';

const MIN_REPEATS = 3;

/** What an experiment trains, made worse along which axis, and how often. */
export function ExperimentForm({ onStarted }: { onStarted: (id: string) => void }) {
  const form = useLab((s) => s.workshop.form);
  const spaces = useLab((s) => s.spaces);
  const runs = useLab((s) => s.workshop.runs);
  const training = useLab((s) => s.engine.training);
  const attempt = useLab((s) => s.attempt);
  const [axis, setAxis] = useState<DamageAxis>('corrupt');
  const [typed, setTyped] = useState<Partial<Record<DamageAxis, string>>>({});
  const [repeats, setRepeats] = useState(MIN_REPEATS);
  const [steps, setSteps] = useState(150);
  const [member, setMember] = useState<string>();
  const [starting, setStarting] = useState(false);

  const text = typed[axis] ?? shareWords(AXES[axis].values);
  const { values, problem } = readShares(text, axis);
  const own = member !== undefined && form.members.includes(member) ? member : (form.members[0] ?? 'mix');
  const base = quickRequest(form, own, steps);
  const sound = isSound(problemsOf(base, spaces));
  const repeatsProblem =
    Number.isInteger(repeats) && repeats >= 1 && repeats <= 50 ? undefined : 'A whole number from 1 to 50.';
  const nTrainings = values.length * (repeatsProblem ? 0 : repeats);
  const each = sound ? estimateSeconds(base, runs, spaces)?.seconds : undefined;
  const start = () => {
    const request: ExperimentRequest = { base, axis, values, repeats };
    setStarting(true);
    void attempt(() => training.startExperiment(request)).then((id) => {
      setStarting(false);
      if (id !== undefined) onStarted(id);
    });
  };
  return (
    <form
      className={styles.form}
      aria-label="A new experiment"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <p className={styles.note}>
        How good must pseudo-pairs be? The bond of the form, <b>{wayWords(form, spaces)}</b>, is trained again
        and again, with its pairs made worse step by step and other seeds each time.
      </p>
      <SegmentedControl
        size="xs"
        aria-label="What is made worse"
        value={axis}
        onChange={(next) => setAxis(next as DamageAxis)}
        data={(Object.keys(AXES) as DamageAxis[]).map((one) => ({ value: one, label: AXES[one].name }))}
      />
      <p className={styles.note}>
        {AXES[axis].about} Values: {AXES[axis].label.toLowerCase()}.
      </p>
      <div className={styles.fields}>
        <TextInput
          size="xs"
          className={styles.values!}
          label="Values in %"
          value={text}
          error={problem}
          onChange={({ currentTarget }) => setTyped({ ...typed, [axis]: currentTarget.value })}
        />
        <NumberField
          label="Repeats"
          hint="Trainings with different seeds at each value: three at least, or the spread cannot be told from the effect."
          value={repeats}
          error={repeatsProblem}
          onChange={setRepeats}
        />
        <NumberField
          label="Steps"
          hint="Of each training: fewer than a run needs are enough to see the curve."
          value={steps}
          step={50}
          error={problemsOf(base, spaces).settings.steps}
          onChange={setSteps}
        />
        <Select
          size="xs"
          className={styles.member!}
          label={
            <Hint text="One projector is trained each time, on this subset of the form’s members.">
              <span className={styles.hinted} tabIndex={0}>
                Member
              </span>
            </Hint>
          }
          value={own}
          data={form.members.length > 0 ? [...form.members] : ['mix']}
          allowDeselect={false}
          onChange={(next) => setMember(next ?? undefined)}
        />
        <Button
          type="submit"
          size="xs"
          loading={starting}
          disabled={!sound || problem !== undefined || repeatsProblem !== undefined}
        >
          Start the experiment
        </Button>
      </div>
      <p className={styles.note}>
        {sound
          ? `${nTrainings} trainings${each === undefined ? '' : `, about ${durationWords(each * nTrainings)}`}, in the background: runs go first.`
          : 'The form at the side cannot be trained as it stands.'}
        {repeats < MIN_REPEATS && ' Below three repeats there is no telling how much is chance.'}
      </p>
    </form>
  );
}
