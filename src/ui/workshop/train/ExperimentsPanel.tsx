import { Button, Progress } from '@mantine/core';
import { useState } from 'react';
import type { Experiment } from '../../../engine/training/types.ts';
import { AXES } from '../../../state/workshop/trainExperiments.ts';
import { durationWords } from '../../../state/workshop/trainFigures.ts';
import { wayWords } from '../../../state/workshop/trainForm.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { ExperimentForm } from './ExperimentForm.tsx';
import { ExperimentView } from './ExperimentView.tsx';
import { dateWords } from './runWords.ts';
import { styles } from './experimentStyles.ts';

/** What the quality of pseudo-pairs is worth: the same training again and again, its pairs made worse step by step. */
export function ExperimentsPanel({ opened }: { opened: boolean }) {
  const experiments = useLab((s) => s.workshop.experiments);
  const [chosen, setChosen] = useState<string>();
  const shown = experiments.find(({ id }) => id === chosen) ?? experiments[0];
  return (
    <div className={styles.panel}>
      <ExperimentForm onStarted={setChosen} />
      {!opened && <p role="status">Looking for the experiments that this browser kept …</p>}
      {shown && <ExperimentView key={shown.id} experiment={shown} />}
      {experiments.length > 0 && (
        <ul className={styles.list} aria-label="Experiments" tabIndex={-1}>
          {experiments.map((experiment) => (
            <ExperimentLine
              key={experiment.id}
              experiment={experiment}
              chosen={experiment === shown}
              onChoose={() => setChosen(experiment.id)}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

/** Where an experiment stands, in words. */
function standing({ status, points, nTrainings, secondsLeft, message }: Experiment): string {
  const done = `${points.length} of ${nTrainings} trainings`;
  switch (status) {
    case 'waiting':
      return `in line after the runs, ${done}`;
    case 'running':
      return secondsLeft === undefined ? done : `${done}, ${durationWords(secondsLeft)} left`;
    case 'done':
      return `done, ${nTrainings} trainings`;
    case 'cancelled':
      return `cancelled after ${done}`;
    case 'failed':
      return `failed after ${done}: ${message ?? 'no reason was given'}`;
  }
}

function ExperimentLine(props: { experiment: Experiment; chosen: boolean; onChoose: () => void }) {
  const { experiment, chosen, onChoose } = props;
  const training = useLab((s) => s.engine.training);
  const attempt = useLab((s) => s.attempt);
  const spaces = useLab((s) => s.spaces);
  const [asked, setAsked] = useState(false);
  const { id, name, request, status, points, nTrainings } = experiment;
  const going = status === 'running' || status === 'waiting';
  return (
    <li data-chosen={chosen || undefined}>
      <button
        type="button"
        className={styles.choose}
        aria-pressed={chosen}
        aria-label={`Show ${name}`}
        onClick={onChoose}
      >
        {name}
      </button>
      <span className={styles.note}>
        {AXES[request.axis].name.toLowerCase()}, {wayWords(request.base, spaces)},{' '}
        {dateWords(experiment.createdAt)}
      </span>
      {going && (
        <Progress
          className={styles.progress!}
          size="sm"
          animated={status === 'running'}
          value={(100 * points.length) / Math.max(1, nTrainings)}
          aria-label={`Trainings of ${name} that are over`}
        />
      )}
      <span className={styles.standing}>{standing(experiment)}</span>
      {going ? (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Cancel ${name}`}
          onClick={() => void attempt(() => training.cancelExperiment(id))}
        >
          Cancel
        </Button>
      ) : (
        // Gone at the second press; the first one asks.
        <Button
          size="compact-sm"
          variant="subtle"
          color={asked ? 'red' : 'gray'}
          aria-label={asked ? `Remove ${name} for good` : `Remove ${name}`}
          onBlur={() => setAsked(false)}
          onClick={({ currentTarget }) => {
            if (!asked) return setAsked(true);
            // What had the focus goes: the list keeps it.
            currentTarget.closest('ul')?.focus();
            void attempt(() => training.removeExperiment(id));
          }}
        >
          {asked ? 'Sure?' : 'Remove'}
        </Button>
      )}
    </li>
  );
}
