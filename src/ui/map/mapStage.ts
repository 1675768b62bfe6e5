/**
 * The canvas of the map: what is shown, where it is looked at from, and what is pointed at. It knows no React; the
 * component hands it scenes and hears of what the person does. Lives on the main thread; paints at most once a frame, and
 * only when something changed. dispose() stops it and takes its listeners off.
 */
import type { Quadtree } from 'd3-quadtree';
import { select } from 'd3-selection';
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomBehavior, type ZoomTransform } from 'd3-zoom';
import { Morph } from './morph.ts';
import { placeOf, type Frame } from './frame.ts';
import { paint } from './paint.ts';
import { indexPoints, nextInDirection, type Heading } from './pick.ts';
import { createMarkColors, type MarkColors, type Scene } from './scene.ts';
import type { MapAtlas } from './types.ts';
import { markRadiusPx, toPicture, viewportOf, type Viewport } from './viewport.ts';

/** An item that is pointed at, with its place on the canvas. */
export interface Pointed {
  index: number;
  xPx: number;
  yPx: number;
}

export interface StageEvents {
  onHover: (pointed: Pointed | undefined) => void;
  /** The keyboard's item; it stays while the view moves. */
  onFocusItem: (pointed: Pointed | undefined) => void;
  onPick: (index: number) => void;
  onZoom: (zoom: number) => void;
}

const MORPH_MS = 400;
const PULSE_MS = 1100;
const MAX_ZOOM = 24;
const HIT_PX = { mouse: 12, touch: 22 };
const KEY_ZOOM = 1.5;

export class MapStage {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #events: StageEvents;
  readonly #zoom: ZoomBehavior<HTMLCanvasElement, unknown>;
  readonly #resize: ResizeObserver;
  readonly #abort = new AbortController();
  #atlas: Frame['atlas'];
  #scene: Scene | undefined;
  #colors: MarkColors | undefined;
  #morph = new Morph(0);
  #coordinates: Float32Array | undefined;
  #fromColor = '';
  #index: Quadtree<number> | undefined;
  #transform: ZoomTransform = zoomIdentity;
  #size = { widthPx: 1, heightPx: 1 };
  #hover: number | undefined;
  #focus: number | undefined;
  #frameRequest: number | undefined;
  #reducedMotion = false;
  /** One finger pans only after a tap; until then it scrolls the page. */
  #touchPans = false;

