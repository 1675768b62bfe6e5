/** What a layout request must hold, checked once at the edge. */
import { InputError } from '../../base/errors.ts';
import { MODALITIES } from '../../base/modality.ts';
import { createRandom } from '../../base/random.ts';
import { MAP_SLICES, type MapLayoutRequest, type MapSettings, type MapSliceInput } from './types.ts';

/**
 * 15 neighbours are UMAP's own default. 250 passes settle two thousand items: twice as many add less than 0.01 of
 * trustworthiness. Links of 0.3 halve the way of an item between slices for less than 0.01 of it; at 1 the slices copy
 * each other and lose 0.05. Above 3,000 items the exact neighbours alone would take seconds.
 */
export const DEFAULT_MAP_SETTINGS: MapSettings = {
  nNeighbors: 15,
  epochs: 250,
  relayEpochs: 120,
  linkWeight: 0.3,
  maxItems: 3000,
};

/** How far from 1 the length of a row may be: float16 storage and fusing in float32 stay well below. */
const LENGTH_TOLERANCE = 0.01;

/** @throws InputError when a setting is out of range. */
export function resolveSettings(given: Partial<MapSettings> | undefined): MapSettings {
  const settings = { ...DEFAULT_MAP_SETTINGS, ...given };
  for (const name of ['nNeighbors', 'epochs', 'relayEpochs', 'maxItems'] as const) {
    if (!Number.isInteger(settings[name]) || settings[name] < 1) {
      throw new InputError(`The map's ${name} is a whole number from 1; this is ${settings[name]}.`);
    }
  }
  if (!(settings.linkWeight >= 0 && settings.linkWeight <= 100)) {
    throw new InputError(`The map's linkWeight lies in [0, 100]; this is ${settings.linkWeight}.`);
  }
  return settings;
}

/**
 * @throws InputError when slices are missing, repeated or out of order, shapes do not fit, a pair names no item, or a
 * vector is not a number or not of unit length.
 */
export function checkRequest(request: MapLayoutRequest): void {
  const { nItems, modality, pairs, slices } = request;
  if (!Number.isInteger(nItems) || nItems < 0)
    throw new InputError(`A map has 0 items or more, not ${nItems}.`);
  if (modality.length !== nItems) {
    throw new InputError(`${nItems} items need ${nItems} modalities; there are ${modality.length}.`);
  }
  if (modality.some((m) => m >= MODALITIES.length)) {
    throw new InputError(`A modality is an index below ${MODALITIES.length}.`);
  }
  if (pairs.length % 2 !== 0 || pairs.some((item) => item >= nItems)) {
    throw new InputError(`Pairs are two indices below ${nItems} each.`);
  }
  const order = slices.map(({ id }) => MAP_SLICES.indexOf(id));
  if (slices.length === 0 || order.some((at, s) => at < 0 || (s > 0 && at <= order[s - 1]!))) {
    throw new InputError(
      `A map has one to three of the slices ${MAP_SLICES.join(', ')} in this order; these are ${slices.map(({ id }) => id).join(', ') || 'none'}.`,
    );
  }
  for (const slice of slices) checkSlice(slice, nItems);
}

function checkSlice({ id, dim, vectors, known }: MapSliceInput, nItems: number): void {
  if (!Number.isInteger(dim) || dim < 1 || vectors.length !== nItems * dim) {
    throw new InputError(
      `Slice ${id} needs ${nItems} vectors of ${dim} numbers; it has ${vectors.length} numbers.`,
    );
  }
  if (known && known.length !== nItems) {
    throw new InputError(
      `Slice ${id} says of ${known.length} items whether it knows them; there are ${nItems}.`,
    );
  }
  for (let i = 0; i < nItems; i++) {
    if (known && known[i] === 0) continue;
    let squares = 0;
    for (let d = i * dim; d < (i + 1) * dim; d++) squares += vectors[d]! * vectors[d]!;
    // Written so that NaN and Infinity fail too.
    if (!(Math.abs(Math.sqrt(squares) - 1) <= LENGTH_TOLERANCE)) {
      throw new InputError(
        `The vector of item ${i} in slice ${id} has length ${Math.sqrt(squares)}; a map needs unit vectors.`,
      );
    }
  }
}

/** The items to lay, ascending: all of them, or a seeded sample of maxItems. */
export function sampleItems(nItems: number, maxItems: number, seed: number): Uint32Array {
  const all = Array.from({ length: nItems }, (_, i) => i);
  if (nItems <= maxItems) return Uint32Array.from(all);
  return Uint32Array.from(createRandom(seed).shuffled(all).slice(0, maxItems)).sort();
}
