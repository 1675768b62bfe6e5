import { UMAP } from 'umap-js';
import { expect, test } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { PreparedSlice } from './preparedSlice.ts';
import { SliceUmap, type Point } from './sliceUmap.ts';

/** Six items on a circle. */
function circle(): PreparedSlice {
  const vectors = Float32Array.from({ length: 12 }, (_, i) =>
    (i % 2 === 0 ? Math.cos : Math.sin)((Math.PI / 3) * (i >> 1)),
  );
  return new PreparedSlice({ id: 'unified', dim: 2, vectors }, Uint32Array.of(0, 1, 2, 3, 4, 5), 3);
}

test('a link pulls its item to the other place and leaves that place alone', () => {
  const distanceAfter = (weight: number) => {
    const umap = new SliceUmap(circle(), 30, 1, createRandom(1));
    const other: Point = [40, 40];
    umap.link([{ own: 2, other }], weight);
    for (let pass = 0; pass < 30; pass++) umap.step();
    expect(other).toEqual([40, 40]);
    const [x, y] = umap.positions[2]!;
    return Math.hypot(x - 40, y - 40);
  };
  const [free, light, heavy] = [0, 1, 3].map(distanceAfter);
  expect(light).toBeLessThan(free!);
  expect(heavy).toBeLessThan(light!);
});

test('each edge of the graph stands in both directions, as only its head is pulled', () => {
  const { optimizationState } = stateOf(circle());
  const edges = optimizationState.head.map((head, e) => `${head}>${optimizationState.tail[e]}`);
  expect(edges.length).toBeGreaterThan(6);
  expect(edges.map((edge) => edge.split('>').toReversed().join('>')).toSorted()).toEqual(edges.toSorted());
});

/** The state of umap-js itself, for what its version promises. */
function stateOf(slice: PreparedSlice): { optimizationState: { head: number[]; tail: number[] } } {
  const umap = new UMAP({ nNeighbors: 4, nEpochs: 30, random: () => 0.5 });
  const rows = Array.from({ length: 6 }, (_, i) => [i, ...slice.neighbours().subarray(3 * i, 3 * i + 3)]);
  umap.setPrecomputedKNN(
    rows,
    rows.map(() => [0, 0.5, 0.6, 1.5]),
  );
  umap.initializeFit(rows);
  return umap as unknown as { optimizationState: { head: number[]; tail: number[] } };
}
