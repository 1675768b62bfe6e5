/** Arrays as NumPy, safetensors and pyarrow write them (test/fixtures/arrays, with the script). */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FormatError, InputError } from '../../base/errors.ts';
import { toSource } from './byteSource.ts';
import type { LazyArray } from './lazyArray.ts';
import { openArrays } from './openArrays.ts';

const FOLDER = 'test/fixtures/arrays/';
const [N, D] = [40, 6];
const X = Float32Array.from({ length: N * D }, (_, at) => at / 8 - 3);
const WORDS = ['dog', 'größe', '雨', '', 'a, "b"\nc', 'x'.repeat(30)];
const CAPTIONS = Array.from({ length: N }, (_, i) => WORDS[i % WORDS.length]!);

async function opened(name: string) {
  const { arrays, broken } = await openArrays(name, toSource(new Blob([readFileSync(FOLDER + name)])));
  return {
    array: (key: string): LazyArray => {
      const found = arrays.find((one) => one.name === key);
      if (!found) throw new Error(`${name} has no array ${key}.`);
      return found;
    },
    names: arrays.map((one) => one.name),
    reasons: new Map(broken.map((one) => [one.name, one.reason])),
  };
}

/** Rows in any order of ranges are those of the whole. */
async function checkRows(array: LazyArray, expected: Float32Array, dim = D): Promise<void> {
  const n = expected.length / dim;
  expect(await array.rows(0, n)).toEqual(expected);
  for (const [start, count] of [
    [n - 3, 3],
    [5, 1],
    [6, 20],
    [0, 0],
    [0, 2],
    [2, n - 2],
  ] as const)
    expect(await array.rows(start, count)).toEqual(expected.slice(start * dim, (start + count) * dim));
  await expect(array.rows(n - 1, 2)).rejects.toThrow(InputError);
  await expect(array.rows(-1, 1)).rejects.toThrow(InputError);
}

test('npz: floats of every type, byte order and axis order are the same numbers', async () => {
  const { array } = await opened('types.npz');
  for (const name of ['f8', 'f4', 'f2', 'big_f4', 'big_f8', 'fortran']) {
    expect(array(name).shape).toEqual([N, D]);
    await checkRows(array(name), X);
  }
  expect(array('fortran').fortran).toBe(true);
  expect([array('f8').dtype, array('f2').dtype, array('bf16').dtype]).toEqual(['F64', 'F16', 'BF16']);
  const rounded = await array('bf16').rows(0, N);
  rounded.forEach((value, at) =>
    expect(Math.abs(value - X[at]!)).toBeLessThanOrEqual(Math.abs(X[at]!) / 256),
  );
  const slices = Float32Array.from([...X, ...X.map((value) => -value)]);
  await checkRows(array('slices'), slices);
  await checkRows(array('fortran_slices'), slices);
  await checkRows(
    array('bool'),
    X.map((_, at) => Number(at % 3 === 0)),
  );
  expect(array('empty').shape).toEqual([0, D]);
});

test('npz: whole numbers are numbers and exact words, strings are words', async () => {
  const { array } = await opened('types.npz');
  for (const code of ['i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8']) {
    const words = await array(code).strings!();
    const first = code === 'i8' ? '-9007199254740993' : code === 'u8' ? '18446744073709551615' : undefined;
    const offset = code.startsWith('u') ? 0 : 5;
    expect(words).toEqual(Array.from({ length: N }, (_, i) => (i === 0 && first) || String(i - offset)));
    expect((await array(code).rows(0, N)).subarray(1)).toEqual(
      Float32Array.from({ length: N - 1 }, (_, i) => i + 1 - offset),
    );
  }
  for (const name of ['words', 'big_words', 'bytes']) {
    expect(array(name)).toMatchObject({ dtype: 'TEXT', shape: [N] });
    expect(await array(name).strings!()).toEqual(CAPTIONS);
    await expect(array(name).rows(0, 1)).rejects.toThrow(InputError);
  }
});

test('npz: what cannot be read is said, and the rest is read', async () => {
  const { reasons, array } = await opened('types.npz');
  expect(reasons.get('objects')).toMatch(/Python objects/);
  expect(reasons.get('record')).toMatch(/several fields/);
  expect(reasons.get('complex')).toMatch(/complex/);
  expect([...reasons.keys()].sort()).toEqual(['complex', 'objects', 'record']);
  expect(array('one').shape).toEqual([]);
});

test('npz, deflated: rows forwards and backwards, in both orders', async () => {
  const { array } = await opened('packed.npz');
  await checkRows(array('x'), X);
  await checkRows(array('fortran'), X);
  expect(await array('words').strings!()).toEqual(CAPTIONS);
});

test('safetensors of every type', async () => {
  const { array, names } = await opened('types.safetensors');
  expect(names.sort()).toEqual(['bf16', 'bool', 'f2', 'f4', 'f8', 'u4']);
  for (const name of ['f4', 'f8', 'f2']) await checkRows(array(name), X);
  expect(await array('u4').strings!()).toEqual(Array.from({ length: N }, (_, i) => String(i)));
});

