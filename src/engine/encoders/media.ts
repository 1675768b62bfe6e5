/** Brings a person's own text, picture or sound to the form in which the encoders read it. Main thread only. */
import { MediaError } from '../../base/errors.ts';
import { checkPrepared, type EncoderInput, type PreparedInput } from './inputs.ts';
import { readPicture } from './picture.ts';
import { readSound } from './sound.ts';

/** The encoders read 32 word pieces, some 20 words; whatever is far longer is no query. */
const MAX_TEXT_CHARACTERS = 300;

/**
 * The input, ready for every encoder of its modality; what is ready already is only checked.
 * @throws MediaError when it is empty, silent, too long, too large, damaged or of an unknown type; CapabilityError when
 * the browser cannot decode sound at all; InputError when samples or pixels have a wrong length.
 */
export async function prepareInput(input: EncoderInput): Promise<PreparedInput> {
  if (input.modality === 'text') return { modality: 'text', text: readText(input.text) };
  if (!('blob' in input)) {
    checkPrepared(input);
    return input;
  }
  return input.modality === 'image'
    ? { modality: 'image', pixels: await readPicture(input.blob) }
    : { modality: 'audio', samples: await readSound(input.blob) };
}

/** The text without spaces around it. @throws MediaError when nothing is left, or too much. */
export function readText(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new MediaError('The text is empty. Type a word or a sentence.');
  if (trimmed.length > MAX_TEXT_CHARACTERS) {
    throw new MediaError(
      `The text has ${trimmed.length} characters; at most ${MAX_TEXT_CHARACTERS} are taken. Shorten it to a sentence.`,
    );
  }
  return trimmed;
}
