import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AbortedError, FormatError, MissingFileError, NetworkError } from '../../../base/errors.ts';
import type { DownloadState } from '../types.ts';
import { until } from '../../../base/until.testing.ts';
import { hashOf, closeAll, noise, openHub, openPage, pairRepo, PIECE, REPO } from './modelStore.testing.ts';
import { sha256 } from './hubServer.testing.ts';
import type { ModelStore } from './modelStore.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(closeAll);

const LARGEST = 'onnx/vision_model_quantized.onnx';
const SIZE = pairRepo()[LARGEST].length;

/** Messages that a download showed on its way. */
function messagesOf(store: ModelStore): string[] {
  const seen: string[] = [];
  store.onChange(() => {
    const message = (store.downloads() as DownloadState[])[0]?.message;
    if (message !== undefined && seen.at(-1) !== message) seen.push(message);
  });
  return seen;
}

test('a cut loses nothing: the next request asks for the byte after the last one', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  const messages = messagesOf(store);
  hub.fault(LARGEST, { kind: 'cut', after: PIECE + 10 }, 2);
  await store.download(REPO);
  expect(await hashOf(store, LARGEST)).toBe(sha256(pairRepo()[LARGEST]));
  const ranges = hub.requests.filter(({ path }) => path.startsWith('/cdn') && path.endsWith(LARGEST));
  expect(ranges.map(({ range }) => range)).toEqual([
    'bytes=0-',
    `bytes=${PIECE + 10}-`,
    `bytes=${2 * (PIECE + 10)}-`,
  ]);
  expect(messages.join('\n')).toContain('Trying again (2 of 3)');
});

test('a connection that falls silent is given up and made anew', async () => {
  const hub = await openHub();
  const store = await openPage(hub, { patience: { stallMs: 150, tries: 4, backOffMs: 1 } });
  const messages = messagesOf(store);
  hub.fault(LARGEST, { kind: 'stall', after: 1000 }, 1);
  await store.download(REPO);
  expect(await hashOf(store, LARGEST)).toBe(sha256(pairRepo()[LARGEST]));
  expect(messages.join('\n')).toMatch(/sent nothing for 0.2 s/);
});

test('a server that never sends a byte is given up after a bounded number of tries', async () => {
  const hub = await openHub();
  const store = await openPage(hub, { patience: { stallMs: 50, tries: 3, backOffMs: 1 } });
  hub.fault(LARGEST, { kind: 'stall', after: 0 });
  await expect(store.download(REPO)).rejects.toBeInstanceOf(NetworkError);
  expect(hub.requests.filter(({ path }) => path.startsWith('/cdn') && path.endsWith(LARGEST))).toHaveLength(
    3,
  );
  expect(store.downloads()).toMatchObject([
    { state: 'failed', message: expect.stringMatching(/sent nothing/) as unknown },
  ]);
  // The reason is still there in the next window, and the whole files are.
  store.dispose();
  hub.wellAgain();
  const next = await openPage(hub);
  expect(next.downloads()).toMatchObject([
    { state: 'failed', message: expect.stringMatching(/sent nothing/) as unknown },
  ]);
  const before = hub.requests.length;
  await next.download(REPO);
  expect(new Set(hub.requests.slice(before).map(({ path }) => path.split('/').at(-1)))).toEqual(
    new Set(['vision_model_quantized.onnx']),
  );
});

test('a server that ignores ranges: the file is begun anew, and that is said', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  hub.fault(LARGEST, { kind: 'cut', after: PIECE }, 1);
  hub.fault(LARGEST, { kind: 'ignore-range' });
  await store.download(REPO);
  expect(await hashOf(store, LARGEST)).toBe(sha256(pairRepo()[LARGEST]));
  expect(store.downloads()[0].message).toMatch(/from the start only: .* begun anew/);
});

test('a server that ignores ranges and always breaks off at one place is given up', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  for (let i = 0; i < 20; i++) hub.fault(LARGEST, { kind: 'cut', after: PIECE }, 1);
  // No Range is understood: cut files come without one.
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    const { Range: _, ...headers } = (init?.headers ?? {}) as Record<string, string>;
    return fetch(input, { ...init, headers });
  };
  try {
    await expect(store.download(REPO)).rejects.toThrow(/broke off|could not be reached/);
  } finally {
    globalThis.fetch = fetch;
  }
});

