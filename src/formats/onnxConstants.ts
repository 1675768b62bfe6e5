/** Values of a graph that depend on no input, computed when they are asked for. */
import { once } from './onnxLayers.ts';
import { FormatError } from '../base/errors.ts';
import { transposed } from './projectorState.ts';
import type { ConstantTensor, ReadNode } from './onnxRead.ts';

export interface Constant extends ConstantTensor {
  /** Operators between it and the file. */
  depth: number;
}

/** Longer chains are no exporter's: each step may copy a matrix. */
const MAX_DEPTH = 4;

/** A constant of the file; its values are read once. */
export function deferredConstant(tensor: ConstantTensor): Constant {
  return {
    dims: tensor.dims,
    depth: 0,
    floats: once(() => tensor.floats()),
    ints: once(() => tensor.ints()),
  };
}

/** The constant that a node makes of others; undefined where its operator is not known here. @throws FormatError */
export function foldConstant(node: ReadNode, inputs: readonly Constant[]): Constant | undefined {
  const [a, ...others] = inputs;
  if (!a) return node.op === 'Constant' ? constantOf(node) : undefined;
  const made = fold(node, a, others);
  if (made && a.depth >= MAX_DEPTH)
    throw new FormatError(`The graph computes a constant in more than ${MAX_DEPTH} steps.`);
  return made && { ...made, depth: a.depth + 1, floats: once(made.floats), ints: once(made.ints) };
}

/** What a node Constant stands for: a tensor, or a few numbers. */
function constantOf(node: ReadNode): Constant | undefined {
  const tensor = node.tensor('value');
  if (tensor) return deferredConstant(tensor);
  const [float, int, list] = [node.float('value_float'), node.int('value_int'), node.intList('value_ints')];
  const values =
    list ?? (int === undefined ? undefined : [int]) ?? (float === undefined ? undefined : [float]);
  return (
    values &&
    deferredConstant({
      dims: list ? [list.length] : [],
      floats: () => Float32Array.from(values),
      ints: () => values,
    })
  );
}

function fold(node: ReadNode, a: Constant, [scale, zero]: readonly Constant[]): ConstantTensor | undefined {
  switch (node.op) {
    case 'Identity':
    case 'Cast':
      return { dims: a.dims, floats: a.floats, ints: a.ints };
    case 'Transpose':
      return transposeConstant(a, node.intList('perm') ?? a.dims.map((_, d) => a.dims.length - 1 - d));
    case 'DequantizeLinear':
      return scale && dequantized(node, a, scale, zero);
    default:
      return undefined;
  }
}

/** A matrix with its axes changed; a vector, or the axes as they are, unchanged. @throws FormatError beyond two dimensions. */
export function transposeConstant(a: ConstantTensor, perm: readonly number[]): ConstantTensor {
  const [rows, columns] = a.dims;
  if (perm.length !== a.dims.length || a.dims.length > 2)
    throw new FormatError(`The graph changes the axes of a constant [${a.dims.slice(0, 8).join(', ')}].`);
  if (perm.every((axis, d) => axis === d)) return a;
  return {
    dims: [columns!, rows!],
    floats: () => transposed(a.floats(), rows!, columns!),
    ints() {
      throw new FormatError('The graph changes the axes of whole numbers.');
    },
  };
}

/** (q - zero) * scale, with one scale or one a row or column (ONNX DequantizeLinear, without blocks). */
function dequantized(
  node: ReadNode,
  a: ConstantTensor,
  scale: ConstantTensor,
  zero: ConstantTensor | undefined,
): ConstantTensor | undefined {
  if ((node.int('block_size') ?? 0) !== 0) return undefined;
  const axis = node.int('axis') ?? 1;
  const at = axis < 0 ? axis + a.dims.length : axis;
  // Values along the axis change every `step` places.
  const step = a.dims.slice(at + 1).reduce((product, size) => product * size, 1);
  return {
    dims: a.dims,
    floats() {
      const [values, scales, zeros] = [a.ints(), scale.floats(), zero?.ints()];
      const size = scales.length === 1 ? 1 : (a.dims[at] ?? -1);
      if (scales.length !== size || (zeros && zeros.length !== size))
        throw new FormatError(
          `The graph scales a constant [${a.dims.join(', ')}] by ${scales.length} values.`,
        );
      return Float32Array.from(values, (value, i) => {
        const k = size === 1 ? 0 : Math.floor(i / step) % size;
        return (value - (zeros?.[k] ?? 0)) * scales[k]!;
      });
    },
    ints: () => a.ints(),
  };
}
