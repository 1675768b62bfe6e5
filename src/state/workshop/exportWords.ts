/** What leaves with an ensemble, and how it is loaded elsewhere: names, sizes and Python for each format. */
import { folderOf, safeName } from '../../engine/exchange/published.ts';
import type { ExportFormat } from '../../engine/exchange/types.ts';
import type { OwnEnsemble } from '../../engine/training/types.ts';
import type { Ensemble, Space } from '../../recipe/types.ts';

/** An ensemble with the sizes of its layers; `hidden` is undefined where only the file itself says. */
export interface SizedEnsemble {
  ensemble: Ensemble;
  dIn: number;
  dOut: number;
  hidden: number | undefined;
}

const isOwn = (ensemble: Ensemble | OwnEnsemble): ensemble is OwnEnsemble => 'dIn' in ensemble;

/** Sizes of an ensemble: its own ones tell them, embedded ones have those of their spaces. */
export function sizedOf(ensemble: Ensemble | OwnEnsemble, spaces: readonly Space[]): SizedEnsemble {
  if (isOwn(ensemble)) {
    const { dIn, dOut, hidden } = ensemble;
    return { ensemble, dIn, dOut, hidden };
  }
  const dim = (id: string) => spaces.find((space) => space.id === id)?.dim ?? NaN;
  return { ensemble, dIn: dim(ensemble.source), dOut: dim(ensemble.target), hidden: undefined };
}

/** How each format is called, what its file holds and who reads it. */
export const FORMAT_WORDS: Readonly<Record<ExportFormat, { name: string; holds: string; needs: string }>> = {
  'onnx-fp32': {
    name: 'ONNX, float32',
    holds:
      'One graph of the whole mixture, exact: rows and a mask of members go in; the mixture and every member’s rows come out. ONNX’s own operators alone (opset 21), batch normalisation folded into the linear layers.',
    needs: 'onnxruntime 1.20 or later, or any other runtime of ONNX',
  },
  'onnx-int8': {
    name: 'ONNX, 8-bit',
    holds:
      'The same graph with 8-bit weights in blocks of 32, under a third of the size, and nearly the same vectors.',
    needs: 'onnxruntime 1.20 or later (MatMulNBits)',
  },
  'onnx-4bit': {
    name: 'ONNX, 4-bit',
    holds:
      'The same graph with 4-bit weights in blocks of 32: the smallest, for phones. Measure what it costs in quality.',
    needs: 'onnxruntime 1.20 or later (MatMulNBits)',
  },
  safetensors: {
    name: 'safetensors',
    holds:
      'Every member’s weights and running statistics in float32 under the published names (“mix.Head2.mlps.0.weight”), matrices [out, in]; names of spaces and members as metadata.',
    needs: 'safetensors and NumPy, or PyTorch',
  },
  torch: {
    name: 'PyTorch',
    holds:
      'A state dict a member in the published layout, “<folder>/<member>/best.pt”; of several members packed in a zip. The authors’ code reads them as they are.',
    needs: 'PyTorch; weights_only=True is enough',
  },
};

/** Name of the file that leaves (exportBond gives the same). */
export function fileNameOf({ id, source, target, members }: Ensemble, format: ExportFormat): string {
  const name = safeName(id);
  if (format === 'safetensors') return `${name}.safetensors`;
  if (format === 'torch') {
    const folder = folderOf(source, target);
    return members.length === 1 ? `${folder}.${safeName(members[0]!)}.pt` : `${folder}.zip`;
  }
  return `${name}${{ 'onnx-fp32': '', 'onnx-int8': '-int8', 'onnx-4bit': '-4bit' }[format]}.onnx`;
}

const BLOCK = 32;

/** Bytes a weight of a matrix takes: blocks carry a float32 scale and, with 4 bits, half a byte each. */
const BYTES_A_WEIGHT: Readonly<Record<ExportFormat, number>> = {
  'onnx-fp32': 4,
  'onnx-int8': 1 + 4 / BLOCK,
  'onnx-4bit': 0.5 + 4 / BLOCK,
  safetensors: 4,
  torch: 4,
};

/** Bytes of a file before it is made, to within a tenth for mixtures of usual size. NaN where the layers are not known. */
export function estimateBytes(
  { ensemble, dIn, dOut }: SizedEnsemble,
  hidden: number,
  format: ExportFormat,
): number {
  const blocked = (dim: number) => (BYTES_A_WEIGHT[format] < 4 ? Math.ceil(dim / BLOCK) * BLOCK : dim);
  const matrices = blocked(dIn) * hidden + blocked(hidden) * dOut;
  // Bias alone where the normalisation is folded in; else its four vectors too.
  const vectors = (hidden + dOut) * (format.startsWith('onnx') ? 1 : 5);
  return ensemble.members.length * (matrices * BYTES_A_WEIGHT[format] + vectors * 4);
}

