import { expect, test } from 'vitest';
import { FormatError } from '../base/errors.ts';
import { readNpy } from './npy.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

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
