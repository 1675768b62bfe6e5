/** Serves the built app: cross-origin isolated, real 404s, never a page in place of a missing file. Built-ins only. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
};
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

async function fileFor(root, url) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
  const file = resolve(join(root, path === '/' ? 'index.html' : path));
  if (!file.startsWith(root + sep)) return undefined;
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? { file, size: found.size } : undefined;
}

async function answer(root, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return response.writeHead(405, ISOLATION).end();
  const found = await fileFor(root, request.url);
  if (!found)
    return response.writeHead(404, { 'Content-Type': 'text/plain', ...ISOLATION }).end('404: no such file\n');
  response.writeHead(200, {
    'Content-Type': TYPES[extname(found.file)] ?? 'application/octet-stream',
    'Content-Length': found.size,
    'Cache-Control': request.url.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...ISOLATION,
  });
  if (request.method === 'HEAD') return response.end();
  createReadStream(found.file).pipe(response);
}

/** Listens on `port` or the next free one; returns the address and a way to stop. */
export async function serve(directory, port) {
  const root = resolve(directory);
  const server = createServer((request, response) => {
    answer(root, request, response).catch((error) => response.destroy(error));
  });
  for (let tries = 0; ; tries++) {
    try {
      await new Promise((done, fail) => server.once('error', fail).listen(port + tries, 'localhost', done));
      return {
        address: `http://localhost:${port + tries}`,
        close: () => new Promise((done) => server.close(done)),
      };
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || tries > 50) throw error;
    }
  }
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  const { address } = await serve(argv[2] ?? 'dist', Number(argv[3] ?? 4173));
  console.log(`Bondlab: ${address}`);
}
