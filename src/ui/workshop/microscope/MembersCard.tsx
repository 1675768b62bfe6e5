import { useMemo, useRef } from 'react';
import type { MemberReport } from '../../../engine/microscope/types.ts';
import { metricOf } from '../../../math/answers.ts';
import { askMembers } from '../../../state/workshop/microscopeAsks.ts';
import { memberEffects, memberNames, memberSummary } from '../../../state/workshop/microscopeFigures.ts';
import type { Looked } from '../../../state/workshop/microscopeLook.ts';
import { memberTables } from '../../../state/workshop/microscopeTables.ts';
import { PlotFigure, type PlotHandle } from '../../evidence/charts/PlotFigure.tsx';
import { changeWords, intervalWords } from '../../evidence/tasks/words.ts';
import { metricName } from '../../../state/evidence/figures.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { taskWords } from '../../shared/modality.tsx';
import { AgreementPart } from './AgreementPart.tsx';
import { memberPlot } from './memberPlot.ts';
import { MemberTable } from './MemberTable.tsx';
import { QuestionCard } from './QuestionCard.tsx';
import { styles } from './styles.ts';
import { useTypeScale } from './useTypeScale.ts';

/** What each member is for: alone, left out, and how far the members say the same. */
export function MembersCard({ looked }: { looked: Looked }) {
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  const templates = useLab((s) => s.templates);
  const spaces = useLab((s) => s.spaces);
  const manifest = useLab((s) => s.engine.manifest);
  const chart = useRef<PlotHandle>(null);
  const ask = useMemo(
    () => askMembers(looked, { metric, half, templates }),
    [looked, metric, half, templates],
  );
  return (
    <QuestionCard
      question="members"
      title="What is each member for?"
      why="A member whose loss nobody notices is cost without use; one that alone does as well as all is a mixture without need."
      takes="Every member left out and alone, over every task: seconds to a minute."
      ask={ask}
      tables={(report) => memberTables(report, { looked, spaces, manifest })}
      chart={chart}
      show={(report) => <Members report={report} looked={looked} chart={chart} />}
    />
  );
}

function Members({
  report,
  looked,
  chart,
}: {
  report: MemberReport;
  looked: Looked;
  chart: { current: PlotHandle | null };
}) {
  const task = useLab((s) => s.task);
  const spaces = useLab((s) => s.spaces);
  const scale = useTypeScale();
  const { metric } = report;
  const names = useMemo(
    () => memberNames(report.members, looked.bond, spaces),
    [report, looked.bond, spaces],
  );
  const options = useMemo(() => {
    const parts = { effects: memberEffects(report), names, metric, task };
    return (widthPx: number) => memberPlot(parts, widthPx, scale);
  }, [report, names, metric, task, scale]);
  if (report.rows.length === 0)
    return <p className={styles.absent}>This recipe serves no task of the collection.</p>;
  const only = report.members.length < 2;
  return (
    <>
      <p className={styles.summary}>{only ? onlyWords(report) : effectWords(report, names)}</p>
      {!only && (
        <PlotFigure
          ref={chart}
          options={options}
          minHeightPx={120}
          label={`What each of ${report.members.length} members adds to ${metricOf(metric).name} of every task, with 95% intervals. ${effectWords(report, names)}`}
        />
      )}
      <div className={styles.members}>
        <MemberTable report={report} looked={looked} names={names} />
        {!only && <AgreementPart report={report} names={names} />}
      </div>
    </>
  );
}

function onlyWords({ rows, metric }: MemberReport): string {
  const [first] = rows;
  return `This bond has one projector: nothing can be left out. ${metricName(first!.task, metric, metricOf(metric).name)} of ${taskWords(first!.task)}: ${first!.all.toFixed(3)}.`;
}

/** Share of effects that an interval of 95% tells from none where there is none. */
const FALSE_SHARE = 0.05;

/** The one thing to see. */
function effectWords(report: MemberReport, names: readonly string[]): string {
  const { metric } = report;
  const { nEffects, clear, largest } = memberSummary(report);
  if (!largest) {
    return `No member is missed: none of ${nEffects} effects of leaving one out can be told from none.`;
  }
  const { member, task, effect } = largest;
  const helps = largest.verdict === 'better';
  const byChance = Math.max(1, Math.round(FALSE_SHARE * nEffects));
  const more = clear.length > 2 * byChance ? 'chance alone gives about' : 'no more than chance gives, about';
  return `${clear.length} of ${nEffects} effects can be told from none (${more} ${byChance}). The largest: ${names[member]!} ${helps ? 'adds' : 'takes'} ${changeWords(metric, Math.abs(effect!.mean)).replace('+', '')} ${helps ? 'to' : 'from'} ${metricName(task, metric, metricOf(metric).name)} of ${taskWords(task)} ${intervalWords(metric, effect!)}.`;
}