test.each(['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4', 'v2'])(
  'parquet, %s: lists are arrays, words are lists, the rest is said',
  async (name) => {
    const { array, reasons } = await opened(`${name}.parquet`);
    for (const column of ['embedding', 'half', 'fixed']) {
      expect(array(column).shape).toEqual([N, D]);
      await checkRows(array(column), X);
    }
    const holes = X.slice();
    holes.fill(NaN, 3 * D, 4 * D);
    holes[5 * D + 2] = NaN;
    await checkRows(array('holes'), holes);
    expect(await array('caption').strings!()).toEqual(CAPTIONS);
    expect(await array('label').strings!()).toEqual(
      Array.from({ length: N }, (_, i) => (i === 7 ? '' : `class ${i % 3}`)),
    );
    expect(await array('id').strings!()).toEqual(Array.from({ length: N }, (_, i) => String(i)));
    expect(reasons.get('nested')).toMatch(/lists of lists/);
    expect(reasons.get('record')).toMatch(/several fields|neither/);
  },
);

test('parquet: bytes by place, words by length', async () => {
  const { array } = await opened('split.parquet');
  await checkRows(array('fixed'), X);
  expect(await array('caption').strings!()).toEqual(CAPTIONS);
});

const table = (text: string | Uint8Array<ArrayBuffer>, name = 'a.csv') =>
  openArrays(name, toSource(new Blob([text])));

test('csv: columns of lists, runs of numeric columns, words; quoted or not', async () => {
  const { arrays } = await table(
    'caption,emb,clip_0,clip_1,clip_2,clip_3,label,score\n' +
      '"a ""dog"", barks\nloudly","[0.5, -1, 2e-1]",1,2,3,4,7,0.5\r\n' +
      'b,[1 2   3],5,6,,8,-3,0.25\n\n',
  );
  const by = new Map(arrays.map((array) => [array.name, array]));
  expect([...by.keys()].sort()).toEqual(['caption', 'clip', 'emb', 'label', 'score']);
  expect(await by.get('caption')!.strings!()).toEqual(['a "dog", barks\nloudly', 'b']);
  expect(await by.get('emb')!.rows(0, 2)).toEqual(Float32Array.of(0.5, -1, 0.2, 1, 2, 3));
  expect(await by.get('clip')!.rows(0, 2)).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6, NaN, 8));
  expect(await by.get('label')!.strings!()).toEqual(['7', '-3']);
  expect(by.get('score')!.strings).toBeUndefined();
});

test('csv without names, tsv, semicolons, a byte order mark, Latin-1', async () => {
  const plain = await table('1e0 \t2\t3\t4\n5\t6\t7\t8\n', 'a.tsv');
  expect(plain.arrays.length).toBe(1);
  expect(plain.arrays[0]).toMatchObject({ name: '', shape: [2, 4] });
  expect(await plain.arrays[0]!.rows(1, 1)).toEqual(Float32Array.of(5, 6, 7, 8));
  const german = await table('\ufeffName;x0;x1;x2;x3\nHündin;1;2;3;4\n');
  expect(german.arrays.map(({ name }) => name)).toEqual(['x', 'Name']);
  expect(await german.arrays[1]!.strings!()).toEqual(['Hündin']);
  const latin = await table(Uint8Array.from([...new TextEncoder().encode('name,n\nH'), 0xfc, 10]));
  expect(await latin.arrays[0]!.strings!()).toEqual(['Hü']);
});

test('csv: lists that were printed shortened are refused with what to do', async () => {
  const { arrays, broken } = await table('name,emb\na,[0.1 0.2 ... 0.9]\nb,[1 2 ... 3]\n');
  expect(arrays.map(({ name }) => name)).toEqual(['name']);
  expect(broken).toEqual([{ name: 'emb', reason: expect.stringMatching(/tolist/) as string }]);
});

test('csv of several blocks: every row is where it was', async () => {
  const n = 30_000;
  const text = Array.from(
    { length: n },
    (_, i) => `"row\n${i}, ""x""",${i},${i + 1},${i + 2},${n - i},${'z'.repeat(40)}`,
  );
  const { arrays } = await table(`name,e0,e1,e2,e3,pad\n${text.join('\r\n')}`);
  expect(arrays[0]).toMatchObject({ name: 'e', shape: [n, 4] });
  for (const start of [0, 12_345, n - 1, 777])
    expect(await arrays[0]!.rows(start, 1)).toEqual(Float32Array.of(start, start + 1, start + 2, n - start));
  const names = await arrays[1]!.strings!();
  expect([names.length, names[12_345], names[n - 1]]).toEqual([n, 'row\n12345, "x"', `row\n${n - 1}, "x"`]);
});

test.each<[string, string, string | Uint8Array<ArrayBuffer>, RegExp]>([
  ['nothing', 'a.npy', '', /empty/],
  ['a web page', 'a.npy', '<!DOCTYPE html><html>', /web page/],
  ['a pointer', 'a.npz', 'version https://git-lfs.github.com/spec/v1', /Git LFS/],
  ['another kind of file', 'a.npy', 'hello there, world', /no .npy file/],
  ['no known name', 'a.xyz', 'hello there, world', /no .npy, .npz/],
  ['a table of UTF-16', 'a.csv', Uint8Array.of(0xff, 0xfe, 65, 0, 44, 0), /UTF-16/],
  ['a table of zeros', 'a.csv', 'a,b\n\0\0\0', /no text/],
  ['a table of names', 'a.csv', 'a,b\n', /no rows/],
  ['a table whose quotation is not closed', 'a.csv', 'a,b\n"x,1\n2,3', /never closed/],
])('%s is refused', async (_, name, bytes, message) => {
  const job = openArrays(name, toSource(new Blob([bytes])));
  await expect(job).rejects.toThrow(FormatError);
  await expect(openArrays(name, toSource(new Blob([bytes])))).rejects.toThrow(message);
});