  constructor(canvas: HTMLCanvasElement, atlas: MapAtlas, events: StageEvents) {
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This browser gives no 2-D canvas.');
    this.#canvas = canvas;
    this.#context = context;
    this.#events = events;
    this.#zoom = zoom<HTMLCanvasElement, unknown>()
      .scaleExtent([1, MAX_ZOOM])
      .clickDistance(4)
      .filter((event: Event) => this.#mayZoom(event))
      .on('zoom', ({ transform }: D3ZoomEvent<HTMLCanvasElement, unknown>) => this.#onTransform(transform));
    select(canvas).call(this.#zoom).on('dblclick.zoom', null);
    this.#resize = new ResizeObserver(() => this.#onResize());
    this.#resize.observe(canvas);
    this.#loadAtlas(atlas);
    const { signal } = this.#abort;
    canvas.addEventListener('pointermove', (event) => this.#onPointerMove(event), { signal });
    canvas.addEventListener('pointerleave', () => this.#setHover(undefined), { signal });
    canvas.addEventListener('click', (event) => this.#onClick(event), { signal });
    canvas.addEventListener('focus', () => this.#onFocus(), { signal });
    canvas.addEventListener('blur', () => this.#setFocus(undefined), { signal });
    canvas.addEventListener('keydown', (event) => this.#onKey(event), { signal });
  }

  /** Shows a scene. A change of coordinates or colour morphs, or cuts with reduced motion. */
  setScene(scene: Scene, coordinates: Float32Array | undefined, reducedMotion: boolean): void {
    const old = this.#scene;
    const nowMs = performance.now();
    this.#reducedMotion = reducedMotion;
    if (this.#morph.nItems !== scene.items.length) {
      this.#morph = new Morph(scene.items.length);
      this.#coordinates = undefined;
      this.#hover = undefined;
      this.#focus = undefined;
    }
    this.#colors = createMarkColors(scene.items, scene.theme, scene.ink);
    const moved = coordinates !== this.#coordinates;
    if (moved) {
      // Colours blend from what is shown; without a picture before there is nothing to blend from.
      this.#fromColor = old?.color ?? scene.color;
      this.#coordinates = coordinates;
      this.#morph.retarget(coordinates, nowMs, reducedMotion ? 0 : MORPH_MS);
      this.#index = undefined;
      this.#setHover(undefined);
    }
    this.#scene = scene;
    this.#requestFrame();
  }

  setTouchPans(touchPans: boolean): void {
    this.#touchPans = touchPans;
  }

  zoomBy(factor: number): void {
    const focus = this.#focus === undefined ? undefined : this.#pointed(this.#focus);
    const at: [number, number] | undefined = focus && [focus.xPx, focus.yPx];
    this.#zoom.scaleBy(select(this.#canvas), factor, at);
  }

  resetZoom(): void {
    this.#zoom.transform(select(this.#canvas), zoomIdentity);
  }

  dispose(): void {
    this.#abort.abort();
    this.#resize.disconnect();
    select(this.#canvas).on('.zoom', null);
    if (this.#frameRequest !== undefined) cancelAnimationFrame(this.#frameRequest);
    this.#frameRequest = undefined;
  }

  #mayZoom(event: Event): boolean {
    if (event instanceof WheelEvent) {
      // At the end of zooming out the wheel belongs to the page again.
      return event.deltaY < 0 || this.#transform.k > 1;
    }
    if (typeof TouchEvent !== 'undefined' && event instanceof TouchEvent) {
      return this.#touchPans || event.touches.length > 1;
    }
    return event instanceof MouseEvent && event.button === 0 && !event.ctrlKey;
  }

  #loadAtlas({ url, tilePx, columns }: MapAtlas): void {
    const image = new Image();
    image.src = url;
    image.decode().then(
      () => {
        this.#atlas = { image, tilePx, columns };
        this.#requestFrame();
      },
      // Without its pictures the map still shows their circles.
      () => undefined,
    );
  }

  #onResize(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    const before = this.#size;
    this.#size = { widthPx: clientWidth, heightPx: clientHeight };
    const density = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(clientWidth * density);
    this.#canvas.height = Math.round(clientHeight * density);
    const size: [number, number] = [clientWidth, clientHeight];
    this.#zoom.extent([[0, 0], size]).translateExtent([[0, 0], size]);
    // The same part of the picture stays in view.
    const { x, y, k } = this.#transform;
    const kept = zoomIdentity
      .translate((x * clientWidth) / before.widthPx, (y * clientHeight) / before.heightPx)
      .scale(k);
    this.#zoom.transform(select(this.#canvas), kept);
    this.#paintNow(); // A canvas is cleared by its new size: no frame without a picture.
  }

  #onTransform(transform: ZoomTransform): void {
    const zoomed = transform.k !== this.#transform.k;
    this.#transform = transform;
    this.#setHover(undefined);
    if (this.#focus !== undefined) this.#events.onFocusItem(this.#pointed(this.#focus));
    if (zoomed) this.#events.onZoom(transform.k);
    this.#requestFrame();
  }

  #viewport(): Viewport {
    return viewportOf(this.#size, this.#canvas.width / this.#size.widthPx, this.#transform);
  }

  #frame(nowMs: number): Frame {
    const t = this.#morph.progressAt(nowMs);
    const to = this.#scene!.color;
    const isBlending = t < 1 && this.#fromColor !== to;
    return {
      viewport: this.#viewport(),
      positions: this.#morph.positions,
      opacity: this.#morph.opacity,
      color: isBlending ? `color-mix(in oklch, ${to} ${(100 * t).toFixed(1)}%, ${this.#fromColor})` : to,
      colors: this.#colors!,
      atlas: this.#atlas,
      hoverIndex: this.#hover,
      focusIndex: this.#focus,
      pulse: this.#reducedMotion ? 0.35 : (nowMs % PULSE_MS) / PULSE_MS,
    };
  }

  #requestFrame(): void {
    if (this.#abort.signal.aborted) return;
    this.#frameRequest ??= requestAnimationFrame(() => {
      this.#frameRequest = undefined;
      this.#paintNow();
    });
  }

  #paintNow(): void {
    if (!this.#scene || this.#abort.signal.aborted) return;
    const nowMs = performance.now();
    const moving = this.#morph.advance(nowMs);
    paint(this.#context, this.#scene, this.#frame(nowMs));
    const pulses = this.#scene.playingIndex !== undefined && !this.#reducedMotion;
    if (moving || pulses) this.#requestFrame();
  }

  #pointed(index: number): Pointed | undefined {
    const place = placeOf(index, {
      viewport: this.#viewport(),
      positions: this.#morph.positions,
      opacity: this.#morph.opacity,
    });
    return place && { index, xPx: place[0], yPx: place[1] };
  }

  /** The item under a point of the page; none while points are on their way. */
  #itemAt(event: MouseEvent, reachPx: number): number | undefined {
    if (this.#morph.running || !this.#scene) return undefined;
    this.#index ??= indexPoints(this.#morph.positions, this.#morph.opacity);
    const { left, top } = this.#canvas.getBoundingClientRect();
    const viewport = this.#viewport();
    const [x, y] = toPicture(event.clientX - left, event.clientY - top, viewport);
    return this.#index.find(x, y, (reachPx + markRadiusPx(viewport.zoom)) / viewport.scale);
  }

  #onPointerMove(event: PointerEvent): void {
    if (event.pointerType === 'touch' || event.buttons !== 0) return;
    this.#setHover(this.#itemAt(event, HIT_PX.mouse));
  }

  #onClick(event: MouseEvent): void {
    const isTouch = event instanceof PointerEvent && event.pointerType === 'touch';
    const index = this.#itemAt(event, isTouch ? HIT_PX.touch : HIT_PX.mouse);
    if (isTouch) this.#setHover(index);
    if (index !== undefined) this.#events.onPick(index);
  }

  #setHover(index: number | undefined): void {
    if (index === this.#hover) return;
    this.#hover = index;
    this.#canvas.style.cursor = index === undefined ? '' : 'pointer';
    this.#events.onHover(index === undefined ? undefined : this.#pointed(index));
    this.#requestFrame();
  }

  #setFocus(index: number | undefined): void {
    if (index === this.#focus) return;
    this.#focus = index;
    if (index !== undefined) this.#bringIntoView(index);
    this.#events.onFocusItem(index === undefined ? undefined : this.#pointed(index));
    this.#requestFrame();
  }

  /** Only the keyboard needs an item to start from: a click does not move it. */
  #onFocus(): void {
    if (this.#canvas.matches(':focus-visible')) this.#setFocus(this.#firstFocus());
  }

  /** The query, or what lies nearest to the middle of the view. */
  #firstFocus(): number | undefined {
    const query = this.#scene?.queryIndex;
    if (query !== undefined && this.#morph.opacity[query]! > 0.5) return query;
    this.#index ??= indexPoints(this.#morph.positions, this.#morph.opacity);
    const viewport = this.#viewport();
    return this.#index.find(...toPicture(viewport.widthPx / 2, viewport.heightPx / 2, viewport));
  }

  #bringIntoView(index: number): void {
    const pointed = this.#pointed(index);
    if (!pointed) return;
    const { widthPx, heightPx } = this.#size;
    const { xPx, yPx } = pointed;
    if (xPx > 24 && yPx > 24 && xPx < widthPx - 24 && yPx < heightPx - 24) return;
    const { k } = this.#transform;
    this.#zoom.translateBy(select(this.#canvas), (widthPx / 2 - xPx) / k, (heightPx / 2 - yPx) / k);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const heading = HEADING_KEYS[event.key];
    if (heading) {
      const from = this.#focus;
      const next =
        from === undefined
          ? this.#firstFocus()
          : nextInDirection(this.#morph.positions, this.#morph.opacity, from, heading);
      if (next !== undefined) this.#setFocus(next);
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (this.#focus !== undefined) this.#events.onPick(this.#focus);
    } else if (event.key === '+' || event.key === '=') this.zoomBy(KEY_ZOOM);
    else if (event.key === '-') this.zoomBy(1 / KEY_ZOOM);
    else if (event.key === '0') this.resetZoom();
    else return;
    event.preventDefault();
  }
}

const HEADING_KEYS: Readonly<Record<string, Heading | undefined>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
