/**
 * Projectors under their published names: the state dict of a Sequential of Linear (0), BatchNorm (1), ReLU (2), Linear (3) and
 * BatchNorm (4), with matrices [dOut, dIn] as PyTorch keeps them (zehanwang01/FreeBind, models/projector.py).
 */
import { FormatError, messageOf } from '../base/errors.ts';
import type { ProjectorWeights } from '../math/projector.ts';
import { shown, type LazyTensor } from './tensors.ts';

/** What stands before the layer's number in the authors' files. */
export const PUBLISHED_PREFIX = 'Head2.mlps.';

type Part = keyof ProjectorWeights;

const PLACES: Readonly<Record<Part, string>> = {
  'linear1.weight': '0.weight',
  'linear1.bias': '0.bias',
  'norm1.weight': '1.weight',
  'norm1.bias': '1.bias',
  'norm1.running_mean': '1.running_mean',
  'norm1.running_var': '1.running_var',
  'linear2.weight': '3.weight',
  'linear2.bias': '3.bias',
  'norm2.weight': '4.weight',
  'norm2.bias': '4.bias',
  'norm2.running_mean': '4.running_mean',
  'norm2.running_var': '4.running_var',
};
const PARTS = Object.keys(PLACES) as Part[];
const MAX_WIDTH = 65_536;
const MAX_PROJECTORS = 256;

/** The sizes of a projector's layers. */
export interface ProjectorSizes {
  dIn: number;
  dHidden: number;
  dOut: number;
}

export function projectorSizes(weights: ProjectorWeights): ProjectorSizes {
  const dHidden = weights['linear1.bias'].length;
  return { dIn: weights['linear1.weight'].length / dHidden, dHidden, dOut: weights['linear2.bias'].length };
}

/** A matrix [rows, columns] as [columns, rows]; in tiles, so that both stay in the cache. */
export function transposed(data: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(data.length);
  const TILE = 32;
  for (let r0 = 0; r0 < rows; r0 += TILE) {
    for (let c0 = 0; c0 < columns; c0 += TILE) {
      for (let r = r0; r < Math.min(rows, r0 + TILE); r++)
        for (let c = c0; c < Math.min(columns, c0 + TILE); c++) out[c * rows + r] = data[r * columns + c]!;
    }
  }
  return out;
}

/** A tensor of a state dict. */
export interface NamedTensor {
  name: string;
  shape: number[];
  data: Float32Array;
}

/** A projector as a state dict with the published names, in PyTorch's order of layers. */
export function projectorState(weights: ProjectorWeights, prefix = PUBLISHED_PREFIX): NamedTensor[] {
  const { dIn, dHidden, dOut } = projectorSizes(weights);
  return PARTS.map((part) => {
    const name = prefix + PLACES[part];
    const data = weights[part];
    if (part === 'linear1.weight')
      return { name, shape: [dHidden, dIn], data: transposed(data, dIn, dHidden) };
    if (part === 'linear2.weight')
      return { name, shape: [dOut, dHidden], data: transposed(data, dHidden, dOut) };
    return { name, shape: [data.length], data };
  });
}

/** What a state dict holds: its projectors by what stands before their layers, and what could not be read. */
export interface FoundProjectors {
  found: { name: string; weights: ProjectorWeights }[];
  broken: { name: string; reason: string }[];
}

/**
 * The projectors of a state dict. Their layers may stand under "Head2.mlps.", any other name that ends in "mlps.", or none;
 * under any name at all where nothing is missing. `name` is what stands before that ("" for a file of one): "mix" of
 * "mix.Head2.mlps.0.weight".
 * @throws FormatError where there is none; reasons of single ones are told in `broken`.
 */
export function findProjectors(state: ReadonlyMap<string, LazyTensor>): FoundProjectors {
  const bare = new Map(
    [...state].map(([key, tensor]) => [key.replace(/(^|\.)module\./g, '$1'), tensor] as const),
  );
  const prefixes = new Map<string, number>(); // parts by prefix
  for (const key of bare.keys()) {
    const [, prefix] = /^(.*?)[0134]\.(?:weight|bias|running_mean|running_var)$/.exec(key) ?? [];
    if (prefix !== undefined && (prefix === '' || prefix.endsWith('.')))
      prefixes.set(prefix, (prefixes.get(prefix) ?? 0) + 1);
  }
  const wanted = [...prefixes].flatMap(([prefix, count]) =>
    prefix === '' || /(^|\.)mlps\.$/.test(prefix) || count === PARTS.length ? [prefix] : [],
  );
  if (wanted.length === 0 || wanted.length > MAX_PROJECTORS) throw noProjector(bare, wanted.length);
  const out: FoundProjectors = { found: [], broken: [] };
  for (const prefix of wanted) {
    const name = prefix.replace(/(^|\.)(Head\d\.)?mlps\.$/, '').replace(/\.$/, '');
    try {
      out.found.push({ name, weights: readProjector(bare, prefix) });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      out.broken.push({ name, reason: messageOf(error) });
    }
  }
  return out;
}

