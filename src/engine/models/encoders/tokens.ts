/** Texts as token ids, cut and filled up as Hugging Face Tokenizers do it. */
import { notePieces, type PieceLimits } from '../../encoders/textPieces.ts';
import type { Tokens } from './prepare.ts';

/** What of a tokenizer of transformers.js is used. */
export interface TextTokenizer extends Omit<PieceLimits, 'model_max_length'> {
  encode(text: string, options?: { add_special_tokens?: boolean }): number[];
  pad_token_id?: number | undefined;
}

/**
 * The ids of a text with the special ones around them, at most `most`. Of a longer text the end is cut off inside the special
 * ones, so that the closing one stays (transformers.js cuts it off with the rest, and CLIP reads its vector there); with
 * `pad` a shorter one is filled up on the right.
 * @throws MediaError where the tokenizer knows no word of it
 */
export function tokensOf(
  tokenizer: TextTokenizer,
  text: string,
  { most, pad }: { most: number; pad: boolean },
): Tokens {
  const all = tokenizer.encode(text);
  const note = notePieces(text, all, {
    model_max_length: most,
    unk_token_id: tokenizer.unk_token_id,
    all_special_ids: tokenizer.all_special_ids,
  });
  const ids =
    all.length > most ? cutInside(all, tokenizer.encode(text, { add_special_tokens: false }), most) : all;
  const mask = ids.map(() => 1);
  if (pad) {
    while (ids.length < most) {
      ids.push(tokenizer.pad_token_id ?? 0);
      mask.push(0);
    }
  }
  return note === undefined ? { ids, mask } : { ids, mask, note };
}

/** Takes from the end of the body, which lies somewhere in `all`. */
function cutInside(all: readonly number[], body: readonly number[], most: number): number[] {
  const nSpecial = all.length - body.length;
  let before = 0;
  while (before <= nSpecial && !body.every((id, i) => all[before + i] === id)) before++;
  if (nSpecial < 0 || before > nSpecial || nSpecial >= most) return all.slice(0, most);
  const after = all.slice(before + body.length);
  return [...all.slice(0, before), ...body.slice(0, most - nSpecial), ...after];
}
