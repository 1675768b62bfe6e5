/** Files of arrays that are cut, that lie, or that are made to do harm. */
import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { FormatError } from '../../base/errors.ts';
import { writeNpy } from '../npy.ts';
import { writeSafetensors } from '../safetensors.ts';
import { toSource, type ByteSource } from './byteSource.ts';
import { rowsOf } from './lazyArray.ts';
import { openArrays, type OpenedArrays } from './openArrays.ts';

vi.setConfig({ testTimeout: 120_000 });

const FOLDER = 'test/fixtures/arrays/';
const fixture = (name: string) => new Uint8Array(readFileSync(FOLDER + name));
const X = { shape: [5, 3], data: Float32Array.from({ length: 15 }, (_, i) => i - 7) };

/** Reads all that a file offers: headers, numbers and words. */
async function readAll(path: string, source: ByteSource): Promise<OpenedArrays> {
  const opened = await openArrays(path, source);
  for (const { shape, dtype, rows, strings } of opened.arrays) {
    const n = Math.min(1000, rowsOf(shape));
    if (dtype !== 'TEXT') await rows(0, n);
    await strings?.();
  }
  return opened;
}

async function failureOf(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<unknown> {
  try {
    await readAll(path, toSource(bytes.slice().buffer));
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Why a file is refused. */
async function refusal(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const failure = await failureOf(path, bytes);
  if (failure instanceof FormatError) return failure.message;
  throw failure instanceof Error ? failure : new Error('The file was read.');
}

/** Whether a file is read, or refused as one of another format: never anything else. */
async function isReadOrRefused(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const failure = await failureOf(path, bytes);
  if (failure !== undefined && !(failure instanceof FormatError))
    throw failure instanceof Error ? failure : new Error('It threw no error.');
  return true;
}

const NPY = writeNpy(X);
const NPZ = zipSync({ 'x.npy': NPY }, { level: 0 }) as Uint8Array<ArrayBuffer>;
const PACKED = zipSync({ 'x.npy': NPY, 'y.npy': NPY }, { level: 9 }) as Uint8Array<ArrayBuffer>;
const TENSORS = writeSafetensors({ a: X, b: X });
const TABLE = new TextEncoder().encode('a,"b",e0,e1,e2,e3\n"x, ""y""",1,1,2,3,4\nz,2,5,6,7,8\n');
const FILES: [string, Uint8Array<ArrayBuffer>][] = [
  ['a.npy', NPY],
  ['a.npz', NPZ],
  ['packed.npz', PACKED],
  ['a.safetensors', TENSORS],
  ['split.parquet', fixture('split.parquet')],
];

test.each(FILES)('%s is read whole, and refused when cut at any byte', async (path, bytes) => {
  expect(await failureOf(path, bytes)).toBeUndefined();
  for (let length = 0; length < bytes.length; length++)
    expect(await refusal(path, bytes.slice(0, length))).not.toBe('');
});

test.each([
  ...FILES,
  ['a.csv', TABLE] as [string, Uint8Array<ArrayBuffer>],
  ['v2.parquet', fixture('v2.parquet')] as [string, Uint8Array<ArrayBuffer>],
  ['snappy.parquet', fixture('snappy.parquet')] as [string, Uint8Array<ArrayBuffer>],
])('%s with bytes changed: nothing but a FormatError is thrown', async (path, bytes) => {
  const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(changes, async (all) => {
      const damaged = bytes.slice();
      for (const [at, change] of all) damaged[at]! ^= change;
      expect(await isReadOrRefused(path, damaged)).toBe(true);
    }),
    { numRuns: path.endsWith('.parquet') ? 150 : 300 },
  );
});

test.each(['a.npy', 'a.npz', 'a.safetensors', 'a.parquet', 'a.csv'])(
  '%s of any bytes is read or refused',
  async (path) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await isReadOrRefused(path, bytes as Uint8Array<ArrayBuffer>)).toBe(true);
      }),
    );
  },
);

