import { useMemo } from 'react';
import type { CostReport, CostRow } from '../../../engine/microscope/types.ts';
import { askCost } from '../../../state/workshop/microscopeAsks.ts';
import { costDevices, costLines, type CostLine } from '../../../state/workshop/microscopeFigures.ts';
import type { Looked } from '../../../state/workshop/microscopeLook.ts';
import { costTables } from '../../../state/workshop/microscopeBondTables.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { MODALITY_WORDS, ModalityShape } from '../../shared/modality.tsx';
import { QuestionCard } from './QuestionCard.tsx';
import { styles } from './styles.ts';
import { bytesWords } from '../../../state/data/words.ts';
import { msWords, ratioWords } from './words.ts';

/** What a bond costs in time and bytes, on this device. */
export function CostCard({ looked }: { looked: Looked }) {
  const spaces = useLab((s) => s.spaces);
  const manifest = useLab((s) => s.engine.manifest);
  const device = useLab((s) => s.device);
  const ask = useMemo(() => askCost(looked), [looked]);
  return (
    <QuestionCard
      question="cost"
      title="What does it cost here?"
      why="An expert brings its own encoder and a mixture to run: the paper calls it free and does not measure it. This device does."
      takes="Encoders and mixtures in batches of 1, 32 and 256, in turn: some minutes on a slow device. Leave the page alone meanwhile."
      again
      ask={ask}
      tables={(report) => costTables(report, { looked, spaces, manifest, device })}
      show={(report) => <Cost report={report} looked={looked} />}
    />
  );
}

function Cost({ report, looked }: { report: CostReport; looked: Looked }) {
  const spaces = useLab((s) => s.spaces);
  const device = useLab((s) => s.device);
  const lines = useMemo(
    () => costLines(report, { base: looked.recipe.base, bond: looked.bond, spaces }),
    [report, looked, spaces],
  );
  const devices = costDevices(report, device);
  if (lines.length === 0) return <p className={styles.absent}>Nothing of this bond could be timed.</p>;
  const batches = lines[0]!.times.map(({ batch }) => batch);
  const modalities = [...new Set(lines.map(({ modality }) => modality))];
  return (
    <>
      <p className={styles.summary}>{costWords(lines, batches.at(-1)!)}</p>
      <div className={styles.scroll} role="region" aria-label="Cost in numbers" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">1,000 items</th>
              {batches.map((batch) => (
                <th key={batch} scope="col">
                  <Hint text="Milliseconds for 1,000 items in batches of this size: sums of medians of repeated timings, in turn with the others. Behind it the ratio to the first line.">
                    <span tabIndex={0}>batch {batch}</span>
                  </Hint>
                </th>
              ))}
              <th scope="col">
                <Hint text="Of the files that are loaded: encoders and mixtures.">
                  <span tabIndex={0}>bytes</span>
                </Hint>
              </th>
            </tr>
          </thead>
          {modalities.map((modality) => {
            const own = lines.filter((line) => line.modality === modality);
            return (
              <tbody key={modality}>
                <tr className={styles.group}>
                  <th scope="rowgroup" colSpan={batches.length + 2}>
                    <ModalityShape modality={modality} sizePx={10} /> {MODALITY_WORDS[modality].many}
                  </th>
                </tr>
                {own.map((line) => (
                  <CostLineRow key={line.name} line={line} alone={own[0]!} />
                ))}
              </tbody>
            );
          })}
        </table>
      </div>
      {devices.length > 0 && <p className={styles.note}>{devices.join('; ')}.</p>}
      <CostParts rows={report.rows} />
    </>
  );
}

function CostLineRow({ line, alone }: { line: CostLine; alone: CostLine }) {
  const first = line === alone;
  return (
    <tr>
      <th scope="row">
        <Hint text={`Runs ${line.rows.join(', ')}.`}>
          <span tabIndex={0}>{line.name}</span>
        </Hint>
      </th>
      {line.times.map(({ batch, msPerThousand, ratio }) => (
        <td key={batch}>
          {msWords(msPerThousand)} <small data-ratio>{first ? '' : ratioWords(ratio)}</small>
        </td>
      ))}
      <td>
        {bytesWords(line.bytes)} <small data-ratio>{first ? '' : ratioWords(line.bytes / alone.bytes)}</small>
      </td>
    </tr>
  );
}

/** "Sounds cost 1.4 times as much with 7 projectors" */
function costWords(lines: readonly CostLine[], batch: number): string {
  const largest = Math.max(...lines.map(({ nMembers }) => nMembers));
  return lines
    .filter(({ nMembers }) => nMembers === largest && largest > 0)
    .map(({ modality, times, bytes }) => {
      const alone = lines.find((line) => line.modality === modality)!;
      const time = times.find((one) => one.batch === batch)!;
      const many = MODALITY_WORDS[modality].many;
      return `${many[0]!.toUpperCase()}${many.slice(1)} take ${time.ratio.toFixed(2)} times as long and ${(bytes / alone.bytes).toFixed(2)} times the bytes with ${largest === 1 ? 'its projector' : `all ${largest} projectors`} (batch ${batch}).`;
    })
    .join(' ');
}

/** Every encoder and mixture by itself. */
function CostParts({ rows }: { rows: readonly CostRow[] }) {
  return (
    <details className={styles.details}>
      <summary>What it is made of</summary>
      <div className={styles.scroll} role="region" aria-label="Parts of the cost" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">part</th>
              {rows[0]?.times.map(({ batch }) => (
                <th key={batch} scope="col">
                  batch {batch}
                </th>
              ))}
              <th scope="col">bytes</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, name, times, bytes }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                {times.map(({ batch, msPerThousand, lower, upper, nRuns }) => (
                  <td key={batch}>
                    {msWords(msPerThousand)}
                    <small title={`Quartiles of ${nRuns} timings.`}>
                      {msWords(lower)} to {msWords(upper)}
                    </small>
                  </td>
                ))}
                <td>{bytesWords(bytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
