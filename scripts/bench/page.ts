/** The built app as a newcomer gets it: cold cache, first drag, slider to paint, bytes of JavaScript. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright';
import { run, ROOT } from '../setup.mjs';
import { serve } from '../serve.mjs';
import { summarise, type Row } from '../../src/engine/bench/rows.ts';
import { drag, N_STEPS } from './drag.ts';

const N_OPENINGS = 7;
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
    const { listMs, nBehind, nStill, metricsMs, nSame, nLate, longTasks } = await drag(page);
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
        `aim: it shows the new list; of ${N_STEPS} steps ${nBehind} did not yet, ${nStill} have the list of before`,
      ),
      summarise(
        'slider to the metrics on screen',
        metricsMs,
        `aim p95 33 ms; ${nSame} of ${N_STEPS} steps change no figure and are not timed, ${nLate} were given up`,
      ),
      { what: 'tasks over 50 ms meanwhile', unit: 'tasks', median: longTasks, note: 'aim 0' },
    ];
  } finally {
    await close();
  }
}
