/** What folders say: which modality, which split, which class; and which stems belong together. */
import type { Modality } from '../../../base/modality.ts';
import type { Half } from '../../../world/types.ts';
import { partsOf } from '../paths.ts';
import type { Breathe } from '../breathe.ts';

/** A picture, sound or text file, with what is known of it. */
export interface Entry {
  /** As it was given: the path that plans and reports speak of. */
  given: string;
  /** Plain: see plainPath. */
  path: string;
  bytes: number;
  modality: Modality;
  folder: string;
  stem: string;
  /** Entries of equal keys belong together. */
  key: string;
  half?: Half | undefined;
  label?: string | undefined;
  /** Whether a table or list names it. */
  isNamed?: boolean;
}

const MODALITY_FOLDERS: readonly [Modality, RegExp][] = [
  ['image', /^(images?|imgs?|pictures?|pics?|photos?|jpe?gs?|pngs?)(\.zip)?$/i],
  ['audio', /^(audios?|sounds?|wavs?|clips?|recordings?|mp3s?)(\.zip)?$/i],
  ['text', /^(texts?|txts?|captions?|sentences?|descriptions?|prompts?)(\.zip)?$/i],
];
/** Folders that say nothing. */
const PLAIN_FOLDER = /^(data|media|files?|dataset)(\.zip)?$/i;

/** Which modality a folder's name says its files are of. */
export function modalityFolder(name: string): Modality | undefined {
  return MODALITY_FOLDERS.find(([, names]) => names.test(name))?.[0];
}

/**
 * The half that a split's name stands for, as Hugging Face's data folders spell them; training rows are for choosing, so they are
 * validation. Undefined where it is no split.
 */
export function halfOf(split: string): Half | undefined {
  if (/^(test|testing|eval|evaluation)$/i.test(split)) return 'test';
  return /^(train|training|val|valid|validation|dev|development)$/i.test(split) ? 'validation' : undefined;
}

/**
 * Reads folders: gives each entry its key and, where folders say so, its half and label. A key is the path without folders that name a
 * modality, and without the extension, so images/dog.png, audio/dog.ogg and text/dog.txt have one. Where that pairs nothing, stems
 * alone do, if no two entries of a modality share one: folders may then tell modalities, whatever they are called.
 */
export async function readLayout(entries: readonly Entry[], breathe: Breathe): Promise<void> {
  const media = entries.filter(({ modality }) => modality !== 'text');
  const folders = new Map<string, string[]>();
  for (const { folder } of entries) {
    if (!folders.has(folder)) folders.set(folder, tellingParts(folder));
  }
  const shared = sharedStart(new Set(media.map(({ folder }) => folder)), folders);
  for (const entry of entries) {
    const parts = folders.get(entry.folder)!;
    const isBelow = shared.every((part, i) => parts[i] === part);
    const rest = isBelow ? parts.slice(shared.length) : parts;
    entry.key = [...rest, entry.stem].join('/');
    entry.half = splitOf(entry.folder);
    entry.label = rest.findLast((part) => halfOf(part) === undefined);
    await breathe();
  }

  if (nPairedKeys(entries) === 0) pairByStem(entries);
  tidyLabels(media);
}

/** The split that a folder's path names, by two letters: "train" and "training" are one. */
function splitName(folder: string): string | undefined {
  const part = folder.split('/').findLast((one) => halfOf(one) !== undefined);
  return part?.slice(0, 2).toLowerCase();
}

function splitOf(folder: string): Half | undefined {
  return folder
    .split('/')
    .map(halfOf)
    .findLast((half) => half !== undefined);
}

function tellingParts(folder: string): string[] {
  return folder
    .split('/')
    .filter((part) => part !== '' && modalityFolder(part) === undefined && !PLAIN_FOLDER.test(part));
}

/** The folders that all media lie in: they tell nothing apart. */
function sharedStart(used: ReadonlySet<string>, folders: ReadonlyMap<string, string[]>): string[] {
  let shared: string[] | undefined;
  for (const folder of used) {
    const parts = folders.get(folder)!;
    if (!shared) shared = parts;
    const end = shared.findIndex((part, i) => parts[i] !== part);
    if (end >= 0) shared = shared.slice(0, end);
  }
  return shared ?? [];
}

