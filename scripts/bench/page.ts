/** The built app as a newcomer gets it: cold cache, first drag, slider to paint, bytes of JavaScript. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium, type Page } from 'playwright';
import { run, ROOT } from '../setup.mjs';
import { serve } from '../serve.mjs';
import { summarise, type Row } from '../../src/engine/bench/rows.ts';

const N_OPENINGS = 7;
const N_STEPS = 120;
const ARGS = ['--headless', '--no-sandbox', '--disable-background-networking'];

/** Milliseconds from navigation to the first ranking in a browser that was never here, and what was fetched by then. */
async function openCold(
  chromiumPath: string,
  address: string,
): Promise<{ readyMs: number; scripts: string[] }> {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ARGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const scripts: string[] = [];
    page.on('request', (request) => {
      if (/\.m?js$/.test(new URL(request.url()).pathname)) scripts.push(new URL(request.url()).pathname);
    });
    await page.goto(address, { waitUntil: 'commit' });
    await page.waitForFunction(() => 'bondlab' in window);
    const readyMs = await page.evaluate(async () => {
      await window.bondlab.ready;
      return performance.now();
    });
    return { readyMs, scripts: [...scripts] };
  } finally {
    await browser.close();
  }
}

/** Drives the audio slider by keyboard; times to the next frame, and to the metrics of that setting on screen. */
async function drag(page: Page): Promise<{ listMs: number[]; metricsMs: number[]; longTasks: number }> {
  return page.evaluate(async (nSteps) => {
    const slider = document.querySelector<HTMLElement>('[role="slider"][aria-label^="Audio"]')!;
    slider.focus();
    let longTasks = 0;
    new PerformanceObserver((list) => (longTasks += list.getEntries().length)).observe({ type: 'longtask' });
    const frame = () =>
      new Promise<void>((done) => {
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => done();
          channel.port2.postMessage(0);
        });
      });
    const figures = document.querySelector('[data-direction="audio>text"]')!.parentElement!;
    const listMs: number[] = [];
    const metricsMs: number[] = [];
    for (let i = 0; i < nSteps; i++) {
      const key = i % 60 < 30 ? 'ArrowRight' : 'ArrowLeft';
      const seen = figures.textContent;
      const start = performance.now();
      slider.dispatchEvent(new KeyboardEvent('keydown', { key, code: key, bubbles: true }));
      await frame();
      listMs.push(performance.now() - start);
      while (figures.textContent === seen && performance.now() - start < 200) await frame();
      if (figures.textContent !== seen) metricsMs.push(performance.now() - start);
    }
    return { listMs, metricsMs, longTasks };
  }, N_STEPS);
}

async function gzipKb(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    paths.map(async (path) => gzipSync(await readFile(join(ROOT, 'dist', path))).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

export async function benchPage(chromiumPath: string): Promise<Row[]> {
  if (run('node_modules/.bin/vite', ['build', '--logLevel', 'warn'], { NODE_ENV: 'production' }) !== 0)
    throw new Error('The build failed.');
  const { address, close } = await serve(`${ROOT}dist`, 4390);
  try {
    const times: number[] = [];
    let scripts: string[] = [];
    for (let i = 0; i < N_OPENINGS; i++) {
      const opened = await openCold(chromiumPath, address);
      times.push(opened.readyMs);
      scripts = opened.scripts;
    }
    const browser = await chromium.launch({ executablePath: chromiumPath, args: ARGS });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    // tsx names functions by a helper that a function sent to the page does not find there.
    await page.addInitScript('globalThis.__name = (named) => named');
    await page.goto(address);
    await page.evaluate(() => window.bondlab.ready);
    // The map is laid in the background first: a drag is timed on a page at rest.
    await page.waitForFunction(() => document.body.innerText.includes('uniformity'), undefined, {
      timeout: 120_000,
    });
    const { listMs, metricsMs, longTasks } = await drag(page);
    await browser.close();
    const all = (await readdir(`${ROOT}dist/assets`)).filter((name) => /\.m?js$/.test(name));
    return [
      summarise('navigation to first drag, cold cache', times, 'aim 1,500 ms'),
      { what: 'JavaScript before it, gzip', unit: 'kB', median: await gzipKb(scripts), note: 'aim 350 kB' },
      {
        what: 'JavaScript in all, gzip, without wasm',
        unit: 'kB',
        median: await gzipKb(all.map((name) => `assets/${name}`)),
        note: 'aim 1,300 kB',
      },
      summarise(
        'slider to the frame that shows the list',
        listMs,
        `${longTasks} tasks over 50 ms in ${N_STEPS} steps`,
      ),
      summarise('slider to the metrics on screen', metricsMs, 'aim p95 33 ms'),
    ];
  } finally {
    await close();
  }
}
