/** How collections, arrays, models and their sizes are written. */
import { MODALITIES, splitDirection, type Modality } from '../../base/modality.ts';
import type { CollectionInfo, CollectionSpace, EncodeRun } from '../../engine/collections/types.ts';
import type { ArrayInfo } from '../../engine/intake/types.ts';
import type {
  DownloadState,
  KeptModel,
  OwnEncoder,
  Precision,
  ShelfModel,
} from '../../engine/models/types.ts';
import type { Direction } from '../../base/modality.ts';
import { durationWords } from '../workshop/trainFigures.ts';

const WORDS: Readonly<Record<Modality, { one: string; many: string }>> = {
  text: { one: 'text', many: 'texts' },
  image: { one: 'picture', many: 'pictures' },
  audio: { one: 'sound', many: 'sounds' },
};

/** "12 pictures", "1 sound", "5,000 texts" */
export function countedModality(modality: Modality, n: number): string {
  return `${n.toLocaleString('en')} ${n === 1 ? WORDS[modality].one : WORDS[modality].many}`;
}

/** "2.4 MB", "98 kB", "0 B": bytes with two figures where there is room for them; "–" where there is no number. */
export function bytesWords(bytes: number): string {
  if (!Number.isFinite(bytes)) return '–';
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const [unit, scale] = bytes >= 1e9 ? ['GB', 1e9] : bytes >= 1e6 ? ['MB', 1e6] : ['kB', 1e3];
  const value = bytes / scale;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** "[200, 1024]" */
export const shapeWords = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

export const DTYPE_WORDS: Readonly<Record<ArrayInfo['dtype'], string>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
  TEXT: 'text',
};

/** How grave what was found in an array is: it is left out, it is put right, it is good to know. */
export type Severity = 'left out' | 'put right' | 'note';
export interface CheckWords {
  severity: Severity;
  words: string;
}

const rowsWords = (n: number) => `${n.toLocaleString('en')} ${n === 1 ? 'row' : 'rows'}`;
const verb = (n: number, one: string, many: string) => (n === 1 ? one : many);

/** What the checks of an array found, gravest first; nothing where all is well. */
export function checkWords({ checks, fortran }: ArrayInfo): CheckWords[] {
  if (!checks) return [];
  const { notFinite, zero, notUnit, norms, duplicates } = checks;
  const found: CheckWords[] = [];
  const add = (severity: Severity, words: string) => found.push({ severity, words });
  if (notFinite > 0)
    add(
      'left out',
      `${rowsWords(notFinite)} with NaN or infinity: ${verb(notFinite, 'it is', 'they are')} left out with ${verb(notFinite, 'its', 'their')} partners`,
    );
  if (zero > 0) add('left out', `${rowsWords(zero)} all zero: left out, too`);
  if (notUnit > 0) {
    add(
      'put right',
      `${rowsWords(notUnit)} ${verb(notUnit, 'is', 'are')} not of unit length (${norms[0].toPrecision(3)} to ${norms[1].toPrecision(3)}): made so`,
    );
  }
  if (duplicates > 0)
    add('note', `${rowsWords(duplicates)} ${verb(duplicates, 'equals', 'equal')} an earlier one`);
  if (fortran) add('note', 'Fortran order: read as it is meant');
  return found;
}

/** "120 texts, 60 pictures and 60 sounds" as parts, without those that are none. */
export function countsOf(counts: Readonly<Record<Modality, number>>): { modality: Modality; n: number }[] {
  return MODALITIES.flatMap((modality) => (counts[modality] > 0 ? [{ modality, n: counts[modality] }] : []));
}

/** Modalities of a space that are not all encoded: "60 of 120 pictures". */
export function encodedWords({ encoded }: CollectionSpace, counts: CollectionInfo['counts']): string {
  const parts = MODALITIES.flatMap((modality) => {
    const n = encoded[modality];
    if (n === undefined || n === 0) return [];
    const of = counts[modality];
    return n === of
      ? [countedModality(modality, n)]
      : [`${n.toLocaleString('en')} of ${countedModality(modality, of)}`];
  });
  return parts.length > 0 ? parts.join(', ') : 'nothing yet';
}

export const ORIGIN_WORDS: Readonly<Record<CollectionInfo['origin'], string>> = {
  embedded: 'ships with the lab',
  media: 'your own media',
  embeddings: 'your own embeddings',
};

const STATE_WORDS: Readonly<Record<EncodeRun['state'], string>> = {
  waiting: 'Waits for its turn',
  running: 'Encoding',
  paused: 'Paused',
  done: 'Encoded',
  failed: 'Stopped by a fault',
  cancelled: 'Cancelled',
};

