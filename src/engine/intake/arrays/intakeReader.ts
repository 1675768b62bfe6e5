/** Reads the arrays of a drop: which of its files hold some, what they are, and the collection that they make. For a worker. */
import { FormatError, InputError, LabError, throwIfAborted } from '../../../base/errors.ts';
import type { Modality } from '../../../base/modality.ts';
import { toSource } from '../../../formats/arrays/byteSource.ts';
import { openArrays, safetensorsHeaderOf } from '../../../formats/arrays/openArrays.ts';
import { openWords } from '../../../formats/arrays/wordFiles.ts';
import { projectorsOf } from '../../../formats/onnxProjector.ts';
import { looksLikeOnnx, readOnnx } from '../../../formats/onnxRead.ts';
import { holdsProjector } from '../../../formats/projectorState.ts';
import type { ArrayMapping, ArraysPlan, LeftOut } from '../types.ts';
import { keyOf, numbersIn, type FileArray } from './candidates.ts';
import { makeCollection, type MadeCollection, type NewItems } from './makeCollection.ts';
import { usedKeys } from './mapping.ts';
import { isManifest, listsOf, readManifest } from './manifest.ts';
import { nameFrom } from './notes.ts';
import { planArrays, type PlacedManifest, type PlannedArrays } from './planArrays.ts';

export interface IntakeFile {
  path: string;
  blob: Blob;
}

/** What files are, as far as arrays, projectors and encoders go. */
export interface SortedFiles {
  /** Under which the arrays are held, until forget(). */
  id: string;
  arrays: ArraysPlan | undefined;
  bonds: string[];
  encoders: string[];
  /** Files of other kinds. */
  rest: string[];
  leftOut: LeftOut[];
}

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: { done: number; of: number; words: string }) => void) | undefined;
}

/** Projectors of graphs are smaller; reading a graph needs all of it. */
const MAX_GRAPH = 2 ** 28;
const MAX_MANIFEST = 2 ** 28;
/** Arrays that are named as something else, and may be mapped all the same. */
const MAX_DERIVED = 20;

/** How one file was understood, before it is known what lies beside it. */
interface Sorting {
  arrays: FileArray[];
  /** Tables and lists of words alone, which may belong to arrays, or to media. */
  words: FileArray[];
  manifests: { path: string; manifest: PlacedManifest['manifest'] }[];
  out: SortedFiles;
}

export class IntakeReader {
  readonly #held = new Map<string, { planned: PlannedArrays; items: NewItems | undefined }>();
  #next = 1;

