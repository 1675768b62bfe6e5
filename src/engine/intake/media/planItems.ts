/** From files and what is said of them to the items of a plan. */
import type { Modality } from '../../../base/modality.ts';
import type { Half } from '../../../world/types.ts';
import type { Breathe } from '../breathe.ts';
import type { MediaConvention, MediaPlan, PlannedItem } from '../types.ts';
import type { Entry } from './layout.ts';
import { counted, type ReadTexts } from './readTexts.ts';
import { cleanCaption, isTelling, MAX_CAPTION_CHARACTERS, readable } from './texts.ts';

/** More do not fit the lab's tables and maps; beyond them, every picture and sound still has its first caption. */
const MAX_TEXTS = 100_000;

interface Caption {
  caption: string;
  /** File and line. */
  path: string;
  bytes: number;
}

/** Items that belong together. */
interface Group {
  id: string;
  media: Entry[];
  captions: Caption[];
  label: string | undefined;
  half: Half | undefined;
}

/** The items of a plan, pictures and sounds in the order of their files, each group's texts after them. */
export async function planItems(
  media: readonly Entry[],
  read: ReadTexts,
  breathe: Breathe,
): Promise<MediaPlan> {
  const notes = [...read.notes];
  const groups = await gather(media, read, breathe);
  const { nCut, nOver } = await tidyCaptions(groups, breathe);
  const items: PlannedItem[] = [];
  const halves = new Set([...groups.values()].map(({ half }) => half).filter((half) => half !== undefined));
  let nPaired = 0;
  for (const group of groups.values()) {
    const same = {
      group: group.id,
      ...(group.label && { label: group.label }),
      ...(halves.size > 1 && group.half && { half: group.half }),
    };
    for (const entry of group.media)
      items.push({
        path: entry.given,
        modality: entry.modality,
        caption: captionOf(entry, group),
        bytes: entry.bytes,
        ...same,
      });
    for (const { caption, path, bytes } of group.captions)
      items.push({ path, modality: 'text', caption, bytes, ...same });
    const modalities = new Set<Modality>(group.media.map(({ modality }) => modality));
    if (modalities.size + (group.captions.length > 0 ? 1 : 0) > 1) nPaired++;
    await breathe();
  }
  if (nCut > 0)
    notes.push(
      `${counted(nCut, 'caption is', 'captions are')} longer than the ${MAX_CAPTION_CHARACTERS} characters that encoders take: the start of each is kept.`,
    );
  if (nOver > 0)
    notes.push(
      `Of ${counted(nOver, 'more caption', 'more captions')} than the ${MAX_TEXTS} that a collection holds, only the first of each picture or sound is taken.`,
    );
  notes.push(...notesOn(groups, read));
  return { convention: conventionOf(groups, read, nPaired), items, nPaired, notes };
}

/** The groups of all files, in the order of the media; those that a row or a column joins are one. */
async function gather(
  media: readonly Entry[],
  read: ReadTexts,
  breathe: Breathe,
): Promise<Map<string, Group>> {
  const joined = new Joined();
  for (const { statements } of read.said) {
    for (const { entries, group } of statements) {
      for (const entry of entries) {
        entry.isNamed = true;
        joined.join(entries[0]!.key, entry.key);
        if (group !== undefined) joined.join(`\0${group}`, entry.key);
      }
      await breathe();
    }
  }
  const groups = new Map<string, Group>();
  const names = new Map<string, string>();
  const groupOf = (entry: Entry): Group => {
    const root = joined.rootOf(entry.key);
    // A group has the key of its first file, never the mark of a column.
    const id = names.get(root) ?? entry.key;
    names.set(root, id);
    let group = groups.get(id);
    if (!group) groups.set(id, (group = { id, media: [], captions: [], label: undefined, half: undefined }));
    return group;
  };
  for (const entry of media) {
    const group = groupOf(entry);
    group.media.push(entry);
    group.label ??= entry.label;
    group.half = entry.half === 'test' ? 'test' : (group.half ?? entry.half);
    await breathe();
  }
  for (const { entry: file, statements } of read.said) {
    for (const { line, entries, captions, label, half } of statements) {
      const group = groupOf(entries[0]!);
      if (label !== undefined) group.label = cleanCaption(label).caption || group.label;
      if (half !== undefined) group.half = half === 'test' ? 'test' : (group.half ?? half);
      for (const caption of captions)
        group.captions.push({ caption, path: `${file.given}:${line}`, bytes: caption.length });
      await breathe();
    }
  }
  for (const { entry, lines } of read.own) {
    const group = groupOf(entry);
    for (const { line, text } of lines)
      group.captions.push({
        caption: text,
        path: lines.length > 1 ? `${entry.given}:${line}` : entry.given,
        bytes: text.length,
      });
  }
  return groups;
}

