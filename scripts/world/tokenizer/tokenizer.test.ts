import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fluent from '@iconify-json/fluent-emoji-flat/chars.json';
import noto from '@iconify-json/noto/chars.json';
import twemoji from '@iconify-json/twemoji/chars.json';
import { AutoTokenizer, env, type PreTrainedTokenizer } from '@huggingface/transformers';
import emojibase from 'emojibase-data/en/data.json';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCollection } from '../../../src/world/collection.ts';
import { listEmoji, type EmojibaseRow } from '../../../src/world/pictures.ts';
import { vocabularyOf } from '../train/texts.ts';
import { encodeWordPiece, MAX_TOKENS, TOKENIZER_CONFIG, tokenizerJson, vocabularyMap } from './wordPiece.ts';

const SPACES = ['unified', 'pictext', 'foley'] as const;
type SpaceId = (typeof SPACES)[number];

const AWKWARD = [
  '',
  '   ',
  'Ärger über Größe, naïve café: ÇA ÉTÉ — ﬁn',
  'e\u0301te\u0301 İstanbul ΣΊΣΥΦΟΣ straße',
  'tabs\tand\nnew\r\nlines\u00a0and\u2003spaces\u3000wide',
  'zero\u200bwidth\u200djoiner soft\u00adhyphen \ufeffmark',
  'control\u0000s\u0007\u000band\u000cmore\ufffd \u0085next',
  'family 👨‍👩‍👧‍👦 flag 🇨🇭 keycap 1️⃣ bell 🔔bell',
  '漢字かな交じり文 한국어 ไทย עברית العربية हिन्दी',
  'punctuation!?...—“quoted”‘s’ a$b^c`d|e~f+g=h<i>j @#%&*()_-[]{}/\\',
  '3.14e-10 1,000,000 ½ ² Ⅷ ① x²',
  'private \ue000use lone \ud83d half',
  'a'.repeat(100),
  'a'.repeat(101),
  `${'b'.repeat(101)} bell`,
  'word '.repeat(200),
  'dog-barks '.repeat(40),
  '[CLS] typed [SEP] by [PAD] hand [UNK] [MASK] [cls]x[SEP]y',
  '##ing un##able [ CLS ] [CLS',
];

let folder: string;
let captions: string[];
const pieces = {} as Record<SpaceId, string[]>;
const tokenizers = {} as Record<SpaceId, PreTrainedTokenizer>;

beforeAll(async () => {
  // As readEmoji() does, without the pictures themselves.
  const emoji = listEmoji(emojibase as EmojibaseRow[], { noto, fluent, twemoji });
  captions = buildCollection(emoji).text.map(({ caption }) => caption);
  folder = await mkdtemp(join(tmpdir(), 'bondlab-tokenizer-'));
  env.localModelPath = folder;
  env.allowRemoteModels = false;
  for (const space of SPACES) {
    pieces[space] = vocabularyOf(space, emoji);
    await mkdir(join(folder, space));
    const write = (name: string, content: unknown) =>
      writeFile(join(folder, space, name), JSON.stringify(content));
    await write('tokenizer.json', tokenizerJson(pieces[space]));
    await write('tokenizer_config.json', TOKENIZER_CONFIG);
    tokenizers[space] = await AutoTokenizer.from_pretrained(space);
  }
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Ids of one text as the page asks for them. */
function idsOf(space: SpaceId, text: string): number[] {
  const options = { padding: true, truncation: true, return_tensor: false } as const;
  const { input_ids: rows } = tokenizers[space]([text], options) as { input_ids: number[][] };
  return rows[0]!;
}

test.each(SPACES)(
  '%s: AutoTokenizer gives the ids of encodeWordPiece on every caption of the collection',
  (space) => {
    const vocabulary = vocabularyMap(pieces[space]);
    expect(captions.length).toBeGreaterThan(1000);
    for (const caption of captions)
      expect(idsOf(space, caption)).toEqual(encodeWordPiece(vocabulary, caption));
  },
);

test.each(AWKWARD)('and on awkward text: %j', (text) => {
  for (const space of SPACES) {
    const ids = encodeWordPiece(vocabularyMap(pieces[space]), text);
    expect(ids.length).toBeLessThanOrEqual(MAX_TOKENS);
    expect(idsOf(space, text)).toEqual(ids);
  }
});

test('padding is masked', () => {
  const options = { padding: true, truncation: true, return_tensor: false } as const;
  const { input_ids: ids, attention_mask: mask } = tokenizers.foley(
    ['a dog', 'a dog barks loudly'],
    options,
  ) as {
    input_ids: number[][];
    attention_mask: number[][];
  };
  expect(ids[0]!.length).toBe(ids[1]!.length);
  const length = encodeWordPiece(vocabularyMap(pieces.foley), 'a dog').length;
  expect(mask[0]).toEqual(ids[0]!.map((_, i) => (i < length ? 1 : 0)));
});
