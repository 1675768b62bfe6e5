/** A drag of the audio slider by keyboard, timed by what is on the screen. */
import type { Page } from 'playwright';

/** Steps that are timed. */
export const N_STEPS = 120;

export interface Drag {
  /** Milliseconds of each step to the frame after it, which is to show the list of the new setting, [N_STEPS]. */
  listMs: number[];
  /** Steps after which that frame showed another list than the new setting's: ids and scores as they are once all is still. */
  nBehind: number;
  /** Steps of which the list is, in ids and scores of two digits, the one before: that frame cannot be told from the last. */
  nStill: number;
  /** Milliseconds of each step to the frame that shows the figures of all six tasks at the new setting. */
  metricsMs: number[];
  /** Steps of which the figures are those of the step before: when they arrive cannot be seen. They are not in metricsMs. */
  nSame: number;
  /** Steps whose figures were not on the screen after two seconds; they are in metricsMs with that time. */
  nLate: number;
  /** Tasks of the main thread over 50 ms. */
  longTasks: number;
}

/**
 * Goes up and down the same settings: once to learn what each looks like when all is counted, then timed. Each
 * step begins right after a frame, so that it waits for a whole one: the longest that a hand would wait.
 * @throws Error when a setting looks otherwise on the way down than on the way up.
 */
export function drag(page: Page): Promise<Drag> {
  return page.evaluate(async (nSteps) => {
    const N_WAY = 30;
    const GIVEN_UP_MS = 2000;
    const slider = document.querySelector<HTMLElement>('[role="slider"][aria-label^="Audio"]')!;
    slider.focus();
    const step = (i: number) => {
      const key = i % (2 * N_WAY) < N_WAY ? 'ArrowRight' : 'ArrowLeft';
      slider.dispatchEvent(new KeyboardEvent('keydown', { key, code: key, bubbles: true }));
    };
    const frame = () =>
      new Promise<void>((done) => {
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => done();
          channel.port2.postMessage(0);
        });
      });
    /** The numbers of all six tasks, and the places on their scales, which are not rounded. */
    const figures = () =>
      [...document.querySelectorAll('[data-direction]')]
        .map((task) => {
          const places = [...task.querySelectorAll('circle')].map((circle) => circle.getAttribute('cx'));
          return [task.textContent, ...places].join(' ');
        })
        .join('\n');
    const rows = () =>
      [...document.querySelectorAll<HTMLElement>('[data-column] li[data-id]')]
        .map((row) => `${row.dataset.id} ${row.textContent}`)
        .join('\n');
    /** Resolves when the worker has answered everything asked so far and the answer is on the screen. */
    const counted = async () => {
      await window.bondlab.metrics();
      await frame();
      await frame();
    };

    const learned = new Map<string, { figures: string; rows: string }>();
    const setting = () => slider.getAttribute('aria-valuenow')!;
    for (let i = 0; i < 2 * N_WAY; i++) {
      step(i);
      await counted();
      const known = learned.get(setting());
      const seen = { figures: figures(), rows: rows() };
      if (known && (known.figures !== seen.figures || known.rows !== seen.rows)) {
        throw new Error(`At ${setting()} the page shows other numbers on the way down than on the way up.`);
      }
      learned.set(setting(), seen);
    }

    let longTasks = 0;
    const observer = new PerformanceObserver((list) => (longTasks += list.getEntries().length));
    observer.observe({ type: 'longtask' });
    const listMs: number[] = [];
    const metricsMs: number[] = [];
    let [nBehind, nStill, nSame, nLate] = [0, 0, 0, 0];
    for (let i = 0; i < nSteps; i++) {
      const [figuresBefore, rowsBefore] = [figures(), rows()];
      await frame();
      const start = performance.now();
      step(i);
      await frame();
      listMs.push(performance.now() - start);
      const expected = learned.get(setting())!;
      if (rows() !== expected.rows) nBehind++;
      else if (expected.rows === rowsBefore) nStill++;
      if (expected.figures === figuresBefore) {
        nSame++;
        await counted();
        continue;
      }
      let now = start + listMs.at(-1)!;
      while (figures() !== expected.figures && now - start < GIVEN_UP_MS) {
        await frame();
        now = performance.now();
      }
      if (figures() !== expected.figures) nLate++;
      metricsMs.push(now - start);
    }
    longTasks += observer.takeRecords().length;
    observer.disconnect();
    return { listMs, nBehind, nStill, metricsMs, nSame, nLate, longTasks };
  }, N_STEPS);
}