/** A .npy file with a header as it stands. */
function npy(header: string, data = 24, version = 1): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header);
  const start = version === 1 ? 10 : 12;
  const out = new Uint8Array(start + text.length + data);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, text.length & 255, text.length >> 8]);
  out.set(text, start);
  return out;
}
const header = (shape: string, descr = "'<f4'", order = 'False') =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': (${shape}), }`;

test('npy: order of keys, version 3 and Python 2 are read', async () => {
  for (const bytes of [
    npy("{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'}"),
    npy(header('2L, 3L')),
    npy(header('2, 3'), 24, 3),
  ])
    expect((await openArrays('a.npy', toSource(bytes.buffer))).arrays[0]!.shape).toEqual([2, 3]);
});

test.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
  ['a negative shape', npy(header('-2, -3')), /claims the shape/],
  ['a shape of halves', npy(header('0.5, 12')), /claims the shape/],
  ['a shape of words', npy(header('two, 3')), /claims the shape/],
  ['a huge shape', npy(header('1000000000, 1000000000')), /no file holds that/],
  ['4 GB that are not there', npy(header('1024, 1048576')), /needs 4294967296 bytes; the file has 24/],
  ['4 GB of words', npy(header('1048576', "'<U1024'")), /needs 4294967296 bytes/],
  ['words longer than any', npy(header('2', "'<U99999999999999999999'")), /no file holds that/],
  ['objects', npy(header('2', "'|O'")), /Python objects/],
  ['a pickle of a record', npy(header('2', "[('a', '|O')]")), /several fields/],
  ['dates', npy(header('2', "'<M8[ns]'")), /of type/],
  ['no descr', npy("{'shape': (2, 3), 'fortran_order': False}"), /cannot be read/],
  ['no order', npy("{'shape': (2, 3), 'descr': '<f4'}"), /cannot be read/],
  ['version 9', npy(header('2, 3'), 24, 9), /version 9/],
  ['a header of 4 GB', Uint8Array.from([...npy('', 0, 2).subarray(0, 8), 255, 255, 255, 255]), /header/],
  ['many axes in Fortran order', npy(header('1, 2, 3, 1', "'<f4'", 'True')), /4 axes/],
])('npy with %s is refused', async (_, bytes, message) => {
  expect(await refusal('a.npy', bytes)).toMatch(message);
});

test('a wide Fortran array that claims no rows costs nothing', async () => {
  const { arrays } = await openArrays(
    'a.npy',
    toSource(npy(header('0, 1099511627776', "'<f4'", 'True')).buffer),
  );
  expect(await arrays[0]!.rows(0, 0)).toEqual(new Float32Array());
});

test.each<[string, unknown, RegExp]>([
  [
    '4 GB that are not there',
    { a: { dtype: 'F32', shape: [2 ** 20, 2 ** 10], data_offsets: [0, 2 ** 32] } },
    /needs 4294967296 bytes/,
  ],
  ['a negative shape', { a: { dtype: 'F32', shape: [-2, -3], data_offsets: [0, 24] } }, /wrongly/],
  ['a dtype of its own', { a: { dtype: 'F8_E4M3', shape: [24], data_offsets: [0, 24] } }, /F8_E4M3/],
])('safetensors with %s is refused', async (_, description, message) => {
  const text = new TextEncoder().encode(JSON.stringify(description));
  const bytes = new Uint8Array(8 + text.length + 24);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  expect(await refusal('a.safetensors', bytes)).toMatch(message);
});

test('names of a page’s length, and more arrays than anyone looks through', async () => {
  const long = 'x'.repeat(5000);
  const { arrays, broken } = await openArrays(
    'a.safetensors',
    toSource(writeSafetensors({ a: X, [long]: X }).buffer),
  );
  expect(arrays.map(({ name }) => name)).toEqual(['a']);
  expect(broken).toEqual([{ name: 'x'.repeat(200), reason: 'Its name has 5000 letters.' }]);
  const empty = { shape: [0, 3], data: new Float32Array() };
  const many = Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`a${i}`, empty]));
  expect(await refusal('a.safetensors', writeSafetensors(many))).toMatch(/2001 arrays/);
});

