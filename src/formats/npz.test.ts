import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FormatError, InputError } from '../base/errors.ts';
import { readNpy, readNpyArray, writeNpy, type NpyArray } from './npy.ts';
import { readNpz, writeNpz } from './npz.ts';

const ARRAYS: Record<string, NpyArray> = {
  'components/text/c-foley.a+b': { shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 0, 65504, 2 ** -149) },
  'tasks/offsets': { shape: [4], data: Uint32Array.of(0, 1, 7, 2 ** 32 - 1) },
  halves: { shape: [3], data: Uint8Array.of(0, 1, 255) },
  wide: { shape: [1, 1, 2], data: Float64Array.of(0.1, -1e300) },
  nothing: { shape: [0, 5], data: new Float32Array(0) },
  one: { shape: [], data: Float32Array.of(3) },
};

const data = fc.oneof(
  fc.float32Array({ maxLength: 60 }),
  fc.float64Array({ maxLength: 60 }),
  fc.uint32Array({ maxLength: 60 }),
  fc.uint8Array({ maxLength: 60 }),
);

test('.npy arrays come back as written, aligned to 64 bytes', () => {
  fc.assert(
    fc.property(data, (values) => {
      const written = writeNpy({ shape: [values.length], data: values });
      expect((written.length - values.byteLength) % 64).toBe(0);
      expect(readNpyArray(written.buffer)).toEqual({ shape: [values.length], data: values });
    }),
  );
  for (const array of Object.values(ARRAYS)) expect(readNpyArray(writeNpy(array).buffer)).toEqual(array);
});

test('a view of a larger buffer is written alone; a shape that does not fit is refused', () => {
  const view = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  expect(readNpy(writeNpy({ shape: [2], data: view }).buffer).data).toEqual(Float32Array.of(2, 3));
  expect(() => writeNpy({ shape: [3], data: view })).toThrow(InputError);
  expect(() => readNpy(writeNpy(ARRAYS.halves!).buffer)).toThrow(FormatError);
});

test('.npz arrays come back as written, in equal bytes each time; cut anywhere it is refused', () => {
  const written = writeNpz(ARRAYS);
  expect(Object.fromEntries(readNpz(written.buffer))).toEqual(ARRAYS);
  expect(writeNpz(ARRAYS)).toEqual(written);
  for (let length = 0; length < written.length; length += 7) {
    expect(() => readNpz(written.slice(0, length).buffer)).toThrow(FormatError);
  }
});

const READ_AND_WRITE = `
import sys, numpy
folder = sys.argv[1]
with numpy.load(folder + "/ours.npz") as arrays:
    loaded = {name: arrays[name] for name in arrays.files}
for name, array in loaded.items():
    print(name, array.dtype.str, array.flags.c_contiguous)
numpy.savez_compressed(folder + "/theirs.npz", **loaded)
`;

/** What NumPy prints of ours; undefined where there is no python3 with NumPy. */
function throughNumpy(folder: string): string | undefined {
  if (spawnSync('python3', ['-c', 'import numpy']).status !== 0) return undefined;
  const { status, stdout, stderr } = spawnSync('python3', ['-c', READ_AND_WRITE, folder], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

test('the file is a zip of .npy 1.0; NumPy, where it is there, reads ours and we read its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bondlab-npz-'));
  try {
    const ours = writeNpz(ARRAYS);
    // Stored: the first array lies in the zip as it was written, behind a local header.
    const first = writeNpy(Object.values(ARRAYS)[0]!);
    expect(Buffer.from(ours).indexOf(Buffer.from(first))).toBeGreaterThan(30);
    expect([...ours.subarray(0, 4)]).toEqual([0x50, 0x4b, 3, 4]);
    writeFileSync(join(folder, 'ours.npz'), ours);
    const printed = throughNumpy(folder);
    if (printed === undefined) return;
    expect(printed.trim().split('\n')).toEqual([
      'components/text/c-foley.a+b <f4 True',
      'tasks/offsets <u4 True',
      'halves |u1 True',
      'wide <f8 True',
      'nothing <f4 True',
      'one <f4 True',
    ]);
    const theirs = new Uint8Array(readFileSync(join(folder, 'theirs.npz')));
    expect(Object.fromEntries(readNpz(theirs.buffer))).toEqual(ARRAYS);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
