/** Encodes one batch: texts together, media a few at a time. */
import { InputError, MediaError, messageOf, ModelError, throwIfAborted } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import type { OwnInput } from '../types.ts';
import type { Disk } from './disk.ts';
import type { Tower, Unit } from './encodePlan.ts';

/** What encodes: the embedded encoders and the user's own. */
export interface Encoding {
  /** Unit vector of an input in a space. @throws InputError, MediaError, ModelError, AbortedError, ... */
  encode: (spaceId: string, input: OwnInput, signal?: AbortSignal) => Promise<Float32Array>;
  /** Unit rows [texts.length, dim]. @throws as encode. */
  encodeTexts: (spaceId: string, texts: readonly string[], signal?: AbortSignal) => Promise<Float32Array>;
}

/** A vector, or why there is none. */
export type Outcome = Float32Array | string;
export type OnOutcome = (unit: Unit, tower: Tower, outcome: Outcome) => void;

/** After each batch what was made is kept and the other windows hear of it: few enough that a bar moves, and a closed tab loses little. */
export const BATCH: Record<Modality, number> = { text: 16, image: 16, audio: 8 };
/** Files that are decoded or waited for at a time: one is decoded while another is encoded. */
export const N_HELD = 2;

/**
 * Encodes the units of a batch in the towers that lack them and tells every outcome as it comes; a medium is decoded once for all its
 * spaces. What an encoder says of one input (MediaError, InputError) is an outcome; anything else ends the batch.
 * @throws ModelError, AbortedError, and whatever else encode throws
 */
export async function encodeBatch(
  disk: Disk,
  encoding: Encoding,
  modality: Modality,
  units: readonly Unit[],
  onOutcome: OnOutcome,
  signal: AbortSignal,
): Promise<void> {
  if (modality === 'text') return encodeTexts(encoding, units, onOutcome, signal);
  let next = 0;
  let failed = false;
  const work = async () => {
    for (let unit = units[next++]; unit && !failed; unit = units[next++]) {
      throwIfAborted(signal);
      const blob = (await disk.get('media', unit.content)) as Blob | undefined;
      for (const tower of unit.towers) {
        const outcome = blob
          ? await outcomeOf(encoding, tower, { modality, blob }, signal)
          : 'Its file is no longer in the browser’s storage.';
        // After the worker has died another may serve, in another precision: what it gives is not of this batch.
        if (failed) return;
        onOutcome(unit, tower, outcome);
      }
    }
  };
  const stopping = async () => {
    try {
      await work();
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: N_HELD }, stopping));
  const broken = ended.find((one) => one.status === 'rejected');
  if (broken) throw broken.reason;
}

async function encodeTexts(
  encoding: Encoding,
  units: readonly Unit[],
  onOutcome: OnOutcome,
  signal: AbortSignal,
): Promise<void> {
  for (const tower of new Set(units.flatMap(({ towers }) => towers))) {
    const lacking = units.filter(({ towers }) => towers.includes(tower));
    const texts = lacking.map(({ content }) => content);
    throwIfAborted(signal);
    let rows: Float32Array | undefined;
    try {
      rows = await encoding.encodeTexts(tower.reader, texts, signal);
    } catch (error) {
      if (!isOfInput(error)) throw error;
    }
    for (const [i, unit] of lacking.entries()) {
      // One text spoils its batch: each is asked for alone.
      const outcome = rows
        ? checked(tower, rows.slice(i * tower.dim, (i + 1) * tower.dim))
        : await outcomeOf(encoding, tower, { modality: 'text', text: unit.content }, signal);
      onOutcome(unit, tower, outcome);
    }
  }
}

const isOfInput = (error: unknown): error is Error =>
  error instanceof MediaError || error instanceof InputError;

async function outcomeOf(
  { encode }: Encoding,
  tower: Tower,
  input: OwnInput,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    return checked(tower, await encode(tower.reader, input, signal));
  } catch (error) {
    if (isOfInput(error)) return messageOf(error);
    throw error;
  }
}

/** @throws ModelError where an encoder gives something else than it should. */
function checked({ reader, modality, dim }: Tower, row: Float32Array): Float32Array {
  if (row.length !== dim || !row.every(Number.isFinite))
    throw new ModelError(
      `The ${modality} encoder of ${reader} gave ${row.length} numbers, ${dim} finite ones are needed. Choose another precision or backend.`,
    );
  return row;
}
