import { Button, SegmentedControl } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useCallback, useMemo, useRef, useState, type CSSProperties, type ReactNode } from 'react';
import type { WorldFigures } from '../../../world/figures.ts';
import { useLoaded } from '../../figures/useLoaded.ts';
import { useLab } from '../../shared/LabContext.tsx';
import type { Table } from '../../../state/tables.ts';
import { ExportMenu } from '../charts/ExportMenu.tsx';
import { PlotFigure } from '../charts/PlotFigure.tsx';
import { groupsOf, ourChart, paperChart, withGroups, type ChartData, type RecallId } from './chartData.ts';
import { chartHeightPx, dotChartOptions, NAMES_PX } from './dotChart.ts';
import { TableView } from './TableView.tsx';
import { ourTables, paperTables } from './tables.ts';
import { changeWords } from './words.ts';
import styles from './PaperPanel.module.css';

const RECALLS: { value: RecallId; label: string }[] = [
  { value: 'R1', label: 'R@1' },
  { value: 'R5', label: 'R@5' },
];

/** The paper's tables 3 and 4 and the same models in small, in two halves that share no column and no axis. */
export default function PaperPanel() {
  const [recall, setRecall] = useState<RecallId>('R1');
  const printed = useMemo(() => paperChart(recall), [recall]);
  const { ref, width } = useElementSize<HTMLDivElement>();
  const scale = useLab((s) => (s.presenter ? PRESENTER_SCALE : 1));
  const fit: Fit = { scale, narrow: width > 0 && width < NARROW_PX * scale };
  return (
    <div
      ref={ref}
      className={styles.panel}
      style={{ '--names': `${NAMES_PX * scale}px` } as CSSProperties}
      data-narrow={fit.narrow || undefined}
    >
      <div className={styles.lead}>
        <p>
          A dot is a model, the vertical rule its base; the line between them is the gain (to the right) or
          the price (to the left). <Swatches /> Every column has a scale of its own, from 0 to its best figure
          (bold).
        </p>
        <SegmentedControl
          size="xs"
          aria-label="Retrieval figure"
          data={RECALLS}
          value={recall}
          onChange={(value) => setRecall(value as RecallId)}
        />
      </div>
      <Half
        id="paper-printed"
        title="The paper"
        about="ImageBind, InternVL and CLAP on AudioCaps, Clotho, VGG-SS, FlickrNet, COCO and Flickr30K"
        says={changeWords(printed, 'ImageBind++ (AT)', 2)}
        tables={PAPER_TABLES}
      >
        <Charts chart={printed} digits={2} name="The paper’s tables 3 and 4" fit={fit} />
        <p className={styles.note}>
          Figures as printed in <a href="https://arxiv.org/abs/2405.04883">FreeBind (ICML 2024)</a>, tables 3
          and 4, in percent; nothing of them was measured here. Ver.: versatile factors (text 0.1, audio 0.5).
          AT: audio-text expertise (text 0.5, audio 0.8). †: ImageBind’s audio encoder fine-tuned through the
          frozen projectors. –: no figure.
        </p>
        <TableView tables={PAPER_TABLES} digits={2} />
      </Half>
      <Ours recall={recall} fit={fit} />
    </div>
  );
}

const PAPER_TABLES = paperTables();
/** Below it, nine columns have no room side by side. */
const NARROW_PX = 760;
/** The page's font in the presenter mode against its usual size (tokens.css). */
const PRESENTER_SCALE = 20 / 15;

interface Fit {
  scale: number;
  /** A chart for each group of columns. */
  narrow: boolean;
}

function Swatches() {
  return (
    <span className={styles.swatches}>
      <span data-role="base">base</span>
      <span data-role="fused">bound</span>
      <span data-role="expert">expert</span>
      <span data-role="earlier">earlier work</span>
    </span>
  );
}