  /**
   * Sorts files and plans their arrays. A file that cannot be read is left out with its reason.
   * @throws AbortedError
   */
  async sort(files: readonly IntakeFile[], { signal, onProgress }: ReadOptions = {}): Promise<SortedFiles> {
    const id = `arrays-${this.#next++}`;
    const sorting: Sorting = {
      arrays: [],
      words: [],
      manifests: [],
      out: { id, arrays: undefined, bonds: [], encoders: [], rest: [], leftOut: [] },
    };
    const { out } = sorting;
    for (const [done, file] of files.entries()) {
      throwIfAborted(signal);
      onProgress?.({ done, of: files.length, words: `Looking into ${file.path}` });
      try {
        await sortFile(file, files, sorting);
      } catch (error) {
        out.leftOut.push({ path: file.path, reason: reasonOf(error) });
      }
    }
    const manifest = placedManifest(sorting);
    const isWords = sorting.arrays.length === 0;
    const used = isWords ? [] : [...sorting.arrays, ...sorting.words];
    if (isWords) out.rest.push(...new Set(sorting.words.map(({ path }) => path)));
    if (used.length === 0) return out;
    const of = numbersIn(used);
    const planned = await this.#plan(id, used, manifest, {
      signal,
      onProgress: onProgress && ((done) => onProgress({ done, of, words: 'Checking rows' })),
    });
    if (canBeMapped(planned)) out.arrays = planned.plan;
    const wordPaths = new Set(sorting.words.map(({ path }) => path));
    const mapped = usedKeys(planned.plan.proposal);
    const isUsed = (path: string) => used.some((one) => one.path === path && hasKey(mapped, one));
    out.rest.push(...[...wordPaths].filter((path) => !isUsed(path)));
    out.leftOut.push(...shortened(planned.leftOut, used, mapped, wordPaths));
    return out;
  }

  async #plan(
    id: string,
    files: readonly FileArray[],
    manifest: PlacedManifest | undefined,
    {
      signal,
      onProgress,
    }: { signal: AbortSignal | undefined; onProgress: ((done: number) => void) | undefined },
  ): Promise<PlannedArrays> {
    const paths = [...new Set(files.map(({ path }) => path))];
    const planned = await planArrays(files, nameFrom(paths), manifest, { signal, onRows: onProgress });
    this.#held.set(id, { planned, items: undefined });
    return planned;
  }

  /**
   * The collection of a mapping, without its items: they are taken in parts by items(), as tens of thousands of them at once would hold
   * up whoever gets them. @throws InputError, FormatError, AbortedError
   */
  async make(
    id: string,
    mapping: ArrayMapping,
    { signal, onProgress }: ReadOptions = {},
  ): Promise<MadeCollection> {
    const held = this.#get(id);
    const of = mapping.arrays.reduce((sum, { key }) => {
      const info = held.planned.plan.arrays.find((one) => one.key === key);
      return sum + (info?.shape ?? []).reduce((product, size) => product * size, 1);
    }, 0);
    const made = await makeCollection(held.planned.candidates, mapping, {
      signal,
      onRows: (done) => onProgress?.({ done, of, words: 'Reading rows' }),
    });
    held.items = made.collection.items;
    return { ...made, collection: { ...made.collection, items: { text: [], image: [], audio: [] } } };
  }

  /** Items `from` to `to` of a modality of what make() made last. @throws InputError */
  items<M extends Modality>(id: string, modality: M, from: number, to: number): NewItems[M] {
    return (this.#get(id).items?.[modality].slice(from, to) ?? []) as NewItems[M];
  }

  /** Lets go of a drop's files. */
  forget(id: string): void {
    this.#held.delete(id);
  }

  #get(id: string) {
    const held = this.#held.get(id);
    if (!held) throw new InputError('These files were let go of: choose them again.');
    return held;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof LabError && error.code !== 'aborted') return error.message;
  if (error instanceof RangeError)
    return `It could not be read (${error.message}): there is not enough memory.`;
  throw error;
}

async function sortFile(file: IntakeFile, files: readonly IntakeFile[], sorting: Sorting): Promise<void> {
  const { path, blob } = file;
  const { out } = sorting;
  const name = path.toLowerCase();
  const source = toSource(blob);
  if (/\.(pt|pth|ckpt|bin)$/.test(name) || /\.onnx[._]data$/.test(name)) out.bonds.push(path);
  // A zip that came through whole is a checkpoint, whatever its name.
  else if (name.endsWith('.zip')) out.bonds.push(path);
  else if (name.endsWith('.onnx')) await sortGraph(file, files, out);
  else if (name.endsWith('.safetensors')) {
    const { tensors } = await safetensorsHeaderOf(source);
    if (holdsProjector(tensors.keys())) out.bonds.push(path);
    else await sortArrays(file, sorting);
  } else if (/\.(npy|npz|parquet|csv|tsv)$/.test(name)) await sortArrays(file, sorting);
  else if (name.endsWith('.json') && (await startsManifest(blob))) {
    if (blob.size > MAX_MANIFEST) throw new FormatError('The manifest has more than 256 MiB.');
    const manifest = readManifest(await blob.text());
    sorting.manifests.push({ path, manifest });
    sorting.arrays.push(...listsOf(manifest).map((array) => ({ path, array })));
  } else if (/\.(txt|json)$/.test(name)) {
    try {
      sorting.words.push({ path, array: await openWords(path, source) });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      out.rest.push(path);
    }
  } else out.rest.push(path);
}

async function startsManifest(blob: Blob): Promise<boolean> {
  return isManifest(await blob.slice(0, 1000).text());
}

const FILE_NAME = /^(file_?names?|files?|paths?|image|img|audio|picture|sound)$/i;

