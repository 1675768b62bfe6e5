/** What the sections of the benchmark run in: a Vite server and a headless Chromium. */
import { chromium, type Page } from 'playwright';
import { createServer } from 'vite';
import type { Row } from '../../src/engine/bench/rows.ts';

export interface BenchHost {
  /** Opens a page of the project's development server; closed with the host. */
  openPage(path: string): Promise<Page>;
  close(): Promise<void>;
}

/** One topic of `npm run bench`. Add it to the list in main.ts. */
export interface Section {
  id: string;
  title: string;
  run(host: BenchHost): Promise<Row[]>;
}

/** @throws Error when Chromium is missing or the port is taken. */
export async function openHost({
  chromiumPath,
  port,
}: {
  chromiumPath: string;
  port: number;
}): Promise<BenchHost> {
  const server = await createServer({
    configFile: 'vite.config.ts',
    logLevel: 'warn',
    cacheDir: 'node_modules/.vite-bench',
    server: { port, strictPort: true, watch: null, hmr: false },
  });
  await server.listen();
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-background-networking',
      '--enable-unsafe-webgpu',
      '--enable-unsafe-swiftshader',
    ],
  });
  return {
    async openPage(path) {
      const page = await browser.newPage();
      page.on('pageerror', (error) => console.error('  page error:', error.message));
      await page.goto(`http://localhost:${port}${path}`);
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Runs a function of scripts/bench/browser/entry.ts in a page of its own, closed after it: its memory is in nobody's way. */
export async function runInPage(host: BenchHost, name: string): Promise<Row[]> {
  const page = await host.openPage('/scripts/bench/browser/index.html');
  await page.waitForFunction(() => 'runBench' in window, undefined, { timeout: 120_000 });
  const rows = await page.evaluate((bench) => window.runBench(bench), name);
  await page.close();
  return rows;
}