/** Whether a state dict of these keys has a projector, whole or not: what findProjectors would try to read. */
export function holdsProjector(keys: Iterable<string>): boolean {
  const all = new Set([...keys].map((key) => key.replace(/(^|\.)module\./g, '$1')));
  return [...all].some((key) => {
    const prefix = /^(|.*\.)0\.weight$/.exec(key)?.[1];
    return prefix !== undefined && all.has(`${prefix}3.weight`);
  });
}

function noProjector(state: ReadonlyMap<string, LazyTensor>, count: number): FormatError {
  if (count > 0) return new FormatError(`The file holds ${count} projectors; ${MAX_PROJECTORS} can be read.`);
  const keys = [...state.keys()];
  const some = keys.slice(0, 3).map(shown).join(', ');
  return new FormatError(
    `There is no projector in it: no key like "${PUBLISHED_PREFIX}0.weight" among its ${keys.length} (${some}${keys.length > 3 ? ', …' : ''}). A projector is Linear, BatchNorm, ReLU, Linear, BatchNorm under the numbers 0, 1, 3 and 4.`,
  );
}

function readProjector(state: ReadonlyMap<string, LazyTensor>, prefix: string): ProjectorWeights {
  const missing = PARTS.flatMap((part) => (state.has(prefix + PLACES[part]) ? [] : [prefix + PLACES[part]]));
  if (missing.length > 0)
    throw new FormatError(
      `It lacks ${missing.map(shown).join(', ')}: save the projector's whole state dict, running statistics included.`,
    );
  const tensor = (part: Part) => state.get(prefix + PLACES[part])!;
  const sizes = {
    dIn: tensor('linear1.weight').shape[1] ?? 0,
    dHidden: tensor('linear1.weight').shape[0] ?? 0,
    dOut: tensor('linear2.weight').shape[0] ?? 0,
  };
  for (const part of PARTS) checkShape(prefix + PLACES[part], part, tensor(part).shape, sizes);
  const weights = Object.fromEntries(PARTS.map((part) => [part, tensor(part).read()])) as ProjectorWeights;
  for (const part of PARTS) checkValues(prefix + PLACES[part], part, weights[part]);
  return {
    ...weights,
    'linear1.weight': transposed(weights['linear1.weight'], sizes.dHidden, sizes.dIn),
    'linear2.weight': transposed(weights['linear2.weight'], sizes.dOut, sizes.dHidden),
  };
}

function checkShape(name: string, part: Part, shape: readonly number[], sizes: ProjectorSizes): void {
  const { dIn, dHidden, dOut } = sizes;
  let expected = [part.includes('1.') ? dHidden : dOut];
  if (part === 'linear1.weight') expected = [dHidden, dIn];
  if (part === 'linear2.weight') expected = [dOut, dHidden];
  if (shape.join() !== expected.join())
    throw new FormatError(
      `${shown(name)} has the shape [${shape.join(', ')}] where [${expected.join(', ')}] is needed (layers of ${dIn}, ${dHidden} and ${dOut}; matrices are [out, in]).`,
    );
  if (expected.some((size) => size < 1 || size > MAX_WIDTH))
    throw new FormatError(
      `${shown(name)} has the shape [${shape.join(', ')}]; sizes of 1 to ${MAX_WIDTH} can be read.`,
    );
}

function checkValues(name: string, part: Part, values: Float32Array): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new FormatError(
      `${shown(name)} holds ${values[bad]} at place ${bad}: its training diverged, or the file is damaged.`,
    );
  if (part.endsWith('running_var') && values.some((value) => value < 0))
    throw new FormatError(`${shown(name)} holds a negative variance: the file is damaged.`);
}

/** The same checks for weights that come from elsewhere (a graph). @throws FormatError as readProjector does. */
export function checkProjector(weights: ProjectorWeights): ProjectorWeights {
  for (const part of PARTS) checkValues(part, part, weights[part]);
  return weights;
}
