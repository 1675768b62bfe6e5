/** One file, from its host to the disk, through cuts, stalls and changes. */
import { AbortedError, FormatError, LabError } from '../../../base/errors.ts';
import { unreachable } from './answers.ts';
import { isCommit } from './names.ts';
import type { FileKey, ModelDisk, Part } from './modelDisk.ts';
import {
  looksLikePage,
  refusePage,
  Setback,
  StartOver,
  type Opened,
  type RepoFile,
  type RepoSource,
} from './source.ts';
import { pause, waitAfter, watched, type Patience } from './stall.ts';

export interface FileDownload {
  source: RepoSource;
  disk: ModelDisk;
  key: FileKey;
  file: RepoFile;
  patience: Patience;
  pieceBytes: number;
  signal: AbortSignal;
  /** Called with the bytes that came so far, of the whole. */
  onBytes: (done: number, of: number) => void;
  /** Why it was begun anew. */
  onNote: (note: string) => void;
  /** What is being waited out; the next bytes mean that it is over. */
  onTrouble: (message: string) => void;
}

/**
 * Fetches what is missing of a file, in pieces that lie on the disk as soon as they are whole. Gives its size.
 * @throws as RepoSource.open; FormatError when its size is another than the listing's, QuotaError, AbortedError
 */
export async function downloadFile(download: FileDownload): Promise<number> {
  const { disk, key, patience, signal } = download;
  let nFailures = 0;
  let farthest = (await disk.part(key)).done;
  for (;;) {
    try {
      return await attempt(download);
    } catch (error) {
      if (signal.aborted) throw new AbortedError();
      if (!(error instanceof Setback) && !(error instanceof StartOver)) throw error;
      if (error instanceof StartOver) await disk.dropFile(key);
      const { done } = await disk.part(key);
      // Only what was never reached before counts: a file that is begun anew each time has to end.
      nFailures = done > farthest ? 1 : nFailures + 1;
      farthest = Math.max(farthest, done);
      if (nFailures >= patience.tries) throw error;
      download.onTrouble(`${error.message} Trying again (${nFailures + 1} of ${patience.tries}).`);
      await pause(waitAfter(nFailures, error, patience), signal);
    }
  }
}

async function attempt(download: FileDownload): Promise<number> {
  const { source, disk, key, file, patience, signal } = download;
  const part = await disk.part(key);
  if (file.bytes > 0 && part.done === file.bytes) return part.done;
  if (file.bytes > 0 && part.done > file.bytes) throw new StartOver('More lies here than the file has.');
  const what = `${key.repo}/${key.path} on ${source.name}`;
  return watched(patience.stallMs, signal, what, async (inner, alive) => {
    const opened = await source.open(key.repo, key.revision, key.path, part.done, inner);
    const end = expectedBytes(download, opened, what);
    const fitting = await fit(download, opened, part);
    download.onBytes(fitting.done, end ?? 0);
    return receive(download, opened, fitting, end, what, alive);
  });
}

/** The size that the file has to have, where anyone tells. A host that names no commit may have changed it since. */
function expectedBytes({ file, key }: FileDownload, { total }: Opened, what: string): number | undefined {
  const listed = file.bytes > 0 ? file.bytes : undefined;
  if (listed === undefined || total === undefined || total === listed) return listed ?? total;
  if (file.sha256 === undefined && file.gitSha1 === undefined && !isCommit(key.revision)) return total;
  throw new FormatError(
    `${what} has ${total} bytes where the listing says ${listed}: it is another file. Read the repository anew, or use another host.`,
  );
}

/** What of the part can be built on: nothing, where the host begins at the start or its content changed. */
async function fit(download: FileDownload, opened: Opened, part: Part): Promise<Part> {
  const { disk, key, source, onNote } = download;
  const { tag } = opened;
  // At a commit nothing changes, whatever mark the machine that happens to answer gives it; the checksum has the last word.
  const marked = !isCommit(key.revision) && tag !== undefined && part.tag !== undefined;
  const changed = part.done > 0 && marked && tag !== part.tag;
  const atStart = part.done > 0 && opened.from === 0;
  if (changed) onNote(`${key.path} changed on ${source.name} while it was fetched: it is begun anew.`);
  else if (atStart) onNote(`${source.name} sends files from the start only: ${key.path} is begun anew.`);
  if (changed || atStart) {
    await disk.dropFile(key);
    if (opened.from !== 0) {
      await opened.body.cancel().catch(() => undefined);
      throw new StartOver(`${key.path} changed on ${source.name}.`);
    }
    return tag === undefined ? { done: 0 } : { done: 0, tag };
  }
  if (opened.from !== part.done) {
    await opened.body.cancel().catch(() => undefined);
    throw new StartOver(`${source.name} sent another place of ${key.path} than was asked for.`);
  }
  return tag === undefined ? part : { ...part, tag };
}

async function receive(
  download: FileDownload,
  opened: Opened,
  start: Part,
  end: number | undefined,
  what: string,
  alive: () => void,
): Promise<number> {
  const { disk, key, pieceBytes, source, onBytes } = download;
  const reader = opened.body.getReader();
  let part = start;
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let nWaiting = 0;
  const flush = async () => {
    if (nWaiting === 0) return;
    const piece = new Blob(waiting);
    waiting = [];
    nWaiting = 0;
    part = await disk.addPiece(key, part, piece);
  };
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw unreachable(source.name, error);
      });
      if (done) break;
      alive();
      if (part.done + nWaiting === 0 && looksLikePage(key.path, value)) refusePage(what);
      waiting.push(value as Uint8Array<ArrayBuffer>);
      nWaiting += value.length;
      if (end !== undefined && part.done + nWaiting > end) {
        waiting = [];
        nWaiting = 0;
        throw new FormatError(`${what} sent more than the ${end} bytes it should have: it is another file.`);
      }
      onBytes(part.done + nWaiting, end ?? 0);
      if (nWaiting < pieceBytes) continue;
      await flush();
      alive();
    }
    await flush();
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    // What came before a cut is worth keeping; after a full disk there is no use in trying.
    if (!(error instanceof LabError) || error instanceof Setback || error instanceof AbortedError)
      await flush();
    throw error;
  }
  if (end !== undefined && part.done < end) {
    throw new Setback(`${what} broke off after ${part.done} of ${end} bytes.`);
  }
  if (part.done === 0) throw new FormatError(`${what} is empty.`);
  return part.done;
}