test('a damaged file is thrown away, the others stay; the next try fetches that one alone', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  hub.fault(LARGEST, { kind: 'corrupt' });
  await expect(store.download(REPO)).rejects.toThrow(/came damaged: its checksum/);
  await expect(store.download(REPO)).rejects.toBeInstanceOf(FormatError);
  expect(store.kept()).toEqual([]);
  hub.wellAgain();
  const before = hub.requests.length;
  await store.download(REPO);
  expect(new Set(hub.requests.slice(before).map(({ path }) => path.split('/').at(-1)))).toEqual(
    new Set(['vision_model_quantized.onnx']),
  );
  expect(await hashOf(store, LARGEST)).toBe(sha256(pairRepo()[LARGEST]));
});

test('small files are checked too, by the name that git gives them', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  hub.fault('tokenizer.json', { kind: 'corrupt' });
  await expect(store.download(REPO)).rejects.toThrow(/tokenizer.json came damaged/);
});

test.each([
  [403, NetworkError, /refuses .* \(status 403\).*consent/],
  [404, MissingFileError, /does not exist \(status 404\)/],
  [429, NetworkError, /asked too often \(status 429\)/],
  [500, NetworkError, /trouble of its own \(status 500\)/],
  [418, NetworkError, /status 418/],
])('status %i for a file says what to do', async (status, Class, message) => {
  const hub = await openHub();
  const store = await openPage(hub);
  hub.fault(LARGEST, { kind: 'status', status });
  const error: unknown = await store.download(REPO).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Class);
  expect((error as Error).message).toMatch(message);
  expect(store.downloads()).toMatchObject([{ state: 'failed' }]);
  const nAsked = hub.requests.filter(({ path }) => path.startsWith('/cdn') && path.endsWith(LARGEST)).length;
  expect(nAsked).toBe(status === 429 || status === 500 ? 3 : 1);
});

test('a refusal that passes is waited out', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  hub.fault(LARGEST, { kind: 'status', status: 503 }, 1);
  hub.fault('/revision/main', { kind: 'status', status: 429 }, 1);
  await store.download(REPO);
  expect(store.kept()).toHaveLength(1);
});

test.each([false, true])(
  'a page of HTML in place of a file (disguised: %s) is no file',
  async (disguised) => {
    const hub = await openHub();
    const store = await openPage(hub);
    hub.fault(LARGEST, { kind: 'html', disguised });
    await expect(store.download(REPO)).rejects.toThrow(
      disguised ? /page of HTML|another file/ : /page of HTML instead of the file/,
    );
    expect(store.kept()).toEqual([]);
  },
);

test('a file of another size than the listing’s is refused', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  hub.fault(LARGEST, { kind: 'short', by: 7 });
  await expect(store.download(REPO)).rejects.toThrow(`${SIZE - 7} bytes where the listing says ${SIZE}`);
});

test('content that changes between two requests is begun anew, not mixed', async () => {
  const hub = await openHub(undefined, { noApi: true, unpinned: true });
  const store = await openPage(hub);
  store.setHost({ kind: 'mirror', address: hub.address });
  hub.fault(`/cdn/${REPO}/resolve/main/${LARGEST}`, { kind: 'cut', after: PIECE }, 1);
  const fresh = noise(SIZE + 500, 99);
  store.onChange(() => {
    if (store.downloads()[0]?.message?.includes('Trying again')) hub.repos[REPO][LARGEST] = fresh;
  });
  // The mirror tells no checksum for it once the listing is over, so the newer file is taken.
  const plan = await store.inspect(REPO);
  expect(plan.revision).toBe('main');
  await store.download(REPO);
  expect(await hashOf(store, LARGEST)).toBe(sha256(fresh));
  expect(store.kept()[0].files.find(({ path }) => path === LARGEST)?.bytes).toBe(SIZE + 500);
});

test('no network at all', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  await hub.close();
  await expect(store.inspect(REPO)).rejects.toThrow(
    /could not be reached .*Models that are kept work without/,
  );
  await expect(store.download(REPO)).rejects.toBeInstanceOf(NetworkError);
  expect(store.downloads()).toMatchObject([{ repo: REPO, state: 'failed' }]);
});

test('reading a repository can be taken back', async () => {
  const hub = await openHub();
  const store = await openPage(hub);
  hub.fault('config.json', { kind: 'stall', after: 0 });
  const controller = new AbortController();
  const reading = store.inspect(REPO, controller.signal);
  await until(() => hub.requests.some(({ path }) => path.endsWith('config.json')));
  controller.abort();
  await expect(reading).rejects.toBeInstanceOf(AbortedError);
});
