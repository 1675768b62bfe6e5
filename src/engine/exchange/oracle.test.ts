/** The authors' layout, made with PyTorch (test/fixtures/freebind-oracle), gives the components that PyTorch computed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openModel } from '../../../scripts/world/export/nodeRuntime.ts';
import { readNpy } from '../../formats/npy.ts';
import { readOnnx } from '../../formats/onnxRead.ts';
import { pythonWith, runPython } from '../../formats/python.testing.ts';
import { projectEnsemble, type ProjectorWeights } from '../../math/projector.ts';
import { exportBond } from './exportBond.ts';
import { readBondFiles } from './readBondFiles.ts';
import { EXPORT_FORMATS, type ExportFormat } from './types.ts';

vi.setConfig({ testTimeout: 120_000 });

const FOLDER = 'test/fixtures/freebind-oracle/';
const bytesOf = (name: string) => new Uint8Array(readFileSync(FOLDER + name)).buffer;
const rows = (name: string) => readNpy(bytesOf(name)).data;
const [D_IN, D_OUT, N] = [48, 64, 200];
const FILES = ['A', 'mix'].map((member) => {
  const path = `IB_PP_G_Proj/${member}/best.pt`;
  return { path: `checkpoints/${path}`, bytes: bytesOf(path) };
});
const INFO = {
  id: 'clap-to-imagebind',
  name: 'CLAP_g → ImageBind',
  source: 'CLAP_g',
  target: 'ImageBind',
  members: ['mix', 'A'],
};

/** Largest difference. */
function distance(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

/** Parts of a projector with their bytes as text: toEqual of a quarter of a million numbers takes half a minute. */
function bitsOf(weights: ProjectorWeights): Record<string, string> {
  return Object.fromEntries(
    Object.entries(weights).map(([part, { buffer, byteOffset, byteLength }]) => [
      part,
      Buffer.from(buffer, byteOffset, byteLength).toString('latin1'),
    ]),
  );
}

async function oracle(): Promise<ProjectorWeights[]> {
  const { found } = await readBondFiles(FILES);
  return found[0]!.members.map(({ weights }) => weights);
}

test('the published folder is one ensemble of ImageBind++, and its components are those of PyTorch', async () => {
  const { found, leftOut } = await readBondFiles(FILES);
  expect(leftOut).toEqual([]);
  expect(found.length).toBe(1);
  const [bond] = found;
  expect(bond).toMatchObject({
    name: 'CLAP_g → ImageBind',
    format: 'torch',
    dIn: D_IN,
    dHidden: 2048,
    dOut: D_OUT,
    paths: ['checkpoints/IB_PP_G_Proj/mix/best.pt', 'checkpoints/IB_PP_G_Proj/A/best.pt'],
    guess: {
      source: 'CLAP_g',
      target: 'ImageBind',
      kind: 'combination',
      expert: 'CLAP_g',
      recipe: 'ImageBind++',
    },
  });
  expect(bond!.members.map(({ name }) => name)).toEqual(['mix', 'A']);
  const weights = bond!.members.map((member) => member.weights);
  for (const modality of ['audio', 'text']) {
    const projected = projectEnsemble(weights, rows(`${modality}_expert_g.npy`), D_IN);
    expect(distance(projected, rows(`component_${modality}.npy`))).toBeLessThan(1e-6);
  }
});

test.each(['safetensors', 'torch'] as const)(
  '%s: out and in again, every weight is the same to the bit',
  async (format) => {
    const weights = await oracle();
    const file = exportBond(weights, INFO, format);
    const { found, leftOut } = await readBondFiles([{ path: file.name, bytes: file.bytes.buffer }]);
    expect(leftOut).toEqual([]);
    expect(found.length).toBe(1);
    expect(found[0]).toMatchObject({ name: INFO.name, guess: { source: 'CLAP_g', target: 'ImageBind' } });
    expect(found[0]!.members.map(({ name }) => name)).toEqual(INFO.members);
    expect(found[0]!.members.map((member) => bitsOf(member.weights))).toEqual(weights.map(bitsOf));
    expect(Buffer.compare(exportBond(weights, INFO, format).bytes, file.bytes)).toBe(0);
  },
);

/** What rounding to 8 and 4 bits leaves of a component: its greatest change of any number. */
const ROUNDING: Record<Extract<ExportFormat, `onnx${string}`>, number> = {
  'onnx-fp32': 1e-6,
  'onnx-int8': 0.005,
  'onnx-4bit': 0.05,
};

test.each(['onnx-fp32', 'onnx-int8', 'onnx-4bit'] as const)(
  '%s: ONNX Runtime projects as PyTorch did, and so does what is read back',
  async (format) => {
    const weights = await oracle();
    const file = exportBond(weights, INFO, format);
    const x = rows('audio_expert_g.npy');
    const model = await openModel(file.bytes);
    const projected = await model.run({
      embeddings: { data: x, dims: [N, D_IN] },
      mask: { data: new Float32Array(2).fill(1), dims: [2] },
    });
    await model.release();
    const expected = rows('component_audio.npy');
    expect(distance(projected, expected)).toBeLessThan(ROUNDING[format]);
    const { found, leftOut } = await readBondFiles([{ path: file.name, bytes: file.bytes.buffer }]);
    expect(leftOut).toEqual([]);
    expect(found[0]).toMatchObject({
      name: INFO.name,
      format: 'onnx',
      dIn: D_IN,
      dHidden: 2048,
      dOut: D_OUT,
    });
    expect(found[0]!.members.map(({ name }) => name)).toEqual(INFO.members);
    const again = projectEnsemble(
      found[0]!.members.map((member) => member.weights),
      x,
      D_IN,
    );
    expect(distance(again, projected)).toBeLessThan(1e-5);
  },
);

test('names and types of files', async () => {
  const weights = await oracle();
  const names = EXPORT_FORMATS.map((format) => exportBond(weights, INFO, format).name);
  expect(names).toEqual([
    'clap-to-imagebind.onnx',
    'clap-to-imagebind-int8.onnx',
    'clap-to-imagebind-4bit.onnx',
    'clap-to-imagebind.safetensors',
    'IB_PP_G_Proj.zip',
  ]);
  const one = { ...INFO, source: 'foley', target: 'a/../b', members: ['T'] };
  expect(exportBond(weights.slice(0, 1), one, 'torch').name).toBe('foley-to-a-..-b_Proj.T.pt');
});

const CHECK = `
import json, sys, onnx
beyond = []
for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    beyond.append(sorted({node.domain + ":" + node.op_type for node in model.graph.node if node.domain}))
print(json.dumps(beyond))
`;

/** The graphs are of IR version 10, which onnx knows since 1.16. */
const PYTHON = pythonWith('onnx', 'onnx.IR_VERSION >= 10');

test('the graphs use one operator beyond ONNX, and onnx.checker, where it is there, finds nothing wrong', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bondlab-onnx-'));
  try {
    const weights = await oracle();
    const files = (['onnx-fp32', 'onnx-int8', 'onnx-4bit'] as const).map((format) =>
      exportBond(weights, INFO, format),
    );
    const beyond = files.map(({ bytes }) => [
      ...new Set(
        readOnnx(new Uint8Array(bytes))
          .nodes.filter(({ domain }) => domain)
          .map(({ domain, op }) => `${domain}:${op}`),
      ),
    ]);
    expect(beyond).toEqual([[], ['com.microsoft:MatMulNBits'], ['com.microsoft:MatMulNBits']]);
    if (!PYTHON) return;
    const paths = files.map(({ name, bytes }) => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    });
    expect(JSON.parse(runPython(PYTHON, CHECK, ...paths))).toEqual(beyond);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
