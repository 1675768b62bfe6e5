import { zipSync } from 'fflate';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { AbortedError, FormatError, InputError } from '../../base/errors.ts';
import { openFiles } from './openFiles.ts';

const text = (value: string) => new TextEncoder().encode(value);
const blobOf = (bytes: Uint8Array) => new Blob([bytes as Uint8Array<ArrayBuffer>]);
const zipped = (files: Record<string, Uint8Array>, level: 0 | 9 = 9) => blobOf(zipSync(files, { level }));

/** What is read of every file, by path. */
async function contents(files: Parameters<typeof openFiles>[0]): Promise<Record<string, string>> {
  const opened = await openFiles(files);
  const read = opened.files.map(async ({ path, blob }) => [path, await (await blob()).text()] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** The bytes with others written over them, from the last place where `mark` stands plus `offset`. */
function patched(bytes: Uint8Array, mark: number, offset: number, values: readonly number[]): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = bytes.length - 4;
  while (view.getUint32(at, true) !== mark) at--;
  const out = bytes.slice();
  out.set(values, at + offset);
  return out;
}
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

test('zips are opened in their place, stored or deflated; other files stay', async () => {
  for (const level of [0, 9] as const) {
    const files = [
      { path: 'a.txt', bytes: text('a').buffer },
      {
        path: 'set/pets.zip',
        bytes: zipped({ 'images/dog.png': text('dog '.repeat(50)), 'empty.txt': text('') }, level),
      },
    ];
    expect(await contents(files)).toEqual({
      'a.txt': 'a',
      'set/pets.zip/images/dog.png': 'dog '.repeat(50),
      'set/pets.zip/empty.txt': '',
    });
  }
});

test('paths are names and no places; equal ones are left out, hidden ones counted', async () => {
  const { files, leftOut, hidden } = await openFiles([
    { path: '/root/../x/./dog.png', bytes: new Blob() },
    { path: 'C:\\x\\cat.png', bytes: new Blob() },
    { path: 'cafe\u0301.png', bytes: new Blob() },
    { path: 'x/dog.png', bytes: new Blob() },
    { path: '../..', bytes: new Blob() },
    { path: 'x/.DS_Store', bytes: new Blob() },
    { path: 'a\u202egnp.exe', bytes: new Blob() },
    { path: 'z.zip', bytes: zipped({ '../../etc/passwd': text('p'), '__MACOSX/._dog.png': text('m') }) },
  ]);
  expect(files.map(({ path }) => path)).toEqual([
    'x/dog.png',
    'x/cat.png',
    'café.png',
    'agnp.exe',
    'z.zip/etc/passwd',
  ]);
  expect(leftOut.map(({ path }) => path)).toEqual(['x/dog.png', '(no name)']);
  expect(leftOut[0]!.reason).toContain('has this path');
  expect(hidden).toBe(2);
});

test('checkpoints stay whole; npz is no folder; a zip within a zip, and an empty one, are left out with the reason', async () => {
  const { files, leftOut } = await openFiles([
    { path: 'best.zip', bytes: zipped({ 'best/data.pkl': text('') }) },
    { path: 'features.npz', bytes: zipped({ 'a.npy': text('') }) },
    { path: 'outer.zip', bytes: zipped({ 'inner.zip': zipSync({ a: text('a') }), 'b.txt': text('b') }) },
    { path: 'none.zip', bytes: zipped({}) },
    { path: 'text.zip', bytes: blobOf(text('no zip at all')) },
  ]);
  expect(files.map(({ path }) => path)).toEqual(['best.zip', 'features.npz', 'outer.zip/b.txt']);
  expect(leftOut.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
    expect.stringMatching(/^outer\.zip\/inner\.zip: .*zip within a zip/),
    expect.stringMatching(/^none\.zip: .*no files/),
    expect.stringMatching(/^text\.zip: .*no directory/),
  ]);
});

test('bombs: claims are bounded before, and sizes while, anything is unpacked', async () => {
  const zeros = zipSync({ zeros: new Uint8Array(2_000_000) }, { level: 9 });
  const open = async (bytes: Uint8Array) => {
    const { files } = await openFiles([{ path: 'z.zip', bytes: blobOf(bytes) }]);
    return files[0]!.blob();
  };
  expect((await open(zeros)).size).toBe(2_000_000);
  await expect(open(patched(zeros, CENTRAL, 24, [10, 0, 0, 0]))).rejects.toThrow(/more than the 10 bytes/);
  await expect(open(patched(zeros, CENTRAL, 24, [0, 0, 0, 0x70]))).rejects.toThrow(/claims to unpack/);
  await expect(open(patched(zeros, CENTRAL, 16, [1, 2, 3, 4]))).rejects.toThrow(/checksum/);
  const vast = await openFiles([
    { path: 'z.zip', bytes: blobOf(patched(zeros, CENTRAL, 24, [0, 0, 0, 0xf0])) },
  ]);
  expect(vast.leftOut[0]!.reason).toMatch(/claims to unpack to 3\.8 GB; at most 2\.0 GB/);
  const many = await openFiles([{ path: 'z.zip', bytes: blobOf(patched(zeros, END, 10, [0xff, 0xff])) }]);
  expect(many.leftOut[0]!.reason).toContain('65535 entries');
});

test('a zip that is cut anywhere or has any byte changed is read right, left out, or refused as damaged', async () => {
  const files = { 'a.txt': text('one one one one'), 'b.txt': text('two two two') };
  const bytes = zipSync(files, { level: 9 });
  const known = new Set(['one one one one', 'two two two']);
  const check = async (damaged: Uint8Array) => {
    const opened = await openFiles([{ path: 'z.zip', bytes: blobOf(damaged) }]);
    for (const { blob } of opened.files) {
      const read: unknown = await blob().then(
        (one) => one.text(),
        (error: unknown) => error,
      );
      expect(read instanceof FormatError || known.has(read as string)).toBe(true);
    }
    expect(opened.files.length + opened.leftOut.length + opened.hidden).toBeGreaterThan(0);
  };
  for (let length = 0; length < bytes.length; length++) await check(bytes.subarray(0, length));
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const damaged = bytes.slice();
      damaged[at]! ^= change;
      await check(damaged);
    }),
    { numRuns: 300 },
  );
});

test('a request can be taken back, before and while a file is unpacked; too many files are refused', async () => {
  const file = { path: 'z.zip', bytes: zipped({ a: new Uint8Array(100_000) }) };
  await expect(openFiles([file], { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortedError);
  const { files } = await openFiles([file]);
  await expect(files[0]!.blob(AbortSignal.abort())).rejects.toBeInstanceOf(AbortedError);
  const empty = new Blob();
  const many = Array.from({ length: 50_001 }, (_, i) => ({ path: `${i}.png`, bytes: empty }));
  await expect(openFiles(many)).rejects.toBeInstanceOf(InputError);
});

test('the page is let breathe while the sizes of a folder are looked up', async () => {
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  class FileOnDisk extends Blob {
    override get size() {
      now += 1;
      return 3;
    }
  }
  const files = Array.from({ length: 300 }, (_, i) => ({ path: `${i}.png`, bytes: new FileOnDisk() }));
  let [longest, last, isOver] = [0, 0, false];
  const turn = () => {
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setTimeout(turn);
  };
  setTimeout(turn);
  const opened = await openFiles(files);
  isOver = true;
  clock.mockRestore();
  expect(opened.files).toHaveLength(300);
  expect(longest).toBeLessThan(50);
});
