/** Where the points stand between two pictures. */

function easeInOut(t: number): number {
  return t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2;
}

/**
 * Moves points from where they are to the next picture. A point that only the next picture knows appears in its place;
 * one that it does not know fades where it stands. A new target may come at any time: it starts from what is shown.
 */
export class Morph {
  readonly nItems: number;
  /** [nItems, 2] as shown now; NaN where an item has never had a place. */
  readonly positions: Float32Array;
  /** [nItems] in [0, 1] */
  readonly opacity: Float32Array;
  #target: Float32Array | undefined;
  #from: Float32Array;
  #fromOpacity: Float32Array;
  #startMs = 0;
  #durationMs = 0;
  #running = false;

  constructor(nItems: number) {
    this.nItems = nItems;
    this.positions = new Float32Array(2 * nItems).fill(NaN);
    this.opacity = new Float32Array(nItems);
    this.#from = this.positions.slice();
    this.#fromOpacity = this.opacity.slice();
  }

  get running(): boolean {
    return this.#running;
  }

  /** How far the way from the last picture to the next is gone, eased, in [0, 1]. */
  progressAt(nowMs: number): number {
    if (!this.#running) return 1;
    return easeInOut(Math.min(1, Math.max(0, (nowMs - this.#startMs) / this.#durationMs)));
  }

  /** Sets out for a picture, [nItems, 2]; undefined lets every point fade. A duration of 0 cuts. */
  retarget(target: Float32Array | undefined, nowMs: number, durationMs: number): void {
    if (target === this.#target) return;
    const first = this.#target === undefined && this.opacity.every((value) => value === 0);
    this.#target = target;
    this.#from = this.positions.slice();
    this.#fromOpacity = this.opacity.slice();
    this.#startMs = nowMs;
    // The first picture has nothing to come from: it is simply there.
    this.#durationMs = first ? 0 : durationMs;
    this.#running = true;
    if (this.#durationMs === 0) this.advance(nowMs);
  }

  /** Brings positions and opacity to the time; true while there is further to go. */
  advance(nowMs: number): boolean {
    if (!this.#running) return false;
    const t = this.#durationMs === 0 ? 1 : this.progressAt(nowMs);
    for (let i = 0; i < this.nItems; i++) {
      const x = this.#target?.[2 * i] ?? NaN;
      const y = this.#target?.[2 * i + 1] ?? NaN;
      const known = !Number.isNaN(x);
      const wasSeen = this.#fromOpacity[i]! > 0;
      this.opacity[i] = this.#fromOpacity[i]! + ((known ? 1 : 0) - this.#fromOpacity[i]!) * t;
      if (!known) continue;
      this.positions[2 * i] = wasSeen ? this.#from[2 * i]! + (x - this.#from[2 * i]!) * t : x;
      this.positions[2 * i + 1] = wasSeen ? this.#from[2 * i + 1]! + (y - this.#from[2 * i + 1]!) * t : y;
    }
    this.#running = t < 1;
    return this.#running;
  }
}