/** The directory's record of the only entry, and its local header, with a field changed. */
function changed(
  bytes: Uint8Array<ArrayBuffer>,
  field: 'packed' | 'size' | 'crc',
  value: number,
): Uint8Array<ArrayBuffer> {
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  for (let at = 0; at + 4 < out.length; at++)
    if (view.getUint32(at, true) === 0x02014b50)
      view.setUint32(at + { crc: 16, packed: 20, size: 24 }[field], value, true);
  return out;
}

test.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
  ['claims 4 GB', changed(PACKED, 'size', 0xfffffff0), /claims to unpack/],
  ['claims less than it has', changed(PACKED, 'size', 150), /cut|more than the 150 bytes/],
  ['has another checksum', changed(PACKED, 'crc', 1), /checksum/],
  ['is packed longer than the file', changed(PACKED, 'packed', 0x7fffffff), /beyond the file/],
])('an npz whose entry %s is refused', async (_, bytes, message) => {
  // Said of the file, or of its entry.
  const failure = await failureOf('a.npz', bytes);
  const broken = failure === undefined ? (await openArrays('a.npz', toSource(bytes.buffer))).broken : [];
  expect(failure instanceof FormatError ? failure.message : broken[0]!.reason).toMatch(message);
});

test('a bomb unpacks a few MB at a time, and only as far as it is asked for', async () => {
  const size = 2 ** 26;
  const bomb = zipSync({ 'x.npy': [npyOfZeros(size), { level: 9 }] }) as Uint8Array<ArrayBuffer>;
  expect(bomb.length).toBeLessThan(size / 500);
  let read = 0;
  const plain = toSource(bomb.buffer);
  const source: ByteSource = {
    size: plain.size,
    read(start, end) {
      read += end - start;
      return plain.read(start, end);
    },
  };
  const { arrays } = await openArrays('a.npz', source);
  const before = read;
  expect(await arrays[0]!.rows(0, 4)).toEqual(new Float32Array(4 * 1024));
  expect(read - before).toBeLessThan(bomb.length / 4);
});

function npyOfZeros(bytes: number): Uint8Array<ArrayBuffer> {
  return npy(header(`${bytes / 4096}, 1024`), bytes);
}

/** A parquet file of a footer as it stands. */
function parquet(footer: readonly number[]): Uint8Array<ArrayBuffer> {
  const PAR1 = [80, 65, 82, 49];
  const length = new Uint8Array(new Uint32Array([footer.length]).buffer);
  return Uint8Array.from([...PAR1, ...footer, ...length, ...PAR1]);
}

test.each<[string, number[], RegExp]>([
  ['a list of 268 million', [0x19, 0xfc, 0xff, 0xff, 0xff, 0x7f, 0], /list of 268435455|claims/],
  ['words longer than the file', [0x18, 0xff, 0xff, 0xff, 0x7f, 0], /claims more than it holds/],
  ['structs without end', Array.from({ length: 400 }, () => 0x1c), /nested too deeply|cut/],
  ['a number without end', [0x15, ...Array.from({ length: 30 }, () => 0xff)], /no end/],
  ['nothing', [0], /cannot be read/],
])('parquet that describes %s is refused', async (_, footer, message) => {
  expect(await refusal('a.parquet', parquet(footer))).toMatch(message);
});

test('parquet that lies about its rows is refused', async () => {
  const whole = fixture('split.parquet');
  // 40 rows are 0x50 in zigzag: wherever that stands in the footer, one more is claimed.
  const start = whole.length - 8 - new DataView(whole.buffer).getUint32(whole.length - 8, true);
  let nRefused = 0;
  for (let at = start; at < whole.length - 8; at++) {
    if (whole[at] !== 0x50) continue;
    const bytes = whole.slice();
    bytes[at] = 0x52;
    expect(await isReadOrRefused('a.parquet', bytes)).toBe(true);
    if ((await failureOf('a.parquet', bytes)) instanceof FormatError) nRefused++;
  }
  expect(nRefused).toBeGreaterThan(0);
});
