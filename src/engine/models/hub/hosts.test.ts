import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InputError, MissingFileError, NetworkError } from '../../../base/errors.ts';
import type { NamedFile } from '../../exchange/types.ts';
import type { TextStorage } from '../../storage/textStorage.ts';
import { checkAddress } from './hubClient.ts';
import { sha256 } from './hubServer.testing.ts';
import { closeAll, hashOf, noise, openHub, openPage, pairRepo, REPO } from './modelStore.testing.ts';
import { asPath, checkRepo, isPlainPath } from './names.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(closeAll);

const LARGEST = 'onnx/vision_model_quantized.onnx';

function memoryStorage(): TextStorage {
  const values = new Map<string, string>();
  return { getItem: (key) => values.get(key) ?? null, setItem: (key, value) => void values.set(key, value) };
}

test('names of repositories', () => {
  for (const good of ['Xenova/clip-vit-base-patch32', 'a/b', 'o_w.n-r/n.a_m-e', '_a/b_']) {
    expect(checkRepo(good)).toBe(good);
  }
  const bad = [
    '',
    'clip',
    'a/b/c',
    '../b',
    'a/..',
    'a/.b',
    'a/b.',
    'a/-b',
    'a//b',
    'a/b?c',
    'a/b#c',
    'a/b c',
    'a/b\n',
  ];
  for (const name of [...bad, 'a/b--c', 'a/b..c', 'ä/b', '%2e%2e/b', `a/${'b'.repeat(97)}`, 'https://x/y']) {
    expect(() => checkRepo(name)).toThrow(InputError);
  }
});

const tricks = fc.string({ unit: fc.constantFrom('a', '.', '/', '-', '\\', '%', '?', '#', '\0') });

test('whatever is taken for a path stays below its repository', () => {
  const base = 'https://hub.example/a/b/resolve/main/';
  fc.assert(
    fc.property(tricks.filter(isPlainPath), (path) => {
      const { href, search, hash } = new URL(base + asPath(path));
      expect([href.startsWith(base), search, hash]).toEqual([true, '', '']);
    }),
    { numRuns: 500 },
  );
});

