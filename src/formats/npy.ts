/** NumPy's .npy format, versions 1 to 3 (numpy.lib.format). */
import { FormatError } from '../base/errors.ts';
import type { Tensor } from './safetensors.ts';

/**
 * Reads a little-endian float32 or float64 array in C order as float32.
 * @throws FormatError when the file is cut, of another kind, or of another dtype or order.
 */
export function readNpy(buffer: ArrayBuffer): Tensor {
  const bytes = new Uint8Array(buffer);
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || !magic.every((byte, i) => bytes[i] === byte)) {
    throw new FormatError('This is no .npy file: it does not start with \\x93NUMPY.');
  }
  const view = new DataView(buffer);
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 : 10;
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length)
    throw new FormatError(`The .npy header ends at byte ${end} of ${bytes.length}: the file is cut.`);
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined || sizes === undefined)
    throw new FormatError(`The .npy header cannot be read: ${header}`);
  if (descr !== '<f4' && descr !== '<f8')
    throw new FormatError(`The array has dtype ${descr}; <f4 and <f8 can be read.`);
  if (!/'fortran_order':\s*False/.test(header))
    throw new FormatError('The array is in Fortran order; save it in C order.');
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  const count = shape.reduce((product, size) => product * size, 1);
  const needed = count * (descr === '<f4' ? 4 : 8);
  if (!(end + needed <= bytes.length)) {
    throw new FormatError(
      `The array [${shape.join(', ')}] needs ${needed} bytes; the file has ${bytes.length - end}.`,
    );
  }
  const body = buffer.slice(end, end + needed);
  return {
    shape,
    data: descr === '<f4' ? new Float32Array(body) : Float32Array.from(new Float64Array(body)),
  };
}
