import { Button, Popover, SegmentedControl, Select } from '@mantine/core';
import { useState } from 'react';
import type { MemoryState } from '../../engine/heldPlanes.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab } from '../shared/LabContext.tsx';
import styles from './Memory.module.css';

const MIB = 2 ** 20;
const BUDGETS = [16, 64, 256, 1024, 2048].map((mib) => ({
  value: String(mib * MIB),
  label: mib < 1024 ? `${mib} MiB` : `${mib / 1024} GiB`,
}));

const mebibytes = (bytes: number) =>
  (bytes / MIB).toLocaleString('en', { maximumFractionDigits: bytes < 10 * MIB ? 1 : 0 });

function summary({ usedBytes, budgetBytes, sampleQueries, planes, refusal }: MemoryState): string {
  if (refusal) return 'too large for the memory it may take';
  const given = [
    ...(sampleQueries === undefined ? [] : [`${sampleQueries} queries a task`]),
    ...(planes === 'float16' ? ['half precision'] : []),
  ];
  return [`${mebibytes(usedBytes)} of ${mebibytes(budgetBytes)} MiB`, ...given].join(', ');
}

/** How much memory the planes take and may take, and what to give up where they do not fit. */
export function Memory() {
  const memory = useLab((s) => s.device.memory);
  const setPlanes = useLab((s) => s.setPlanes);
  const [open, setOpen] = useState(false);
  const { budgetBytes, sampleQueries, planes, refusal } = memory;
  const change = (part: Partial<MemoryState>) =>
    void setPlanes({ budgetBytes, sampleQueries, planes, ...part });
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="top-start"
      width={340}
      withArrow
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <button
          type="button"
          className={styles.open}
          data-refused={refusal !== undefined || undefined}
          aria-haspopup="dialog"
          aria-expanded={open}
          onClick={() => setOpen((now) => !now)}
        >
          Planes: <b>{summary(memory)}</b>
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Memory of the planes">
        <div className={styles.panel}>
          <p>
            A plane holds the dot products of one component of all queries with one of the gallery. Scores of
            any setting of the sliders come from planes alone, so they stay in memory:{' '}
            {mebibytes(memory.usedBytes)} MiB now.
          </p>
          {refusal && (
            <div role="alert" className={styles.refusal}>
              <p>
                These tasks need {mebibytes(refusal.neededBytes)} MiB; {mebibytes(refusal.budgetBytes)} MiB
                are allowed.
              </p>
              {refusal.sampleQueries > 0 && (
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => change({ sampleQueries: refusal.sampleQueries })}
                >
                  Sample {refusal.sampleQueries} queries a task
                </Button>
              )}
              {refusal.halfFits && refusal.noHalf === undefined && (
                <Button size="xs" variant="default" onClick={() => change({ planes: 'float16' })}>
                  Half-precision planes
                </Button>
              )}
              {refusal.halfFits && refusal.noHalf !== undefined && (
                <p>Half-precision planes would fit, but {refusal.noHalf}.</p>
              )}
            </div>
          )}
          <label className={styles.row}>
            They may take
            <Select
              size="xs"
              allowDeselect={false}
              comboboxProps={{ withinPortal: false }}
              value={String(budgetBytes)}
              data={BUDGETS}
              onChange={(next) => next && change({ budgetBytes: Number(next) })}
            />
          </label>
          {sampleQueries !== undefined && (
            <div className={styles.row}>
              <Hint text="A sample drawn once, by seed; the gallery stays whole, so ranks are those of the whole collection.">
                <span tabIndex={0}>{sampleQueries} sampled queries a task</span>
              </Hint>
              <Button size="xs" variant="default" onClick={() => change({ sampleQueries: undefined })}>
                All queries
              </Button>
            </div>
          )}
          {planes === 'float16' && (
            <div className={styles.row}>
              Precision of the planes
              <SegmentedControl
                size="xs"
                aria-label="Precision of the planes"
                value={planes}
                data={[
                  { value: 'float32', label: 'single' },
                  { value: 'float16', label: 'half' },
                ]}
                onChange={(next) => change({ planes: next as MemoryState['planes'] })}
              />
            </div>
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
