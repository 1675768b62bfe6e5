/** Lists of words in files of their own: a line each (.txt), or a JSON list. */
import { FormatError } from '../../base/errors.ts';
import type { ByteSource } from './byteSource.ts';
import { MAX_STRING, MAX_STRINGS, textList, type LazyArray } from './lazyArray.ts';
import { decodeText } from './npyArrays.ts';

const MAX_BYTES = 2 ** 26;

/** Files that may hold a list of words. */
export const WORD_FILES = /\.(txt|json)$/i;

/**
 * The words of a text file, a line each (an empty last line is none), or of a JSON list.
 * @throws FormatError where it has more than 64 MiB, or is JSON of another kind.
 */
export async function openWords(path: string, source: ByteSource): Promise<LazyArray> {
  if (source.size > MAX_BYTES)
    throw new FormatError(`The list has ${source.size} bytes; up to ${MAX_BYTES} can be read.`);
  const text = decodeText(await source.read(0, source.size)).replace(/^\ufeff/, '');
  const words = path.toLowerCase().endsWith('.json') ? jsonWords(text) : lines(text);
  if (words.length > MAX_STRINGS)
    throw new FormatError(`The list has ${words.length} words; up to ${MAX_STRINGS} can be read.`);
  const cut = words.map((word) => word.slice(0, MAX_STRING));
  return textList('', cut.length, () => Promise.resolve(cut));
}

function lines(text: string): string[] {
  const all = text.split(/\r\n|\n|\r/);
  if (all.at(-1) === '') all.pop();
  return all;
}

function jsonWords(text: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError('The file is not JSON: it is damaged or cut.');
  }
  if (
    Array.isArray(value) &&
    value.every((one): one is string | number => typeof one === 'string' || typeof one === 'number')
  )
    return value.map(String);
  throw new FormatError('It is JSON, but no list of words.');
}
