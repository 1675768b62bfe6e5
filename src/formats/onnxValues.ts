/** What each value of a projector's graph is, and how operators without weights change it. */
import { FormatError } from '../base/errors.ts';
import type { Constant } from './onnxConstants.ts';
import { lastOf, widthOf, type Columns, type Layer, type Part } from './onnxLayers.ts';
import type { ReadNode } from './onnxRead.ts';

export type Value =
  | { kind: 'constant'; constant: Constant }
  /** The embeddings; `padding` zeros were added to each row. */
  | { kind: 'input'; padding: number }
  | { kind: 'mask' }
  | Rows
  /** Members' unit rows, weighed by the mask; their sum or mean over the members. */
  | { kind: 'weighed' | 'pooled'; parts: readonly Part[] }
  /** Squares of a value, the sums of them over a row, their roots. */
  | { kind: 'square' | 'squaredLength' | 'length'; of: Value }
  | { kind: 'shape' };

/** Outputs of layers: [n, width], or [n, parts, width] where `stacked`; of length 1 where `unit`. */
export interface Rows {
  kind: 'rows';
  parts: readonly Part[];
  stacked: boolean;
  unit: boolean;
  padding: number;
}

type Inputs = readonly (Value | undefined)[];

const MAX_PARTS = 64;
/** Operators that leave a value what it is, in a graph that is only run. */
const PASSED = new Set(['Identity', 'Dropout', 'Cast']);
/** Those that keep a length from being 0, or repeat it along its row. */
const PASSED_BY_LENGTHS = new Set(['Clip', 'Max', 'Expand', 'Add']);
/** A length is kept above 0 by less than this. */
const TINY = 1e-5;

export function rowsOf(part: Part): Rows {
  return { kind: 'rows', parts: [part], stacked: false, padding: 0, unit: false };
}

/** The one projector that rows are of, as they come out of its last layer; undefined where they are more, or something else. */
export function onePart(x: Value | undefined): Part | undefined {
  return x?.kind === 'rows' && x.parts.length === 1 && !x.unit && !x.stacked ? x.parts[0] : undefined;
}

/** The layer whose output, whole and unchanged, the value is. */
export function wholeLayer(x: Value | undefined): Layer | undefined {
  const part = onePart(x);
  if (!part || (x as Rows).padding > 0 || (part.relu && !part.second)) return undefined;
  const columns = lastOf(part);
  return widthOf(columns) === columns.layer.dOut ? columns.layer : undefined;
}

/** Rows whose last layer is another one. */
export function withLayer(part: Part, layer: Layer): Rows {
  return withColumns(part, { layer, from: 0, to: layer.dOut });
}

function withColumns(part: Part, columns: Columns): Rows {
  return rowsOf(part.second ? { ...part, second: columns } : { ...part, first: columns });
}

const isLength = (x: Value) => x.kind === 'length' || x.kind === 'squaredLength';
const every = (x: Value | undefined, test: (value: number) => boolean) =>
  x?.kind === 'constant' && x.constant.floats().every(test);

/** Rows over their length; undefined where these are no rows of which each has one. */
function unit(x: Value): Value | undefined {
  if (x.kind === 'pooled') return x;
  return x.kind === 'rows' && (x.stacked || x.parts.length === 1) ? { ...x, unit: true } : undefined;
}

/** What an operator without weights makes of its inputs; undefined where it is no part of a projector. @throws FormatError */
export function plainResult(node: ReadNode, inputs: Inputs): Value | undefined {
  const [a, b] = inputs;
  if (!a) return undefined;
  if (node.op === 'Shape') return { kind: 'shape' };
  if (PASSED.has(node.op)) return a;
  return lengthResult(node, a, b) ?? layoutResult(node, inputs) ?? reduced(node, a, b);
}

/** Squares, lengths, and rows over their length. */
function lengthResult(node: ReadNode, a: Value, b: Value | undefined): Value | undefined {
  if (PASSED_BY_LENGTHS.has(node.op)) {
    const [length, rest] = isLength(a) ? [a, b] : [b, a];
    const harmless =
      rest === undefined ||
      rest.kind === 'shape' ||
      node.op === 'Expand' ||
      every(rest, (v) => v >= 0 && v < TINY);
    if (length && isLength(length) && harmless) return length;
  }
  if (node.op === 'Sqrt' && a.kind === 'squaredLength') return { kind: 'length', of: a.of };
  if (node.op === 'Mul' && a === b) return { kind: 'square', of: a };
  if (node.op === 'Pow' && every(b, (value) => value === 2)) return { kind: 'square', of: a };
  if (node.op === 'Pow' && every(b, (value) => value === 0.5) && a.kind === 'squaredLength')
    return { kind: 'length', of: a.of };
  if (node.op === 'Div' && b?.kind === 'length' && b.of === a) return unit(a);
  if (node.op === 'LpNormalization' && (node.int('p') ?? 2) === 2 && isLast(a, node.int('axis') ?? -1))
    return unit(a);
  return undefined;
}

/** Whether an axis is that of a row's values. */
function isLast(x: Value, axis: number | undefined): boolean {
  return axis === -1 || axis === (x.kind === 'rows' && x.stacked ? 2 : 1);
}

