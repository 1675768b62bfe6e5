import { MediaError } from '../../base/errors.ts';

/** What of a tokenizer is asked. */
export interface PieceLimits {
  model_max_length: number;
  unk_token_id: number | undefined;
  all_special_ids: readonly number[];
}

/**
 * What a person should know of how a text is read: nothing, or that its end is cut off, as the texts of the collection are
 * too. How many pieces a word takes depends on the encoder's vocabulary, so this is no error.
 * @param ids all of the text's pieces with the special ones around them
 * @throws MediaError when the encoder knows not one piece of it
 */
export function notePieces(text: string, ids: readonly number[], limits: PieceLimits): string | undefined {
  const { model_max_length: most, unk_token_id: unknown, all_special_ids: special } = limits;
  if (ids.every((id) => id === unknown || special.includes(id))) {
    throw new MediaError(
      `The encoder knows no word of "${text.slice(0, 40)}". It learned from English: try other words.`,
    );
  }
  if (ids.length <= most) return undefined;
  return `Of the last text, the first ${most} of ${ids.length} word pieces were read. A shorter text is read whole.`;
}