async function sortArrays({ path, blob }: IntakeFile, sorting: Sorting): Promise<void> {
  const isTable = /\.(csv|tsv)$/i.test(path);
  let opened;
  try {
    opened = await openArrays(path, toSource(blob));
  } catch (error) {
    // A table that is none of arrays may be one of captions.
    if (!isTable || !(error instanceof FormatError)) throw error;
    sorting.out.rest.push(path);
    return;
  }
  const { arrays, broken } = opened;
  const hasRows = arrays.some(({ shape }) => shape.length > 1);
  if (isTable && !hasRows && arrays.some(({ name }) => FILE_NAME.test(name))) {
    sorting.out.rest.push(path);
    return;
  }
  const to = isTable && !hasRows ? sorting.words : sorting.arrays;
  to.push(...arrays.map((array) => ({ path, array })));
  sorting.out.leftOut.push(
    ...broken.map(({ name, reason }) => ({ path: name === '' ? path : `${path}/${name}`, reason })),
  );
}

/** A projector's graph is a bond, another graph an encoder. */
async function sortGraph(file: IntakeFile, files: readonly IntakeFile[], out: SortedFiles): Promise<void> {
  const { path, blob } = file;
  const head = new Uint8Array(await blob.slice(0, 64).arrayBuffer());
  if (!looksLikeOnnx(head)) {
    // The reader of bonds says what else it is.
    out.bonds.push(path);
    return;
  }
  if (blob.size > MAX_GRAPH) {
    out.encoders.push(path);
    return;
  }
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const beside = new Map<string, Uint8Array>();
  for (const other of files)
    if (other.path.startsWith(folder) && /\.onnx[._]data$/i.test(other.path) && other.blob.size <= MAX_GRAPH)
      beside.set(other.path.slice(folder.length), new Uint8Array(await other.blob.arrayBuffer()));
  try {
    projectorsOf(readOnnx(new Uint8Array(await blob.arrayBuffer()), (location) => beside.get(location)));
    out.bonds.push(path);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    out.encoders.push(path);
  }
}

/** Weights of a model, by the names of all its arrays and their number, are nothing to map. */
function canBeMapped({ candidates: { embeddings } }: PlannedArrays): boolean {
  return (
    embeddings.some(({ says }) => says.derived === undefined) ||
    (embeddings.length > 0 && embeddings.length <= MAX_DERIVED)
  );
}

/** The manifest of the drop with the file that it is of. Of several, none: each drop is one collection. */
function placedManifest({ manifests, arrays, out }: Sorting): PlacedManifest | undefined {
  const [first] = manifests;
  for (const { path } of manifests.slice(1))
    out.leftOut.push({
      path,
      reason: 'There is another manifest in the drop: drop one collection at a time.',
    });
  if (!first) return undefined;
  const { path, manifest } = first;
  const beside = `${path.slice(0, path.lastIndexOf('/') + 1)}${manifest.file}`;
  if (arrays.some((one) => one.path === beside)) return { manifest, path, arraysPath: beside };
  out.leftOut.push({ path, reason: `It is the manifest of “${manifest.file}”, which is not beside it.` });
  return undefined;
}

function hasKey(keys: ReadonlySet<string>, file: FileArray): boolean {
  const key = keyOf(file);
  return keys.has(key) || [...keys].some((one) => one.startsWith(`${key}[`));
}

/** One line for a file of which nothing is used, with what is said of its first array; word files are told of elsewhere. */
function shortened(
  leftOut: readonly LeftOut[],
  files: readonly FileArray[],
  mapped: ReadonlySet<string>,
  words: ReadonlySet<string>,
): LeftOut[] {
  const told = new Set<string>();
  return leftOut.flatMap((one) => {
    const path = files.find(
      (file) => keyOf(file) === one.path || one.path.startsWith(`${keyOf(file)}[`),
    )?.path;
    if (path === undefined) return [one];
    const all = files.filter((file) => file.path === path);
    const isUsed = all.some((file) => hasKey(mapped, file));
    if (words.has(path) && !isUsed) return [];
    if (isUsed || all.length === 1) return [one];
    if (told.has(path)) return [];
    told.add(path);
    const reasons = leftOut.filter(({ path: key }) => key.startsWith(`${path}/`));
    const named = reasons.find(({ reason }) => reason.startsWith('Not named')) ?? one;
    return [
      {
        path,
        reason: `None of its ${all.length} arrays is used. ${named.path.slice(path.length + 1)}: ${named.reason}`,
      },
    ];
  });
}
