/** Ensembles as files for other programs. */
import { zipSync, type Zippable } from 'fflate';
import { InputError } from '../../base/errors.ts';
import { ensembleModel } from '../../formats/onnxEnsemble.ts';
import type { Precision } from '../../formats/onnxBuilder.ts';
import { projectorSizes, projectorState, PUBLISHED_PREFIX } from '../../formats/projectorState.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import { writeTorch } from '../../formats/torch/writeTorch.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import { metadataOf, type BondInfo } from './bondInfo.ts';
import { folderOf, safeName } from './published.ts';
import type { ExportFormat } from './types.ts';

export interface ExportedFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** Media type. */
  type: string;
}

/** The first day that a zip can tell: equal weights give equal bytes on any day. */
const WRITTEN = new Date(1980, 0, 1);
const BINARY = 'application/octet-stream';
const ONNX: Readonly<Record<Exclude<ExportFormat, 'safetensors' | 'torch'>, [Precision, end: string]>> = {
  'onnx-fp32': ['fp32', ''],
  'onnx-int8': ['q8', '-int8'],
  'onnx-4bit': ['q4', '-4bit'],
};

/**
 * An ensemble as one file. `weights` are its members in the order of `info.members`.
 * - onnx-fp32, onnx-int8, onnx-4bit: the graph of ensembleModel, batch normalisation folded into the linear layers. The first has
 *   ONNX's own operators only (opset 21); the others keep weights in blocks of 32 for MatMulNBits of ONNX Runtime.
 * - safetensors: float32, published keys behind each member's name ("mix.Head2.mlps.0.weight"), matrices [out, in].
 * - torch: best.pt as published, "<folder>.<member>.pt"; of several members a zip of "<folder>/<member>/best.pt".
 * @throws InputError without members, where they are not as many as their names, or where their shapes differ.
 */
export function exportBond(
  weights: readonly ProjectorWeights[],
  info: BondInfo,
  format: ExportFormat,
): ExportedFile {
  if (weights.length === 0 || weights.length !== info.members.length)
    throw new InputError(
      `The ensemble has ${weights.length} members and ${info.members.length} names for them.`,
    );
  const name = safeName(info.id);
  if (format === 'safetensors')
    return { name: `${name}.safetensors`, bytes: safetensorsOf(weights, info), type: BINARY };
  if (format === 'torch') return torchOf(weights, info);
  const [precision, end] = ONNX[format];
  const about = { doc: docOf(weights, info), metadata: metadataOf(info) };
  return { name: `${name}${end}.onnx`, bytes: ensembleModel(weights, { precision, about }), type: BINARY };
}

function docOf(weights: readonly ProjectorWeights[], { name, source, target, members }: BondInfo): string {
  const { dIn, dOut } = projectorSizes(weights[0]!);
  return [
    `${name}: a mixture of ${members.length} projectors from ${source} into ${target} (FreeBind, arXiv 2405.04883).`,
    `Input "embeddings" [n, ${dIn}] float32: unit rows of ${source}.`,
    `Input "mask" [${members.length}] float32: 1 for each member that is on (${members.join(', ')}).`,
    `Output "projected" [n, ${dOut}] float32: normalise(sum of the members that are on), unit rows of ${target}.`,
    `Output "members" [n, ${members.length}, ${dOut}] float32: each member's unit rows.`,
  ].join('\n');
}

function safetensorsOf(weights: readonly ProjectorWeights[], info: BondInfo): Uint8Array<ArrayBuffer> {
  const tensors = weights.flatMap((one, i) => projectorState(one, `${info.members[i]}.${PUBLISHED_PREFIX}`));
  return writeSafetensors(
    Object.fromEntries(tensors.map(({ name, ...tensor }) => [name, tensor])),
    'F32',
    metadataOf(info),
  );
}

function torchOf(weights: readonly ProjectorWeights[], { source, target, members }: BondInfo): ExportedFile {
  const folder = folderOf(source, target);
  const names = members.map(safeName);
  if (weights.length === 1)
    return { name: `${folder}.${names[0]}.pt`, bytes: writeTorch(weights[0]!), type: BINARY };
  const files: Zippable = Object.fromEntries(
    weights.map((one, i) => [`${folder}/${names[i]}/best.pt`, writeTorch(one)]),
  );
  return {
    name: `${folder}.zip`,
    bytes: zipSync(files, { level: 0, mtime: WRITTEN }),
    type: 'application/zip',
  };
}
