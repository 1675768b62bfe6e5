import { expect, test } from 'vitest';
import { MediaError } from '../../../base/errors.ts';
import { tokensOf, type TextTokenizer } from './tokens.ts';

/** One token a word, by its length; 1 opens, 2 closes. */
function tokenizer(open: number[], close: number[]): TextTokenizer {
  return {
    unk_token_id: 0,
    all_special_ids: [0, 1, 2],
    pad_token_id: 9,
    encode(text, { add_special_tokens: special = true } = {}) {
      const body = text.split(' ').map((word) => 10 + word.length);
      return special ? [...open, ...body, ...close] : body;
    },
  };
}
const BOTH = tokenizer([1], [2]);

test('short texts are whole, filled up only where that is asked for', () => {
  expect(tokensOf(BOTH, 'a bb', { most: 6, pad: false })).toEqual({
    ids: [1, 11, 12, 2],
    mask: [1, 1, 1, 1],
  });
  expect(tokensOf(BOTH, 'a bb', { most: 6, pad: true })).toEqual({
    ids: [1, 11, 12, 2, 9, 9],
    mask: [1, 1, 1, 1, 0, 0],
  });
  const noPad = { ...BOTH, pad_token_id: undefined };
  expect(tokensOf(noPad, 'a', { most: 4, pad: true }).ids).toEqual([1, 11, 2, 0]);
});

test('long texts keep the special tokens around them', () => {
  const cut = (one: TextTokenizer, most: number) => tokensOf(one, 'a bb ccc dddd', { most, pad: true }).ids;
  expect(cut(BOTH, 4)).toEqual([1, 11, 12, 2]);
  expect(cut(tokenizer([], [2]), 3)).toEqual([11, 12, 2]);
  expect(cut(tokenizer([1], []), 3)).toEqual([1, 11, 12]);
  expect(cut(tokenizer([], []), 2)).toEqual([11, 12]);
  expect(cut(BOTH, 2)).toEqual([1, 11]);
  expect(tokensOf(BOTH, 'a bb ccc dddd', { most: 4, pad: false }).note).toContain('first 4 of 6');
});

test('a text of nothing that the tokenizer knows is refused', () => {
  const blind = { ...BOTH, encode: () => [1, 0, 0, 2] };
  expect(() => tokensOf(blind, '犬', { most: 9, pad: false })).toThrow(MediaError);
});
