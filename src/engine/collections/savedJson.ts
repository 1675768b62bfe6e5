/** Reads and checks collection.json: in a worker where it is large, for a hundred thousand items would freeze the page. */
import { wrap } from 'comlink';
import { FormatError } from '../../base/errors.ts';
import { MODALITIES } from '../../base/modality.ts';
import { nextTurn } from '../scoring/nextTurn.ts';
import { installErrorTransfer } from '../workers/comlinkErrors.ts';
import type { Items } from './records.ts';
import { checkSaved } from './savedChecks.ts';
import { JSON_NAME, type SavedCollection } from './savedFormat.ts';
import type { SavedJsonService } from './savedJsonService.ts';

/** A million items with captions take less. */
const MAX_BYTES = 500e6;
/** What is read in a few milliseconds is read here. */
const SMALL_BYTES = 1e6;

/** @throws FormatError as checkSaved, and when it is no JSON or beyond all bounds. */
export async function readSavedJson(blob: Blob): Promise<SavedCollection> {
  if (blob.size > MAX_BYTES)
    throw new FormatError(`${JSON_NAME} has ${blob.size} bytes: no collection needs that.`);
  if (blob.size <= SMALL_BYTES || typeof Worker === 'undefined') return parseSaved(blob);
  installErrorTransfer();
  const worker = new Worker(new URL('./savedJson.worker.ts', import.meta.url), { type: 'module' });
  try {
    const died = new Promise<never>((_, reject) => {
      worker.onerror = () =>
        reject(new FormatError(`${JSON_NAME} could not be read: it is too large for this device.`));
    });
    const { rest, parts } = await Promise.race([wrap<SavedJsonService>(worker).read(blob), died]);
    const items: Items = { text: [], image: [], audio: [] };
    for (const modality of MODALITIES) {
      const list: Items[typeof modality] = items[modality];
      for (const json of parts[modality]) {
        list.push(...(JSON.parse(json) as Items[typeof modality]));
        await nextTurn();
      }
    }
    return { ...rest, items };
  } finally {
    worker.terminate();
  }
}

/** Parses and checks at one go. @throws FormatError */
export async function parseSaved(blob: Blob): Promise<SavedCollection> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await blob.arrayBuffer()));
  } catch {
    throw new FormatError(`${JSON_NAME} is no JSON: the file is damaged or of another kind.`);
  }
  return checkSaved(json);
}
