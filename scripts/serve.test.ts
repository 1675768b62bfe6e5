import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from './serve.mjs';

const PAGE = '<!doctype html><title>Bondlab</title>';
const BIG_BYTES = 32 * 2 ** 20;
let folder: string;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bondlab-serve-'));
  await mkdir(join(folder, 'dist/assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'outside');
  await writeFile(join(folder, 'dist/index.html'), PAGE);
  await writeFile(join(folder, 'dist/assets/app-1.js'), 'export {};');
  await writeFile(join(folder, 'dist/big.bin'), new Uint8Array(BIG_BYTES));
  server = await serve(join(folder, 'dist'), 0);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One request with its path as it is given: fetch would tidy it first. */
function ask(path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> {
  const { hostname, port } = new URL(server.address);
  return new Promise((done, fail) => {
    request({ hostname, port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (body += part));
      response.on('end', () => done({ status: response.statusCode!, headers: response.headers, body }));
      response.on('error', fail);
    })
      .on('error', fail)
      .end();
  });
}

const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

test('a file comes with its type, its length and the headers that isolate the page', async () => {
  const { status, headers, body } = await ask('/?recipe=unified-pp');
  expect(status).toBe(200);
  expect(body).toBe(PAGE);
  expect(headers).toMatchObject({
    ...ISOLATION,
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(PAGE.length),
    'cache-control': 'no-cache',
  });
});

test('only what lies in assets/ is kept without asking again', async () => {
  const kept = 'public, max-age=31536000, immutable';
  expect((await ask('/assets/app-1.js')).headers['cache-control']).toBe(kept);
  expect((await ask('/assets/../index.html')).headers['cache-control']).toBe('no-cache');
});

test.each(['/missing.json', '/assets', '/index.html/more', '/%00', '/%E0%A4%A', `/${'x'.repeat(300)}`])(
  '%s is a real 404, not the page',
  async (path) => {
    const { status, headers, body } = await ask(path);
    expect(status).toBe(404);
    expect(headers).toMatchObject({ ...ISOLATION, 'content-type': 'text/plain' });
    expect(body).toBe('404: no such file\n');
  },
);

test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt'])(
  '%s does not leave the folder',
  async (path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body).not.toContain('outside');
  },
);

test('other methods are refused with those that are allowed', async () => {
  const { status, headers } = await ask('/', 'POST');
  expect(status).toBe(405);
  expect(headers.allow).toBe('GET, HEAD');
});

test('HEAD gives the headers of GET and no body', async () => {
  const head = await ask('/', 'HEAD');
  const get = await ask('/');
  expect(head).toMatchObject({ status: 200, body: '' });
  for (const name of ['content-type', 'content-length', 'etag', 'cache-control'])
    expect(head.headers[name]).toBe(get.headers[name]);
});

test('a file that is as it was is not sent again; a changed one is', async () => {
  const tag = (await ask('/')).headers.etag!;
  for (const header of [tag, tag.slice(2), `"other", ${tag}`, '*']) {
    const again = await ask('/', 'GET', { 'If-None-Match': header });
    expect(again).toMatchObject({ status: 304, body: '' });
    expect(again.headers).toMatchObject({ ...ISOLATION, etag: tag, 'cache-control': 'no-cache' });
  }
  expect((await ask('/', 'GET', { 'If-None-Match': '"other"' })).status).toBe(200);
  await utimes(join(folder, 'dist/index.html'), 1, 1);
  const changed = await ask('/', 'GET', { 'If-None-Match': tag });
  expect(changed).toMatchObject({ status: 200, body: PAGE });
  expect(changed.headers.etag).not.toBe(tag);
});

test('a download that is broken off leaves the server serving', async () => {
  await new Promise<void>((done, fail) => {
    request(`${server.address}/big.bin`, { agent: false }, (response) => {
      expect(response.headers['content-length']).toBe(String(BIG_BYTES));
      response.once('data', () => response.destroy());
      response.once('close', done);
    })
      .on('error', fail)
      .end();
  });
  expect((await ask('/')).status).toBe(200);
});
