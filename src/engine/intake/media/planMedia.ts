/** Which pictures, sounds and texts of a drop belong together, and what each is called. */
import { throwIfAborted } from '../../../base/errors.ts';
import type { Modality } from '../../../base/modality.ts';
import { MAX_PICTURE_BYTES } from '../../encoders/picture.ts';
import { MAX_SOUND_BYTES } from '../../encoders/sound.ts';
import { createBreather } from '../breathe.ts';
import type { OpenFile } from '../openFiles.ts';
import { isHidden, partsOf, plainPath } from '../paths.ts';
import type { LeftOut, MediaPlan } from '../types.ts';
import { kindOf, refusalOf, type FileKind } from './kinds.ts';
import { NameIndex, readLayout, type Entry } from './layout.ts';
import { inNaturalOrder } from './naturalOrder.ts';
import { planItems } from './planItems.ts';
import { readTexts, type TextFile } from './readTexts.ts';
import { HEAD_BYTES, kindOfType, sniffType } from './sniff.ts';

/** A file as the planner needs it. */
export interface MediaFile {
  path: string;
  bytes: number;
  /** Reads a text: its bytes, to be decoded here, or what it says. */
  text?: () => Promise<Uint8Array | string>;
  /** First bytes (HEAD_BYTES), where the name does not tell what the file is. */
  head?: Uint8Array;
}

export interface PlannedMedia {
  /** Undefined where there is neither a picture nor a sound. */
  plan: MediaPlan | undefined;
  leftOut: LeftOut[];
  /** Paths of the files that the plan rests on: media, captions, metadata. */
  taken: string[];
  /** Files that systems leave beside others; they are in neither list. */
  hidden: number;
}

export interface PlanOptions {
  signal?: AbortSignal;
}

/** More do not fit the lab's tables and maps. */
const MAX_MEDIA = 50_000;

/**
 * Understands media by their conventions: a table with file names (metadata.csv, metadata.jsonl), lists of captions, stems, folders of
 * classes. Items come in the order of the files. Every file is taken, left out with its reason, or hidden. Reads texts and nothing else, and lets the page breathe.
 * @throws AbortedError
 */
export async function planMedia(
  files: readonly MediaFile[],
  { signal }: PlanOptions = {},
): Promise<PlannedMedia> {
  const breathe = createBreather();
  const sorted: PlannedMedia = { plan: undefined, leftOut: [], taken: [], hidden: 0 };
  const media: Entry[] = [];
  const texts: TextFile[] = [];
  const paths = new Set<string>();
  for (const file of files) {
    throwIfAborted(signal);
    const path = plainPath(file.path);
    const reason = isHidden(path) ? '' : reasonAgainst(file, path, paths, media.length);
    if (reason === '') sorted.hidden++;
    else if (reason !== undefined) sorted.leftOut.push({ path: file.path, reason });
    else {
      paths.add(path);
      const kind = fileKind(file, path);
      const entry = entryOf(file, path, kind === 'image' || kind === 'audio' ? kind : 'text');
      if (entry.modality === 'text') texts.push({ entry, read: file.text });
      else media.push(entry);
    }
    await breathe();
  }
  if (media.length === 0) {
    for (const { entry } of texts)
      sorted.leftOut.push({
        path: entry.given,
        reason: 'There is no picture or sound that it could be about.',
      });
    return sorted;
  }
  await readLayout(
    [...media, ...texts.map(({ entry }) => entry).filter(({ path }) => isCaption(path))],
    breathe,
  );
  const read = await readTexts(texts, media, await NameIndex.of(media, breathe), { breathe, signal });
  sorted.leftOut.push(...read.leftOut);
  sorted.taken.push(...media.map(({ given }) => given), ...read.taken);
  sorted.plan = await planItems(media, read, breathe);
  return sorted;
}

/**
 * planMedia over the files of a drop, in the natural order of their paths: browsers hand folders over in an order of their own. Heads are
 * read where a name has no extension that is known. @throws AbortedError
 */
export async function planOpenFiles(
  files: readonly OpenFile[],
  options: PlanOptions = {},
): Promise<PlannedMedia> {
  const planned: MediaFile[] = [];
  const ordered = await inNaturalOrder(files, ({ path }) => path, createBreather());
  for (const { path, size, blob } of ordered) {
    throwIfAborted(options.signal);
    const file: MediaFile = {
      path,
      bytes: size,
      text: async () => new Uint8Array(await (await blob(options.signal)).arrayBuffer()),
    };
    if (partsOf(path).extension === '' && size <= MAX_PICTURE_BYTES) {
      try {
        file.head = new Uint8Array(await (await blob(options.signal)).slice(0, HEAD_BYTES).arrayBuffer());
      } catch {
        throwIfAborted(options.signal); // else it cannot be read, and is left out for what its name is
      }
    }
    planned.push(file);
  }
  return planMedia(planned, options);
}

function isCaption(path: string): boolean {
  return /^(txt|caption|captions)$/.test(partsOf(path).extension);
}

function fileKind({ head }: MediaFile, path: string): FileKind {
  const { extension } = partsOf(path);
  const byName = extension === 'json' ? 'text' : kindOf(extension);
  if (!head || byName === 'text') return byName;
  const type = sniffType(head);
  return type === undefined ? byName : kindOfType(type);
}

/** Why a file cannot be used, before it is read; undefined where it can. */
function reasonAgainst(
  file: MediaFile,
  path: string,
  paths: ReadonlySet<string>,
  nMedia: number,
): string | undefined {
  if (path === '') return 'It has no name.';
  if (paths.has(path)) return 'Another file of the drop has this path: rename one of them.';
  const kind = fileKind(file, path);
  if (kind === 'other') return refusalOf(partsOf(path).extension);
  if (!(file.bytes > 0)) return 'It is empty (0 bytes).';
  if (kind === 'text') return undefined;
  const most = kind === 'image' ? MAX_PICTURE_BYTES : MAX_SOUND_BYTES;
  if (file.bytes > most)
    return `It has ${(file.bytes / 1e6).toFixed(0)} MB; at most ${most / 1e6} MB are taken of a ${kind === 'image' ? 'picture' : 'sound'}.`;
  return nMedia >= MAX_MEDIA ? `A collection holds at most ${MAX_MEDIA} pictures and sounds.` : undefined;
}

function entryOf(file: MediaFile, path: string, modality: Modality): Entry {
  const { folder, stem } = partsOf(path);
  return { given: file.path, path, bytes: file.bytes, modality, folder, stem, key: path };
}
