import { useElementSize } from '@mantine/hooks';
import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { SpaceId } from '../../recipe/embedded.ts';
import type { Space } from '../../recipe/types.ts';
import type { CurvePoint, WorldCurves } from '../../world/figures.ts';
import { linePath, nearestStep, niceTicks, spreadLabels } from './chart.ts';
import styles from './Figures.module.css';

const HEIGHT_PX = 280;
const MARGIN_PX = { top: 12, right: 72, bottom: 44, left: 44 };
const LABEL_GAP_PX = 18;
/** Points that Page Up and Page Down move by. */
const PAGE = 10;

interface Line {
  name: string;
  curve: readonly CurvePoint[];
  /** The base is indigo, both experts are amber: the second is told apart by its dashes. */
  color: string;
  ink: string;
  dashes?: string;
}

function linesOf(curves: WorldCurves, spaces: readonly Space[], base: string): Line[] {
  let nExperts = 0;
  return spaces.map(({ id, name }) => {
    const curve = curves[id as SpaceId];
    if (id === base) return { name, curve, color: 'var(--bl-base)', ink: 'var(--bl-base-ink)' };
    const expert = { name, curve, color: 'var(--bl-expert)', ink: 'var(--bl-expert-ink)' };
    return nExperts++ === 0 ? expert : { ...expert, dashes: '7 4' };
  });
}

/** Loss against step of every space. */
export function LearningCurves({
  curves,
  spaces,
  base,
  batch,
}: {
  curves: WorldCurves;
  spaces: readonly Space[];
  base: string;
  batch: number;
}) {
  const lines = linesOf(curves, spaces, base).filter(({ curve }) => curve.length > 0);
  if (lines.length === 0) return <p className={styles.lead}>The file holds no points.</p>;
  return <Chart lines={lines} batch={batch} />;
}

function Chart({ lines, batch }: { lines: readonly Line[]; batch: number }) {
  const { ref, width } = useElementSize();
  const [cursor, setCursor] = useState<number>();
  const longest = lines.reduce((a, b) => (b.curve.length > a.curve.length ? b : a)).curve;
  const last = longest.length - 1;
  const at = Math.min(cursor ?? last, last);
  const { step, learningRate } = longest[at]!;
  const read = lines.map((line) => ({ ...line, point: line.curve[nearestStep(line.curve, step)]! }));

  const xTicks = niceTicks(longest[last]!.step, width < 500 ? 3 : 6);
  const yTicks = niceTicks(Math.max(...lines.flatMap(({ curve }) => curve.map(({ loss }) => loss))), 5);
  const right = Math.max(MARGIN_PX.left + 1, width - MARGIN_PX.right);
  const bottom = HEIGHT_PX - MARGIN_PX.bottom;
  const x = (value: number) => MARGIN_PX.left + (value / longest[last]!.step) * (right - MARGIN_PX.left);
  const y = (value: number) => bottom - (value / yTicks.at(-1)!) * (bottom - MARGIN_PX.top);
  const labels = spreadLabels(
    lines.map(({ curve }) => y(curve.at(-1)!.loss)),
    LABEL_GAP_PX,
    MARGIN_PX.top,
    bottom,
  );

  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const { left } = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - left - MARGIN_PX.left) / (right - MARGIN_PX.left);
    setCursor(nearestStep(longest, share * longest[last]!.step));
  };
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const by: Record<string, number> = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -PAGE,
      PageUp: PAGE,
      Home: -last,
      End: last,
    };
    const change = by[event.key];
    if (change === undefined) return;
    event.preventDefault();
    setCursor(Math.max(0, Math.min(last, at + change)));
  };
  const words = `Step ${step}: ${read.map(({ name, point }) => `${name} ${point.loss.toFixed(2)}`).join(', ')}`;

  return (
    <figure className={styles.chart}>
      <figcaption>
        <b>Loss of each space while it learned</b>
        <p className={styles.readout}>
          <span>step {step}</span>
          {read.map(({ name, point, ink }) => (
            <span key={name} style={{ color: ink }}>
              {name} <b>{point.loss.toFixed(2)}</b>
            </span>
          ))}
          <span>learning rate {learningRate.toExponential(1)}</span>
        </p>
      </figcaption>
      <div
        ref={ref}
        className={styles.plot}
        role="slider"
        tabIndex={0}
        aria-label={`Loss against training step for ${lines.map(({ name }) => name).join(', ')}. Arrow keys read along the curves.`}
        aria-valuemin={longest[0]!.step}
        aria-valuemax={longest[last]!.step}
        aria-valuenow={step}
        aria-valuetext={words}
        onPointerMove={follow}
        onPointerDown={follow}
        onPointerLeave={() => setCursor(undefined)}
        onBlur={() => setCursor(undefined)}
        onKeyDown={move}
      >
        {width > 0 && (
          <svg width={width} height={HEIGHT_PX} aria-hidden="true">
            {yTicks.map((tick) => (
              <g key={tick}>
                <path className={styles.grid} d={`M${MARGIN_PX.left} ${y(tick)}H${right}`} />
                <text x={MARGIN_PX.left - 8} y={y(tick) + 4} textAnchor="end">
                  {tick}
                </text>
              </g>
            ))}
            {xTicks
              .filter((tick) => tick <= longest[last]!.step)
              .map((tick) => (
                <text key={tick} x={x(tick)} y={bottom + 18} textAnchor="middle">
                  {tick}
                </text>
              ))}
            <text x={(MARGIN_PX.left + right) / 2} y={HEIGHT_PX - 6} textAnchor="middle">
              step (a batch of {batch} items a modality)
            </text>
            <text transform={`translate(12 ${(MARGIN_PX.top + bottom) / 2}) rotate(-90)`} textAnchor="middle">
              loss (nats)
            </text>
            {lines.map(({ name, curve, color, ink, dashes }, i) => (
              <g key={name}>
                <path
                  className={styles.line}
                  d={linePath(curve.map((point) => [x(point.step), y(point.loss)]))}
                  stroke={color}
                  strokeDasharray={dashes}
                />
                <text className={styles.label} x={right + 8} y={labels[i]! + 4} style={{ fill: ink }}>
                  {name}
                </text>
              </g>
            ))}
            {cursor !== undefined && (
              <>
                <path className={styles.cursor} d={`M${x(step)} ${MARGIN_PX.top}V${bottom}`} />
                {read.map(({ name, point, color }) => (
                  <circle key={name} cx={x(point.step)} cy={y(point.loss)} r="4" fill={color} />
                ))}
              </>
            )}
          </svg>
        )}
      </div>
      <p className={styles.note}>
        Symmetric InfoNCE, mean of ten steps a point; spaces differ in what they pair, so compare shapes, not
        heights. Time in one browser tab:{' '}
        {lines.map(({ name, curve }) => `${name} ${Math.round(curve.at(-1)!.seconds / 60)} min`).join(', ')}.
      </p>
    </figure>
  );
}
