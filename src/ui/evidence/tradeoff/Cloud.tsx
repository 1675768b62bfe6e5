import { useViewportSize } from '@mantine/hooks';
import { useCallback, useMemo, useState, type KeyboardEvent, type Ref } from 'react';
import { createPortal } from 'react-dom';
import { nearestSetting } from '../../../state/evidence/figures.ts';
import { factorsOf, meanFactor } from '../../../state/selectors.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { mixColor } from '../../shared/mix.ts';
import { PlotFigure, type DrawnPlot, type PlotHandle } from '../charts/PlotFigure.tsx';
import { nearestPoint } from './cloud.ts';
import { cloudOptions, type CloudParts } from './cloudOptions.ts';
import styles from './Tradeoff.module.css';

/** How far from a point the pointer still means it. */
const REACH_PX = 28;

/** What stands above and below the chart on a wide screen. */
const AROUND_PX = 385;

interface Scene {
  svg: SVGSVGElement;
  /** Place of each setting, in pixels of the svg. */
  places: readonly (readonly [x: number, y: number])[];
}

export interface CloudProps {
  parts: CloudParts;
  label: string;
  hovered: number | undefined;
  onHover: (setting: number | undefined) => void;
  onGo: (setting: number) => void;
  ref: Ref<PlotHandle>;
}

/**
 * The cloud of settings. The pointer reads the nearest one and a click goes there; with the keyboard the arrows walk along the
 * front and Enter goes. Rings move on it, the cloud stays as drawn.
 */
export function Cloud({ parts, label, hovered, onHover, onGo, ref }: CloudProps) {
  const { tradeoff } = parts;
  const [scene, setScene] = useState<Scene>();
  const { height: viewportPx } = useViewportSize();
  const options = useMemo(
    () => (widthPx: number) => cloudOptions(parts, widthPx, viewportPx - AROUND_PX),
    [parts, viewportPx],
  );
  const onDrawn = useCallback(
    (drawn: DrawnPlot, svg: SVGSVGElement) => {
      const [x, y] = [drawn.scale('x')!, drawn.scale('y')!];
      setScene({
        svg,
        places: tradeoff.points.map(({ a, b }) => [Number(x.apply(a)), Number(y.apply(b))] as const),
      });
      return () => setScene(undefined);
    },
    [tradeoff],
  );
  const under = (event: { clientX: number; clientY: number }) => {
    const { left, top } = scene!.svg.getBoundingClientRect();
    return nearestPoint(scene!.places, event.clientX - left, event.clientY - top, REACH_PX);
  };
  const key = (event: KeyboardEvent) => {
    const settings = tradeoff.front;
    const at = hovered === undefined ? -1 : settings.indexOf(hovered);
    const last = settings.length - 1;
    const next: Record<string, number> = {
      ArrowRight: Math.min(last, at + 1),
      ArrowDown: Math.min(last, at + 1),
      ArrowLeft: at < 0 ? last : Math.max(0, at - 1),
      ArrowUp: at < 0 ? last : Math.max(0, at - 1),
      Home: 0,
      End: last,
    };
    if (event.key === 'Enter' && hovered !== undefined) onGo(hovered);
    else if (event.key === 'Escape') onHover(undefined);
    else if (event.key in next) onHover(settings[next[event.key]!]);
    else return;
    event.preventDefault();
  };
  return (
    <div
      className={styles.pad}
      role="application"
      aria-roledescription="chart"
      aria-label="Trade-off. Arrow keys walk along the front, Enter goes there."
      tabIndex={0}
      data-over={hovered !== undefined}
      onPointerMove={(event) => {
        if (scene && event.pointerType !== 'touch') onHover(under(event));
      }}
      onPointerLeave={(event) => {
        if (event.pointerType !== 'touch') onHover(undefined);
      }}
      onClick={(event) => {
        // A finger reads first: a second tap on the same setting goes there.
        const touch = (event.nativeEvent as globalThis.PointerEvent).pointerType === 'touch';
        if (!scene) return;
        const found = under(event);
        if (touch && found !== hovered) onHover(found);
        else if (found !== undefined) onGo(found);
      }}
      onBlur={() => onHover(undefined)}
      onKeyDown={key}
    >
      <PlotFigure options={options} label={label} ref={ref} onDrawn={onDrawn} minHeightPx={340} />
      {scene && createPortal(<Rings scene={scene} parts={parts} hovered={hovered} />, scene.svg)}
    </div>
  );
}

/** Where the sliders stand, and what is being read. */
function Rings({
  scene,
  parts: { grid },
  hovered,
}: {
  scene: Scene;
  parts: CloudParts;
  hovered: number | undefined;
}) {
  const now = useLab((s) => nearestSetting(grid, factorsOf(s)));
  const color = mixColor(useLab(meanFactor));
  const [x, y] = scene.places[now]!;
  const read = hovered === undefined ? undefined : scene.places[hovered];
  return (
    <g className={styles.rings}>
      <circle cx={x} cy={y} r="12" fill="none" style={{ stroke: 'var(--bl-surface)' }} strokeWidth="8" />
      <circle cx={x} cy={y} r="12" fill="none" style={{ stroke: color }} strokeWidth="4.5" />
      {read && (
        <circle
          cx={read[0]}
          cy={read[1]}
          r="8"
          fill="none"
          style={{ stroke: 'var(--bl-text)' }}
          strokeWidth="1.5"
        />
      )}
    </g>
  );
}
