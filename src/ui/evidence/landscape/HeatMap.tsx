import {
  useCallback,
  useMemo,
  useRef,
  useState,
  type PointerEvent,
  type KeyboardEvent,
  type Ref,
} from 'react';
import { createPortal } from 'react-dom';
import { valueAt, withValue } from '../../../recipe/sliders.ts';
import { factorsOf, meanFactor } from '../../../state/selectors.ts';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { mixColor } from '../../shared/mix.ts';
import { PlotFigure, type DrawnPlot, type PlotHandle } from '../charts/PlotFigure.tsx';
import { heatMapOptions, type HeatMapParts } from './mapOptions.ts';
import { stepOf, toFactor } from './pad.ts';
import styles from './Landscape.module.css';

/** A finger may shake this much and still tap. */
const TAP_PX = 10;

interface Scene {
  svg: SVGSVGElement;
  /** From a factor to pixels of the svg and back. */
  x: { apply: (value: number) => number; invert: (px: number) => number };
  y: Scene['x'];
}

function sceneOf(drawn: DrawnPlot, svg: SVGSVGElement): Scene {
  const of = (name: 'x' | 'y'): Scene['x'] => {
    const scale = drawn.scale(name)!;
    return { apply: (value) => Number(scale.apply(value)), invert: (px) => Number(scale.invert!(px)) };
  };
  return { svg, x: of('x'), y: of('y') };
}

export interface HeatMapProps {
  parts: HeatMapParts;
  /** What the map says, read out in its place. */
  label: string;
  /** The setting under the pointer, or the keyboard's. */
  onHover: (setting: number | undefined) => void;
  hovered: number | undefined;
  ref: Ref<PlotHandle>;
}

/**
 * The heat map as a pad: a click or a drag sets both factors as it goes, arrow keys step. Only the ring moves; the map under it
 * is drawn when its figures change. A finger taps anywhere, and drags by the ring, so that the page still scrolls.
 */
export function HeatMap({ parts, label, onHover, hovered, ref }: HeatMapProps) {
  const { grid } = parts;
  const store = useLabStore();
  const moveFactors = useLab((s) => s.moveFactors);
  const release = useLab((s) => s.releaseFactor);
  const [scene, setScene] = useState<Scene>();
  const options = useMemo(() => (widthPx: number) => heatMapOptions(parts, widthPx), [parts]);
  const onDrawn = useCallback((drawn: DrawnPlot, svg: SVGSVGElement) => {
    setScene(sceneOf(drawn, svg));
    return () => setScene(undefined);
  }, []);
  const drag = useRef<{ pointer: number; tapAt?: { x: number; y: number } }>(undefined);

  const go = ({ x, y }: { x: number; y: number }) => {
    moveFactors(withValue(withValue({}, grid.x, x), grid.y, y));
  };
  const placeOf = (event: PointerEvent) => {
    const { left, top } = scene!.svg.getBoundingClientRect();
    return {
      x: toFactor(scene!.x.invert(event.clientX - left)),
      y: toFactor(scene!.y.invert(event.clientY - top)),
    };
  };
  const settingAt = ({ x, y }: { x: number; y: number }) => {
    const column = Math.round(x * (grid.xs.length - 1));
    return Math.round(y * (grid.ys.length - 1)) * grid.xs.length + column;
  };

  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (!scene || event.button !== 0) return;
    const onRing = (event.target as Element).closest('[data-ring]') !== null;
    if (event.pointerType === 'touch' && !onRing) {
      drag.current = { pointer: event.pointerId, tapAt: { x: event.clientX, y: event.clientY } };
      return;
    }
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { pointer: event.pointerId };
    go(placeOf(event));
    onHover(undefined);
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (!scene) return;
    const held = drag.current;
    if (held?.pointer === event.pointerId && !held.tapAt) go(placeOf(event));
    else if (event.pointerType !== 'touch') onHover(settingAt(placeOf(event)));
  };
  const up = (event: PointerEvent<HTMLDivElement>) => {
    const held = drag.current;
    drag.current = undefined;
    if (!scene || held?.pointer !== event.pointerId) return;
    const { tapAt } = held;
    if (tapAt) {
      if (Math.hypot(event.clientX - tapAt.x, event.clientY - tapAt.y) > TAP_PX) return;
      go(placeOf(event));
    }
    release();
  };
  /** The browser took the pointer: what was dragged so far stays, and comes to rest there. */
  const cancel = (event: PointerEvent<HTMLDivElement>) => {
    const held = drag.current;
    if (held?.pointer !== event.pointerId) return;
    drag.current = undefined;
    if (!held.tapAt) release();
  };
  const key = (event: KeyboardEvent<HTMLDivElement>) => {
    const factors = factorsOf(store.getState());
    const now = { x: valueAt(factors, grid.x), y: valueAt(factors, grid.y) };
    const next = stepOf(event.key, event.shiftKey, now);
    if (!next) return;
    event.preventDefault();
    onHover(undefined);
    go(next);
    release();
  };

  return (
    <div
      className={styles.pad}
      role="application"
      aria-roledescription="pad of two factors"
      aria-label={`${parts.x.name} to the right, ${parts.y.name} upwards. Arrow keys move both factors; with Shift in small steps.`}
      tabIndex={0}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={cancel}
      onPointerLeave={() => onHover(undefined)}
      onKeyDown={key}
    >
      <PlotFigure options={options} label={label} ref={ref} onDrawn={onDrawn} className={styles.map} />
      {scene &&
        createPortal(
          <>
            {hovered !== undefined && <Cell scene={scene} parts={parts} setting={hovered} />}
            <Ring scene={scene} parts={parts} />
          </>,
          scene.svg,
        )}
    </div>
  );
}

interface MarkProps {
  scene: Scene;
  parts: HeatMapParts;
}

/** The cell under the pointer. */
function Cell({ scene: { x, y }, parts: { grid }, setting }: MarkProps & { setting: number }) {
  const half = 0.5 / (grid.xs.length - 1);
  const [fx, fy] = [valueAt(grid.settings[setting]!, grid.x), valueAt(grid.settings[setting]!, grid.y)];
  const left = x.apply(fx - half);
  const top = y.apply(fy + half);
  return (
    <rect
      className={styles.cell}
      x={left}
      y={top}
      width={x.apply(fx + half) - left}
      height={y.apply(fy - half) - top}
    />
  );
}

/** Where the two factors stand: a ring in the colour of the mix, and its two places along the painted edges. */
function Ring({ scene: { x, y }, parts: { grid } }: MarkProps) {
  const fx = useLab((s) => valueAt(factorsOf(s), grid.x));
  const fy = useLab((s) => valueAt(factorsOf(s), grid.y));
  const color = mixColor(useLab(meanFactor));
  const [px, py] = [x.apply(fx), y.apply(fy)];
  const edge = -0.039;
  return (
    <g className={styles.current}>
      <circle cx={px} cy={y.apply(edge)} r="6" style={{ fill: mixColor(fx) }} className={styles.foot} />
      <circle cx={x.apply(edge)} cy={py} r="6" style={{ fill: mixColor(fy) }} className={styles.foot} />
      <g data-ring="" className={styles.ring} transform={`translate(${px} ${py})`}>
        <circle r="24" fill="transparent" />
        <circle r="13" fill="none" style={{ stroke: 'var(--bl-surface)' }} strokeWidth="9" />
        <circle r="13" fill="none" style={{ stroke: color }} strokeWidth="5" />
      </g>
    </g>
  );
}
