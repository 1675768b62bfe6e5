/** Understands drops of any files, and keeps them as collections with their projectors. */
import { AbortedError, InputError, messageOf, throwIfAborted } from '../../base/errors.ts';
import type { OwnCollections } from '../collections/collections.ts';
import type { NewCollection } from '../collections/types.ts';
import type { Exchange, ImportReport, NamedFile } from '../exchange/types.ts';
import type { IntakeFiles } from './intakeFiles.ts';
import type { ReadOptions } from './arrays/intakeReader.ts';
import { problemOf } from './arrays/mapping.ts';
import { collectMedia } from './media/collect.ts';
import { planOpenFiles } from './media/planMedia.ts';
import { openFiles, type OpenFile } from './openFiles.ts';
import { spelledRecipes } from './spelledRecipes.ts';
import type { Intake, IntakeDesk, KeepOptions, KeepReport, LeftOut } from './types.ts';

export interface IntakeDeskOptions {
  /** Keeps a collection and gives its id. */
  collections: Pick<OwnCollections, 'add'>;
  /** Of the lab that is open now. */
  exchange: () => Pick<Exchange, 'importFiles'>;
  /** Takes an imported ensemble back, where what it came with could not be kept. */
  removeEnsemble: (id: string) => Promise<void>;
  /** Collections that were saved as files. */
  saved: {
    /** The file that would say so, and whether it does. */
    path(paths: readonly string[]): string | undefined;
    looksLike(json: Blob): Promise<boolean>;
    read(files: readonly NamedFile[], signal?: AbortSignal): Promise<NewCollection>;
  };
  files: IntakeFiles;
}

/** What an intake holds until it is kept or let go of. */
interface Held {
  opened: readonly OpenFile[];
  /** Under which the worker holds arrays. */
  arraysId: string | undefined;
  saved: NewCollection | undefined;
  isBeingKept?: boolean;
}

/** What the worker looks into; media and captions are planned on the page, as they are read when they are encoded. */
const LOOKED_INTO =
  /\.(npy|npz|safetensors|parquet|csv|tsv|json|txt|pt|pth|ckpt|bin|onnx|onnx[._]data|zip)$/i;
/** Text files that the worker looks into: a folder of captions has thousands, a list of them is one. */
const MAX_TEXTS = 20;

export function createIntakeDesk(options: IntakeDeskOptions): IntakeDesk {
  const held = new Map<string, Held>();
  let next = 1;
  const forget = (intakeId: string): void => {
    const arraysId = held.get(intakeId)?.arraysId;
    if (arraysId !== undefined) options.files.forget(arraysId);
    held.delete(intakeId);
  };
  return {
    async understand(files, { signal, onProgress } = {}) {
      if (files.length === 0) throw new InputError('There is no file to read.');
      onProgress?.({ done: 0, of: files.length, words: 'Opening files' });
      const opened = await openFiles(files, { ...(signal && { signal }) });
      const id = `intake-${next++}`;
      const before = [...opened.leftOut, ...toldHidden(opened.hidden)];
      try {
        const intake = (await isSaved(options.saved, opened.files, signal))
          ? await understandSaved(id, opened.files, before)
          : await understandPlain(id, opened.files, before);
        throwIfAborted(signal);
        return intake;
      } catch (error) {
        // Nobody is told of it, so nobody would let go of it.
        forget(id);
        throw error;
      }

      async function understandSaved(
        intakeId: string,
        all: readonly OpenFile[],
        leftOut: readonly LeftOut[],
      ): Promise<Intake> {
        const collection = await options.saved.read(await named(all, signal), signal);
        held.set(intakeId, { opened: all, arraysId: undefined, saved: collection });
        const items = Object.values(collection.items).reduce((sum, list) => sum + list.length, 0);
        return { ...EMPTY, id: intakeId, saved: { name: collection.name, items }, leftOut };
      }

      async function understandPlain(
        intakeId: string,
        all: readonly OpenFile[],
        already: readonly LeftOut[],
      ): Promise<Intake> {
        const leftOut = [...already];
        const { looked, others } = parted(all);
        const blobs: { path: string; blob: Blob }[] = [];
        for (const file of looked) {
          try {
            blobs.push({ path: file.path, blob: await file.blob(signal) });
          } catch (error) {
            if (error instanceof AbortedError) throw error;
            leftOut.push({ path: file.path, reason: messageOf(error) });
          }
        }
        const sorted = await options.files.sort(blobs, { signal, onProgress });
        held.set(intakeId, { opened: all, arraysId: sorted.id, saved: undefined });
        leftOut.push(...sorted.leftOut);
        const rest = new Set([...sorted.rest, ...others.map(({ path }) => path)]);
        const media = await planOpenFiles(
          all.filter(({ path }) => rest.has(path)),
          { ...(signal && { signal }) },
        );
        leftOut.push(...media.leftOut);
        held.set(intakeId, { opened: all, arraysId: sorted.arrays && sorted.id, saved: undefined });
        if (!sorted.arrays) options.files.forget(sorted.id);
        return {
          id: intakeId,
          media: media.plan,
          arrays: sorted.arrays,
          bonds: sorted.bonds,
          saved: undefined,
          encoders: sorted.encoders,
          leftOut,
        };
      }
    },
    problemOf: ({ arrays }, mapping) =>
      arrays ? problemOf(arrays, mapping) : 'There are no arrays in these files.',
    async keep(intake, keeping = {}) {
      const own = held.get(intake.id);
      if (!own) throw new InputError('These files were let go of: choose them again.');
      if (own.isBeingKept) throw new InputError('These files are being kept already.');
      own.isBeingKept = true;
      try {
        const report = await keepHeld(options, intake, own, keeping);
        forget(intake.id);
        return report;
      } finally {
        own.isBeingKept = false;
      }
    },
    forget,
  };
}