const BIT: Readonly<Record<Modality, number>> = { text: 1, image: 2, audio: 4 };

function nPairedKeys(entries: readonly Entry[]): number {
  const modalities = new Map<string, number>();
  for (const { key, modality } of entries) modalities.set(key, (modalities.get(key) ?? 0) | BIT[modality]);
  let nPaired = 0;
  for (const bits of modalities.values()) if ((bits & (bits - 1)) !== 0) nPaired++;
  return nPaired;
}

/** Makes stems the keys, if that pairs something and mixes nothing up. */
function pairByStem(entries: readonly Entry[]): void {
  const seen = new Set(entries.map(({ modality, stem }) => `${modality}:${stem}`));
  if (seen.size < entries.length) return;
  const keys = entries.map(({ key }) => key);
  for (const entry of entries) entry.key = entry.stem;
  if (nPairedKeys(entries) === 0) {
    entries.forEach((entry, i) => (entry.key = keys[i]!));
    return;
  }
  // A modality in one folder is there for being that modality; one in several may well be in folders of classes.
  for (const modality of ['image', 'audio'] as const) {
    const same = entries.filter((entry) => entry.modality === modality);
    if (new Set(same.map(({ label }) => label)).size < 2) for (const entry of same) entry.label = undefined;
  }
}

/** Labels as a person reads them: without the numbers that sort them ("001 - Dog bark"); none where there is but one class. */
function tidyLabels(media: readonly Entry[]): void {
  const labels = [...new Set(media.map(({ label }) => label))].filter((label) => label !== undefined);
  const isNumbered = labels.every((label) => /^\d+\s*[-_. ]\s*\p{L}/u.test(label));
  for (const entry of media) {
    if (labels.length < 2 || entry.label === undefined) entry.label = undefined;
    else
      entry.label = (isNumbered ? entry.label.replace(/^\d+\s*[-_. ]\s*/, '') : entry.label).replaceAll(
        '_',
        ' ',
      );
  }
}

/** Finds entries by the names that tables and lists give them. */
export class NameIndex {
  private readonly byPath = new Map<string, Entry[]>();
  private readonly byName = new Map<string, Entry[]>();
  private readonly byStem = new Map<string, Entry[]>();

  static async of(media: readonly Entry[], breathe: Breathe): Promise<NameIndex> {
    const index = new NameIndex();
    for (const entry of media) {
      const path = entry.path.toLowerCase();
      const { name, stem } = partsOf(path);
      add(index.byPath, path, entry);
      add(index.byName, name, entry);
      add(index.byStem, stem, entry);
      await breathe();
    }
    return index;
  }

  /**
   * The entries that a name means, seen from a folder: the path itself, else the only file of this name anywhere, else, where
   * `alsoStems`, those of this stem. Case is told apart only where several paths differ by nothing else. Empty where it means none, or could mean several.
   */
  find(plain: string, folder: string, alsoStems: boolean): readonly Entry[] {
    const path = plain.toLowerCase();
    if (path === '') return [];
    const here = folder === '' ? path : `${folder.toLowerCase()}/${path}`;
    const { name, folder: below } = partsOf(path);
    const exact = this.byPath.get(here) ?? this.byPath.get(path);
    if (exact) return exact.length === 1 ? exact : exact.filter((entry) => entry.path.endsWith(plain));
    // train/1.png and test/1.png are two things, even where only one of them is here.
    const split = splitName(below) ?? splitName(folder);
    const fits = (entry: Entry) => {
      const its = splitName(entry.folder);
      return split === undefined || its === undefined || its === split;
    };
    const named = this.byName.get(name);
    if (named) {
      const fitting = named.filter(fits);
      return fitting.length === 1 ? fitting : [];
    }
    const stemmed = alsoStems ? (this.byStem.get(name) ?? []).filter(fits) : [];
    return new Set(stemmed.map(({ key }) => key)).size === 1 ? stemmed : [];
  }
}

function add(map: Map<string, Entry[]>, key: string, entry: Entry): void {
  const known = map.get(key);
  if (known) known.push(entry);
  else map.set(key, [entry]);
}