test('whatever is taken for a repository is written into an address as it is', () => {
  const isRepo = (text: string) => {
    try {
      return checkRepo(text) === text;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(tricks, tricks, (owner, name) => {
      const repo = isRepo(`${owner}/${name}`) ? `${owner}/${name}` : 'a/b';
      const address = `https://hub.example/${repo}/resolve`;
      expect(new URL(address).href).toBe(address);
    }),
    { numRuns: 500 },
  );
});

test('addresses of mirrors', () => {
  expect(checkAddress(' https://m.example/hub// ')).toBe('https://m.example/hub');
  expect(checkAddress('mirror', 'https://lab.example/page/')).toBe('https://lab.example/page/mirror');
  for (const bad of [
    '',
    'no address',
    'ftp://x',
    'javascript:alert(1)',
    'https://a:b@x',
    'https://x?y',
    'https://x#y',
  ]) {
    expect(() => checkAddress(bad, undefined)).toThrow(InputError);
  }
});

test('a mirror with the hub’s interface; it is still the host in the next window', async () => {
  const hub = await openHub(undefined, { pageSize: 4 });
  const storage = memoryStorage();
  const store = await openPage(hub, { storage, hubAddress: 'https://none.invalid' });
  expect(store.host()).toEqual({ kind: 'hub' });
  store.setHost({ kind: 'mirror', address: `${hub.address}/` });
  await store.download(REPO);
  expect(hub.requests.filter(({ path }) => path.includes('/tree/'))).toHaveLength(3);
  expect(store.kept()[0].files).toHaveLength(6);
  const next = await openPage(hub, { storage });
  expect(next.host()).toEqual({ kind: 'mirror', address: hub.address });
  next.setHost({ kind: 'hub' });
  expect((await openPage(hub, { storage })).host()).toEqual({ kind: 'hub' });
  expect(() => next.setHost({ kind: 'mirror', address: 'nowhere' })).toThrow(InputError);
});

test.each([{}, { noHead: true }, { startPage: true }])('a mirror that only sends files: %o', async (ways) => {
  const hub = await openHub(undefined, { noApi: true, ...ways });
  const store = await openPage(hub);
  store.setHost({ kind: 'mirror', address: hub.address });
  const plan = await store.inspect(REPO);
  expect(plan).toMatchObject({ family: 'clip', dim: 24, licence: 'apache-2.0' });
  expect(plan.notes.join(' ')).toMatch(/lists no files/);
  expect(Object.keys(plan.files)).toEqual(['fp32', 'int8']);
  expect(plan.files.int8!.find(({ path }) => path === LARGEST)?.bytes).toBe(pairRepo()[LARGEST].length);
  await store.download(REPO);
  expect(await hashOf(store, LARGEST)).toBe(sha256(pairRepo()[LARGEST]));
  await expect(store.inspect('bondlab/none')).rejects.toThrow(
    /has no repository "bondlab\/none", or lays it out otherwise/,
  );
});

test('the hub: a repository that is none looks like a private one; a listing’s path tricks are left out', async () => {
  const hub = await openHub({
    [REPO]: { ...pairRepo(), '../../config.json': noise(3), 'onnx/../x.onnx': noise(3) },
  });
  const store = await openPage(hub);
  await expect(store.inspect('bondlab/none')).rejects.toBeInstanceOf(NetworkError);
  await expect(store.inspect('bondlab/none')).rejects.toThrow(
    /does not exist, is private, or asks for a consent/,
  );
  await expect(store.inspect('../none')).rejects.toBeInstanceOf(InputError);
  await expect(store.download('none')).rejects.toBeInstanceOf(InputError);
  const plan = await store.inspect(REPO);
  expect(
    Object.values(plan.files)
      .flatMap((files) => files.map(({ path }) => path))
      .join(),
  ).not.toContain('..');
});

test('a listing of nonsense: what is no plain file is left out, a lying size is found out', async () => {
  const file = { type: 'file', path: 'onnx/text_model_q4.onnx', oid: 'f'.repeat(40) };
  const odd = [null, 7, 'file', [], { type: 'file' }, { ...file, path: 9 }, { ...file, path: 'a\\b' }];
  const lying = [{ ...file, size: -5, lfs: { oid: 'not a hash', size: 'large' } }];
  const huge = [{ ...file, size: 134, lfs: { oid: 'a'.repeat(64), size: 4e9 } }];
  const hub = await openHub(undefined, { odd: [...odd, ...lying] });
  const store = await openPage(hub);
  const plan = await store.inspect(REPO);
  expect(plan.files['4-bit']!.find(({ path }) => path === file.path)).toEqual({ path: file.path, bytes: 0 });
  await expect(store.download(REPO, '4-bit')).rejects.toBeInstanceOf(MissingFileError);
  hub.repos[REPO][file.path] = noise(5000);
  hub.options.odd = huge;
  store.cancel(REPO);
  await expect(store.download(REPO, '4-bit')).rejects.toThrow('5000 bytes where the listing says 4000000000');
  expect(store.kept()).toEqual([]);
});

test('a repository without a graph, with broken settings, or with too much of them', async () => {
  const { 'config.json': config, 'README.md': card } = pairRepo();
  const hub = await openHub({
    'bondlab/torch': {
      'config.json': config,
      'README.md': card,
      'model.safetensors': noise(10),
      'extra.onnx': noise(10),
    },
    'bondlab/broken': { ...pairRepo(), 'config.json': new TextEncoder().encode('{"model_type": ') },
    'bondlab/list': { ...pairRepo(), 'config.json': new TextEncoder().encode('[1]') },
    'bondlab/huge': { ...pairRepo(), 'config.json': new Uint8Array(4_100_000).fill(0x20) },
  });
  const store = await openPage(hub);
  await expect(store.inspect('bondlab/torch')).rejects.toThrow(
    /no ONNX graph .* found extra.onnx.*docs\/exporting.md/,
  );
  await expect(store.inspect('bondlab/broken')).rejects.toThrow(/config.json is no JSON/);
  await expect(store.inspect('bondlab/list')).rejects.toThrow(/no JSON object/);
  await expect(store.inspect('bondlab/huge')).rejects.toThrow(/larger than 4 MB/);
});

function chosen(prefix: string, repo = pairRepo()): NamedFile[] {
  return Object.entries(repo).map(([path, bytes]) => ({ path: `${prefix}${path}`, bytes: bytes.buffer }));
}

test.each([
  ['owner and name', `models/${REPO}/`],
  ['the name', 'downloads/pair/'],
  ['another name, but alone', 'clip-export/'],
  ['nothing around it', ''],
])('a folder from disk: %s', async (_, prefix) => {
  const hub = await openHub({});
  const store = await openPage(hub);
  store.setHost({ kind: 'folder', name: 'models' }, chosen(prefix));
  const plan = await store.inspect(REPO);
  expect(plan).toMatchObject({ revision: 'folder', licence: 'apache-2.0', dim: 24 });
  await store.download(REPO);
  expect(await hashOf(store, LARGEST)).toBe(sha256(pairRepo()[LARGEST]));
  expect(hub.requests).toEqual([]);
  // The copy in the browser stays when the folder goes.
  store.setHost({ kind: 'hub' });
  expect(store.kept()).toHaveLength(1);
});

test('a folder without files, or with others', async () => {
  const store = await openPage(await openHub({}));
  expect(() => store.setHost({ kind: 'folder', name: 'empty' }, [])).toThrow(InputError);
  expect(() => store.setHost({ kind: 'folder', name: 'empty' })).toThrow(InputError);
  store.setHost({ kind: 'folder', name: 'two' }, [...chosen('a/one/'), ...chosen('a/two/')]);
  await expect(store.inspect(REPO)).rejects.toBeInstanceOf(MissingFileError);
  expect((await store.inspect('a/two')).repo).toBe('a/two');
});

test('what broke off at an unpinned host is not mixed with another host’s files', async () => {
  const hub = await openHub(undefined, { noApi: true, unpinned: true });
  const store = await openPage(hub);
  store.setHost({ kind: 'mirror', address: hub.address });
  hub.fault(LARGEST, { kind: 'status', status: 404 });
  // The listing asks with HEAD and finds it; the file itself does not come.
  await expect(store.download(REPO)).rejects.toBeInstanceOf(MissingFileError);
  const other = { ...pairRepo(), [LARGEST]: noise(60_000, 77) };
  store.setHost({ kind: 'folder', name: 'here' }, chosen('pair/', other));
  await store.download(REPO);
  expect(await hashOf(store, LARGEST)).toBe(sha256(other[LARGEST]));
  expect(store.kept()[0].revision).toBe('folder');
});