/**
 * Cleans captions; those that are empty or said twice of one thing go, and all but each thing's first once there are MAX_TEXTS.
 * Counts those that were cut short, and those that went for being too many.
 */
async function tidyCaptions(
  groups: ReadonlyMap<string, Group>,
  breathe: Breathe,
): Promise<{ nCut: number; nOver: number }> {
  let [nCut, nOver, nKept] = [0, 0, 0];
  for (const group of groups.values()) {
    const said = new Set<string>();
    const kept: Caption[] = [];
    for (const one of group.captions) {
      const { caption, isCut } = cleanCaption(one.caption);
      if (caption === '' || said.has(caption)) continue;
      if (nKept >= MAX_TEXTS && kept.length > 0) {
        nOver++;
        continue;
      }
      said.add(caption);
      kept.push({ ...one, caption });
      nKept++;
      if (isCut) nCut++;
    }
    group.captions = kept;
    await breathe();
  }
  return { nCut, nOver };
}

/** What a person reads of a picture or sound: its first caption, else its stem, with its class where the stem says nothing. */
function captionOf({ stem }: Entry, { captions, label }: Group): string {
  if (captions.length > 0) return captions[0]!.caption;
  const name = readable(stem) || 'without a name';
  return label !== undefined && !isTelling(stem) ? cleanCaption(`${label} (${name})`).caption : name;
}

function conventionOf(
  groups: ReadonlyMap<string, Group>,
  { said, own }: ReadTexts,
  nPaired: number,
): MediaConvention {
  const order: readonly MediaConvention[] = ['metadata.csv', 'metadata.jsonl', 'captions.txt'];
  const found = order.find((convention) => said.some((one) => one.convention === convention));
  if (found) return found;
  if (nPaired > 0 || own.some(({ isPaired }) => isPaired)) return 'stems';
  return [...groups.values()].some(({ label }) => label !== undefined)
    ? 'folders of classes'
    : 'single files';
}

function notesOn(groups: ReadonlyMap<string, Group>, { said }: ReadTexts): string[] {
  const notes: string[] = [];
  const all = [...groups.values()];
  const loose = all.filter(({ media }) => media.length === 0).length;
  if (loose > 0) notes.push(`${counted(loose, 'text has', 'texts have')} no picture or sound.`);
  const unnamed = all.flatMap(({ media }) => media).filter(({ isNamed }) => !isNamed).length;
  if (said.length > 0 && unnamed > 0)
    notes.push(
      `${counted(unnamed, 'picture or sound has', 'pictures and sounds have')} no row in ${said.map(({ entry }) => entry.given).join(', ')}.`,
    );
  const videos = all.flatMap(({ media }) => media).filter(({ path }) => /\.(mp4|webm)$/i.test(path)).length;
  if (videos > 0) notes.push(`Of ${counted(videos, 'video', 'videos')} only the sound is taken.`);
  return notes;
}

/** Names that mean one thing (union-find with halved paths). */
class Joined {
  private readonly parents = new Map<string, string>();

  rootOf(name: string): string {
    for (let at = name; ;) {
      const parent = this.parents.get(at);
      if (parent === undefined) return at;
      const above = this.parents.get(parent);
      if (above === undefined) return parent;
      this.parents.set(at, above);
      at = above;
    }
  }

  join(a: string, b: string): void {
    const [rootA, rootB] = [this.rootOf(a), this.rootOf(b)];
    if (rootA !== rootB) this.parents.set(rootB, rootA);
  }
}
