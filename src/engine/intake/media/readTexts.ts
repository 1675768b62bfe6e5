/** Reads the texts of a drop, each as what it is: a table, a list of captions, or the captions of one picture or sound. */
import { AbortedError, messageOf, throwIfAborted } from '../../../base/errors.ts';
import type { Breathe } from '../breathe.ts';
import { partsOf } from '../paths.ts';
import type { LeftOut, MediaConvention } from '../types.ts';
import { modalityFolder, type Entry, type NameIndex } from './layout.ts';
import { readList, readTable, type Said, type Statement } from './statements.ts';
import { readJson, readJsonLines, readSeparated, separatorOf, type Table } from './tables.ts';
import { decodeText, withPlainLines, type Encoding } from './texts.ts';

export interface TextFile {
  entry: Entry;
  read: (() => Promise<Uint8Array | string>) | undefined;
}

/** A file with the captions of one key. */
export interface OwnCaptions {
  entry: Entry;
  lines: readonly { line: number; text: string }[];
  /** Whether a picture or sound has its key. */
  isPaired: boolean;
}

export interface ReadTexts {
  /** Tables and lists, with what they say. */
  said: { entry: Entry; convention: MediaConvention; statements: readonly Statement[] }[];
  own: OwnCaptions[];
  taken: string[];
  leftOut: LeftOut[];
  notes: string[];
}

const MAX_TABLE_BYTES = 16_000_000;
/** JSON is parsed in one go: so many bytes, and so many lists and objects, take less than a tenth of a second. */
const MAX_JSON_BYTES = 8_000_000;
const MAX_JSON_PARTS = 250_000;
const MAX_CAPTION_BYTES = 100_000;
/** Files that are read at a time. */
const AT_ONCE = 64;
/** Files about the files. */
const ABOUT = /^(readme|licen[cs]e|copying|notice|changelog|authors|credits|attribution|requirements)\b/i;

/** Reads all texts and gives each to what it is about. @throws AbortedError */
export async function readTexts(
  texts: readonly TextFile[],
  media: readonly Entry[],
  index: NameIndex,
  { breathe, signal }: { breathe: Breathe; signal: AbortSignal | undefined },
): Promise<ReadTexts> {
  const read: ReadTexts = { said: [], own: [], taken: [], leftOut: [], notes: [] };
  const keys = new Set(media.map(({ key }) => key));
  const encodings = new Map<Encoding, string[]>();
  for (let at = 0; at < texts.length; at += AT_ONCE) {
    const some = texts.slice(at, at + AT_ONCE);
    const contents = await Promise.all(some.map(contentOf));
    for (const [i, { entry }] of some.entries()) {
      throwIfAborted(signal);
      const content = contents[i]!;
      const reason =
        'reason' in content
          ? content.reason
          : await readText(entry, content.text, { read, index, breathe, isPaired: keys.has(entry.key) });
      if (reason !== undefined) read.leftOut.push({ path: entry.given, reason });
      else {
        read.taken.push(entry.given);
        if (!('reason' in content)) note(encodings, content.encoding, entry.given);
      }
      await breathe();
    }
  }
  leaveLoose(read);
  for (const [encoding, paths] of encodings) {
    if (encoding !== 'UTF-8')
      read.notes.push(
        `${counted(paths.length, 'text is', 'texts are')} no UTF-8 and ${paths.length === 1 ? 'was' : 'were'} read as ${encoding} (${paths[0]}).`,
      );
  }
  return read;
}

type Content = { text: string; encoding: Encoding } | { reason: string };

/** What a file says. Only what was cancelled is thrown. @throws AbortedError */
async function contentOf({ entry, read }: TextFile): Promise<Content> {
  const isTable = !isOwnCaption(entry) || /caption/i.test(entry.stem);
  const most = isTable ? MAX_TABLE_BYTES : MAX_CAPTION_BYTES;
  if (!read) return { reason: 'It cannot be read here.' };
  if (ABOUT.test(entry.stem)) return { reason: 'By its name it is about the files, and no caption.' };
  if (entry.bytes > most)
    return {
      reason: `It has ${(entry.bytes / 1e6).toFixed(1)} MB; at most ${most / 1e6} MB are taken of such a text.`,
    };
  try {
    const got = await read();
    const content: Exclude<Content, { reason: string }> =
      typeof got === 'string' ? { text: withPlainLines(got), encoding: 'UTF-8' } : decodeText(got);
    return content.text.includes('\0')
      ? { reason: 'This is no text: it holds bytes that no text has.' }
      : content;
  } catch (error) {
    if (error instanceof AbortedError) throw error;
    return { reason: messageOf(error) };
  }
}

interface TextContext {
  read: ReadTexts;
  index: NameIndex;
  breathe: Breathe;
  isPaired: boolean;
}

