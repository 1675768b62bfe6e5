/** Weights in a file beside the graph (model.onnx_data), as large models have them. */
import { expect, test, vi } from 'vitest';
import { MissingFileError, ModelError } from '../../../base/errors.ts';
import { decodeMessage, encodeMessage, type Message } from '../../../formats/onnxMessages.ts';
import { readOnnx } from '../../../formats/onnxRead.ts';
import { keptTowers } from './keptTowers.ts';
import { loadEncoder } from './loadEncoder.ts';
import { NODE_TOOLS } from './nodeTools.testing.ts';
import { proposeEncoder } from './proposal.ts';
import { asBlobs, clipRepository, keptRecord } from './repositories.testing.ts';
import { sampleInput } from './samples.ts';
import type { TowerSource } from './tower.ts';

vi.setConfig({ testTimeout: 60_000 });

const GRAPH = 'onnx/vision_model.onnx';

/** The repository with the weights of its eyes moved out of their graph. */
function withDataBeside() {
  const files = clipRepository(['fp32']);
  const model = decodeMessage('ModelProto', files.get(GRAPH)!);
  const graph = model.graph as Message;
  let data = new Uint8Array(0);
  const initializer = (graph.initializer as Message[]).map(({ rawData, ...rest }) => {
    const raw = rawData as Uint8Array;
    if (raw.length < 1000) return { ...rest, rawData: raw };
    data = new Uint8Array(raw);
    const externalData = Object.entries({
      location: 'vision_model.onnx_data',
      offset: '0',
      length: `${raw.length}`,
    });
    return { ...rest, dataLocation: 1, externalData: externalData.map(([key, value]) => ({ key, value })) };
  });
  files.set(GRAPH, encodeMessage('ModelProto', { ...model, graph: { ...graph, initializer } }));
  return files.set(`${GRAPH}_data`, data);
}

async function eyesOf(files: ReturnType<typeof withDataBeside>): Promise<TowerSource> {
  const blobs = asBlobs(files);
  const { towers } = await keptTowers(keptRecord('a/clip', blobs), blobs, String);
  return towers[1] as TowerSource;
}

async function embed(source: TowerSource) {
  const encoder = await loadEncoder(source, 'wasm', NODE_TOOLS);
  const { rows } = await encoder.embed(sampleInput('image'));
  await encoder.release();
  return rows[0]!;
}

test('the graph runs as with its weights inside', async () => {
  const files = withDataBeside();
  expect(readOnnx(files.get(GRAPH)!).beside).toEqual(new Map([['vision_model.onnx_data', 147 * 512 * 4]]));
  const eyes = await eyesOf(files);
  expect([...eyes.files.keys()].sort()).toEqual([GRAPH, `${GRAPH}_data`]);
  expect(await embed(eyes)).toEqual(await embed(await eyesOf(clipRepository(['fp32']))));
});

test('weights that are missing or cut are told, and nothing waits for them', async () => {
  const files = withDataBeside();
  const data = files.get(`${GRAPH}_data`)!;
  files.delete(`${GRAPH}_data`);
  await expect(embed(await eyesOf(files))).rejects.toThrow(/vision_model\.onnx_data".*missing/);
  files.set(`${GRAPH}_data`, data.slice(0, 100));
  const cut = embed(await eyesOf(files));
  await expect(cut).rejects.toBeInstanceOf(ModelError);
  await expect(cut).rejects.toThrow(/100 bytes and needs 301056/);
  const alone = new Map([[GRAPH, new Blob([files.get(GRAPH)!])]]);
  await expect(proposeEncoder(alone)).rejects.toBeInstanceOf(MissingFileError);
});
