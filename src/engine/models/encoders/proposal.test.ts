import { expect, test } from 'vitest';
import { FormatError, InputError, MissingFileError } from '../../../base/errors.ts';
import { writeOnnx, type OnnxType, type OnnxValue } from '../../../formats/onnx.ts';
import type { EncoderSpec } from '../types.ts';
import { proposeEncoder } from './proposal.ts';
import { asBlobs, clapRepository, clipRepository } from './repositories.testing.ts';
import { checkSpec, towerOfSpec } from './singleGraph.ts';

const input = (name: string, type: OnnxType, ...dims: (number | string)[]): OnnxValue => ({
  name,
  type,
  dims,
});

/** A graph that only has these ends. */
function graph(ends: OnnxValue[], outDims: (number | string)[] = [1, 8]): Blob {
  return new Blob([
    writeOnnx({
      name: 'g',
      inputs: ends,
      outputs: [{ name: 'out', type: 'float32', dims: outDims }],
      constants: [{ name: 'c', dims: [1, 8], data: new Float32Array(8) }],
      nodes: [{ op: 'Identity', inputs: ['c'], outputs: ['out'] }],
    }),
  ]);
}
const propose = (blob: Blob, ...beside: string[]) =>
  proposeEncoder(
    new Map([['My Model.onnx', blob], ...beside.map((path) => [path, new Blob(['{}'])] as const)]),
  );

test.each([
  [['NCHW', 224], input('pixel_values', 'float32', 'b', 3, 224, 224)],
  [['NHWC', 192], input('x', 'float32', 1, 192, 192, 3)],
  [['NCHW', 224], input('image', 'float32', 'b', 'c', 'h', 'w')],
] as const)('pixels %o are read off the axes', async ([layout, px], value) => {
  const { spec, questions, bytes } = await propose(graph([value]));
  expect(spec).toMatchObject({
    modality: 'image',
    input: value.name,
    output: 'out',
    space: { id: 'my-model-8', name: 'My Model', dim: 8 },
    inputSpec: { kind: 'pixels', layout, px, range: 'mean-std' },
  });
  expect(questions.join()).toMatch(/range of the pixels/);
  expect(bytes).toBeGreaterThan(0);
});

test('bytes are read as bytes', async () => {
  const { spec } = await propose(graph([input('image', 'uint8', 1, 64, 64, 3)]));
  expect(spec.inputSpec).toMatchObject({ range: '0..255', layout: 'NHWC' });
});

test.each([
  [{ kind: 'waveform', sampleRateHz: 16_000, seconds: 4 }, input('audio', 'float32', 1, 64_000)],
  [{ kind: 'waveform', sampleRateHz: 48_000, seconds: 10.5 }, input('audio', 'float32', 1, 1, 504_000)],
  [{ kind: 'waveform', sampleRateHz: 16_000, seconds: 10 }, input('audio', 'float32', 'b', 'n')],
  [
    { kind: 'log-mel', nMels: 64, frames: 1001, layout: 'frames-mels', scale: 'dB' },
    input('x', 'float32', 1, 1, 1001, 64),
  ],
  [{ kind: 'log-mel', nMels: 128, frames: 204, layout: 'mels-frames' }, input('x', 'float32', 'b', 128, 204)],
  [{ kind: 'log-mel', nMels: 80, frames: 1001, layout: 'mels-frames' }, input('x', 'float32', 'b', 80, 't')],
] as const)('a sound is read off the axes: %o', async (inputSpec, value) => {
  const { spec, questions } = await propose(graph([value]));
  expect(spec).toMatchObject({ modality: 'audio', inputSpec });
  expect(questions.length).toBeGreaterThan(0);
});

test('tokens need a tokenizer beside the graph; masks are no tokens', async () => {
  const ends = [input('attention_mask', 'int64', 'b', 'n'), input('input_ids', 'int64', 'b', 32)];
  await expect(propose(graph(ends))).rejects.toBeInstanceOf(MissingFileError);
  const { spec } = await propose(graph(ends), 'tokenizer.json');
  expect(spec).toMatchObject({
    input: 'input_ids',
    inputSpec: { kind: 'tokens', tokenizer: 'tokenizer.json', length: 32 },
  });
});

test('a vector of unknown length and several places are questions', async () => {
  const { spec, questions } = await propose(graph([input('audio', 'float32', 1, 16_000)], ['b', 't', 'd']));
  expect(spec.space.dim).toBe(0);
  expect(questions.join(' ')).toMatch(/dry run will tell.*mean is taken/);
});

