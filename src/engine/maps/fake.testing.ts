/** Seeded clusters that stand for a collection: groups in three modalities with a gap, blurred in the base. */
import { createRandom } from '../../base/random.ts';
import type { MapLayoutRequest } from './types.ts';

export interface FakeCollection {
  nText: number;
  nImage: number;
  nAudio: number;
  groups: number;
  seed?: number;
  /** Of the current slice, between unified (0) and expert (1). */
  factor?: number;
  dim?: number;
}

/** Unified knows all, blurred; the expert knows texts and sounds, sharply, in a space of its own. */
export function fakeRequest(options: FakeCollection): MapLayoutRequest & { group: Uint32Array } {
  const { nText, nImage, nAudio, groups, seed = 1, factor = 0.4, dim = 24 } = options;
  const nItems = nText + nImage + nAudio;
  const random = createRandom(seed);
  const modality = Uint8Array.from({ length: nItems }, (_, i) =>
    i < nText ? 0 : i < nText + nImage ? 1 : 2,
  );
  const group = Uint32Array.from({ length: nItems }, () => random.int(groups));
  const unit = (values: number[]) => {
    const length = Math.hypot(...values);
    return values.map((value) => value / length);
  };
  const gauss = () => Array.from({ length: dim }, () => random.normal());
  const offsets = [0, 1, 2].map(gauss);
  const space = (blur: number, gap: number) => {
    const centers = Array.from({ length: groups }, gauss);
    return Array.from(group, (g, i) =>
      unit(centers[g]!.map((value, d) => value + gap * offsets[modality[i]!]![d]! + blur * random.normal())),
    );
  };
  const unified = space(0.8, 0.8);
  const expert = space(0.35, 0.3);
  const current = unified.map((row, i) =>
    modality[i] === 1 ? row : unit(row.map((value, d) => (1 - factor) * value + factor * expert[i]![d]!)),
  );
  const flat = (rows: number[][]) => Float32Array.from(rows.flat());
  const pairs: number[] = [];
  for (let i = nText; i < nItems; i++) {
    const text = group.findIndex((g, j) => j < nText && g === group[i]);
    if (text >= 0) pairs.push(text, i);
  }
  return {
    nItems,
    modality,
    group,
    pairs: Uint32Array.from(pairs),
    slices: [
      { id: 'unified', dim, vectors: flat(unified) },
      { id: 'current', dim, vectors: flat(current) },
      { id: 'expert', dim, vectors: flat(expert), known: modality.map((m) => (m === 1 ? 0 : 1)) },
    ],
  };
}
