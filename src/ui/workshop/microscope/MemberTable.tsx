import { Switch } from '@mantine/core';
import type { MemberReport, MemberRow } from '../../../engine/microscope/types.ts';
import { metricOf } from '../../../math/answers.ts';
import { metricName } from '../../../state/evidence/figures.ts';
import { verdictOf } from '../../../state/evidence/taskFigures.ts';
import { bestAlone, isLastOn } from '../../../state/workshop/microscopeFigures.ts';
import type { Looked } from '../../../state/workshop/microscopeLook.ts';
import { EvidenceControls } from '../../evidence/EvidenceControls.tsx';
import { changeWords, figureWords, intervalWords } from '../../evidence/tasks/words.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { TaskName } from '../../shared/modality.tsx';
import { styles } from './styles.ts';
import { memberAbout } from './words.ts';

interface Props {
  report: MemberReport;
  looked: Looked;
  names: readonly string[];
}

/** Every member for one task: on or off in the lab, alone, left out. */
export function MemberTable({ report, looked: { recipe, bond }, names }: Props) {
  const task = useLab((s) => s.task);
  const inUse = useLab((s) => s.recipeId === recipe.id);
  const chooseRecipe = useLab((s) => s.chooseRecipe);
  const switched = useLab((s) => s.masks[bond.id]);
  const mask = switched ?? bond.members.map(() => true);
  const { metric, members, rows } = report;
  const row = rows.find((one) => one.task === task) ?? rows[0]!;
  const nOn = mask.filter(Boolean).length;
  const best = bestAlone(row, metricOf(metric).higherIsBetter);
  return (
    <div className={styles.part}>
      <div className={styles.partHead}>
        <h4>
          <TaskName task={row.task} />
        </h4>
        <EvidenceControls task />
      </div>
      {row.task !== task && (
        <p className={styles.note}>The recipe does not serve the task that was chosen; here is another.</p>
      )}
      <div className={styles.scroll} role="region" aria-label="Members in numbers" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">member</th>
              {inUse && (
                <th scope="col">
                  <Hint text="Switches the projector in the lab: rankings, evidence and maps follow. The figures of this table always stand for all members on.">
                    <span tabIndex={0}>in the lab</span>
                  </Hint>
                </th>
              )}
              <th scope="col">
                <Hint text="A mixture of this member alone.">
                  <span tabIndex={0}>alone</span>
                </Hint>
              </th>
              <th scope="col">
                <Hint text="The mixture of all others.">
                  <span tabIndex={0}>without it</span>
                </Hint>
              </th>
              <th scope="col">
                <Hint
                  text={`${metricOf(metric).name} of all less that without it, on the ${report.half === 'all' ? 'whole collection' : `${report.half} half`}; in brackets the paired bootstrap 95% interval over independent groups, a fixed seed. Not corrected for how many are shown.`}
                >
                  <span tabIndex={0}>effect</span>
                </Hint>
              </th>
            </tr>
          </thead>
          <tbody>
            {names.map((name, i) => (
              <tr key={name}>
                <th scope="row">
                  <Hint text={memberAbout(members[i]!.member)}>
                    <span tabIndex={0}>{name}</span>
                  </Hint>
                </th>
                {inUse && (
                  <td>
                    <MemberSwitch
                      bondId={bond.id}
                      member={i}
                      name={name}
                      on={mask[i]!}
                      last={isLastOn(bond, mask, i)}
                    />
                  </td>
                )}
                <Figures row={row} member={i} report={report} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">all {members.length}</th>
              {inUse && <td>{nOn} on</td>}
              <td colSpan={3}>
                {metricName(row.task, metric, metricOf(metric).name)} <b>{figureWords(metric, row.all)}</b>{' '}
                over {row.nQueries} queries; chance {figureWords(metric, row.chance)}
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
      {members.length > 1 && (
        <p className={styles.note}>
          Best alone is {names[best.member]}; all together stand {changeWords(metric, best.gain)} from it.
        </p>
      )}
      {!inUse && (
        <p className={styles.note}>
          Members are switched in the lab’s own recipe.{' '}
          <button type="button" className={styles.link} onClick={() => void chooseRecipe(recipe.id)}>
            Use {recipe.name} there
          </button>
        </p>
      )}
    </div>
  );
}

function MemberSwitch(props: { bondId: string; member: number; name: string; on: boolean; last: boolean }) {
  const { bondId, member, name, on, last } = props;
  const busy = useLab((s) => s.switching);
  const setMember = useLab((s) => s.setMember);
  return (
    <Switch
      size="xs"
      className={styles.switch}
      checked={on}
      disabled={busy || last}
      aria-label={`${name} on in the lab`}
      onChange={() => void setMember(bondId, member, !on)}
    />
  );
}

function Figures({
  row,
  member,
  report: { metric },
}: {
  row: MemberRow;
  member: number;
  report: MemberReport;
}) {
  const { alone, without, effect } = row.members[member]!;
  return (
    <>
      <td>{figureWords(metric, alone)}</td>
      <td>{figureWords(metric, without)}</td>
      <td className={styles.change} data-verdict={effect && verdictOf(metric, effect)}>
        {effect ? (
          <>
            <b>{changeWords(metric, effect.mean)}</b> <small>{intervalWords(metric, effect)}</small>
          </>
        ) : (
          '–'
        )}
      </td>
    </>
  );
}