test('the hub’s own graphs are understood', async () => {
  const clip = asBlobs(clipRepository(['q8']));
  const only = (files: Map<string, Blob>, path: string) =>
    proposeEncoder(new Map([[path, files.get(path)!]]));
  expect((await only(clip, 'onnx/vision_model_quantized.onnx')).spec).toMatchObject({
    output: 'image_embeds',
    space: { name: 'vision_model_quantized', dim: 512 },
  });
  const clap = await only(asBlobs(clapRepository(['fp32'])), 'onnx/audio_model.onnx').catch(
    (error: unknown) => error,
  );
  // Its axes are all free: nothing says that it hears.
  expect(clap).toBeInstanceOf(FormatError);
});

test('weights beside that are missing, no graph, a damaged one: refused', async () => {
  await expect(propose(new Blob(['<html>']))).rejects.toBeInstanceOf(FormatError);
  const whole = new Uint8Array(await graph([input('audio', 'float32', 1, 16_000)]).arrayBuffer());
  for (let cut = 1; cut < whole.length; cut += 7)
    await expect(propose(new Blob([whole.slice(0, cut)]))).rejects.toBeInstanceOf(FormatError);
  await expect(propose(graph([input('x', 'int64', 1, 2, 3)]))).rejects.toThrow(/x: int64 \[1, 2, 3\]/);
});

const SPEC: EncoderSpec = {
  space: { id: 'mine-8', name: 'Mine', dim: 8 },
  modality: 'audio',
  input: 'audio',
  output: 'out',
  inputSpec: { kind: 'waveform', sampleRateHz: 16_000, seconds: 2 },
  normalise: true,
};
const reading = (inputSpec: EncoderSpec['inputSpec'], modality: EncoderSpec['modality']) =>
  towerOfSpec(
    'id',
    'a.onnx',
    { ...SPEC, inputSpec, modality },
    new Map([['tokenizer.json', new Blob(['{}'])]]),
  ).reading;

test('what was chosen becomes what is prepared', () => {
  expect(reading(SPEC.inputSpec, 'audio')).toEqual({
    kind: 'waveform',
    sampleRateHz: 16_000,
    windowSamples: 32_000,
  });
  const px = { kind: 'pixels', layout: 'NHWC', px: 32, fit: 'contain', range: '-1..1' } as const;
  expect(reading(px, 'image')).toMatchObject({
    spec: { resize: { mode: 'contain', size: 32 }, crop: undefined, scale: 1 / 255, mean: [0.5, 0.5, 0.5] },
  });
  expect(reading({ ...px, fit: 'stretch', range: '0..255' }, 'image')).toMatchObject({
    spec: { resize: { mode: 'squash', width: 32 }, scale: 1, std: [1, 1, 1] },
  });
  expect(reading({ kind: 'tokens', tokenizer: 'tokenizer.json', length: 9 }, 'text')).toMatchObject({
    most: 9,
  });
  const mel = { kind: 'log-mel', sampleRateHz: 16_000, nMels: 80, nFft: 512, hop: 160, frames: 100 } as const;
  expect(reading({ ...mel, layout: 'mels-frames', scale: 'ln' }, 'audio')).toMatchObject({
    frames: 100,
    layout: 'mels-frames',
  });
});

test.each<[RegExp, Partial<EncoderSpec>]>([
  [/cannot name a space/, { space: { ...SPEC.space, id: '../x' } }],
  [/dimension/, { space: { ...SPEC.space, dim: 0 } }],
  [/needs a name/, { space: { ...SPEC.space, name: ' ' } }],
  [/input and output/, { output: '' }],
  [/reads audio, not text/, { modality: 'text' }],
])('a spec that cannot be is refused: %s', (message, change) => {
  const check = () => checkSpec({ ...SPEC, ...change });
  expect(check).toThrow(InputError);
  expect(check).toThrow(message);
});

test.each<[RegExp, EncoderSpec['inputSpec'], EncoderSpec['modality']]>([
  [/60 s/, { kind: 'waveform', sampleRateHz: 16_000, seconds: 1e9 }, 'audio'],
  [/sample rate/, { kind: 'waveform', sampleRateHz: 1.5, seconds: 1 }, 'audio'],
  [/side/, { kind: 'pixels', layout: 'NCHW', px: 1e6, fit: 'crop', range: '0..1' }, 'image'],
  [
    /three numbers/,
    { kind: 'pixels', layout: 'NCHW', px: 8, fit: 'crop', range: 'mean-std', mean: [1] },
    'image',
  ],
  [/not among the files/, { kind: 'tokens', tokenizer: 'other.json', length: 9 }, 'text'],
  [
    /power of two/,
    {
      kind: 'log-mel',
      sampleRateHz: 16_000,
      nMels: 80,
      nFft: 400,
      hop: 160,
      frames: 9,
      layout: 'frames-mels',
      scale: 'ln',
    },
    'audio',
  ],
])('numbers of an input that cannot be are refused: %s', (message, inputSpec, modality) => {
  expect(() => reading(inputSpec, modality)).toThrow(message);
});
