/** All files of a model, one after another, each checked. */
import { FormatError, InputError, QuotaError, throwIfAborted } from '../../../base/errors.ts';
import type { KeptModel, RepoPlan } from '../types.ts';
import type { Checksums } from './checksum.ts';
import { downloadFile, type FileDownload } from './fileDownload.ts';
import type { FileKey, ModelDisk, ModelRecord } from './modelDisk.ts';

export type PlanFile = NonNullable<RepoPlan['files'][keyof RepoPlan['files']]>[number];

export interface ModelDownload extends Pick<
  FileDownload,
  'source' | 'patience' | 'pieceBytes' | 'signal' | 'onNote' | 'onTrouble'
> {
  disk: ModelDisk;
  record: ModelRecord;
  checksums: (file: Blob) => Promise<Checksums>;
  /** What the browser has left for the page; undefined where it does not tell. */
  room: () => Promise<number | undefined>;
  onBytes: (path: string, done: number, of: number) => void;
}

export function filesOf({ plan, precision }: ModelRecord): readonly PlanFile[] {
  return plan.files[precision] ?? [];
}

/**
 * Fetches what is missing of a model and checks each file. What it gives is the list of whole files.
 * @throws as downloadFile; InputError where another window removed the model, FormatError on a wrong checksum (that file is thrown away), QuotaError before anything is fetched
 */
export async function downloadModel(download: ModelDownload): Promise<KeptModel['files']> {
  await checkRoom(download);
  const whole: { path: string; bytes: number; sha256: string }[] = [];
  for (const file of filesOf(download.record)) {
    await checkWanted(download);
    whole.push(await fetchAndCheck(download, file));
  }
  await checkWanted(download);
  return whole;
}

/** Another window may have removed the model: then its files are gone, and those that came since are to go too. @throws InputError */
async function checkWanted({ disk, record: { repo, precision } }: ModelDownload): Promise<void> {
  if (await disk.model(repo, precision)) return;
  await disk.sweep(repo);
  throw new InputError(`${repo} was removed in another window while it was fetched here.`);
}

export function keyOf({ repo, plan }: ModelRecord, path: string): FileKey {
  return { repo, revision: plan.revision, path };
}

async function fetchAndCheck(
  download: ModelDownload,
  file: PlanFile,
): Promise<{ path: string; bytes: number; sha256: string }> {
  const { disk, record, signal } = download;
  const { path } = file;
  const key = keyOf(record, path);
  const known = (await disk.part(key)).whole;
  if (known) {
    download.onBytes(path, known.bytes, known.bytes);
    return { path, ...known };
  }
  const bytes = await downloadFile({
    ...download,
    key,
    file,
    onBytes: (done, of) => download.onBytes(path, done, of),
  });
  throwIfAborted(signal);
  download.onBytes(path, bytes, bytes);
  const { sha256, gitSha1 } = await download.checksums(await disk.file(key));
  throwIfAborted(signal);
  const wrong =
    (file.sha256 !== undefined && file.sha256 !== sha256) ||
    (file.gitSha1 !== undefined && file.gitSha1 !== gitSha1);
  if (wrong) {
    await checkWanted(download);
    await disk.dropFile(key);
    throw new FormatError(
      `${record.repo}/${path} came damaged: its checksum is not the one that the host lists. The file was thrown away, the ` +
        'others are kept: try again, or use another host.',
    );
  }
  const part = await disk.part(key);
  await disk.putPart(key, { ...part, whole: { bytes, sha256 } });
  return { path, bytes, sha256 };
}

async function checkRoom({ disk, record, room }: ModelDownload): Promise<void> {
  let needed = 0;
  for (const { path, bytes } of filesOf(record)) {
    const { done } = await disk.part(keyOf(record, path));
    needed += Math.max(0, bytes - done);
  }
  const left = await room();
  if (left === undefined || needed <= left) return;
  throw new QuotaError(
    `${record.repo} needs ${inMb(needed)} more and the browser has ${inMb(left)} left for this page. Remove models or ` +
      'collections that are no longer needed, make room on the disk, or take another precision.',
  );
}

function inMb(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