/** Takes a text as what it is; gives the reason where it is nothing. */
async function readText(entry: Entry, text: string, context: TextContext): Promise<string | undefined> {
  const { read, index, breathe, isPaired } = context;
  const { extension } = partsOf(entry.path);
  if (!isOwnCaption(entry)) {
    const table = await tableOf(text, extension, entry.bytes, breathe);
    if (typeof table === 'string') return table;
    const said = table && (await readTable(table, entry.folder, index, breathe));
    if (table && said) {
      const convention =
        extension.startsWith('json') || extension === 'ndjson' ? 'metadata.jsonl' : 'metadata.csv';
      return keepSaid(read, entry, convention, said, table.notes);
    }
  }
  if (!isPaired || !isOwnCaption(entry)) {
    const list = await listOf(entry, text, context);
    if (list) return keepSaid(read, entry, 'captions.txt', list, []);
  }
  if (!isOwnCaption(entry)) return 'It names none of the pictures and sounds that are here.';
  const lines = text
    .split('\n')
    .map((line, i) => ({ line: i + 1, text: line }))
    .filter((line) => line.text.trim() !== '');
  if (lines.length === 0) return 'It holds no words.';
  read.own.push({ entry, lines, isPaired });
  return undefined;
}

/** A list with a first line of names is a table, too ("image,caption"). */
async function listOf(
  entry: Entry,
  text: string,
  { index, breathe }: TextContext,
): Promise<Said | undefined> {
  const { extension } = partsOf(entry.path);
  if (extension.startsWith('json') || extension === 'ndjson') return undefined;
  const separator = separatorOf(text);
  const table = separator === undefined ? undefined : await readSeparated(text, separator, breathe);
  const said =
    (table && (await readTable(table, entry.folder, index, breathe))) ??
    (await readList(text, entry.folder, index, breathe));
  // Prose that happens to begin like a name is no list.
  const isList = said && (/caption/i.test(entry.stem) || said.statements.length >= said.missing.rows);
  return isList ? said : undefined;
}

async function tableOf(
  text: string,
  extension: string,
  bytes: number,
  breathe: Breathe,
): Promise<Table | string | undefined> {
  if (extension === 'jsonl' || extension === 'ndjson') return readJsonLines(text, breathe);
  if (extension !== 'json') {
    const separator = separatorOf(text);
    return separator === undefined ? undefined : readSeparated(text, separator, breathe);
  }
  if (bytes > MAX_JSON_BYTES)
    return `It has ${(bytes / 1e6).toFixed(0)} MB; at most ${MAX_JSON_BYTES / 1e6} MB are taken of JSON: write one object a line (.jsonl).`;
  if (nParts(text) > MAX_JSON_PARTS)
    return `It has more than ${MAX_JSON_PARTS} parts, too many for JSON: write one object a line (.jsonl).`;
  return readJson(text, breathe);
}

/** How many lists and objects a JSON has at most. */
function nParts(json: string): number {
  let n = 0;
  for (const mark of ['{', '['])
    for (let at = json.indexOf(mark); at >= 0 && n <= MAX_JSON_PARTS; at = json.indexOf(mark, at + 1)) n++;
  return n;
}

/** Whether a file is the captions of one picture or sound by its extension. */
function isOwnCaption({ path }: Entry): boolean {
  return /^(txt|caption|captions)$/.test(partsOf(path).extension);
}

function keepSaid(
  read: ReadTexts,
  entry: Entry,
  convention: MediaConvention,
  { statements, missing }: Said,
  notes: readonly string[],
): undefined {
  read.said.push({ entry, convention, statements });
  read.notes.push(...notes.map((one) => `${entry.given}: ${one}`));
  if (missing.rows > 0)
    read.notes.push(
      `${counted(missing.rows, 'row', 'rows')} of ${entry.given} name${missing.rows === 1 ? 's' : ''} no file that is here (${JSON.stringify(missing.first)}).`,
    );
}

/** Leaves out texts without a picture or sound, but for those in folders of texts or beside others that have one. */
function leaveLoose(read: ReadTexts): void {
  const folders = new Set(read.own.filter(({ isPaired }) => isPaired).map(({ entry }) => entry.folder));
  const isLoose = ({ entry, isPaired }: OwnCaptions) =>
    !isPaired &&
    !folders.has(entry.folder) &&
    !entry.folder.split('/').some((part) => modalityFolder(part) === 'text');
  const loose = read.own.filter(isLoose);
  if (loose.length === 0) return;
  read.own = read.own.filter((one) => !isLoose(one));
  const paths = new Set(loose.map(({ entry }) => entry.given));
  read.taken = read.taken.filter((path) => !paths.has(path));
  for (const path of paths) read.leftOut.push({ path, reason: 'No picture or sound goes by its name.' });
}

function note(encodings: Map<Encoding, string[]>, encoding: Encoding, path: string): void {
  const paths = encodings.get(encoding);
  if (paths) paths.push(path);
  else encodings.set(encoding, [path]);
}

/** "1 text is", "3 texts are" */
export function counted(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
