import { afterEach, expect, test, vi } from 'vitest';
import { deleteDB } from 'idb';
import { ModelStore } from './modelStore.ts';

const MIRROR = 'https://mirror.example/hub';
const REPO = 'bondlab/pictext';
const stores: ModelStore[] = [];

function openStore(): ModelStore {
  const store = new ModelStore({ storage: undefined, pieceBytes: 64 * 1024 });
  stores.push(store);
  store.setHost({ kind: 'mirror', address: MIRROR });
  return store;
}

afterEach(async () => {
  vi.unstubAllGlobals();
  for (const store of stores.splice(0)) store.dispose();
  await deleteDB('bondlab.models');
});

/** The page's own models, as if they lay on a mirror; the signal and the headers go through. */
function serveMirror(): { asked: string[]; offline: boolean } {
  const real = globalThis.fetch.bind(globalThis);
  const state = { asked: [] as string[], offline: false };
  vi.stubGlobal('fetch', (input: string, init?: RequestInit) => {
    if (!input.startsWith(MIRROR)) return real(input, init);
    state.asked.push(input);
    if (state.offline) return Promise.reject(new TypeError('Failed to fetch'));
    const path = input.slice(MIRROR.length);
    const own = `/${REPO}/resolve/main/`;
    if (!path.startsWith(own)) return Promise.resolve(new Response('', { status: 404 }));
    return real(`/models/pictext/${path.slice(own.length)}`, init);
  });
  return state;
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

test('a model is fetched, checked in the worker, kept, and read after a reload without a network', async () => {
  const mirror = serveMirror();
  const store = openStore();
  await store.opened;
  expect(store.kept()).toEqual([]);
  const plan = await store.inspect(REPO);
  expect(plan).toMatchObject({ family: 'clip', revision: 'main' });
  expect(Object.keys(plan.files)).toEqual(['int8', '4-bit']);
  await store.download(REPO, '4-bit');
  store.dispose();

  mirror.offline = true;
  const nAsked = mirror.asked.length;
  const next = openStore();
  await next.opened;
  const [kept] = next.kept();
  expect(kept).toMatchObject({ repo: REPO, precision: '4-bit' });
  const files = await next.files(REPO);
  for (const { path, sha256: told } of kept.files) {
    const original = await (await fetch(`/models/pictext/${path}`)).arrayBuffer();
    expect(await sha256(await files.get(path)!.arrayBuffer())).toBe(told);
    expect(await sha256(original)).toBe(told);
  }
  await next.download(REPO);
  expect(mirror.asked).toHaveLength(nAsked);
  await next.remove(REPO);
  expect(next.kept()).toEqual([]);
});

test('a closed window: the next one goes on where it broke off', async () => {
  const mirror = serveMirror();
  const store = openStore();
  await store.opened;
  const over = store.download(REPO, '4-bit').catch((error: unknown) => error);
  const inside = () =>
    store
      .downloads()[0]
      ?.files.some(({ path, done, of }) => path.endsWith('.onnx') && done > 0 && done <= of);
  await vi.waitUntil(inside, { timeout: 60_000, interval: 1 });
  store.dispose();
  expect(await over).toBeInstanceOf(Error);

  const next = openStore();
  await next.opened;
  const [broken] = next.downloads();
  expect(broken).toMatchObject({ repo: REPO, state: 'paused' });
  const whole = broken.files.filter(({ done, of }) => done === of).map(({ path }) => path);
  expect(whole).toContain('config.json');
  const before = mirror.asked.length;
  await next.download(REPO);
  const again = mirror.asked.slice(before).map((url) => url.slice(`${MIRROR}/${REPO}/resolve/main/`.length));
  expect(again.filter((path) => whole.includes(path))).toEqual([]);
  expect(next.kept()).toHaveLength(1);
});