/** A string literal of Python; names may hold quotes and other scripts. */
const quoted = (text: string) => JSON.stringify(text);
const list = (names: readonly string[]) => `[${names.map(quoted).join(', ')}]`;

/** A comment of one line, whatever a name holds. */
const inLine = (text: string) => text.replace(/\s+/g, ' ');

function onnxSnippet(
  { ensemble, dIn, dOut }: SizedEnsemble,
  file: string,
  source: string,
  target: string,
): string {
  const n = ensemble.members.length;
  return `import numpy as np
import onnxruntime as ort

session = ort.InferenceSession(${quoted(file)})
x = np.random.default_rng(0).standard_normal((5, ${dIn}), dtype=np.float32)
x /= np.linalg.norm(x, axis=1, keepdims=True)  # unit rows of ${source}
mask = np.ones(${n}, dtype=np.float32)  # 1 is on: ${inLine(ensemble.members.join(', '))}
feeds = {"embeddings": x, "mask": mask}
projected, members = session.run(["projected", "members"], feeds)
print(projected.shape)  # (5, ${dOut}): unit rows of ${target}
print(members.shape)  # (5, ${n}, ${dOut}): each member's unit rows
`;
}

function safetensorsSnippet(
  { ensemble, dIn, dOut }: SizedEnsemble,
  file: string,
  source: string,
  target: string,
): string {
  return `import numpy as np
from safetensors.numpy import load_file

tensors = load_file(${quoted(file)})


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def project(name, x):
    part = lambda key: tensors[f"{name}.Head2.mlps.{key}"]
    for linear, norm in ((0, 1), (3, 4)):  # Linear, BatchNorm, ReLU (2), Linear, BatchNorm
        x = x @ part(f"{linear}.weight").T + part(f"{linear}.bias")
        x = (x - part(f"{norm}.running_mean")) / np.sqrt(part(f"{norm}.running_var") + 1e-5)
        x = x * part(f"{norm}.weight") + part(f"{norm}.bias")
        if linear == 0:
            x = np.maximum(x, 0)
    return unit(x)


x = np.random.default_rng(0).standard_normal((5, ${dIn}), dtype=np.float32)
x = unit(x)  # rows of ${source}
members = ${list(ensemble.members)}
projected = unit(sum(project(name, x) for name in members))
print(projected.shape)  # (5, ${dOut}): unit rows of ${target}
`;
}

function torchSnippet(
  { ensemble, dIn, dOut }: SizedEnsemble,
  file: string,
  source: string,
  target: string,
): string {
  const { members } = ensemble;
  const folder = folderOf(ensemble.source, ensemble.target);
  const single = members.length === 1;
  const paths = single
    ? `paths = [${quoted(file)}]`
    : `# First: unzip ${file}
names = ${list(members.map(safeName))}
paths = [f"${folder}/{name}/best.pt" for name in names]`;
  return `import torch
from torch import nn
from torch.nn.functional import normalize


def projector(path):
    state = torch.load(path, map_location="cpu", weights_only=True)
    state = {key.removeprefix("Head2.mlps."): value for key, value in state.items()}
    hidden, d_in = state["0.weight"].shape
    d_out = state["3.weight"].shape[0]
    layers = nn.Sequential(
        nn.Linear(d_in, hidden),
        nn.BatchNorm1d(hidden),
        nn.ReLU(),
        nn.Linear(hidden, d_out),
        nn.BatchNorm1d(d_out),
    )
    layers.load_state_dict(state)
    return layers.eval()


${paths}
members = [projector(path) for path in paths]
x = normalize(torch.randn(5, ${dIn}))  # rows of ${source}
with torch.no_grad():
    outputs = torch.stack([normalize(member(x)) for member in members])
    projected = normalize(outputs.mean(0))
print(projected.shape)  # (5, ${dOut}): unit rows of ${target}
`;
}

/** Python that loads a file of a format and projects five rows with it. */
export function loadSnippet(sized: SizedEnsemble, format: ExportFormat, spaces: readonly Space[]): string {
  const nameOf = (id: string, dim: number) =>
    inLine(spaces.find((space) => space.id === id)?.name ?? (id || `the space of ${dim} numbers`));
  const source = nameOf(sized.ensemble.source, sized.dIn);
  const target = nameOf(sized.ensemble.target, sized.dOut);
  const file = fileNameOf(sized.ensemble, format);
  if (format === 'safetensors') return safetensorsSnippet(sized, file, source, target);
  if (format === 'torch') return torchSnippet(sized, file, source, target);
  return onnxSnippet(sized, file, source, target);
}