/** "Encoding: 120 of 300, 4.2 a second, 45 s left" */
export function runWords(run: EncodeRun): string {
  const { state, done, of, itemsPerS, secondsLeft } = run;
  const parts = [`${STATE_WORDS[state]}: ${done.toLocaleString('en')} of ${of.toLocaleString('en')}`];
  if (state === 'running' && itemsPerS !== undefined) {
    parts.push(`${itemsPerS < 10 ? itemsPerS.toFixed(1) : Math.round(itemsPerS)} a second`);
  }
  if (state === 'running' && secondsLeft !== undefined) parts.push(`${durationWords(secondsLeft)} left`);
  if (state === 'paused') parts.push('by hand or because the page was closed; it goes on from there');
  if (state === 'cancelled') parts.push('what was made is kept');
  return parts.join(', ');
}

/** "text → picture" */
export function directionWords(direction: string): string {
  const [from, to] = splitDirection(direction as Direction);
  return `${WORDS[from].one} → ${WORDS[to].one}`;
}

/** "image-text" as "picture and text". */
export function pairWords(pair: string): string {
  const [a, b] = pair.split('-') as [Modality, Modality];
  return `${WORDS[a].one} and ${WORDS[b].one}`;
}

const PRECISIONS: readonly Precision[] = ['fp32', 'fp16', 'int8', '4-bit'];

/** Sizes by precision, the most exact first. */
export function sizesOf(bytes: ShelfModel['bytes']): { precision: Precision; bytes: number }[] {
  return PRECISIONS.flatMap((precision) => {
    const n = bytes[precision];
    return n === undefined ? [] : [{ precision, bytes: n }];
  });
}

/** The precision that is proposed: int8 where there is one, else the smallest. */
export function proposedPrecision(bytes: ShelfModel['bytes']): Precision | undefined {
  const sizes = sizesOf(bytes);
  if (bytes.int8 !== undefined) return 'int8';
  return sizes.reduce<(typeof sizes)[number] | undefined>(
    (best, one) => (best && best.bytes <= one.bytes ? best : one),
    undefined,
  )?.precision;
}

export type ShelfState =
  | { kind: 'kept'; model: KeptModel }
  | { kind: 'downloading'; download: DownloadState }
  | { kind: 'unavailable'; reason: string; docs: string }
  | { kind: 'offered' };

/** Where a model of the shelf stands on this device. */
export function shelfState(
  model: ShelfModel,
  kept: readonly KeptModel[],
  downloads: readonly DownloadState[],
): ShelfState {
  const own = kept.find(({ repo }) => repo === model.repo);
  const download = downloads.find(({ repo, state }) => repo === model.repo && isOpen(state));
  if (download) return { kind: 'downloading', download };
  if (own) return { kind: 'kept', model: own };
  return model.unavailable ? { kind: 'unavailable', ...model.unavailable } : { kind: 'offered' };
}

/** Whether a download still wants something of a person or the network. */
export function isOpen(state: DownloadState['state']): boolean {
  return state === 'waiting' || state === 'running' || state === 'paused' || state === 'failed';
}

/** Bytes of all files of a download, those that came and all. */
export function downloadedOf({ files }: DownloadState): { done: number; of: number } {
  return files.reduce((sum, file) => ({ done: sum.done + file.done, of: sum.of + file.of }), {
    done: 0,
    of: 0,
  });
}

/** "64 of 88 MB, 2.1 MB a second, 12 s left" */
export function downloadWords(download: DownloadState): string {
  const { state, bytesPerS } = download;
  const { done, of } = downloadedOf(download);
  // Its files are not known before its listing is here.
  if (of === 0) return DOWNLOAD_WORDS[state];
  const head = `${DOWNLOAD_WORDS[state]}: ${bytesWords(done)} of ${bytesWords(of)}`;
  if (state !== 'running' || !bytesPerS) return head;
  return `${head}, ${bytesWords(bytesPerS)} a second, ${durationWords((of - done) / bytesPerS)} left`;
}

const DOWNLOAD_WORDS: Readonly<Record<DownloadState['state'], string>> = {
  waiting: 'Waits',
  running: 'On its way',
  paused: 'Paused',
  done: 'Here',
  failed: 'Broke off',
  cancelled: 'Cancelled',
};

export const BACKENDS = { webgpu: 'WebGPU', wasm: 'WebAssembly' } as const;

/** "WebAssembly, int8" */
export function encoderWords({ backend, precision, state, message }: OwnEncoder): string {
  if (state === 'failed') return message ?? 'It could not be loaded.';
  const where = backend ? BACKENDS[backend] : 'not tried yet';
  return `${where}, ${precision}${state === 'loading' ? ', loading …' : ''}`;
}