const EMPTY: Omit<Intake, 'id'> = {
  media: undefined,
  arrays: undefined,
  bonds: [],
  saved: undefined,
  encoders: [],
  leftOut: [],
};

async function isSaved(
  saved: IntakeDeskOptions['saved'],
  files: readonly OpenFile[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const path = saved.path(files.map((file) => file.path));
  const file = files.find((one) => one.path === path);
  if (!file) return false;
  try {
    return await saved.looksLike(await file.blob(signal));
  } catch (error) {
    if (error instanceof AbortedError) throw error;
    // What cannot be read is told as any other file that cannot.
    return false;
  }
}

/** One line for all of them: a folder of a Mac has one beside each file. */
function toldHidden(n: number): LeftOut[] {
  if (n === 0) return [];
  const path = n === 1 ? '1 hidden file' : `${n} hidden files`;
  return [{ path, reason: 'Systems leave such files beside others (.DS_Store, Thumbs.db).' }];
}

function parted(files: readonly OpenFile[]): { looked: OpenFile[]; others: OpenFile[] } {
  const isText = ({ path }: OpenFile) => /\.txt$/i.test(path);
  const isMany = files.filter(isText).length > MAX_TEXTS;
  const looked = files.filter((file) => LOOKED_INTO.test(file.path) && !(isMany && isText(file)));
  return { looked, others: files.filter((file) => !looked.includes(file)) };
}

async function named(files: readonly OpenFile[], signal: AbortSignal | undefined): Promise<NamedFile[]> {
  const out: NamedFile[] = [];
  for (const { path, blob } of files) out.push({ path, bytes: await blob(signal) });
  return out;
}

async function keepHeld(
  options: IntakeDeskOptions,
  intake: Intake,
  own: Held,
  { name, mapping, signal, onProgress }: KeepOptions,
): Promise<KeepReport> {
  const leftOut: LeftOut[] = [];
  const notes: string[] = [];
  const chosen = mapping ?? intake.arrays?.proposal;
  let collection: NewCollection | undefined = own.saved;
  if (!collection && own.arraysId !== undefined && chosen && chosen.arrays.length > 0) {
    const problem = problemOf(intake.arrays!, chosen);
    if (problem !== undefined) throw new InputError(problem);
    const made = await options.files.make(own.arraysId, chosen, { signal, onProgress });
    collection = made.collection;
    leftOut.push(...made.leftOut);
    notes.push(...made.notes);
    if (intake.media)
      notes.push(
        'Pictures and sounds of the drop were not kept with the embeddings: drop them by themselves.',
      );
  } else if (!collection && intake.media) {
    const made = await collectMedia(name ?? 'My collection', intake.media, own.opened, {
      ...(signal && { signal }),
      onProgress: (done, of) => onProgress?.({ done, of, words: 'Collecting files' }),
    });
    collection = made.collection;
    leftOut.push(...made.leftOut);
  }
  if (!collection && intake.bonds.length === 0)
    throw new InputError('There is nothing in these files that can be kept.');
  if (collection && name !== undefined && name.trim() !== '')
    collection = { ...collection, name: name.trim() };
  const bonds = await importBonds(options, intake, own, collection, { signal, onProgress });
  leftOut.push(...bonds.leftOut);
  const base = chosen?.spaces.find(({ role }) => role === 'base')?.id;
  const spaces = collection?.vectors.map(({ space }) => space) ?? [];
  const recipes =
    base === undefined
      ? []
      : spelledRecipes(
          base,
          spaces,
          bonds.imported.map(({ ensemble }) => ensemble),
        );
  try {
    throwIfAborted(signal);
    const collectionId =
      collection &&
      (await options.collections.add(
        { ...collection, recipes: [...recipes, ...collection.recipes] },
        signal,
        (progress) => onProgress?.({ ...progress, words: 'Keeping files' }),
      ));
    return { collectionId, bonds: bonds.imported, recipeId: recipes[0]?.id, leftOut, notes };
  } catch (error) {
    for (const { ensemble } of bonds.imported)
      await options.removeEnsemble(ensemble.id).catch(() => undefined);
    throw error;
  }
}

async function importBonds(
  options: IntakeDeskOptions,
  { bonds }: Intake,
  { opened }: Held,
  collection: NewCollection | undefined,
  { signal, onProgress }: ReadOptions,
): Promise<ImportReport> {
  if (bonds.length === 0) return { imported: [], leftOut: [] };
  const paths = new Set(bonds);
  const files = await named(
    opened.filter(({ path }) => paths.has(path)),
    signal,
  );
  const spaces = collection?.vectors.map(({ space }) => space) ?? [];
  return options.exchange().importFiles(files, undefined, {
    ...(signal && { signal }),
    ...(spaces.length > 0 && { spaces }),
    onProgress: ({ done, of, path }) => onProgress?.({ done, of, words: `Reading ${path}` }),
  });
}
