import { zipSync } from 'fflate';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { FormatError } from '../base/errors.ts';
import { isReadOrRefused } from './failure.testing.ts';
import { crc32, isZip, readZip } from './zip.ts';

vi.setConfig({ testTimeout: 60_000 });

const text = (value: string) => new TextEncoder().encode(value);
const FILES = { 'a/one.txt': text('one one one one one one one'), 'two.bin': Uint8Array.of(0, 1, 2, 255) };

const readAll = (bytes: Uint8Array) =>
  Object.fromEntries(readZip(bytes).map((entry) => [entry.name, entry.read()]));

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

test('files come back, stored or deflated; folders are no files', () => {
  for (const level of [0, 9] as const) {
    const bytes = zipSync({ ...FILES, folder: {} }, { level });
    expect(isZip(bytes)).toBe(true);
    expect(readAll(bytes)).toEqual(FILES);
  }
  expect(readAll(zipSync({}))).toEqual({});
  expect(crc32(text('123456789'))).toBe(0xcbf43926);
});

test('any files come back', () => {
  const name = fc.stringMatching(/^[a-z]{1,9}$/);
  fc.assert(
    fc.property(
      fc.dictionary(name, fc.uint8Array({ maxLength: 400 })),
      fc.constantFrom(0, 6),
      (files, level) => {
        expect(readAll(zipSync(files, { level: level as 0 | 6 }))).toEqual(
          Object.fromEntries(Object.entries(files)),
        );
      },
    ),
  );
});

test.each([0, 9] as const)(
  'level %d: cut at any byte, or with any bit flipped, nothing wrong is read',
  (level) => {
    const bytes = zipSync(FILES, { level });
    for (let length = 0; length < bytes.length; length++)
      expect(() => readAll(bytes.subarray(0, length))).toThrow(FormatError);
    const files: Uint8Array[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(isReadOrRefused(() => files.push(...Object.values(readAll(damaged))))).toBe(true);
    }
    // Names have no checksum, dates no meaning here; contents are never wrong.
    const known = new Set(Object.values(FILES).map((file) => file.join()));
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !known.has(file.join()))).toEqual([]);
  },
);

const zeros = (size: number) => zipSync({ zeros: new Uint8Array(size) }, { level: 9 });

test.each<[string, () => Uint8Array, RegExp]>([
  [
    'claims less than it unpacks to',
    () => patched(zeros(2e6), CENTRAL, 24, [10, 0, 0, 0]),
    /unpacks to more than the 10 bytes/,
  ],
  [
    'claims more than deflate can give',
    () => patched(zeros(1000), CENTRAL, 24, [0, 0, 0, 0x7f]),
    /claims to unpack/,
  ],
  [
    'claims a little more',
    () => patched(zeros(1000), CENTRAL, 24, [0xe9, 3, 0, 0]),
    /unpacks to 1000 bytes, its directory says 1001/,
  ],
  ['has a wrong checksum', () => patched(zeros(1000), CENTRAL, 16, [1, 2, 3, 4]), /checksum/],
  ['is locked', () => patched(zeros(1000), CENTRAL, 8, [1]), /password/],
  ['is packed in another way', () => patched(zeros(1000), CENTRAL, 10, [12]), /method 12/],
  [
    'lies elsewhere',
    () => patched(zeros(1000), CENTRAL, 42, [1, 0, 0, 0]),
    /not where the directory says|ends beyond/,
  ],
  ['lies beyond the file', () => patched(zeros(1000), CENTRAL, 42, [0, 0, 0, 0x7f]), /ends beyond the file/],
])('an entry that %s is refused', (_, make, message) => {
  expect(() => readAll(make())).toThrow(FormatError);
  expect(() => readAll(make())).toThrow(message);
});

test('entries that share bytes, and a directory that lies, are refused', () => {
  const two = zipSync({ a: new Uint8Array(1000), b: new Uint8Array(1000) }, { level: 9 });
  // The second entry of the directory points to the first one's bytes.
  expect(() => readAll(patched(two, CENTRAL, 42, [0, 0, 0, 0]))).toThrow(/overlaps another entry/);
  expect(() => readZip(patched(two, END, 10, [0xff, 0xff]))).toThrow(/65535 entries/);
  expect(() => readZip(patched(two, END, 10, [9, 0]))).toThrow(/entry 2 of its directory is cut/);
  expect(() => readZip(patched(two, END, 16, [0, 0, 0, 0x7f]))).toThrow(/outside the file/);
});

test('names are kept as they are, and are no places', () => {
  const names = ['../../etc/passwd', '/root/x', 'C:\\x', '__proto__', 'a\u0000b'];
  const bytes = zipSync(
    Object.fromEntries(names.map((name) => [name.replace('__proto__', '_-proto__'), text(name)])),
  );
  const at = Buffer.from(bytes).lastIndexOf('_-proto__');
  bytes[at + 1] = 0x5f; // in the directory: fflate would lose it
  expect(readZip(bytes).map((entry) => entry.name)).toEqual(names);
});
