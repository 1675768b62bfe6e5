/** Tables of media: metadata.csv, metadata.jsonl and their like, as rows of cells. */
import { dsvFormat } from 'd3-dsv';
import type { Breathe } from '../breathe.ts';

export interface Row {
  /** Line of the file on which it begins, from 1. */
  line: number;
  /** One list of values a column. */
  cells: readonly (readonly string[])[];
}

export interface Table {
  /** Names in lower case, with "_" between words. */
  columns: readonly string[];
  rows: readonly Row[];
  notes: string[];
}

/** Characters that are parsed at a time. */
const PIECE = 250_000;
/** A quote that is still open after so many characters was never meant as one, and a line is cut after so many. */
const LONGEST_CELL = 500_000;
/** Characters of the first line that tell the separator. */
const HEAD = 20_000;

/** "Image Name " -> "image_name" */
function columnName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

/** The separator of a table, by the beginning of its first line: the most frequent of tab, comma, semicolon and bar; undefined without any. */
export function separatorOf(text: string): string | undefined {
  const end = text.indexOf('\n');
  const first = text.slice(0, end < 0 ? HEAD : Math.min(end, HEAD));
  const counts = ['\t', ',', ';', '|'].map((mark) => [mark, first.split(mark).length - 1] as const);
  const [mark, count] = counts.reduce((most, one) => (one[1] > most[1] ? one : most));
  return count > 0 ? mark : undefined;
}

/** Separated values with a first line of names (RFC 4180). A row of fewer cells lacks the last ones. */
export async function readSeparated(text: string, separator: string, breathe: Breathe): Promise<Table> {
  const notes: string[] = [];
  const rows: Row[] = [];
  let columns: string[] | undefined;
  let line = 1;
  const parser = dsvFormat(separator);
  for (let at = 0; at < text.length;) {
    const { end, problem } = pieceEnd(text, at);
    if (problem !== undefined && notes.length === 0) notes.push(`${problem}: rows after it may be wrong.`);
    for (const cells of parser.parseRows(text.slice(at, end))) {
      if (!columns) columns = cells.map(columnName);
      else if (cells.some((cell) => cell.trim() !== ''))
        rows.push({ line, cells: cells.map((cell) => [cell]) });
      line += 1 + cells.reduce((breaks, cell) => breaks + cell.split('\n').length - 1, 0);
    }
    at = end;
    await breathe();
  }
  return { columns: columns ?? [], rows, notes };
}

/** Where a piece that begins at `at` can be cut: after a line's end outside of quotes; what is too long is cut anywhere. */
function pieceEnd(text: string, at: number): { end: number; problem?: string } {
  const last = at + PIECE + LONGEST_CELL;
  let isOpen = false;
  for (let from = at, next = at + PIECE; ; from = next, next++) {
    const lineEnd = next >= text.length ? -1 : text.indexOf('\n', next);
    next = lineEnd < 0 ? text.length : lineEnd + 1;
    const piece = text.slice(from, Math.min(next, last));
    for (let quote = piece.indexOf('"'); quote >= 0; quote = piece.indexOf('"', quote + 1)) isOpen = !isOpen;
    const isEnd = next >= text.length || next - at > LONGEST_CELL;
    if (isOpen && isEnd)
      return { end: Math.min(next, last), problem: 'A quotation mark is opened and never closed' };
    if (next > last) return { end: last, problem: 'A line of more than 500,000 characters was cut' };
    if (!isOpen || isEnd) return { end: next };
  }
}

/** One JSON object a line. Lines that are none are counted in the notes. */
export async function readJsonLines(text: string, breathe: Breathe): Promise<Table> {
  const objects: { line: number; object: unknown }[] = [];
  let broken = 0;
  let line = 0;
  for (let at = 0; at < text.length;) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    line++;
    const json = text.slice(at, end).trim();
    at = end + 1;
    if (json === '') continue;
    try {
      objects.push({ line, object: JSON.parse(json) });
    } catch {
      broken++;
    }
    await breathe();
  }
  const table = await tableOf(objects, breathe);
  return broken > 0 ? { ...table, notes: [`${broken} lines are no JSON.`] } : table;
}

/**
 * A JSON file: a list of objects, or COCO's captions ({images: [{id, file_name}], annotations: [{image_id, caption}]}); undefined of
 * any other.
 */
export async function readJson(text: string, breathe: Breathe): Promise<Table | undefined> {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    return undefined;
  }
  await breathe();
  const listed: unknown[] | undefined = Array.isArray(whole) ? whole : await cocoRows(whole, breathe);
  if (!listed) return undefined;
  const objects = listed.map((object, i) => ({ line: i + 1, object }));
  return tableOf(objects, breathe);
}

async function cocoRows(whole: unknown, breathe: Breathe): Promise<unknown[] | undefined> {
  const images = fieldOf(whole, 'images');
  const annotations = fieldOf(whole, 'annotations');
  if (!Array.isArray(images) || !Array.isArray(annotations)) return undefined;
  const names = new Map(images.map((image: unknown) => [fieldOf(image, 'id'), fieldOf(image, 'file_name')]));
  await breathe();
  return annotations.map((one: unknown) => ({
    file_name: names.get(fieldOf(one, 'image_id')),
    caption: fieldOf(one, 'caption'),
  }));
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

async function tableOf(
  objects: readonly { line: number; object: unknown }[],
  breathe: Breathe,
): Promise<Table> {
  const columns = new Map<string, number>();
  const rows: Row[] = [];
  for (const { line, object } of objects) {
    if (typeof object !== 'object' || object === null || Array.isArray(object)) continue;
    const cells: (readonly string[])[] = [];
    for (const [key, value] of Object.entries(object)) {
      const name = columnName(key);
      let column = columns.get(name);
      if (column === undefined) columns.set(name, (column = columns.size));
      cells[column] = valuesOf(value);
    }
    rows.push({ line, cells });
    await breathe();
  }
  return { columns: [...columns.keys()], rows, notes: [] };
}

function valuesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
