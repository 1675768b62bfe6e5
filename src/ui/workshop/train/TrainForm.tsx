import { Button } from '@mantine/core';
import { IconEye, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import type { TrainRequest } from '../../../engine/training/types.ts';
import {
  durationWords,
  epochsOf,
  estimateSeconds,
  modalitiesOf,
  pairsOf,
} from '../../../state/workshop/trainFigures.ts';
import { formulaWords, isSound, memberChoices, problemsOf } from '../../../state/workshop/trainForm.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { BondFields, PairFields } from './BondFields.tsx';
import { MemberFields } from './MemberFields.tsx';
import { DamageFields, MoreSettings, SettingFields } from './SettingFields.tsx';
import type { PoolStatus } from './usePool.ts';
import { styles } from './styles.ts';

export interface TrainFormProps {
  pool: PoolStatus;
  onTrain: (request: TrainRequest) => void;
  onLook: () => void;
  /** A run is being put in line. */
  starting: boolean;
}

/** What the next run is told, with what is wrong with it and how long it will take. */
export function TrainForm({ pool, onTrain, onLook, starting }: TrainFormProps) {
  const form = useLab((s) => s.workshop.form);
  const spaces = useLab((s) => s.spaces);
  const defaults = useLab((s) => s.engine.training.defaults);
  const setWorkshop = useLab((s) => s.setWorkshop);
  const change = useCallback((next: TrainRequest) => setWorkshop({ form: next }), [setWorkshop]);
  const problems = useMemo(() => problemsOf(form, spaces), [form, spaces]);
  const sound = isSound(problems);
  // Runs change with every point of their curves: the form is not drawn anew for that.
  const going = useLab((s) =>
    s.workshop.runs.some(({ status }) => status === 'training' || status === 'mining'),
  );
  return (
    <form
      className={styles.form}
      aria-labelledby="form-title"
      onSubmit={(event) => {
        event.preventDefault();
        onTrain(form);
      }}
    >
      <h3 id="form-title">{formulaWords(form, spaces)}</h3>
      <BondFields form={form} problems={problems} spaces={spaces} onChange={change} />
      <PairFields form={form} problems={problems} onChange={change} />
      {pool.status === 'failed' && (
        <p className={styles.problem} role="alert">
          The pool could not be loaded: {pool.message}{' '}
          <button type="button" className={styles.link} onClick={pool.retry}>
            Try again
          </button>
        </p>
      )}
      <MemberFields form={form} problem={problems.members} spaces={spaces} onChange={change} />
      <SettingFields
        form={form}
        problems={problems}
        defaults={defaults}
        epochs={epochWords(form, pool, spaces)}
        onChange={change}
      />
      <div className={styles.folds}>
        <MoreSettings form={form} problems={problems} defaults={defaults} onChange={change} />
        <DamageFields form={form} problems={problems} onChange={change} />
      </div>
      <div className={styles.go}>
        <Button
          type="submit"
          size="md"
          disabled={!sound}
          loading={starting}
          leftSection={<IconPlayerPlayFilled size={18} aria-hidden />}
        >
          {going ? 'Train next' : 'Train'}
        </Button>
        <Button
          size="md"
          variant="default"
          disabled={problems.expert !== undefined || problems.tau1 !== undefined}
          leftSection={<IconEye size={18} aria-hidden />}
          onClick={onLook}
        >
          Look at the pairs
        </Button>
        <p className={styles.note}>
          <Estimate form={form} sound={sound} />
        </p>
      </div>
    </form>
  );
}

/** How long it will take here. */
function Estimate({ form, sound }: { form: TrainRequest; sound: boolean }) {
  return useLab((s) => {
    if (s.spaces.filter(({ modalities }) => modalities.length > 0).length < 2)
      return 'A bond joins two spaces, and this collection is in one: give it another under Data.';
    if (!sound) return 'Something above is out of bounds.';
    const { runs } = s.workshop;
    const estimate = estimateSeconds(form, runs, s.spaces);
    if (estimate)
      return `About ${durationWords(estimate.seconds)} on this device, as “${estimate.by.name}” went.`;
    return runs.some(({ seconds }) => seconds > 0)
      ? 'The runs so far were too short to say how long it takes here.'
      : 'No run has been timed on this device yet: the first one will tell.';
  });
}

/** "Each pair is seen 44 to 213 times (epochs): mix has 4,400." */
function epochWords(
  form: TrainRequest,
  pool: PoolStatus,
  spaces: Parameters<typeof memberChoices>[1],
): string | undefined {
  if (pool.status !== 'ready') return undefined;
  const find = (id: string) => spaces.find((space) => space.id === id);
  const available = modalitiesOf(find(form.base), find(form.expert));
  const possible = memberChoices(form, spaces).filter(({ whyNot }) => whyNot === undefined);
  const { keep } = form.damage ?? { keep: 1 };
  const each = possible
    .filter(({ member }) => form.members.includes(member))
    .map(({ member }) => {
      const nPairs = Math.round(pairsOf(member, pool.pool.sizes, available) * keep);
      return { member, nPairs, epochs: epochsOf(form.settings, nPairs) };
    });
  const known = each.filter(({ epochs }) => Number.isFinite(epochs) && epochs > 0);
  if (known.length === 0) return undefined;
  const words = (epochs: number) =>
    epochs < 10 ? `${Number(epochs.toPrecision(2))}` : `${Math.round(epochs)}`;
  const all = known.map(({ epochs }) => epochs);
  const [least, most] = [words(Math.min(...all)), words(Math.max(...all))];
  const range = least === most ? least : `${least} to ${most}`;
  const first = known[0]!;
  return `Each pair is seen ${range} times (epochs): ${first.member} has ${first.nPairs.toLocaleString('en')}.`;
}