function Ours({ recall, fit }: { recall: RecallId; fit: Fit }) {
  const engine = useLab((s) => s.engine);
  const figures = useLoaded(
    true,
    useCallback(() => engine.figures(), [engine]),
  );
  return (
    <Half
      id="paper-ours"
      title="Here"
      about={`Unified, PicText and Foley on ${engine.manifest.name}`}
      says={figures.status === 'ready' ? oursSays(figures.value, recall) : undefined}
      tables={figures.status === 'ready' ? ourTables(figures.value) : []}
    >
      {figures.status === 'loading' && <p className={styles.note}>The figures are on their way …</p>}
      {figures.status === 'failed' && (
        <div role="alert">
          <p className={styles.note}>The figures could not be shown: {figures.message}</p>
          <Button variant="default" size="xs" mt={8} onClick={figures.retry}>
            Try again
          </Button>
        </div>
      )}
      {figures.status === 'ready' && <OurCharts figures={figures.value} recall={recall} fit={fit} />}
    </Half>
  );
}

const oursSays = (figures: WorldFigures, recall: RecallId) =>
  changeWords(ourChart(figures, recall), 'unified-pp AT Expertise', 1);

function OurCharts({ figures, recall, fit }: { figures: WorldFigures; recall: RecallId; fit: Fit }) {
  const chart = useMemo(() => ourChart(figures, recall), [figures, recall]);
  const tables = useMemo(() => ourTables(figures), [figures]);
  return (
    <>
      <Charts chart={chart} digits={1} name="The embedded collection" fit={fit} sixOfNine />
      <p className={styles.note}>
        Measured on this world when it was built, on all queries; in percent here, as fractions elsewhere on
        the page. Unified stands for ImageBind, PicText for InternVL, Foley for CLAP, in small: compare which
        way the lines point, not how high the figures are. InternVL_IB++ and the classifications have no
        counterpart in these figures.
      </p>
      <TableView tables={tables} digits={3} />
    </>
  );
}

function Half({
  id,
  title,
  about,
  says,
  tables,
  children,
}: {
  id: string;
  title: string;
  about: string;
  says: string | undefined;
  tables: Table[];
  children: ReactNode;
}) {
  const content = useRef<HTMLDivElement>(null);
  return (
    <section className={styles.half} aria-labelledby={id}>
      <header className={styles.head}>
        <h3 id={id} className={styles.title}>
          {title} <span>{about}</span>
        </h3>
        <ExportMenu
          name={id}
          tables={() => tables}
          figure={() => content.current?.querySelector<SVGSVGElement>('svg[role="img"]') ?? undefined}
        />
      </header>
      {says && <p className={styles.says}>{says}</p>}
      <div ref={content}>{children}</div>
    </section>
  );
}

/** One chart of all columns where there is room, else one for each group of them. */
function Charts({
  chart,
  digits,
  name,
  fit: { narrow, scale },
  sixOfNine = false,
}: {
  chart: ChartData;
  digits: number;
  name: string;
  fit: Fit;
  /** On a wide screen, its columns are as wide as six of the other half's nine; in large type they need more. */
  sixOfNine?: boolean;
}) {
  const charts = useMemo(
    () => (narrow ? groupsOf(chart).map((group) => withGroups(chart, [group])) : [chart]),
    [chart, narrow],
  );
  return (
    <div className={sixOfNine && scale === 1 ? styles.sixOfNine : styles.charts}>
      {charts.map((one) => (
        <Chart
          key={groupsOf(one).join()}
          chart={one}
          digits={digits}
          scale={scale}
          label={`${name}: ${one.columns.map(({ title, measure }) => `${title} ${measure}`).join(', ')}, by model. The figures stand in the table below.`}
        />
      ))}
    </div>
  );
}

function Chart({
  chart,
  digits,
  scale,
  label,
}: {
  chart: ChartData;
  digits: number;
  scale: number;
  label: string;
}) {
  const options = useCallback(
    (widthPx: number) => dotChartOptions(chart, widthPx, digits, scale),
    [chart, digits, scale],
  );
  return <PlotFigure options={options} label={label} minHeightPx={chartHeightPx(chart, scale)} />;
}
