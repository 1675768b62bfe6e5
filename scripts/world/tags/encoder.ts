/** The text encoder of Tags: whole words looked up, and their mean. */
import type { Emoji } from '../../../src/world/pictures.ts';
import { encodeWordPiece, SPECIAL, vocabularyMap } from '../tokenizer/wordPiece.ts';
import { embedWords, tagGraph } from './graph.ts';

/** Endings that a word of the graph may have in a text: "bells" is "bell" and "##s". */
const ENDINGS = ['##s', '##es', '##ed', '##ing'] as const;
/** Length of the vectors of pieces that say nothing, beside those of words, which are at most 1. */
const FAINT = 0.01;

export interface WordTable {
  /** Pieces of the vocabulary, in the order of their ids: special ones, endings, then whole words. */
  pieces: string[];
  /** [nPieces, dim] */
  vectors: Float32Array;
}

/**
 * The table of the words of a tag graph. Pieces that are no word of it (the special ones, a word that the graph lacks,
 * endings) get a faint vector along the mean of all words, so that a text without any known word is still a unit vector and
 * any known word outweighs it.
 */
export function makeWordTable(emoji: readonly Emoji[], dim: number): WordTable {
  const graph = tagGraph(emoji);
  const words = embedWords(graph, dim);
  const mean = new Float64Array(dim);
  words.forEach((value, at) => (mean[at % dim]! += value));
  const length = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0));
  const others = [...SPECIAL, ...ENDINGS];
  const vectors = new Float32Array((others.length + graph.words.length) * dim);
  for (let at = 0; at < others.length * dim; at++) vectors[at] = (FAINT * mean[at % dim]!) / length;
  vectors.set(words, others.length * dim);
  return { pieces: [...others, ...graph.words], vectors };
}

/** Unit rows [nTexts, dim]: the normalised mean of the vectors of each text's pieces. */
export function embedWithTable({ pieces, vectors }: WordTable, texts: readonly string[]): Float32Array {
  const vocabulary = vocabularyMap(pieces);
  const dim = vectors.length / pieces.length;
  const out = new Float32Array(texts.length * dim);
  texts.forEach((text, i) => {
    const sum = new Float64Array(dim);
    for (const id of encodeWordPiece(vocabulary, text))
      for (let d = 0; d < dim; d++) sum[d]! += vectors[id * dim + d]!;
    const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0));
    sum.forEach((value, d) => (out[i * dim + d] = value / length));
  });
  return out;
}
