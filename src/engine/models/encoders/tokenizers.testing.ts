/** The tokenizers of CLIP (BPE with an ending for words) and CLAP (RoBERTa's), as the hub has them, with few merges. */

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'.split('');
const special = (content: string, id: number) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

const CLIP_MERGES = ['d o', 'do g</w>', 'c a', 'ca t</w>', 'b a', 'ba r', 'bar k', 'bark s</w>'];
const CLIP_PIECES = [
  ...LETTERS,
  ...LETTERS.map((letter) => `${letter}</w>`),
  ...CLIP_MERGES.map((merge) => merge.replace(' ', '')),
  '<|startoftext|>',
  '<|endoftext|>',
];
/** Pieces of each tokenizer. */
export const N_CLIP_PIECES = CLIP_PIECES.length;
export const CLIP_START = CLIP_PIECES.length - 2;
export const CLIP_END = CLIP_PIECES.length - 1;
export const clipPiece = (piece: string) => CLIP_PIECES.indexOf(piece);

export const CLIP_TOKENIZER = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [special('<|startoftext|>', CLIP_START), special('<|endoftext|>', CLIP_END)],
  normalizer: {
    type: 'Sequence',
    normalizers: [
      { type: 'NFC' },
      { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
      { type: 'Lowercase' },
    ],
  },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      {
        type: 'Split',
        pattern: {
          Regex:
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
        },
        behavior: 'Removed',
        invert: true,
      },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
    ],
  },
  post_processor: {
    type: 'RobertaProcessing',
    sep: ['<|endoftext|>', CLIP_END],
    cls: ['<|startoftext|>', CLIP_START],
    trim_offsets: false,
    add_prefix_space: false,
  },
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: '<|endoftext|>',
    continuing_subword_prefix: '',
    end_of_word_suffix: '</w>',
    fuse_unk: false,
    vocab: Object.fromEntries(CLIP_PIECES.map((piece, id) => [piece, id])),
    merges: CLIP_MERGES,
  },
};

const CLAP_MERGES = ['d o', 'do g', 'Ġ dog', 'r a', 'ra i', 'rai n', 'Ġ rain'];
const CLAP_SPECIALS = ['<s>', '<pad>', '</s>', '<unk>'];
const CLAP_PIECES = [
  ...CLAP_SPECIALS,
  ...LETTERS,
  'Ġ',
  ...CLAP_MERGES.map((merge) => merge.replace(' ', '')),
  '<mask>',
];
export const N_CLAP_PIECES = CLAP_PIECES.length;
export const clapPiece = (piece: string) => CLAP_PIECES.indexOf(piece);

export const CLAP_TOKENIZER = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [...CLAP_SPECIALS, '<mask>'].map((piece) => special(piece, clapPiece(piece))),
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
  post_processor: {
    type: 'RobertaProcessing',
    sep: ['</s>', 2],
    cls: ['<s>', 0],
    trim_offsets: true,
    add_prefix_space: false,
  },
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: '',
    end_of_word_suffix: '',
    fuse_unk: false,
    vocab: Object.fromEntries(CLAP_PIECES.map((piece, id) => [piece, id])),
    merges: CLAP_MERGES,
  },
};
