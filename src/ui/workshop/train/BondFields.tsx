import { Select } from '@mantine/core';
import { useMemo } from 'react';
import type { PoolId, TrainKind, TrainRequest } from '../../../engine/training/types.ts';
import type { Space } from '../../../recipe/types.ts';
import {
  DEFAULT_TAU_1,
  KINDS,
  whyNotBond,
  withEnds,
  type FormProblems,
} from '../../../state/workshop/trainForm.ts';
import { Hint } from '../../shared/Hint.tsx';
import { KindDrawing } from './KindDrawing.tsx';
import { NumberField } from './NumberField.tsx';
import { styles } from './styles.ts';

const POOLS: { value: PoolId; label: string; about: string }[] = [
  {
    value: 'embedded',
    label: 'Training pools',
    about: 'Unpaired texts, pictures and sounds that come with the lab.',
  },
  {
    value: 'collection',
    label: 'Collection',
    about: 'The validation half of the collection on screen, its pairing set aside.',
  },
];
const MINING_HINTS = {
  'top-1': 'Each start fetches the one nearest item of each other modality, in a space that knows both.',
  softmax:
    'Each start fetches the mean of all items, weighted by softmax(cosine / τ₁): several near partners instead of one (C-MCR).',
};

interface FieldsProps {
  form: TrainRequest;
  problems: FormProblems;
  spaces: readonly Space[];
  onChange: (form: TrainRequest) => void;
}

/** The kind of bond, and the two spaces that it is between; choices that are illegal say why. */
export function BondFields({ form, problems, spaces, onChange }: FieldsProps) {
  const { kind, base, expert } = form;
  const options = useMemo(
    () => ({
      base: spaces.map(({ id, name, about, modalities }) => ({
        value: id,
        label: name,
        about: modalities.length === 0 ? 'Nothing is encoded into it: no pairs to learn from.' : about,
        disabled: modalities.length === 0,
      })),
      expert: spaces.map(({ id, name, about }) => {
        const why = whyNotBond({ kind, base, expert: id }, spaces);
        return { value: id, label: name, about: why ?? about, disabled: why !== undefined };
      }),
    }),
    [kind, base, spaces],
  );
  const joint = kind === 'joint';
  return (
    <>
      <fieldset className={styles.kinds}>
        <legend className={styles.unseen}>Kind of bond</legend>
        {(Object.keys(KINDS) as TrainKind[]).map((one) => (
          <label key={one} className={styles.kind} data-chosen={one === kind || undefined}>
            <input
              type="radio"
              name="train-kind"
              className={styles.unseen}
              checked={one === kind}
              onChange={() => onChange(withEnds(form, { kind: one }, spaces))}
            />
            <KindDrawing kind={one} />
            {KINDS[one].name}
          </label>
        ))}
      </fieldset>
      <p className={styles.note}>{KINDS[kind].about}</p>
      <div className={styles.pair}>
        <SpaceSelect
          label={joint ? 'First space' : 'Base'}
          value={base}
          data={options.base}
          onChange={(id) => onChange(withEnds(form, { base: id }, spaces))}
        />
        <SpaceSelect
          label={joint ? 'Second space' : 'Expert'}
          value={expert}
          data={options.expert}
          error={problems.expert}
          onChange={(id) => onChange(withEnds(form, { expert: id }, spaces))}
        />
      </div>
      {joint && (
        <div className={styles.pair}>
          <NumberField
            label="Dimension of the new space"
            value={form.dOut ?? NaN}
            error={problems.dOut}
            hint="Length of its vectors: 512 in C-MCR; 128 does for the small embedded spaces."
            onChange={(dOut) => onChange({ ...form, dOut })}
          />
        </div>
      )}
    </>
  );
}

interface SpaceOption {
  value: string;
  label: string;
  about: string;
  disabled: boolean;
}

function SpaceSelect(props: {
  label: string;
  value: string;
  data: SpaceOption[];
  error?: string | undefined;
  onChange: (id: string) => void;
}) {
  const { label, value, data, error, onChange } = props;
  return (
    <Select
      size="xs"
      label={label}
      value={value}
      data={data}
      error={error}
      allowDeselect={false}
      comboboxProps={{ width: 320, position: 'bottom-start' }}
      maxDropdownHeight={420}
      classNames={{ option: styles.choice! }}
      renderOption={({ option }) => (
        <span className={styles.option}>
          {option.label}
          <small>{data.find((one) => one.value === option.value)?.about}</small>
        </span>
      )}
      onChange={(id) => id && onChange(id)}
    />
  );
}

/** Where pseudo-pairs come from, and how they are fetched. */
export function PairFields({ form, problems, onChange }: Omit<FieldsProps, 'spaces'>) {
  const { mining, pool } = form;
  return (
    <div className={styles.pair}>
      <Select
        size="xs"
        label={
          <Hint text={POOLS.find(({ value }) => value === pool)!.about}>
            <span className={styles.hinted} tabIndex={0}>
              Pool
            </span>
          </Hint>
        }
        value={pool}
        data={POOLS}
        allowDeselect={false}
        comboboxProps={{ width: 280, position: 'bottom-start' }}
        renderOption={({ option }) => (
          <span className={styles.option}>
            {option.label}
            <small>{POOLS.find(({ value }) => value === option.value)!.about}</small>
          </span>
        )}
        onChange={(id) => id && onChange({ ...form, pool: id as PoolId })}
      />
      <div className={mining.kind === 'softmax' ? styles.mining : undefined}>
        <Select
          size="xs"
          label={
            <Hint text={MINING_HINTS[mining.kind]}>
              <span className={styles.hinted} tabIndex={0}>
                Partners
              </span>
            </Hint>
          }
          value={mining.kind}
          data={[
            { value: 'top-1', label: 'Nearest (top-1)' },
            { value: 'softmax', label: 'Softmax mean' },
          ]}
          allowDeselect={false}
          onChange={(kind) =>
            onChange({
              ...form,
              mining: kind === 'softmax' ? { kind, temperature: DEFAULT_TAU_1 } : { kind: 'top-1' },
            })
          }
        />
        {mining.kind === 'softmax' && (
          <NumberField
            label="τ₁"
            value={mining.temperature}
            error={problems.tau1}
            whole={false}
            step={0.01}
            hint="Temperature of the softmax over cosines. Low, it is the nearest item alone; high, the mean of many."
            onChange={(temperature) => onChange({ ...form, mining: { kind: 'softmax', temperature } })}
          />
        )}
      </div>
    </div>
  );
}
