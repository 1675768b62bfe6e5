import { NumberInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Hint } from '../../shared/Hint.tsx';
import { styles } from './styles.ts';

export interface NumberFieldProps {
  label: string;
  value: number;
  /** Whatever is typed, NaN where it is no number: what is wrong with it is said beside the field. */
  onChange: (value: number) => void;
  error?: string | undefined;
  /** What it is, on hover and focus of its label. */
  hint?: ReactNode;
  step?: number;
  whole?: boolean;
  /** The label is there for the reader alone: words stand beside the field. */
  unlabelled?: boolean;
}

/** A number as it is typed: half a number ("0.") stays on screen, and counts as soon as it is one. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, onChange, error, hint, step = 1, whole = true, unlabelled } = props;
  const [typed, setTyped] = useState<string | number>(value);
  const asNumber = (one: string | number) => (one === '' || one === '-' ? NaN : Number(one));
  // A number that came from elsewhere takes the place of what was typed.
  const shown = Object.is(asNumber(typed), value) ? typed : Number.isNaN(value) ? '' : value;
  const words = hint ? (
    <Hint text={hint}>
      <span className={styles.hinted} tabIndex={0}>
        {label}
      </span>
    </Hint>
  ) : (
    label
  );
  return (
    <NumberInput
      size="xs"
      {...(unlabelled ? { 'aria-label': label } : { label: words })}
      value={shown}
      onChange={(next) => {
        setTyped(next);
        onChange(asNumber(next));
      }}
      step={step}
      allowDecimal={!whole}
      decimalScale={8}
      allowNegative={false}
      error={error}
    />
  );
}
