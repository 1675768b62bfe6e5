/** The work of one encode run, in its turn: batch after batch, each kept before the next. */
import { AbortedError, InputError, ModelError, throwIfAborted } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import type { Space } from '../../recipe/types.ts';
import { MAX_TEXT_CHARACTERS } from './content.ts';
import { readContents, type CollectionContents } from './contents.ts';
import type { Change, Disk } from './disk.ts';
import { BATCH, encodeBatch, type Encoding } from './encodeBatch.ts';
import { makePlan, spacesFor, withTallies, type EncodePlan, type Unit } from './encodePlan.ts';
import type { CollectionRecord } from './records.ts';
import { vectorKey } from './rows.ts';
import type { EncodeRun } from './types.ts';

/** As it is kept: without the pace, and whether it has looked up what storage has. */
export type StoredRun = Omit<EncodeRun, 'itemsPerS' | 'secondsLeft'> & { begun: boolean };

export interface EncodeWorkOptions extends Encoding {
  disk: Disk;
  spaces: () => readonly Space[];
  /** Names what the vectors depend on beside content and space: precision, model version. Asked before and after each batch. */
  precision: (spaceId: string, modality: Modality) => string | Promise<string>;
}

/** How the work is seen. */
export interface WorkHooks {
  signal: AbortSignal;
  /** Changes the run, shows it and keeps it. */
  put(change: Partial<StoredRun>): Promise<void>;
  /** Shows how far it is, without keeping it. */
  show(change: () => Partial<StoredRun>): void;
  /** Called after each input: how many items and vectors there are more. */
  made(items: number, vectors: number): void;
  /** The collection's record and the run are kept: others may look. */
  kept(): void;
}

/** The collection of a run is no longer there. */
export class GoneError extends InputError {
  constructor() {
    super('The collection was removed meanwhile.');
  }
}

/** An encoder was exchanged while a batch was encoded: its vectors would be of two kinds. */
class Exchanged extends Error {}

/**
 * Encodes what a run wants and storage lacks. However it ends, what was made is kept.
 * @throws GoneError, AbortedError, QuotaError, and what the encoders throw that is not about one input
 */
export async function encodeRun(options: EncodeWorkOptions, run: StoredRun, hooks: WorkHooks): Promise<void> {
  let now = run;
  const seen: WorkHooks = {
    ...hooks,
    put(change) {
      now = { ...now, ...change };
      return hooks.put(change);
    },
  };
  for (;;) {
    try {
      return await encodeAll(options, now, seen);
    } catch (error) {
      if (!(error instanceof Exchanged)) throw error;
    }
  }
}

async function encodeAll(options: EncodeWorkOptions, run: StoredRun, hooks: WorkHooks): Promise<void> {
  const { disk, precision, spaces } = options;
  throwIfAborted(hooks.signal);
  const record = (await disk.get('collections', run.collectionId)) as CollectionRecord | undefined;
  const contents = await readContents(disk, run.collectionId);
  if (!record || !contents) throw new GoneError();
  const chosen = spacesFor(record, run.spaceIds, spaces());
  // Looking up what is there loads the encoders, which may take a while.
  await hooks.put({ state: 'running' });
  const plan = await makePlan({ disk, spaces: chosen, precision }, record, contents, !run.begun);
  const note = noteOf(contents, plan);
  await hooks.put({
    state: 'running',
    of: plan.of,
    done: plan.done,
    leftOut: plan.leftOut.list(),
    ...(!run.begun && { begun: true, reused: plan.towers.reduce((sum, { n }) => sum + n, 0) }),
    ...(note !== undefined && { message: note }),
  });
  await keepTallies(disk, run.collectionId, plan);
  hooks.kept();
  for (const { modality, units } of plan.units) {
    for (let from = 0; from < units.length; from += BATCH[modality])
      await encodePart(
        options,
        run,
        plan,
        contents,
        modality,
        units.slice(from, from + BATCH[modality]),
        hooks,
      );
  }
  await hooks.put({ state: 'done', done: plan.of });
}

/** Encodes a batch and keeps what came of it, however it ended. */
async function encodePart(
  options: EncodeWorkOptions,
  { collectionId }: StoredRun,
  plan: EncodePlan,
  contents: CollectionContents,
  modality: Modality,
  units: readonly Unit[],
  hooks: WorkHooks,
): Promise<void> {
  const { disk, precision } = options;
  const changes: Change[] = [];
  let broken: { error: unknown } | undefined;
  try {
    await encodeBatch(
      disk,
      options,
      modality,
      units,
      (unit, tower, outcome) => {
        const key = vectorKey(tower.reader, modality, tower.precision, unit.content);
        changes.push({ table: 'vectors', key, value: outcome });
        const count = unit.items.length;
        if (typeof outcome === 'string') {
          tower.refused += count;
          for (const i of unit.items) plan.leftOut.add(contents.items[modality][i]!.id, outcome);
        } else tower.n += count;
        plan.done += count;
        hooks.made(count / unit.towers.length, count);
        hooks.show(() => ({ done: plan.done, leftOut: plan.leftOut.list() }));
      },
      hooks.signal,
    );
  } catch (error) {
    broken = { error };
  }
  // What a broken batch gave it gave before it broke, unless it was stopped from here.
  const isWhole = !broken || broken.error instanceof AbortedError;
  for (const tower of isWhole ? plan.towers : []) {
    // What an encoder that is gone says of its inputs says nothing about them.
    if (!options.spaces().some(({ id }) => id === tower.reader))
      throw new ModelError(`The encoders of ${tower.reader} were removed meanwhile. Add them again.`);
    if (tower.modality === modality && (await precision(tower.reader, modality)) !== tower.precision)
      throw broken ? broken.error : new Exchanged();
  }
  await disk.write(changes);
  await keepTallies(disk, collectionId, plan);
  await hooks.put({ done: plan.done, leftOut: plan.leftOut.list() });
  hooks.kept();
  if (broken) throw broken.error;
}

async function keepTallies(disk: Disk, collectionId: string, { towers }: EncodePlan): Promise<void> {
  const edited = await disk.edit<CollectionRecord>('collections', collectionId, (record) =>
    withTallies(record, towers),
  );
  if (!edited) throw new GoneError();
}

/** What a person should know of texts that are cut. */
function noteOf({ items }: CollectionContents, { units }: EncodePlan): string | undefined {
  const isRead = units.some(({ modality }) => modality === 'text');
  const n = items.text.filter(({ caption }) => caption.trim().length > MAX_TEXT_CHARACTERS).length;
  if (!isRead || n === 0) return undefined;
  return `${n} ${n === 1 ? 'text is' : 'texts are'} longer than ${MAX_TEXT_CHARACTERS} characters: only the beginning is encoded.`;
}
