/** Reads bonds from whatever was dropped or chosen: files, folders, archives, the authors' whole checkpoints folder. */
import { FormatError, LabError, messageOf, throwIfAborted } from '../../base/errors.ts';
import { projectorSizes, type ProjectorSizes } from '../../formats/projectorState.ts';
import type { ZipEntry } from '../../formats/zip.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import { openFile, type BondFile, type BondFormat } from './bondFile.ts';
import { guessOf, isMember, memberRank, type BondGuess } from './published.ts';

/** A file with its path in the folder that it came from. A Blob (a File of the page) is read only when its turn comes. */
export interface GivenFile {
  /** "checkpoints/IB_PP_G_Proj/A/best.pt"; only ever a name, no place is looked up by it. */
  path: string;
  bytes: ArrayBuffer | Blob;
}

/** An ensemble as it was found, in one file or in one folder. */
export interface FoundBond {
  name: string;
  /** In the paper's order: mix, A, T, V, AT, AV, TV; others behind them. */
  members: { name: string; weights: ProjectorWeights }[];
  dIn: number;
  dHidden: number;
  dOut: number;
  format: BondFormat;
  /** Files that it was read from. */
  paths: string[];
  /** Which spaces it joins, where its folder or the file says. */
  guess?: BondGuess;
}

export interface LeftOut {
  path: string;
  reason: string;
}

export interface BondsRead {
  found: FoundBond[];
  leftOut: LeftOut[];
}

/** `done` files of `of` are read; `path` is next. */
export interface ReadProgress {
  done: number;
  of: number;
  path: string;
}

export interface ReadOptions {
  /** Called before each file. */
  onProgress?: (progress: ReadProgress) => void;
  signal?: AbortSignal;
}

const MAX_FILE = 2 ** 30;
/** Bytes that archives may unpack to in one go. */
const MAX_UNPACKED = 2 ** 32;
const MAX_PATH = 400;
const MAX_NAME = 100;
/** Files of the system, of which nobody needs to be told. */
const LITTER = /(^|\/)(__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/;
const KNOWN = /\.(pt|pth|bin|ckpt|safetensors|onnx|zip)$/i;

/** One projector and where it was found. */
interface Piece {
  path: string;
  /** Pieces of one group are members of one ensemble. */
  group: string;
  /** Last part of the group's path. */
  folder: string;
  member: string;
  weights: ProjectorWeights;
  file: BondFile;
}

/**
 * Reads every file, and folders as one ensemble each: "<folder>/<member>/best.pt" (or "<folder>/<member>.safetensors") is a member of
 * <folder>. A zip is the folder that it packs. What cannot be read is left out with its reason; the rest is read.
 * @throws AbortedError
 */
export async function readBondFiles(
  files: readonly GivenFile[],
  { onProgress, signal }: ReadOptions = {},
): Promise<BondsRead> {
  const reading = new Reading(files);
  for (const [done, file] of files.entries()) {
    throwIfAborted(signal);
    onProgress?.({ done, of: files.length, path: file.path });
    await reading.readGiven(file);
  }
  return { found: reading.bonds(), leftOut: reading.leftOut };
}

class Reading {
  readonly leftOut: LeftOut[] = [];
  readonly #pieces: Piece[] = [];
  readonly #given: ReadonlyMap<string, GivenFile>;
  #unpacked = 0;

  constructor(files: readonly GivenFile[]) {
    this.#given = new Map(files.map((file) => [cleanPath(file.path), file]));
  }

  async readGiven({ path, bytes }: GivenFile): Promise<void> {
    const clean = cleanPath(path);
    const size = bytes instanceof ArrayBuffer ? bytes.byteLength : bytes.size;
    if (!this.#wants(clean, size)) return;
    try {
      const beside = await this.#besides(clean);
      const buffer = bytes instanceof ArrayBuffer ? bytes : await bytes.arrayBuffer();
      this.#read(clean, new Uint8Array(buffer), (location) => beside.get(location));
    } catch (error) {
      this.#leave(clean, error);
    }
  }

  /** Files beside a graph that may hold its weights ("model.onnx.data"), by their names. */
  async #besides(path: string): Promise<Map<string, Uint8Array>> {
    const out = new Map<string, Uint8Array>();
    if (!path.toLowerCase().endsWith('.onnx')) return out;
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    for (const [other, { bytes }] of this.#given) {
      const name = other.slice(folder.length);
      if (!other.startsWith(folder) || name.includes('/') || !isWeightsFile(name)) continue;
      const size = bytes instanceof ArrayBuffer ? bytes.byteLength : bytes.size;
      if (size <= MAX_FILE)
        out.set(name, new Uint8Array(bytes instanceof ArrayBuffer ? bytes : await bytes.arrayBuffer()));
    }
    return out;
  }

  /** Whether a file is to be read; notes why not. */
  #wants(path: string, size: number): boolean {
    if (LITTER.test(path) || isWeightsFile(path)) return false;
    if (!KNOWN.test(path))
      this.#note(path, 'By its name it is no checkpoint (.pt, .pth), safetensors, ONNX or zip file.');
    else if (size > MAX_FILE && /\.zip$/i.test(path))
      this.#note(path, 'It has more than 1 GiB: unpack it, and choose the folder.');
    else if (size > MAX_FILE)
      this.#note(
        path,
        `It has ${(size / 2 ** 30).toFixed(1)} GiB, more than a projector ever has: it is an encoder, or another model.`,
      );
    else return true;
    return false;
  }

  #read(
    path: string,
    bytes: Uint8Array<ArrayBuffer>,
    beside: (location: string) => Uint8Array | undefined,
  ): void {
    const opened = openFile(path, bytes, beside);
    if ('bond' in opened) this.#take(path, opened.bond);
    else for (const entry of opened.archive) this.#readEntry(`${path}/${entry.name}`, entry);
  }

  #readEntry(path: string, entry: ZipEntry): void {
    const clean = cleanPath(path);
    if (!this.#wants(clean, entry.size)) return;
    try {
      this.#unpacked += entry.size;
      if (this.#unpacked > MAX_UNPACKED)
        throw new FormatError('The archives unpack to more than 4 GiB: unpack them, and choose the folder.');
      const opened = openFile(clean, entry.read().slice(), () => undefined);
      if ('archive' in opened)
        throw new FormatError(
          'It is a zip archive inside another: unpack the outer one, and choose the inner.',
        );
      this.#take(clean, opened.bond);
    } catch (error) {
      this.#leave(clean, error);
    }
  }

  #take(path: string, file: BondFile): void {
    const { projectors, broken } = file;
    for (const { name, reason } of broken) this.#note(path, name ? `Of it, ${name}: ${reason}` : reason);
    const alone = projectors.length === 1 && projectors[0]!.name === '';
    for (const { name, weights } of projectors) {
      const place = alone
        ? memberPlace(path)
        : { group: path, folder: stemOf(path), member: name.slice(0, MAX_NAME) || 'mix' };
      this.#pieces.push({ path, weights, file, ...place, group: `${file.format} ${place.group}` });
    }
  }

  #note(path: string, reason: string): void {
    this.leftOut.push({ path, reason });
  }

  /** Notes what a file could not be read for; a mistake of the program's own is no reason and goes on. */
  #leave(path: string, error: unknown): void {
    if (error instanceof LabError) this.#note(path, error.message);
    else if (error instanceof RangeError || error instanceof DOMException)
      this.#note(
        path,
        `It could not be read (${messageOf(error)}): it may have changed, or there is not enough memory.`,
      );
    else throw error;
  }

  bonds(): FoundBond[] {
    const groups = new Map<string, Piece[]>();
    for (const piece of this.#pieces) {
      // Several projectors in one file need not belong together; those of one folder do.
      const key = piece.file.projectors.length > 1 ? `${piece.group} ${sizesText(piece)}` : piece.group;
      const group = groups.get(key);
      if (group) group.push(piece);
      else groups.set(key, [piece]);
    }
    return [...groups.values()].map((pieces) => this.#bond(pieces));
  }

  #bond(pieces: readonly Piece[]): FoundBond {
    const counts = new Map<string, number>();
    for (const piece of pieces) counts.set(sizesText(piece), (counts.get(sizesText(piece)) ?? 0) + 1);
    const [common] = [...counts].sort((a, b) => b[1] - a[1])[0]!;
    const kept = new Map<string, Piece>();
    for (const piece of pieces) {
      const { path, member, folder } = piece;
      const twin = kept.get(member);
      if (sizesText(piece) !== common)
        this.#note(
          path,
          `Its layers are ${sizesText(piece)}, those of the other members of ${folder} ${common}.`,
        );
      else if (twin) this.#note(path, `${folder} has the member ${member} already, from ${twin.path}.`);
      else kept.set(member, piece);
    }
    const members = [...kept.values()].sort(
      (a, b) =>
        memberRank(a.member) - memberRank(b.member) ||
        a.member.localeCompare(b.member, 'en', { numeric: true }),
    );
    const [first] = members as [Piece, ...Piece[]];
    const guess = first.file.guess ?? guessOf(first.folder);
    return {
      name: first.file.title ?? (guess ? `${guess.source} → ${guess.target}` : first.folder),
      members: members.map(({ member, weights }) => ({ name: member, weights })),
      ...projectorSizes(first.weights),
      format: first.file.format,
      paths: [...new Set(members.map(({ path }) => path))],
      ...(guess ? { guess } : {}),
    };
  }
}

