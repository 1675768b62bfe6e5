/**
 * Small model files, good and damaged, for the tests in the browser, which can only fetch what the server has: they lie in
 * fixtures/models/ and fixtures.test.ts holds them to this description.
 */
import { writeOnnx } from '../../formats/onnx.ts';

const PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'a', 'dog', 'barks', 'rain', '##s', 'falls'];
const DIM = 96;

const TOKENIZER = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: PIECES.slice(0, 4).map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: { type: 'BertNormalizer', lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(PIECES.map((piece, id) => [piece, id])),
  },
};

const TOKENIZER_CONFIG = {
  tokenizer_class: 'BertTokenizer',
  model_max_length: 8,
  pad_token: '[PAD]',
  unk_token: '[UNK]',
  cls_token: '[CLS]',
  sep_token: '[SEP]',
};

/** Vector of a piece: 1 on its own axis, 0.1 on the last. */
function pieceVectors(): Float32Array {
  const data = new Float32Array(PIECES.length * DIM);
  PIECES.forEach((_, piece) => {
    data[piece * DIM + piece] = 1;
    data[piece * DIM + DIM - 1] = 0.1;
  });
  return data;
}

/** input_ids [batch, tokens] -> text_embeds [batch, 96], the sum of the pieces' vectors. */
function textGraph(): Uint8Array<ArrayBuffer> {
  return writeOnnx({
    name: 'text_model',
    inputs: [{ name: 'input_ids', type: 'int64', dims: ['batch', 'tokens'] }],
    outputs: [{ name: 'text_embeds', type: 'float32', dims: ['batch', DIM] }],
    constants: [
      { name: 'pieces', dims: [PIECES.length, DIM], data: pieceVectors() },
      { name: 'axis', dims: [1], data: BigInt64Array.of(1n) },
    ],
    nodes: [
      { op: 'Gather', inputs: ['pieces', 'input_ids'], outputs: ['vectors'] },
      {
        op: 'ReduceSum',
        inputs: ['vectors', 'axis'],
        outputs: ['text_embeds'],
        attributes: { keepdims: { int: 0 } },
      },
    ],
  });
}

/** What fixtures/models/ holds: bytes of graphs, values of JSON files. */
export function fixtureFiles(): ReadonlyMap<string, Uint8Array | object> {
  const good = textGraph();
  const cut = good.slice(0, good.length >> 1);
  const files = new Map<string, Uint8Array | object>();
  const both = (stem: string, bytes: Uint8Array) => {
    for (const suffix of ['_quantized', '_q4']) files.set(`${stem}${suffix}.onnx`, bytes);
  };
  // foley reads; unified's graph is cut off; pictext's tokenizer is no tokenizer; c-foley's graph is cut off.
  for (const [repo, family, tokenizer, graph] of [
    ['foley', 'clap', TOKENIZER, good],
    ['unified', 'clip', TOKENIZER, cut],
    ['pictext', 'clip', { version: '1.0' }, good],
  ] as const) {
    files.set(`${repo}/config.json`, { model_type: family });
    files.set(`${repo}/tokenizer.json`, tokenizer);
    files.set(`${repo}/tokenizer_config.json`, TOKENIZER_CONFIG);
    both(`${repo}/onnx/text_model`, graph);
  }
  both('bonds/foley-to-unified/onnx/model', cut);
  return files;
}
