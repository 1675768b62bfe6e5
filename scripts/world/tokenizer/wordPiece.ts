/** WordPiece: a vocabulary from texts, the tokenizer.json that Hugging Face reads, and the plain version of encoding. */

export const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'] as const;
export const PAD = 0;
export const UNK = 1;
export const CLS = 2;
export const SEP = 3;
/** Longest training text: 26 tokens. */
export const MAX_TOKENS = 64;

/** Characters that BertNormalizer drops: controls other than white space, formats, private use, halves of pairs. */
const DROPPED = /[\ufffd\p{Cf}\p{Co}\p{Cs}]|(?![\t\n\r])\p{Cc}/gu;
/** A special token that a text spells out stands for itself. */
const SPELLED = /(\[(?:PAD|UNK|CLS|SEP)\])/;

/** Lower case without accents, split at spaces and around punctuation, as BertNormalizer and BertPreTokenizer do. */
export function splitWords(text: string): string[] {
  const plain = text
    .replace(DROPPED, '')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '');
  return (
    plain.match(
      /[\p{P}\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e]|[^\s\p{P}\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e]+/gu,
    ) ?? []
  );
}

/**
 * Learns pieces as WordPieceTrainer does: start from characters, join the most frequent neighbours (ties: the first in
 * code-point order) until `size` pieces exist or nothing occurs twice. All of a-z and 0-9 are in, alone and as "##x".
 */
export function trainWordPiece(texts: readonly string[], size: number): string[] {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const word of splitWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const list = [...counts].map(([word, count]) => ({
    count,
    pieces: Array.from(word).map((letter, i) => (i === 0 ? letter : `##${letter}`)),
  }));
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz0123456789');
  const pieces = new Set<string>([...letters, ...letters.map((letter) => `##${letter}`)]);
  for (const { pieces: own } of list) for (const piece of own) pieces.add(piece);
  const budget = size - SPECIAL.length;
  while (pieces.size < budget) {
    const pairs = new Map<string, number>();
    for (const { count, pieces: own } of list) {
      for (let i = 0; i + 1 < own.length; i++) {
        const key = `${own[i]} ${own[i + 1]}`;
        pairs.set(key, (pairs.get(key) ?? 0) + count);
      }
    }
    let best = '';
    let most = 1;
    for (const [key, count] of pairs) {
      if (count > most || (count === most && most > 1 && key < best)) {
        best = key;
        most = count;
      }
    }
    if (best === '') break;
    const [left, right] = best.split(' ') as [string, string];
    const joined = left + right.slice(2);
    pieces.add(joined);
    for (const entry of list) {
      const own = entry.pieces;
      for (let i = 0; i + 1 < own.length; i++)
        if (own[i] === left && own[i + 1] === right) own.splice(i, 2, joined);
    }
  }
  return [...SPECIAL, ...pieces];
}

/**
 * Ids of a text: [CLS] greedy longest pieces [SEP], at most MAX_TOKENS; what is over is cut off at the end, [SEP] with
 * it, as transformers.js does.
 */
export function encodeWordPiece(vocabulary: ReadonlyMap<string, number>, text: string): number[] {
  const ids = text
    .split(SPELLED)
    .flatMap((part, i) => (i % 2 === 1 ? [vocabulary.get(part) ?? UNK] : encodePart(vocabulary, part)));
  return [CLS, ...ids, SEP].slice(0, MAX_TOKENS);
}

function encodePart(vocabulary: ReadonlyMap<string, number>, text: string): number[] {
  const ids: number[] = [];
  for (const word of splitWords(text)) {
    const own: number[] = [];
    const characters = Array.from(word);
    let start = 0;
    while (start < characters.length && characters.length <= 100) {
      let end = characters.length;
      let id: number | undefined;
      for (; end > start; end--) {
        id = vocabulary.get((start > 0 ? '##' : '') + characters.slice(start, end).join(''));
        if (id !== undefined) break;
      }
      if (id === undefined) break;
      own.push(id);
      start = end;
    }
    if (start < characters.length) ids.push(UNK);
    else ids.push(...own);
  }
  return ids;
}

export function vocabularyMap(pieces: readonly string[]): Map<string, number> {
  return new Map(pieces.map((piece, id) => [piece, id]));
}

/** The contents of tokenizer.json. */
export function tokenizerJson(pieces: readonly string[]): unknown {
  const added = SPECIAL.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const part = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: false,
      strip_accents: true,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [part('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, part('[SEP]')],
      pair: [
        part('[CLS]'),
        { Sequence: { id: 'A', type_id: 0 } },
        part('[SEP]'),
        { Sequence: { id: 'B', type_id: 0 } },
        part('[SEP]'),
      ],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [CLS], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [SEP], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    },
  };
}

/** The contents of tokenizer_config.json. */
export const TOKENIZER_CONFIG = {
  tokenizer_class: 'BertTokenizer',
  do_lower_case: true,
  model_max_length: MAX_TOKENS,
  pad_token: '[PAD]',
  unk_token: '[UNK]',
  cls_token: '[CLS]',
  sep_token: '[SEP]',
  clean_up_tokenization_spaces: true,
} as const;