const isWeightsFile = (path: string) => /\.onnx[._]data$/i.test(path);

function sizesText({ weights }: Piece): string {
  const { dIn, dHidden, dOut }: ProjectorSizes = projectorSizes(weights);
  return `${dIn} to ${dHidden} to ${dOut}`;
}

/** A path of plain names: no roots, no steps up, no control characters. It only names; nothing is opened by it. */
function cleanPath(path: string): string {
  const parts = path
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .split(/[\\/]/)
    .filter((part) => part !== '' && part !== '.' && part !== '..' && !/^[a-z]:$/i.test(part));
  return parts.join('/').slice(-MAX_PATH) || 'file';
}

function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.replace(KNOWN, '') || name;
}

/**
 * Which member of what a file of one projector is: "<folder>/<member>.pt", "<folder>/<member>/best.pt", "<name>.<member>.pt"; "mix" of
 * itself where no name is a member's.
 */
function memberPlace(path: string): { group: string; folder: string; member: string } {
  const parts = path.split('/');
  const stem = stemOf(path);
  const [folder, above] = [parts.at(-2), parts.at(-3)];
  if (isMember(stem)) return { group: parts.slice(0, -1).join('/'), folder: folder ?? stem, member: stem };
  if (folder !== undefined && isMember(folder))
    return { group: parts.slice(0, -2).join('/'), folder: above ?? folder, member: folder };
  // Of a folder that says which spaces it joins, every folder in it is a member, whatever its name.
  if (folder !== undefined && above !== undefined && guessOf(above))
    return { group: parts.slice(0, -2).join('/'), folder: above, member: folder };
  const [, name, member] = /^(.+)[._-](\w+)$/.exec(stem) ?? [];
  if (name !== undefined && member !== undefined && isMember(member))
    return { group: [...parts.slice(0, -1), name].join('/'), folder: name, member };
  return { group: path, folder: stem === 'best' && folder !== undefined ? folder : stem, member: 'mix' };
}
