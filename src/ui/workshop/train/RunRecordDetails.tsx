import { memo } from 'react';
import type { RunRecord } from '../../../engine/training/types.ts';
import { durationWords } from '../../../state/workshop/trainFigures.ts';
import { requestRows } from '../../../state/workshop/trainTables.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { deviceWords, momentWords, STATUS_NAMES } from './runWords.ts';
import { styles } from './runStyles.ts';

/** Everything that a run was told, and what came of it: what another needs to do it again. */
export const RunRecordDetails = memo(function RunRecordDetails({ record }: { record: RunRecord }) {
  const spaces = useLab((s) => s.spaces);
  const { id, status, createdAt, seconds, nPairs, ensembles } = record;
  const pairs = Object.entries(nPairs).map(([member, n]) => `${member} ${n.toLocaleString('en')}`);
  const because = record.device?.reason === undefined ? '' : `. ${record.device.reason}`;
  const rows = [
    ...requestRows(record.request, spaces),
    { name: 'Pseudo-pairs', value: pairs.length > 0 ? pairs.join(', ') : 'not mined yet' },
    { name: 'Device', value: record.device ? `${deviceWords(record)}, float32${because}` : '–' },
    { name: 'Trained for', value: seconds > 0 ? durationWords(seconds) : '–' },
    { name: 'Started', value: momentWords(createdAt) },
    { name: 'Status', value: STATUS_NAMES[status] },
    { name: 'Run', value: id },
    { name: 'Ensembles', value: ensembles.length > 0 ? ensembles.join(', ') : 'none yet' },
  ];
  return (
    <details className={styles.record}>
      <summary>Run record: every setting</summary>
      <dl>
        {rows.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
});