function reduced(node: ReadNode, a: Value, axes: Value | undefined): Value | undefined {
  if (!node.op.startsWith('Reduce')) return undefined;
  const given = axes?.kind === 'constant' ? Array.from(axes.constant.ints()) : node.intList('axes');
  if (given?.length !== 1) return undefined;
  const [axis] = given;
  if (node.op === 'ReduceL2' && isLast(a, axis)) return { kind: 'length', of: a };
  if (node.op === 'ReduceSumSquare' && isLast(a, axis)) return { kind: 'squaredLength', of: a };
  if (node.op === 'ReduceSum' && a.kind === 'square' && isLast(a.of, axis))
    return { kind: 'squaredLength', of: a.of };
  const members = a.kind === 'weighed' || (a.kind === 'rows' && a.stacked && a.unit);
  if ((node.op === 'ReduceSum' || node.op === 'ReduceMean') && members && (axis === 1 || axis === -2))
    return { kind: 'pooled', parts: a.parts };
  return undefined;
}

/** ReLU, zeros beside a row, members side by side or stacked, and the mask. */
function layoutResult(node: ReadNode, inputs: Inputs): Value | undefined {
  const [x, b, c] = inputs;
  if (node.op === 'Mul' && (x?.kind === 'mask' || b?.kind === 'mask')) {
    const rows = x?.kind === 'mask' ? b : x;
    return rows?.kind === 'rows' && rows.stacked && rows.unit
      ? { kind: 'weighed', parts: rows.parts }
      : undefined;
  }
  if (x?.kind === 'mask') return node.op === 'Reshape' || node.op === 'Unsqueeze' ? x : undefined;
  if (node.op === 'Pad' && (x?.kind === 'input' || x?.kind === 'rows')) {
    const pads = b?.kind === 'constant' ? Array.from(b.constant.ints()) : [];
    const added = pads.at(-1) ?? -1;
    const zeros = (c === undefined || every(c, (value) => value === 0)) && node.text('mode') === '';
    if (!zeros || added < 0 || added > 1024 || pads.slice(0, -1).some((pad) => pad !== 0)) return undefined;
    return { ...x, padding: x.padding + added };
  }
  if (x?.kind !== 'rows' || x.padding > 0) return undefined;
  if (node.op === 'Relu') {
    const part = onePart(x);
    return part && !part.second && !part.relu ? rowsOf({ ...part, relu: true }) : undefined;
  }
  if (node.op === 'Concat') return besides(node, inputs);
  return node.op === 'Reshape' || node.op === 'Unsqueeze' ? stacked(node, x, b) : undefined;
}

/** [n, width] as it is, or [n, parts * width] as [n, parts, width]. */
function stacked(node: ReadNode, x: Rows, by: Value | undefined): Value | undefined {
  const given = by?.kind === 'constant' ? Array.from(by.constant.ints()) : node.intList('axes');
  const width = widthOf(lastOf(x.parts[0]!));
  if (!given || x.stacked || x.parts.some((part) => widthOf(lastOf(part)) !== width)) return undefined;
  const fits =
    node.op === 'Unsqueeze'
      ? x.parts.length === 1 && given.join() === '1'
      : given.length === 3 && [x.parts.length, -1].includes(given[1]!) && [width, -1].includes(given[2]!);
  if (fits) return { ...x, stacked: true };
  return node.op === 'Reshape' && given.length === 2 && given[1] === width * x.parts.length ? x : undefined;
}

/** Members side by side, or one after the other where each is stacked. */
function besides(node: ReadNode, inputs: Inputs): Value | undefined {
  const rows = inputs.filter((value): value is Rows => value?.kind === 'rows' && value.padding === 0);
  const [first] = rows;
  const axis = node.int('axis');
  if (!first || rows.length !== inputs.length || (axis !== 1 && axis !== (first.stacked ? -2 : -1)))
    return undefined;
  if (
    rows.some((one) => one.stacked !== first.stacked || one.unit !== first.unit || (one.unit && !one.stacked))
  )
    return undefined;
  const count = rows.reduce((sum, { parts }) => sum + parts.length, 0);
  if (count > MAX_PARTS)
    throw new FormatError(`The graph mixes ${count} projectors; ${MAX_PARTS} can be read.`);
  return { ...first, parts: rows.flatMap(({ parts }) => [...parts]) };
}

/** The pieces of a row of one layer, one a projector. @throws FormatError where they are not as long as the row. */
export function splitRows(node: ReadNode, x: Value | undefined, by: Value | undefined): Value[] | undefined {
  const part = onePart(x);
  const axis = node.int('axis') ?? 0;
  const nOutputs = node.outputs.length;
  if (!part || (axis !== -1 && axis !== 1) || nOutputs > MAX_PARTS) return undefined;
  const columns = lastOf(part);
  const width = widthOf(columns);
  const even = Math.ceil(width / nOutputs);
  const sizes =
    by?.kind === 'constant'
      ? Array.from(by.constant.ints())
      : (node.intList('split') ?? node.outputs.map((_, i) => Math.min(even, width - i * even)));
  if (
    sizes.length !== nOutputs ||
    sizes.some((size) => !(size > 0)) ||
    sizes.reduce((sum, size) => sum + size, 0) !== width
  )
    throw new FormatError(`The graph splits ${width} values into [${sizes.slice(0, 8).join(', ')}].`);
  let { from } = columns;
  return sizes.map((size) => {
    from += size;
    return withColumns(part, { layer: columns.layer, from: from - size, to: from });
  });
}
