/** A drop as a flat list of files: zips are opened, and nothing of them is unpacked before it is asked for. */
import { InputError, messageOf, throwIfAborted } from '../../base/errors.ts';
import { isTorchArchive } from '../../formats/torch/readTorch.ts';
import type { NamedFile } from '../exchange/types.ts';
import { createBreather } from './breathe.ts';
import { isHidden, plainPath } from './paths.ts';
import type { LeftOut } from './types.ts';
import { readZipBlob, type ZipBlobEntry } from './zipBlob.ts';

export interface OpenFile {
  /** Plain (see plainPath) and unique in the drop; of a zip's file "pets.zip/images/dog.png". */
  path: string;
  /** Bytes; of a zip's file as the archive claims. */
  size: number;
  /** The file's bytes, without a type; unpacked anew at every call. @throws FormatError where a zip is damaged there, AbortedError */
  blob: (signal?: AbortSignal) => Promise<Blob>;
}

export interface OpenedFiles {
  files: OpenFile[];
  leftOut: LeftOut[];
  /** How many files were passed over because systems leave them beside others (.DS_Store, Thumbs.db). */
  hidden: number;
}

const MAX_FILES = 50_000;
/** What one file of a zip may unpack to, and all of them together. */
const MAX_ENTRY_BYTES = 2 ** 31;
const MAX_ARCHIVE_BYTES = 2 ** 33;

/**
 * The files of a drop, with those of zips in the zips' place. Checkpoints of PyTorch and .npz, which are zips too, stay whole.
 * Zips are read from disk piece by piece, whatever their size. What is left out: zips that are damaged, zips within zips, files
 * of a zip that claim more than 2 GB, or more than 8 GB together, and files whose path another one has already.
 * @throws InputError when there are more than 50,000 files, AbortedError
 */
export async function openFiles(
  files: readonly NamedFile[],
  { signal }: { signal?: AbortSignal } = {},
): Promise<OpenedFiles> {
  const opened: OpenedFiles = { files: [], leftOut: [], hidden: 0 };
  // Browsers look a file's size up on disk, and the page waits for each.
  const breathe = createBreather();
  const paths = new Set<string>();
  const add = (file: OpenFile): void => {
    if (isHidden(file.path)) opened.hidden++;
    else if (file.path === '') opened.leftOut.push({ path: '(no name)', reason: 'It has no name.' });
    else if (paths.has(file.path))
      opened.leftOut.push({
        path: file.path,
        reason: 'Another file of the drop has this path: rename one of them.',
      });
    else {
      paths.add(file.path);
      opened.files.push(file);
    }
    if (paths.size > MAX_FILES)
      throw new InputError(`These are more than ${MAX_FILES} files. Choose fewer of them at a time.`);
  };
  for (const { path: given, bytes } of files) {
    throwIfAborted(signal);
    const path = plainPath(given);
    const blob = bytes instanceof Blob ? bytes : new Blob([bytes]);
    const entries =
      /\.zip$/i.test(path) && !isHidden(path) ? await entriesOf(path, blob, opened.leftOut) : [blob];
    for (const entry of entries) {
      if (entry instanceof Blob) add({ path, size: blob.size, blob: () => Promise.resolve(blob) });
      else
        add({
          path: pathWithin(path, entry.name),
          size: entry.size,
          blob: (abort) => entry.open(abort),
        });
    }
    await breathe();
  }
  return opened;
}

/** A path of an archive's file: its ".." never leaves the archive. "" where its name has nothing that can be read. */
function pathWithin(archive: string, name: string): string {
  const plain = plainPath(name);
  return plain === '' ? '' : `${archive}/${plain}`;
}

/** The entries of a zip that can be used, or the file itself where it is a checkpoint. */
async function entriesOf(path: string, blob: Blob, leftOut: LeftOut[]): Promise<ZipBlobEntry[] | [Blob]> {
  let entries: ZipBlobEntry[];
  try {
    entries = await readZipBlob(blob);
  } catch (error) {
    leftOut.push({ path, reason: messageOf(error) });
    return [];
  }
  if (isTorchArchive(entries)) return [blob];
  if (entries.length === 0) leftOut.push({ path, reason: 'The zip archive holds no files.' });
  let bytes = 0;
  return entries.filter(({ name, size }) => {
    const reason = /\.zip$/i.test(name)
      ? 'This is a zip within a zip: unpack the outer one, and drop what is inside.'
      : size > MAX_ENTRY_BYTES
        ? `It claims to unpack to ${gigabytes(size)}; at most ${gigabytes(MAX_ENTRY_BYTES)} are taken.`
        : bytes + size > MAX_ARCHIVE_BYTES
          ? `The zip archive unpacks to more than ${gigabytes(MAX_ARCHIVE_BYTES)}: unpack it, and drop parts of it.`
          : undefined;
    if (reason === undefined) bytes += size;
    else leftOut.push({ path: pathWithin(path, name), reason });
    return reason === undefined;
  });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GB`;
}
