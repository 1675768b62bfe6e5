/** The graph of words that emoji share, and where each word lies in it. */
import { createRandom } from '../../../src/base/random.ts';
import type { Emoji } from '../../../src/world/pictures.ts';
import { splitWords } from '../tokenizer/wordPiece.ts';

export interface TagGraph {
  /** Words of names and tags, in code-point order. */
  words: string[];
  /** Of each emoji, the indices of its words, each once. */
  emoji: number[][];
}

const isWord = (piece: string) => /[\p{L}\p{N}]/u.test(piece);

/** The graph of the emoji that training sees: their names and tags, without the withheld ones. */
export function tagGraph(emoji: readonly Pick<Emoji, 'name' | 'trainTags' | 'seen'>[]): TagGraph {
  const lists = emoji
    .filter(({ seen }) => seen)
    .map(({ name, trainTags }) => [...new Set(splitWords([name, ...trainTags].join(' ')).filter(isWord))]);
  const words = [...new Set(lists.flat())].sort();
  const indexOf = new Map(words.map((word, i) => [word, i]));
  return { words, emoji: lists.map((list) => list.map((word) => indexOf.get(word)!)) };
}

/** How many emoji have each word. */
export function emojiCounts({ words, emoji }: TagGraph): Uint32Array {
  const counts = new Uint32Array(words.length);
  for (const list of emoji) for (const word of list) counts[word]!++;
  return counts;
}

/** A symmetric matrix without its zeros: row i has `values[i]` at the columns `columns[i]`. */
export interface SparseMatrix {
  columns: number[][];
  values: number[][];
}

/**
 * Positive pointwise mutual information of words that share emoji (Levy and Goldberg, NIPS 2014):
 * max(0, log(P(u, v) / (P(u) P(v)))), P from the counts sum_e 1 / n_e over the emoji e with both words, n_e their words; a
 * word goes with itself too.
 */
export function positiveInformation({ words, emoji }: TagGraph): SparseMatrix {
  const counts = words.map(() => new Map<number, number>());
  for (const list of emoji)
    for (const u of list) for (const v of list) counts[u]!.set(v, (counts[u]!.get(v) ?? 0) + 1 / list.length);
  const marginals = counts.map((row) => [...row.values()].reduce((sum, value) => sum + value, 0));
  const total = marginals.reduce((sum, value) => sum + value, 0);
  const kept = counts.map((row, u) =>
    [...row]
      .map(([v, count]) => [v, Math.log((count * total) / (marginals[u]! * marginals[v]!))] as const)
      .filter(([, value]) => value > 0)
      .sort(([a], [b]) => a - b),
  );
  return {
    columns: kept.map((row) => row.map(([v]) => v)),
    values: kept.map((row) => row.map(([, value]) => value)),
  };
}

/**
 * The `k` leading eigenvectors of a symmetric matrix as columns of [n, k], and their eigenvalues, by orthogonal iteration
 * (Golub and Van Loan, Matrix Computations, section 7.3.2). Deterministic.
 */
export function leadingEigenvectors(
  { columns, values }: SparseMatrix,
  k: number,
  nIterations = 40,
): { vectors: Float64Array; eigenvalues: Float64Array } {
  const n = columns.length;
  const random = createRandom(61);
  let q = Float64Array.from({ length: n * k }, () => random.normal());
  orthonormalise(q, n, k);
  const eigenvalues = new Float64Array(k);
  for (let iteration = 0; iteration < nIterations; iteration++) {
    const z = new Float64Array(n * k);
    for (let i = 0; i < n; i++) {
      columns[i]!.forEach((j, at) => {
        const value = values[i]![at]!;
        for (let d = 0; d < k; d++) z[i * k + d]! += value * q[j * k + d]!;
      });
    }
    eigenvalues.fill(0);
    for (let at = 0; at < n * k; at++) eigenvalues[at % k]! += q[at]! * z[at]!;
    orthonormalise(z, n, k);
    q = z;
  }
  return { vectors: q, eigenvalues };
}

/** Makes the columns of x [n, k] orthonormal, from the first to the last (modified Gram-Schmidt). */
function orthonormalise(x: Float64Array, n: number, k: number): void {
  for (let d = 0; d < k; d++) {
    for (let other = 0; other < d; other++) {
      let dot = 0;
      for (let i = 0; i < n; i++) dot += x[i * k + d]! * x[i * k + other]!;
      for (let i = 0; i < n; i++) x[i * k + d]! -= dot * x[i * k + other]!;
    }
    let squares = 0;
    for (let i = 0; i < n; i++) squares += x[i * k + d]! ** 2;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let i = 0; i < n; i++) x[i * k + d]! *= scale;
  }
}

/**
 * Where each word lies, [nWords, dim]: the unit row of V sqrt(L), V the leading eigenvectors of the words' positive
 * information and L their eigenvalues, times 1 / (1 + n / 10) for a word of n emoji, so that a text's mean leans on its rare
 * words (as in Arora and others, ICLR 2017).
 */
export function embedWords(graph: TagGraph, dim: number): Float32Array {
  const { vectors, eigenvalues } = leadingEigenvectors(positiveInformation(graph), dim);
  const counts = emojiCounts(graph);
  const out = new Float32Array(graph.words.length * dim);
  counts.forEach((count, i) => {
    const row = Float64Array.from(
      { length: dim },
      (_, d) => vectors[i * dim + d]! * Math.sqrt(Math.max(0, eigenvalues[d]!)),
    );
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    const scale = length > 0 ? 1 / (length * (1 + count / 10)) : 0;
    row.forEach((value, d) => (out[i * dim + d] = value * scale));
  });
  return out;
}
