import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { DIMS } from '../../../src/recipe/embedded.ts';
import { readEmoji } from '../source.ts';
import { splitWords } from '../tokenizer/wordPiece.ts';
import { embedWithTable, makeWordTable } from './encoder.ts';
import { leadingEigenvectors, positiveInformation, tagGraph } from './graph.ts';

const emoji = readEmoji();
const table = makeWordTable(emoji, DIMS.tags);
const embed = (...texts: string[]) => {
  const rows = embedWithTable(table, texts);
  return texts.map((_, i) => rows.subarray(i * DIMS.tags, (i + 1) * DIMS.tags));
};
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, d) => sum + value * b[d]!, 0);

test('the graph has the words of what training sees, and no withheld tag of an emoji beside its name', () => {
  const graph = tagGraph([
    { name: 'church bell', trainTags: ['bell', 'loud noise'], seen: true },
    { name: 'bell: off', trainTags: [], seen: true },
    { name: 'wolf', trainTags: ['howl'], seen: false },
  ]);
  expect(graph.words).toEqual(['bell', 'church', 'loud', 'noise', 'off']);
  expect(graph.emoji).toEqual([
    [1, 0, 2, 3],
    [0, 4],
  ]);
  const whole = tagGraph(emoji);
  const leaked = emoji
    .filter((one) => one.seen)
    .flatMap(({ testTag, name, trainTags }, i) => {
      const own = new Set(splitWords([name, ...trainTags].join(' ')));
      const row = new Set(whole.emoji[i]!.map((word) => whole.words[word]));
      return splitWords(testTag ?? '').filter((word) => row.has(word) && !own.has(word));
    });
  expect(leaked).toEqual([]);
});

test('positive information is symmetric and above nothing only between words that share an emoji', () => {
  const { columns, values } = positiveInformation({
    words: ['a', 'b', 'c', 'd'],
    emoji: [
      [0, 1],
      [0, 1, 2],
      [2, 3],
    ],
  });
  const at = (u: number, v: number) => values[u]![columns[u]!.indexOf(v)] ?? 0;
  for (let u = 0; u < 4; u++) for (let v = 0; v < 4; v++) expect(at(u, v)).toBeCloseTo(at(v, u), 12);
  expect(at(0, 3)).toBe(0);
  // P(a, b) = (1/2 + 1/3) / 7, P(a) = P(b) = 2 / 7.
  expect(at(0, 1)).toBeCloseTo(Math.log(((5 / 6) * 7) / 4), 12);
});

test('leading eigenvectors solve their equation, largest first', () => {
  const random = createRandom(3);
  const [n, k] = [12, 3];
  // A matrix with known vectors: sum_i lambda_i u_i u_i' with well separated lambdas.
  const directions = Array.from({ length: 3 }, () => Array.from({ length: n }, () => random.normal()));
  for (const [i, own] of directions.entries()) {
    for (const other of directions.slice(0, i)) {
      const along = own.reduce((sum, value, d) => sum + value * other[d]!, 0);
      own.forEach((value, d) => (own[d] = value - along * other[d]!));
    }
    const length = Math.hypot(...own);
    own.forEach((value, d) => (own[d] = value / length));
  }
  const lambdas = [5, 3, 1];
  const values = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_unused, j) =>
      lambdas.reduce((sum, lambda, d) => sum + lambda * directions[d]![i]! * directions[d]![j]!, 0),
    ),
  );
  const columns = values.map((row) => row.map((_, j) => j));
  const found = leadingEigenvectors({ columns, values }, k, 60);
  lambdas.forEach((lambda, d) => {
    expect(found.eigenvalues[d]).toBeCloseTo(lambda, 8);
    const along = directions[d]!.reduce((sum, value, i) => sum + value * found.vectors[i * k + d]!, 0);
    expect(Math.abs(along)).toBeCloseTo(1, 8);
  });
});

test('related tags lie nearer than unrelated ones', () => {
  for (const [a, near, far] of [
    ['guitar', 'music', 'fruit'],
    ['rain', 'umbrella', 'guitar'],
    ['dog', 'pet', 'bank'],
    ['apple', 'fruit', 'train'],
    ['drum', 'music', 'flower'],
    ['sad', 'cry', 'train'],
  ] as const) {
    const [x, y, z] = embed(a, near, far);
    expect(dot(x!, y!), `${a}: ${near} against ${far}`).toBeGreaterThan(dot(x!, z!) + 0.2);
  }
});

test('a tag that was withheld is nearer to its own emoji’s name than to others’: better than chance by far', () => {
  const known = new Set(table.pieces);
  const seen = emoji.filter(({ seen: isSeen }) => isSeen);
  const names = embed(...seen.map(({ name }) => name));
  const asked = seen.flatMap(({ testTag }, own) =>
    testTag !== null && splitWords(testTag).some((word) => known.has(word)) ? [{ testTag, own }] : [],
  );
  const tags = embed(...asked.map(({ testTag }) => testTag));
  const reciprocal = asked.map(({ own }, i) => {
    const right = dot(tags[i]!, names[own]!);
    return 1 / (1 + names.filter((name) => dot(tags[i]!, name) > right).length);
  });
  const mrr = reciprocal.reduce((sum, value) => sum + value, 0) / asked.length;
  expect(asked.length).toBeGreaterThan(900);
  // Chance: the mean of 1 / rank over 1,423 names, 0.0055.
  expect(mrr).toBeGreaterThan(0.11);
});

test('texts are unit vectors, also without any known word; endings and unknown words change little', () => {
  const texts = ['', 'zzyzx', 'church bell', 'church bells', 'church bell zzyzx'];
  const rows = embed(...texts);
  for (const row of rows) expect(dot(row, row)).toBeCloseTo(1, 5);
  expect(dot(rows[2]!, rows[3]!)).toBeGreaterThan(0.99);
  expect(dot(rows[2]!, rows[4]!)).toBeGreaterThan(0.99);
  expect(dot(rows[1]!, rows[2]!)).toBeLessThan(0.9);
});
