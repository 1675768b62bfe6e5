import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { sphericalKMeans } from './kMeans.ts';
import { keptItems, narrowedSpace, N_TOPICS, topicsOf } from './poolDamage.ts';
import { PairMiner, type MiningSpace } from './pseudoPairs.ts';
import { normaliseRows } from './sphere.ts';

const DIM = 24;

/** Unit rows around `N_TOPICS` seeded directions, item i of direction i % N_TOPICS, all moved by `shift` along one axis. */
function topicRows(n: number, seed: number, shift: number): Float32Array {
  const directions = createRandom(7);
  const centres = Float32Array.from({ length: N_TOPICS * DIM }, () => directions.normal());
  const random = createRandom(seed);
  const x = new Float32Array(n * DIM);
  for (let i = 0; i < n; i++) {
    for (let d = 0; d < DIM; d++) {
      x[i * DIM + d] =
        centres[(i % N_TOPICS) * DIM + d]! + 0.15 * random.normal() + (d === DIM - 1 ? shift : 0);
    }
  }
  return normaliseRows(x, DIM);
}

const BASE: MiningSpace = {
  id: 'base',
  dim: DIM,
  rows: { text: topicRows(400, 1, 0), image: topicRows(200, 2, 6), audio: topicRows(100, 3, -6) },
};
const EXPERT: MiningSpace = {
  id: 'expert',
  dim: DIM,
  rows: { text: topicRows(400, 4, 0), audio: topicRows(100, 5, 3) },
};

test('clusters of well-parted rows are found, the same for a seed', () => {
  const x = topicRows(300, 9, 0);
  const { of, k } = sphericalKMeans(x, DIM, N_TOPICS, createRandom(1));
  expect(k).toBe(N_TOPICS);
  expect(new Set(of).size).toBe(N_TOPICS);
  expect(sphericalKMeans(x, DIM, N_TOPICS, createRandom(1)).of).toEqual(of);
  // Two true topics may share a cluster at an unlucky start; most do not.
  const pure = Array.from({ length: N_TOPICS }, (_, t) => {
    const members = [...of.keys()].filter((i) => i % N_TOPICS === t);
    return members.filter((i) => of[i] === of[t]).length / members.length;
  });
  expect(pure.reduce((a, b) => a + b) / N_TOPICS).toBeGreaterThan(0.9);
});

test('more clusters than rows, equal rows and none', () => {
  const same = normaliseRows(new Float32Array(3 * DIM).fill(1), DIM);
  const { of, k } = sphericalKMeans(same, DIM, 5, createRandom(1));
  expect(k).toBe(3);
  expect(new Set(of)).toEqual(new Set([0, 1, 2]));
  expect(() => sphericalKMeans(new Float32Array(), DIM, 2, createRandom(1))).toThrow(InputError);
});

test('items of every modality get the topic of their texts, across a gap', () => {
  const topics = topicsOf(new PairMiner(BASE, EXPERT), 1);
  for (const modality of ['image', 'audio'] as const) {
    const of = topics[modality]!;
    const right = [...of.keys()].filter((i) => of[i] === topics.text![i % N_TOPICS]).length;
    expect(right / of.length).toBeGreaterThan(0.8);
  }
});

test('a share of topics keeps whole topics, and a smaller share a part of a larger one', () => {
  const miner = new PairMiner(BASE, EXPERT);
  const topics = topicsOf(miner, 1);
  const half = keptItems(miner, { keep: 1, topics: 0.5 }, 1);
  const fifth = keptItems(miner, { keep: 1, topics: 0.2 }, 1);
  const names = (kept: Uint32Array) => new Set([...kept].map((i) => topics.text![i]!));
  expect(names(half.text!).size).toBe(10);
  expect(names(fifth.text!).size).toBe(4);
  for (const item of fifth.text!) expect(half.text).toContain(item);
  const all = [...topics.text!.keys()].filter((i) => names(half.text!).has(topics.text![i]!));
  expect([...half.text!]).toEqual(all);
});

test('a share of the pool keeps so many of each modality, in both spaces the same', () => {
  const miner = new PairMiner(BASE, EXPERT);
  const kept = keptItems(miner, { keep: 0.25, topics: 1 }, 5);
  expect([kept.text!.length, kept.image!.length, kept.audio!.length]).toEqual([100, 50, 25]);
  expect(keptItems(miner, { keep: 0.25, topics: 1 }, 5)).toEqual(kept);
  expect(keptItems(miner, { keep: 0.25, topics: 1 }, 6)).not.toEqual(kept);
  for (const space of [BASE, EXPERT]) {
    const { rows } = narrowedSpace(space, kept);
    kept.text!.forEach((item, i) => {
      expect(rows.text!.subarray(i * DIM, (i + 1) * DIM)).toEqual(
        space.rows.text!.subarray(item * DIM, (item + 1) * DIM),
      );
    });
  }
  expect(keptItems(miner, { keep: 1, topics: 1 }, 1)).toEqual({});
  expect(() => keptItems(miner, { keep: 0, topics: 1 }, 1)).toThrow(InputError);
  expect(() => keptItems(miner, { keep: 1, topics: 1.5 }, 1)).toThrow(InputError);
});
