import { expect, test } from 'vitest';
import { FormatError } from '../base/errors.ts';
import { readNpy } from './npy.ts';
import { openSafetensors, readSafetensors, writeSafetensors } from './safetensors.ts';

const tensors = { a: { shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 0, 65504, 2 ** -24) } };

test.each(['F32', 'F16'] as const)('%s: safetensors come back as written', (dtype) => {
  const read = readSafetensors(writeSafetensors(tensors, dtype).buffer);
  expect(read.get('a')).toEqual(tensors.a);
});

test('safetensors cut at any byte is refused', () => {
  const whole = writeSafetensors(tensors);
  for (let length = 0; length < whole.length; length++) {
    expect(() => readSafetensors(whole.slice(0, length).buffer)).toThrow(FormatError);
  }
});

/** A safetensors file with a header as it stands. */
function withHeader(header: unknown, data: Uint8Array = new Uint8Array(24)): ArrayBuffer {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const out = new Uint8Array(8 + text.length + data.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true);
  out.set(text, 8);
  out.set(data, 8 + text.length);
  return out.buffer;
}

test('safetensors: words come back beside the tensors; names are names', () => {
  const words = { source: 'foley', 'größe "quoted"': '[1, 2]', __proto__x: '' };
  const named = { ...tensors, 'mix.Head2.mlps.0.weight': { shape: [0, 4], data: new Float32Array() } };
  const file = openSafetensors(writeSafetensors(named, 'F32', words).buffer);
  expect(Object.fromEntries(file.metadata)).toEqual(words);
  expect([...file.tensors.keys()]).toEqual(Object.keys(named));
  expect(file.tensors.get('mix.Head2.mlps.0.weight')).toMatchObject({ shape: [0, 4] });
});

test('safetensors: F64, I64 and BF16 are read as float32', () => {
  const entry = (dtype: string, bytes: number) => ({ a: { dtype, shape: [3], data_offsets: [0, bytes] } });
  const read = (dtype: string, data: ArrayBufferView) =>
    readSafetensors(
      withHeader(entry(dtype, data.byteLength), new Uint8Array(data.buffer, 0, data.byteLength)),
    ).get('a')!.data;
  expect(read('F64', Float64Array.of(0.1, -2, 1e300))).toEqual(Float32Array.of(0.1, -2, Infinity));
  expect(read('I64', BigInt64Array.of(1n, -2n, 2n ** 60n))).toEqual(Float32Array.of(1, -2, 2 ** 60));
  expect(read('BF16', Uint16Array.of(0x3f80, 0xc000, 0x7f80))).toEqual(Float32Array.of(1, -2, Infinity));
});

const entryOf = (shape: unknown, offsets: unknown, dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: offsets,
});
test.each<[string, unknown, RegExp]>([
  ['is no object', [1], /no object/],
  ['is no JSON', '{"a": ', /not JSON/],
  ['has a tensor without a shape', { a: { dtype: 'F32', data_offsets: [0, 24] } }, /describes "a" wrongly/],
  ['has a negative size', { a: entryOf([-2, -3], [0, 24]) }, /describes "a" wrongly/],
  ['has a size of a half', { a: entryOf([0.5, 12], [0, 24]) }, /describes "a" wrongly/],
  ['has a huge shape', { a: entryOf([2 ** 30, 2 ** 30], [0, 24]) }, /no file holds that/],
  ['claims more bytes than there are', { a: entryOf([7], [0, 28]) }, /needs 28 bytes; the file has 24/],
  ['claims fewer bytes than it needs', { a: entryOf([6], [0, 20]) }, /needs 24 bytes/],
  ['turns its offsets', { a: entryOf([6], [24, 0]) }, /needs 24 bytes/],
  ['has a dtype of its own', { a: entryOf([6], [0, 24], 'Q4') }, /dtype "Q4"/],
  [
    'lays tensors over each other',
    Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`a${i}`, entryOf([6], [0, 24])])),
    /shares bytes with another/,
  ],
])('safetensors whose header %s is refused', (_, header, message) => {
  expect(() => readSafetensors(withHeader(header))).toThrow(FormatError);
  expect(() => readSafetensors(withHeader(header))).toThrow(message);
});

/** A [2, 3] float32 array as NumPy writes it. */
function npy(dtype = '<f4', fortran = 'False'): Uint8Array<ArrayBuffer> {
  const header = `{'descr': '${dtype}', 'fortran_order': ${fortran}, 'shape': (2, 3), }`.padEnd(117) + '\n';
  const out = new Uint8Array(10 + header.length + 24);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  out.set(new TextEncoder().encode(header), 10);
  out.set(new Uint8Array(tensors.a.data.slice().buffer), 10 + header.length);
  return out;
}

test('.npy is read, and refused when cut at any byte, of another dtype or order', () => {
  const whole = npy();
  expect(readNpy(whole.buffer)).toEqual(tensors.a);
  for (let length = 0; length < whole.length; length++) {
    expect(() => readNpy(whole.slice(0, length).buffer)).toThrow(FormatError);
  }
  expect(() => readNpy(npy('|O').buffer)).toThrow(FormatError);
  expect(() => readNpy(npy('<f4', 'True').buffer)).toThrow(FormatError);
});
