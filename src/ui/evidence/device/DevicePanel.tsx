import { Button, Progress } from '@mantine/core';
import { useCallback, useMemo } from 'react';
import { fetchRecords } from '../../../engine/bench/records.ts';
import { isCost, type MeasuredRow } from '../../../engine/bench/rows.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { useLoaded } from '../../figures/useLoaded.ts';
import { deviceGroups, OWN_NAME, toRatio, toWords, type DeviceBar, type DeviceRow } from './deviceRows.ts';
import { useMeasurement, type Measurement } from './useMeasurement.ts';
import styles from './DevicePanel.module.css';

const NO_ROWS: MeasuredRow[] = [];

/** How fast the closed form is here, beside what else could be done and beside devices recorded before. */
export default function DevicePanel() {
  const engine = useLab((s) => s.engine);
  const records = useLoaded(
    true,
    useCallback(() => fetchRecords(engine.assetUrl('bench/recorded.json')), [engine]),
  );
  const { measurement, start, cancel } = useMeasurement();
  const rows = 'rows' in measurement ? measurement.rows : NO_ROWS;
  const recorded = records.status === 'ready' ? records.value : undefined;
  const groups = useMemo(() => deviceGroups(rows, recorded ?? []), [rows, recorded]);
  return (
    <section className={styles.panel} aria-labelledby="device-title">
      <h2 id="device-title" className={styles.title}>
        This device
      </h2>
      <p className={styles.lead}>
        A step of a slider changes a few coefficients; scores follow from planes that are already there. Here
        is how long that takes, and how long it takes to fuse and multiply all vectors again, on made-up
        components in the sizes of papers.
      </p>
      <Controls measurement={measurement} start={start} cancel={cancel} />
      {records.status === 'failed' && (
        <p className={styles.note} role="alert">
          The recorded devices could not be shown: {records.message}
        </p>
      )}
      {groups.map(({ id, title, rows: ofGroup }) => (
        <section key={id} className={styles.group} aria-label={title}>
          <h3>{title}</h3>
          {ofGroup.map((row) => (
            <Measured key={row.id} row={row} />
          ))}
        </section>
      ))}
      {recorded && (
        <ul className={styles.records}>
          {recorded.map(({ name, nCores, browser, date, note }) => (
            <li key={name}>
              <b>{name}</b>: {nCores} cores, {browser}, {date}. {note}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Controls({
  measurement,
  start,
  cancel,
}: {
  measurement: Measurement;
  start: () => void;
  cancel: () => void;
}) {
  if (measurement.status === 'running') {
    const percent = Math.round(100 * measurement.fraction);
    return (
      <div className={styles.controls}>
        <Progress
          className={styles.progress ?? ''}
          value={Math.max(4, percent)}
          animated
          aria-label="Share of the measurement that is done"
        />
        <span className={styles.note} role="status">
          Measuring … {percent}%
        </span>
        <Button variant="default" size="xs" onClick={cancel}>
          Cancel
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.controls}>
      <Button size="xs" onClick={start}>
        {measurement.status === 'done' ? 'Measure again' : 'Measure this device'}
      </Button>
      {measurement.status === 'failed' ? (
        <span className={styles.note} role="alert">
          The measurement stopped: {measurement.message}
        </span>
      ) : (
        <span className={styles.note}>
          {measurement.status === 'done'
            ? `${navigator.hardwareConcurrency} cores. ${measurement.note}`
            : 'About fifteen seconds, in workers of its own. Leave the page alone meanwhile: other work slows it.'}
        </span>
      )}
    </div>
  );
}

const KINDS: Record<DeviceRow['kind'], string> = {
  ours: 'What the lab does.',
  rival: 'What it is held against: nothing kept from the step before.',
  yardstick: 'Plain work of this device, to measure the lab’s by; no bound: more threads can do more.',
};

function Measured({ row: { what, kind, against, faster, bars } }: { row: DeviceRow }) {
  return (
    <div className={styles.row} data-kind={kind}>
      <div className={styles.what}>
        <Hint text={KINDS[kind]}>
          <span tabIndex={0}>{what}</span>
        </Hint>
        {against !== undefined && (
          <span className={styles.against} data-faster={faster}>
            {against}
          </span>
        )}
      </div>
      <div className={styles.bars}>
        {bars.map((bar) => (
          <Bar key={bar.device} bar={bar} compared={bars.length > 1} />
        ))}
      </div>
    </div>
  );
}

/** Where the figure comes from, in words. */
function origin({ row, device, own }: DeviceBar): string {
  const { n, p95, note } = row;
  const within = p95 === undefined ? '' : `, 95% of them within ${toWords(row, p95)}`;
  const timed = n === undefined || n < 2 ? '' : `: median of ${n} timings${within}`;
  const name = own ? 'This device' : device;
  return `${name}${timed}.${note ? ` ${note[0]!.toUpperCase()}${note.slice(1)}.` : ''}`;
}

/** A figure, with its length beside others of the same work. */
function Bar({ bar, compared }: { bar: DeviceBar; compared: boolean }) {
  const { device, own, row, length, ofRecord } = bar;
  return (
    <div className={styles.bar} data-own={own}>
      <span className={styles.device}>{own ? OWN_NAME : device}</span>
      <span className={styles.track} data-empty={!compared}>
        {compared && <span style={{ width: `${100 * length}%` }} />}
      </span>
      <Hint text={origin(bar)}>
        <span className={styles.figure} tabIndex={0}>
          {toWords(row, row.median)}
          {ofRecord !== undefined && (
            <span className={styles.ratio}>
              {toRatio(ofRecord)}× as {isCost(row) ? 'long' : 'much'} here
            </span>
          )}
        </span>
      </Hint>
    </div>
  );
}
