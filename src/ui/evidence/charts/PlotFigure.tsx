import { useElementSize } from '@mantine/hooks';
import { plot, type PlotOptions } from '@observablehq/plot';
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import styles from './PlotFigure.module.css';

/** What Plot makes: an element that knows the scales it was drawn with. */
export type DrawnPlot = ReturnType<typeof plot>;

/** A chart as the exports take it. */
export interface PlotHandle {
  /** The chart on screen; undefined while none is drawn. */
  svg(): SVGSVGElement | undefined;
}

export interface PlotFigureProps {
  /**
   * What to draw, kept by useMemo: another object draws the chart anew. As a function it is given the width in pixels, for a
   * height or a number of ticks that depend on it.
   */
  options: PlotOptions | ((widthPx: number) => PlotOptions);
  /** What the chart says, read out in its place: what is drawn, over what, and the one thing to see. */
  label: string;
  /** Room kept before the first drawing, so that nothing jumps. */
  minHeightPx?: number;
  className?: string | undefined;
  ref?: Ref<PlotHandle>;
  /** Called with each drawing, to read its scales or to listen to it; what it returns runs before the next one. Keep it stable. */
  onDrawn?: (drawn: DrawnPlot, svg: SVGSVGElement) => void | (() => void);
}

/**
 * An Observable Plot chart as wide as its place, in the page's font and colours: give colours as CSS variables and the theme
 * is followed without drawing anew. Only panels that are loaded when they are looked at import it, so that Plot is too.
 */
export function PlotFigure({ options, label, minHeightPx, className, ref, onDrawn }: PlotFigureProps) {
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const host = useRef<HTMLDivElement>(null);
  const widthPx = Math.floor(width);

  useImperativeHandle(ref, () => ({ svg: () => host.current?.querySelector('svg') ?? undefined }), []);

  useEffect(() => {
    const place = host.current;
    if (!place || widthPx <= 0) return undefined;
    const own = typeof options === 'function' ? options(widthPx) : options;
    const drawn = plot({ width: widthPx, ...own });
    const svg = drawn instanceof SVGSVGElement ? drawn : drawn.querySelector('svg')!;
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', label);
    place.replaceChildren(drawn);
    const cleanUp = onDrawn?.(drawn, svg);
    return () => {
      cleanUp?.();
      drawn.remove();
    };
  }, [widthPx, options, label, onDrawn]);

  return (
    <div
      ref={measured}
      className={className ? `${styles.place} ${className}` : styles.place}
      style={minHeightPx === undefined ? undefined : { minHeight: minHeightPx }}
    >
      <div ref={host} />
    </div>
  );
}
