/** What tables and lists say of pictures and sounds: captions, classes, splits and which belong together. */
import type { Half } from '../../../world/types.ts';
import type { Breathe } from '../breathe.ts';
import { plainPath } from '../paths.ts';
import { halfOf, type Entry, type NameIndex } from './layout.ts';
import type { Table } from './tables.ts';

/** One row: what it says of the entries that it names. */
export interface Statement {
  line: number;
  entries: readonly Entry[];
  captions: readonly string[];
  label?: string | undefined;
  half?: Half | undefined;
  group?: string | undefined;
}

export interface Said {
  statements: Statement[];
  /** Rows that name files which are not here, and the first such name. */
  missing: { rows: number; first: string };
}

/** Columns of names of files; those of a row belong together. */
const FILES = [
  /^(.+_)?(file_?names?|file_?paths?|files?|paths?)$|^(image|img|picture|photo|audio|sound|wav|clip|recording)(_(id|name))?$|^fname$/,
];
/** Columns that may name files without saying so, the surest first. One alone is taken: the numbers of others ("user_id") count other things. */
const NAMES = [/^(name|stem|key|id)$/, /_id$/];
/** Columns by name, the surest first; numbers at the end ("caption_2") are several of them. */
const CAPTIONS = [
  /^(raw_)?(text|captions?|sentences?|transcriptions?|transcripts?|descriptions?|prompts?)(_?\d+)?$/,
  /^(title|comment|alt|alt_text|utterance)(_?\d+)?$/,
];
const LABELS = [
  /^(label|class|category|genre|species|emotion)(_name)?$/,
  /^(labels|classes|categories|tags?|target|class_id|label_id)$/,
];
const SPLITS = [/^(split|subset|partition)$/];
const GROUPS = [/^(group|pair)(_id)?$/];

/** Columns of the surest pattern that fits any. */
function columnsOf(columns: readonly string[], patterns: readonly RegExp[]): number[] {
  for (const pattern of patterns) {
    const fits = columns.flatMap((name, i) => (pattern.test(name) ? [i] : []));
    if (fits.length > 0) return fits;
  }
  return [];
}

/** What a table in `folder` says; undefined where it names none of the files, or has no column for their names. */
export async function readTable(
  table: Table,
  folder: string,
  index: NameIndex,
  breathe: Breathe,
): Promise<Said | undefined> {
  const said = await readRows(table, columnsOf(table.columns, FILES), folder, index, breathe);
  if (said.statements.length > 0) return said;
  for (const pattern of NAMES) {
    let most: Said | undefined;
    for (const column of columnsOf(table.columns, [pattern])) {
      if ([...LABELS, ...GROUPS].some((other) => other.test(table.columns[column]!))) continue;
      const one = await readRows(table, [column], folder, index, breathe);
      if (one.statements.length > (most?.statements.length ?? 0)) most = one;
    }
    if (most) return most;
  }
  return undefined;
}

async function readRows(
  { columns, rows }: Table,
  files: readonly number[],
  folder: string,
  index: NameIndex,
  breathe: Breathe,
): Promise<Said> {
  const said: Said = { statements: [], missing: { rows: 0, first: '' } };
  if (files.length === 0) return said;
  const others = columns.map((name, i) => (files.includes(i) ? '' : name));
  const captions = columnsOf(others, CAPTIONS);
  const [label] = columnsOf(others, LABELS);
  const [split] = columnsOf(others, SPLITS);
  const [group] = columnsOf(others, GROUPS);
  for (const { line, cells } of rows) {
    const names = files.flatMap((i) => cells[i] ?? []).filter((name) => name.trim() !== '');
    const entries = [...new Set(names.flatMap((name) => index.find(plainPath(name), folder, true)))];
    const one = (column: number | undefined) =>
      (column === undefined ? undefined : cells[column]?.[0]?.trim()) || undefined;
    if (entries.length > 0) {
      said.statements.push({
        line,
        entries,
        captions: captions.flatMap((i) => cells[i] ?? []),
        label: one(label),
        half: halfOf(one(split) ?? ''),
        group: one(group),
      });
    } else if (names.length > 0 && said.missing.rows++ === 0) said.missing.first = names[0]!;
    await breathe();
  }
  return said;
}

/**
 * What a list of captions says, one a line: "dog.png<tab>a dog", "dog.png|a dog", "dog.png,a dog" or "dog: a dog", as in Flickr8k
 * ("dog.png#0<tab>…") and Flickr30k ("dog.png| 0| …"). Undefined where it names none of the files.
 */
export async function readList(
  text: string,
  folder: string,
  index: NameIndex,
  breathe: Breathe,
): Promise<Said | undefined> {
  const said: Said = { statements: [], missing: { rows: 0, first: '' } };
  let line = 0;
  for (const raw of text.split('\n')) {
    line++;
    const row = raw.trim();
    if (row === '') continue;
    const found = lineOf(row, folder, index);
    if (found) said.statements.push({ line, ...found });
    else if (said.missing.rows++ === 0) said.missing.first = row.slice(0, 60);
    await breathe();
  }
  return said.statements.length > 0 ? said : undefined;
}

function lineOf(
  row: string,
  folder: string,
  index: NameIndex,
): Pick<Statement, 'entries' | 'captions'> | undefined {
  const marks = [...row.slice(0, 400).matchAll(/[\t|,:;]/g)].slice(0, 6);
  for (const { index: at } of marks) {
    const name = unquoted(row.slice(0, at)).replace(/#\d+$/, '');
    const entries = index.find(plainPath(name), folder, true);
    if (entries.length > 0)
      return { entries, captions: [unquoted(row.slice(at + 1).replace(/^\s*\d+\s*[|\t]/, ''))] };
  }
  return undefined;
}

/** A cell without the quotes around it (RFC 4180). */
function unquoted(cell: string): string {
  const trimmed = cell.trim();
  return /^".*"$/.test(trimmed) ? trimmed.slice(1, -1).replaceAll('""', '"') : trimmed;
}
