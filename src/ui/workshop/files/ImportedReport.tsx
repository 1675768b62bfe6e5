import type { ImportReport } from '../../../engine/exchange/types.ts';
import { counted } from '../../evidence/tasks/words.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { MapEnds } from './MapEnds.tsx';
import { styles } from './styles.ts';
import { useOwnEnsembles } from './useOwnEnsembles.ts';
import { endsWords, FORMATS } from './words.ts';

/** What was understood of the files, and what was left out and why. */
export function ImportedReport({ report: { imported, leftOut } }: { report: ImportReport }) {
  const spaces = useLab((s) => s.spaces);
  const own = useOwnEnsembles();
  return (
    <div className={styles.report}>
      {imported.length > 0 && (
        <ul className={styles.found}>
          {imported.map(({ ensemble, paths, note }) => {
            // It may have been joined to its spaces, renamed or removed since.
            const now = own.find(({ id }) => id === ensemble.id);
            const { name, members, dIn, hidden, dOut, imported: from } = now ?? ensemble;
            return (
              <li key={ensemble.id}>
                <b>{name}</b>
                <span>
                  {counted(members.length, 'member', 'members')} ({members.join(', ')}), {dIn} → {hidden} →{' '}
                  {dOut}
                  {from && `, ${FORMATS[from.format]}`}; {endsWords(now ?? ensemble, spaces)}
                </span>
                <details>
                  <summary>{counted(paths.length, 'file', 'files')}</summary>
                  <ul>
                    {paths.map((path) => (
                      <li key={path} className={styles.path}>
                        {path}
                      </li>
                    ))}
                  </ul>
                </details>
                {now ? (
                  <MapEnds ensemble={now} note={note} />
                ) : (
                  <span className={styles.note}>It was removed.</span>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {leftOut.length > 0 && (
        <details className={styles.leftOut} open={imported.length === 0}>
          <summary>Left out ({leftOut.length})</summary>
          <ul>
            {leftOut.map(({ path, reason }, i) => (
              <li key={`${path} ${i}`}>
                <span className={styles.path}>{path}</span>
                <span>{reason}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
