import { useEffect, useEffectEvent, useId, useMemo, useRef, useState } from 'react';
import { MODALITY_WORDS } from '../shared/modality.tsx';
import { HoverCard } from './HoverCard.tsx';
import { MapStage, type Pointed } from './mapStage.ts';
import { groupMarks, type Highlight } from './scene.ts';
import type { MapPanelProps } from './types.ts';
import styles from './MapPanel.module.css';

type MapCanvasProps = Pick<
  MapPanelProps,
  | 'items'
  | 'atlas'
  | 'queryId'
  | 'rightIds'
  | 'pairs'
  | 'ownPoint'
  | 'slice'
  | 'colorMode'
  | 'pairMode'
  | 'onPick'
  | 'onPlay'
  | 'playingId'
  | 'theme'
  | 'reducedMotion'
> & {
  sliceName: string;
  color: string;
  coordinates: Float32Array | undefined;
  highlight: Highlight | undefined;
};

/** What a CSS colour comes to here: a canvas knows no custom properties. */
function resolveColor(probe: HTMLElement, color: string): string {
  probe.style.color = color;
  return getComputedStyle(probe).color;
}

/** Renders anew when the page's theme has changed its custom properties, which may be after this panel heard of it. */
function useRootChange(): void {
  const [, setChanges] = useState(0);
  useEffect(() => {
    const observer = new MutationObserver(() => setChanges((n) => n + 1));
    observer.observe(document.documentElement, {
      attributeFilter: ['class', 'style', 'data-mantine-color-scheme', 'data-presenter'],
    });
    return () => observer.disconnect();
  }, []);
}

/** The canvas with all that is done on it: pointer, touch, keyboard, hover card, spoken text. */
export function MapCanvas(props: MapCanvasProps) {
  const { items, atlas, queryId, rightIds, ownPoint, slice, coordinates, onPick, onPlay } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const stage = useRef<MapStage | undefined>(undefined);
  const [hover, setHover] = useState<Pointed>();
  const [focused, setFocused] = useState<Pointed>();
  const [zoom, setZoom] = useState(1);
  const [touchPans, setTouchPans] = useState(false);
  const helpId = useId();

  const rowOf = useMemo(() => new Map(items.map(({ id }, i) => [id, i])), [items]);
  const groups = useMemo(() => groupMarks(items, props.colorMode), [items, props.colorMode]);
  const right = useMemo(
    () => new Set(rightIds.map((id) => rowOf.get(id)).filter((i) => i !== undefined)),
    [rightIds, rowOf],
  );

  const pick = useEffectEvent((index: number) => {
    const item = items[index];
    if (!item) return;
    if (item.modality === 'audio') onPlay(item.id);
    onPick(item.id);
  });

  useEffect(() => {
    const created = new MapStage(canvas.current!, atlas, {
      onHover: setHover,
      onFocusItem: setFocused,
      onPick: (index) => pick(index),
      onZoom: setZoom,
    });
    stage.current = created;
    return () => {
      stage.current = undefined;
      created.dispose();
    };
    // The atlas of a collection never changes; its object may be made anew at each render.
    // eslint-disable-next-line react/exhaustive-deps
  }, [atlas.url]);

  useRootChange();
  useEffect(() => {
    const resolve = (color: string) => resolveColor(probe.current!, color);
    const ink = {
      text: resolve('var(--map-text)'),
      muted: resolve('var(--map-muted)'),
      surface: resolve('var(--map-surface)'),
    };
    const position = ownPoint?.positions[slice];
    stage.current?.setScene(
      {
        items,
        groups,
        colorMode: props.colorMode,
        color: resolve(props.color),
        theme: props.theme,
        ink,
        queryIndex: queryId === undefined ? undefined : rowOf.get(queryId),
        rightIndices: right,
        pairs: props.pairs,
        pairMode: props.pairMode,
        own: ownPoint && position && { ...ownPoint, x: position[0], y: position[1] },
        playingIndex: props.playingId === undefined ? undefined : rowOf.get(props.playingId),
        highlight: props.highlight,
      },
      coordinates,
      props.reducedMotion,
    );
  });

  useEffect(() => {
    stage.current?.setTouchPans(touchPans);
    if (!touchPans) return undefined;
    const leave = (event: PointerEvent) => {
      if (!frame.current?.contains(event.target as Node)) setTouchPans(false);
    };
    document.addEventListener('pointerdown', leave);
    return () => document.removeEventListener('pointerdown', leave);
  }, [touchPans]);

  const shown = hover ?? focused;
  const spoken = focused && items[focused.index];
  return (
    <div ref={frame} className={styles.stage} data-pans={touchPans || undefined}>
      <canvas
        ref={canvas}
        className={styles.canvas}
        tabIndex={0}
        role="application"
        aria-label={`Map of the collection: ${props.sliceName}`}
        aria-describedby={helpId}
        onClick={(event) => {
          if (event.nativeEvent instanceof PointerEvent && event.nativeEvent.pointerType === 'touch')
            setTouchPans(true);
        }}
      />
      <span ref={probe} hidden />
      <p id={helpId} className={styles.spoken}>
        Arrow keys go to the nearest item in that direction, Enter makes it the query, plus and minus zoom, 0
        shows everything.
      </p>
      <p className={styles.spoken} aria-live="polite">
        {spoken &&
          `${spoken.caption}, ${MODALITY_WORDS[spoken.modality].one}, ${spoken.category}${right.has(focused.index) ? ', right answer' : ''}`}
      </p>
      <div className={styles.zoom}>
        <button
          type="button"
          aria-label="Zoom in"
          title="Zoom in (+)"
          onClick={() => stage.current?.zoomBy(1.6)}
        >
          +
        </button>
        <button
          type="button"
          aria-label="Zoom out"
          title="Zoom out (−)"
          disabled={zoom <= 1}
          onClick={() => stage.current?.zoomBy(1 / 1.6)}
        >
          −
        </button>
        {zoom > 1 && (
          <button
            type="button"
            aria-label="Show everything"
            title="Show everything (0)"
            onClick={() => stage.current?.resetZoom()}
          >
            Fit
          </button>
        )}
      </div>
      {touchPans && (
        <button type="button" className={styles.pans} onClick={() => setTouchPans(false)}>
          One finger moves the map. <u>Done</u>
        </button>
      )}
      {shown && items[shown.index] && (
        <HoverCard
          item={items[shown.index]!}
          atlas={atlas}
          xPx={shown.xPx}
          yPx={shown.yPx}
          isQuery={items[shown.index]!.id === queryId}
          isRight={right.has(shown.index)}
        />
      )}
    </div>
  );
}
