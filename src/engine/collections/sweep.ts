/** Takes away what belongs to no collection. */
import { nextTurn } from '../scoring/nextTurn.ts';
import { firstPart, lastPart, type Change, type Disk } from './disk.ts';
import { contentsOf, readContents } from './contents.ts';

/** Changes written in one transaction. */
const N_WRITTEN = 512;

/** Whether adding or removing was cut off: parts without a record. Cheap: keys alone are read. */
export async function isUntidy(disk: Disk): Promise<boolean> {
  const ids = new Set(await disk.keys('collections'));
  for (const table of ['looks', 'contents'] as const)
    if ((await disk.keys(table)).some((key) => !ids.has(firstPart(key)))) return true;
  return false;
}

/**
 * Removes the parts of collections without a record, and files and vectors whose content no collection holds any more. What tells
 * that there is something to do goes last. Nothing may be added meanwhile.
 * @throws QuotaError
 */
export async function sweep(disk: Disk): Promise<void> {
  const ids = new Set(await disk.keys('collections'));
  const used = new Set<string>();
  for (const id of ids) {
    const contents = await readContents(disk, id);
    if (!contents) continue;
    for (const modality of ['text', 'image', 'audio'] as const)
      for (const content of contentsOf(contents, modality)) if (content !== undefined) used.add(content);
    await nextTurn();
  }
  const drop = async (table: Change['table'], isKept: (key: string) => boolean) => {
    const gone = (await disk.keys(table)).filter((key) => !isKept(key));
    for (let from = 0; from < gone.length; from += N_WRITTEN) {
      await disk.write(gone.slice(from, from + N_WRITTEN).map((key) => ({ table, key })));
      await nextTurn();
    }
  };
  await drop('media', (key) => used.has(key));
  await drop('vectors', (key) => used.has(lastPart(key, 3)));
  await drop('rows', (key) => ids.has(firstPart(key)));
  await drop('contents', (key) => ids.has(firstPart(key)));
  await drop('looks', (key) => ids.has(key));
}
