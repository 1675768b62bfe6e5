/** Reads one file: which format it is, by its bytes, and the projectors that it holds. */
import { FormatError } from '../../base/errors.ts';
import { projectorsOf } from '../../formats/onnxProjector.ts';
import { looksLikeOnnx, readOnnx, type FindBeside } from '../../formats/onnxRead.ts';
import { findProjectors } from '../../formats/projectorState.ts';
import { openSafetensors } from '../../formats/safetensors.ts';
import { isLegacyTorch, isTorchArchive, readTorch, readTorchArchive } from '../../formats/torch/readTorch.ts';
import { isZip, readZip, type ZipEntry } from '../../formats/zip.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import { MEMBERS } from '../../recipe/embedded.ts';
import { guessFrom } from './bondInfo.ts';
import type { BondGuess } from './published.ts';

export type BondFormat = 'torch' | 'safetensors' | 'onnx';

/** What a file holds. */
export interface BondFile {
  format: BondFormat;
  /** Names are "" where the file does not say. */
  projectors: { name: string; weights: ProjectorWeights }[];
  /** Projectors of the file that could not be read. */
  broken: { name: string; reason: string }[];
  /** Its own name and ends, where it says. */
  title?: string;
  guess?: BondGuess;
}

/** What a file is: a bond, or an archive of other files. */
export type Opened = { bond: BondFile } | { archive: ZipEntry[] };

/**
 * Opens a file by what its bytes are; the extension of its name helps to say what is wrong.
 * @throws FormatError when it is of no known format, cut, damaged, or holds no projector.
 */
export function openFile(path: string, bytes: Uint8Array<ArrayBuffer>, beside: FindBeside): Opened {
  if (bytes.length === 0) throw new FormatError('The file is empty: copy or download it again.');
  if (isZip(bytes)) {
    const entries = readZip(bytes);
    if (!isTorchArchive(entries)) return { archive: entries };
    return { bond: { format: 'torch', ...named(findProjectors(readTorchArchive(entries))) } };
  }
  return { bond: readPlain(path.toLowerCase(), bytes, beside) };
}

function readPlain(path: string, bytes: Uint8Array<ArrayBuffer>, beside: FindBeside): BondFile {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().toLowerCase();
  if (start.startsWith('version https://git-lfs'))
    throw new FormatError(
      'This is a pointer of Git LFS, not the file itself: run "git lfs pull", or download the file.',
    );
  if (start.startsWith('<!doctype') || start.startsWith('<html'))
    throw new FormatError(
      'This is a web page that was saved in place of the file: download the file itself.',
    );
  if (looksLikeSafetensors(bytes) || path.endsWith('.safetensors')) return readSafetensorsBond(bytes);
  if (looksLikeOnnx(bytes) || path.endsWith('.onnx')) return readOnnxBond(bytes, beside);
  if (isLegacyTorch(bytes) || /\.(pt|pth|bin|ckpt)$/.test(path))
    return { format: 'torch', ...named(findProjectors(readTorch(bytes))) };
  throw new FormatError('This is no PyTorch checkpoint, safetensors or ONNX file.');
}

function looksLikeSafetensors(bytes: Uint8Array<ArrayBuffer>): boolean {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return false;
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true) <= BigInt(bytes.length);
}

function named({
  found,
  broken,
}: ReturnType<typeof findProjectors>): Pick<BondFile, 'projectors' | 'broken'> {
  return { projectors: found, broken };
}

function readSafetensorsBond(bytes: Uint8Array<ArrayBuffer>): BondFile {
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
  const { tensors, metadata } = openSafetensors(whole);
  return { format: 'safetensors', ...named(findProjectors(tensors)), ...guessFrom(metadata) };
}

function readOnnxBond(bytes: Uint8Array, beside: FindBeside): BondFile {
  const model = readOnnx(bytes, beside);
  const all = projectorsOf(model);
  const { members = [], ...said } = guessFrom(model.metadata);
  const known = members.length === all.length ? members : all.length === MEMBERS.length ? MEMBERS : undefined;
  const name = (i: number) => known?.[i] ?? (all.length === 1 ? '' : String(i + 1));
  return {
    format: 'onnx',
    projectors: all.map((weights, i) => ({ name: name(i), weights })),
    broken: [],
    ...said,
  };
}
