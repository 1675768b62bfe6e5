/** The page that builds the world: a Vite server with the cache folder behind it, and a headless Chromium in front. */
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join, normalize, resolve } from 'node:path';
import { chromium } from 'playwright';
import { createServer, type Plugin } from 'vite';

export interface BuildPage {
  /** Runs one stage in the page and returns its (small, JSON) result. */
  run(stage: string, options: unknown): Promise<unknown>;
  close(): Promise<void>;
}

async function body(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Serves GET and PUT of one folder below a path of the server. */
function folder(path: string, directory: string, writable: boolean): Plugin {
  const root = resolve(directory);
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const file = normalize(join(root, decodeURIComponent(url.pathname)));
    if (!file.startsWith(root)) return void response.writeHead(403).end();
    if (request.method === 'PUT' && writable) {
      await mkdir(dirname(file), { recursive: true });
      const part = await body(request);
      const offset = Number(url.searchParams.get('offset'));
      await writeFile(`${file}.part`, part, { flag: offset > 0 ? 'a' : 'w' });
      if (offset + part.length >= Number(url.searchParams.get('total'))) await rename(`${file}.part`, file);
      return void response.writeHead(204).end();
    }
    const found = await stat(file).catch(() => null);
    if (!found) return void response.writeHead(404).end('not found');
    if (found.isDirectory()) {
      response.setHeader('Content-Type', 'application/json');
      return void response.end(JSON.stringify((await readdir(file)).sort()));
    }
    response.setHeader('Content-Type', 'application/octet-stream');
    createReadStream(file).pipe(response);
  };
  return {
    name: `folder ${path}`,
    configureServer(server) {
      server.middlewares.use(path, (request, response) => {
        answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
      });
    },
  };
}

/** Opens the build page. @throws Error when Chromium is missing or the page cannot start. */
export async function openBuildPage(options: {
  cacheDir: string;
  esc10Dir: string | null;
  chromiumPath: string;
  port: number;
}): Promise<BuildPage> {
  const server = await createServer({
    configFile: 'vite.config.ts',
    logLevel: 'warn',
    cacheDir: join(options.cacheDir, '.vite'),
    server: { port: options.port, watch: null, hmr: false },
    plugins: [
      folder('/cache', options.cacheDir, true),
      ...(options.esc10Dir ? [folder('/esc10', options.esc10Dir, false)] : []),
    ],
  });
  await server.listen();
  const browser = await chromium.launch({
    executablePath: options.chromiumPath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-background-networking',
      '--enable-unsafe-webgpu',
      '--enable-unsafe-swiftshader',
    ],
  });
  const page = await browser.newPage();
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' || text.startsWith('[world]')) console.log(text.replace('[world] ', '  '));
  });
  page.on('pageerror', (error) => console.error('  page error:', error.message));
  await page.goto(`http://localhost:${options.port}/scripts/world/browser/index.html`, { timeout: 300_000 }); // the first visit bundles what the page imports
  await page.waitForFunction(() => 'runStage' in window, undefined, { timeout: 120_000 });
  return {
    run: (stage, stageOptions) =>
      page.evaluate(
        ([name, value]) =>
          (window as unknown as { runStage: (n: unknown, v: unknown) => Promise<unknown> }).runStage(
            name,
            value,
          ),
        [stage, stageOptions] as const,
      ),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
