import { Button } from '@mantine/core';
import { useMemo } from 'react';
import type { TrainRequest } from '../../../engine/training/types.ts';
import { durationWords, estimateSeconds } from '../../../state/workshop/trainFigures.ts';
import { startsHere } from '../../../state/workshop/trainForm.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from './styles.ts';

/** Sensible beginnings: one click trains, another fills the form and waits. */
export function Starts({
  onTrain,
  starting,
}: {
  onTrain: (request: TrainRequest) => void;
  starting: boolean;
}) {
  const defaults = useLab((s) => s.engine.training.defaults);
  const compact = useLab((s) => s.workshop.runs.length > 0);
  const spaces = useLab((s) => s.spaces);
  const setWorkshop = useLab((s) => s.setWorkshop);
  const starts = useMemo(() => startsHere(defaults, spaces), [defaults, spaces]);
  return (
    // Who has trained before needs the room for the curves.
    <ul className={styles.starts} aria-label="Beginnings" data-compact={compact || undefined}>
      {starts.map(({ id, name, about, request }) => (
        <li key={id}>
          <div>
            <b>{name}</b>
            <p className={styles.note}>
              <span>{about} </span>
              <Estimate request={request} />
            </p>
          </div>
          <span className={styles.startActions}>
            <Button
              size="compact-sm"
              variant="light"
              disabled={starting}
              aria-label={`Train ${name}`}
              onClick={() => {
                setWorkshop({ form: request });
                onTrain(request);
              }}
            >
              Train
            </Button>
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              aria-label={`Fill in the form with ${name}`}
              onClick={() => setWorkshop({ form: request })}
            >
              Fill in
            </Button>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Estimate({ request }: { request: TrainRequest }) {
  return useLab((s) => {
    const estimate = estimateSeconds(request, s.workshop.runs, s.spaces);
    return estimate && `About ${durationWords(estimate.seconds)}.`;
  });
}
