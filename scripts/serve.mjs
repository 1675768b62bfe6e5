/** Serves the built app: cross-origin isolated, real 404s, never a page in place of a missing file. Built-ins only. */
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { argv } from 'node:process';
import { pipeline } from 'node:stream/promises';
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
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

/** Where a request's file would lie; undefined when that is no path inside the root. */
function pathFor(root, url) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
  const file = resolve(join(root, path === '/' ? 'index.html' : path));
  return file.startsWith(root + sep) && !file.includes('\0') ? file : undefined;
}

async function openIfThere(file) {
  try {
    return await open(file);
  } catch (error) {
    if (ABSENT.has(error.code)) return undefined;
    throw error;
  }
}

/** Whether an If-None-Match header names this tag; tags compare weakly (RFC 9110, 13.1.2). */
function namesTag(header, tag) {
  return (header ?? '')
    .split(',')
    .map((one) => one.trim())
    .some((one) => one === '*' || one === tag || `W/${one}` === tag);
}

const notFound = (response) =>
  response.writeHead(404, { 'Content-Type': 'text/plain', ...ISOLATION }).end('404: no such file\n');

async function answer(root, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return response.writeHead(405, { Allow: 'GET, HEAD', ...ISOLATION }).end();
  const file = pathFor(root, request.url);
  const handle = file && (await openIfThere(file));
  if (!handle) return notFound(response);
  try {
    const found = await handle.stat();
    if (!found.isFile()) return notFound(response);
    const tag = `W/"${found.size.toString(16)}-${Math.trunc(found.mtimeMs).toString(16)}"`;
    const headers = {
      ETag: tag,
      'Cache-Control': file.startsWith(join(root, 'assets') + sep)
        ? 'public, max-age=31536000, immutable'
        : 'no-cache',
      ...ISOLATION,
    };
    if (namesTag(request.headers['if-none-match'], tag)) return response.writeHead(304, headers).end();
    response.writeHead(200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Content-Length': found.size,
      ...headers,
    });
    if (request.method === 'HEAD') return response.end();
    await pipeline(handle.createReadStream({ autoClose: false }), response);
  } finally {
    await handle.close();
  }
}

/** Ends an answer that failed: with a 500 while that can still be said, else by closing the connection. */
function giveUp(response, error) {
  if (response.headersSent) return response.destroy();
  response
    .writeHead(500, { 'Content-Type': 'text/plain', ...ISOLATION })
    .end(`500: ${error.code ?? error}\n`);
}

/** Listens on `port` or the next free one (0: any); returns the address and a way to stop. */
export async function serve(directory, port) {
  const root = resolve(directory);
  const server = createServer((request, response) => {
    answer(root, request, response).catch((error) => giveUp(response, error));
  });
  for (let tries = 0; ; tries++) {
    try {
      await new Promise((done, fail) => server.once('error', fail).listen(port + tries, 'localhost', done));
      return {
        address: `http://localhost:${server.address().port}`,
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
