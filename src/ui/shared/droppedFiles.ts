/** What was dropped or chosen, as files with their paths; folders are walked. */
import { InputError } from '../../base/errors.ts';
import type { NamedFile } from '../../engine/exchange/types.ts';

/** Collections of some thousands of pictures and sounds, each with its text; far more is another folder than the one that was meant. */
const MAX_FILES = 40_000;

function tooMany(): InputError {
  return new InputError(
    `There are more than ${MAX_FILES.toLocaleString('en')} files in it: choose a smaller folder.`,
  );
}

/** Files of an <input> in the order of their names; of a folder with their paths in it. @throws InputError on too many. */
export function chosenFiles(files: FileList): NamedFile[] {
  if (files.length > MAX_FILES) throw tooMany();
  const named = Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, bytes: file }));
  return named.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject));

/** Browsers hand the entries of a folder out in parts, and an empty part at the end. */
async function entriesOf(entry: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = entry.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return all;
    all.push(...part);
    if (all.length > MAX_FILES) throw tooMany();
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

async function walk(entry: FileSystemEntry, into: NamedFile[]): Promise<void> {
  if (into.length >= MAX_FILES) throw tooMany();
  if (isFile(entry)) {
    into.push({ path: entry.fullPath.replace(/^\//, ''), bytes: await fileOf(entry) });
    return;
  }
  const inside = await entriesOf(entry as FileSystemDirectoryEntry);
  // In the order of their names, so that the report is the same each time.
  inside.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const one of inside) await walk(one, into);
}

/**
 * Files of a drop. Call it in the event itself: what was dropped is gone after it.
 * @throws InputError on too many files, or on one that the browser cannot read
 */
export async function droppedFiles(transfer: Pick<DataTransfer, 'items' | 'files'>): Promise<NamedFile[]> {
  const entries = Array.from(transfer.items).flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return chosenFiles(transfer.files);
  const found: NamedFile[] = [];
  try {
    for (const entry of entries) await walk(entry, found);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError('The browser could not read what was dropped: choose it with the buttons instead.');
  }
  return found;
}
