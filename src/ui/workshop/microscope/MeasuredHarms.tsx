import type { ConflictReport } from '../../../engine/microscope/types.ts';
import { verdictOf } from '../../../state/evidence/taskFigures.ts';
import { changeWords, figureWords, intervalWords } from '../../evidence/tasks/words.ts';
import { Hint } from '../../shared/Hint.tsx';
import { TaskName } from '../../shared/modality.tsx';
import { styles } from './styles.ts';

/** The score's prediction, looked up: what averaging did to the tasks that both experts serve. */
export function MeasuredHarms({
  report: { measured },
  names: [a, b],
}: {
  report: ConflictReport;
  names: readonly [string, string];
}) {
  if (measured.length === 0) return null;
  return (
    <div className={styles.part}>
      <h4>
        <Hint text="R@1 on the validation half with every item at its projected end; the change is that of both averaged against the better one alone, with its paired bootstrap 95% interval over independent groups.">
          <span tabIndex={0}>What averaging did here</span>
        </Hint>
      </h4>
      <div className={styles.scroll} role="region" aria-label="What averaging did" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">task</th>
              <th scope="col">{a} alone</th>
              <th scope="col">{b} alone</th>
              <th scope="col">both</th>
              <th scope="col">against the better one</th>
            </tr>
          </thead>
          <tbody>
            {measured.map(({ task, alone, both, change, nQueries }) => (
              <tr key={task} title={`${nQueries} queries`}>
                <th scope="row">
                  <TaskName task={task} />
                </th>
                <td>{figureWords('R1', alone[0])}</td>
                <td>{figureWords('R1', alone[1])}</td>
                <td>{figureWords('R1', both)}</td>
                <td className={styles.change} data-verdict={verdictOf('R1', change)}>
                  <b>{changeWords('R1', change.mean)}</b> <small>{intervalWords('R1', change)}</small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
