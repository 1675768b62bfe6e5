/** Single graphs from disk through the worker and the database. */
import { expect, test } from 'vitest';
import {
  DisposedError,
  FormatError,
  InputError,
  MissingFileError,
  ModelError,
} from '../../../base/errors.ts';
import { backend, cosine, open, png, rightVector } from './page.testing.ts';
import { clipRepository } from './repositories.testing.ts';

test('a single graph: proposed, tried, kept, found again after a reload, removed', async () => {
  const { own, models } = await open();
  const file = (path: string, repository = clipRepository(['fp32'])) => ({
    path,
    bytes: new Blob([repository.get(path)!]),
  });
  const proposal = await own.propose([file('onnx/vision_model.onnx')]);
  expect(proposal.spec).toMatchObject({ modality: 'image', input: 'pixel_values', output: 'image_embeds' });
  const spec = { ...proposal.spec, space: { id: 'mine-512', name: 'Mine', dim: 512 } };
  const { blob, rgb } = await png(240, 300);
  const run = await own.dryRun(proposal, spec, { modality: 'image', blob });
  const right = rightVector(240, 300, rgb);
  expect(run).toMatchObject({ dim: 512, backend: 'wasm' });
  run.head.forEach((value, d) => expect(value).toBeCloseTo(right[d]!, 4));
  expect(run.norm).toBeGreaterThan(0);
  expect((await own.dryRun(proposal, spec)).head).toHaveLength(8);
  await expect(own.dryRun(proposal, { ...spec, output: 'nothing', input: 'x' })).rejects.toBeInstanceOf(
    ModelError,
  );
  await expect(own.addEncoder(proposal, { ...spec, modality: 'text' })).rejects.toBeInstanceOf(InputError);
  expect(await own.addEncoder(proposal, spec)).toBe('mine-512/image');
  own.setBackend('mine-512/image', backend);
  expect(cosine(await own.encode('mine-512', { modality: 'image', blob }), right)).toBeGreaterThan(0.9999);
  const text = await own.propose([
    file('onnx/text_model.onnx'),
    file('tokenizer.json'),
    file('tokenizer_config.json'),
  ]);
  expect(text.spec).toMatchObject({
    modality: 'text',
    inputSpec: { kind: 'tokens', tokenizer: 'tokenizer.json' },
  });
  expect(await own.addEncoder(text, { ...text.spec, space: spec.space })).toBe('mine-512/text');
  own.setBackend('mine-512/text', 'wasm');
  await own.encode('mine-512', { modality: 'text', text: 'a dog' });
  own.dispose();
  await expect(own.encode('mine-512', { modality: 'text', text: 'a' })).rejects.toBeInstanceOf(DisposedError);

  const { own: later } = await open(models);
  expect(later.spaces()).toMatchObject([{ id: 'mine-512', name: 'Mine', modalities: ['text', 'image'] }]);
  expect(cosine(await later.encode('mine-512', { modality: 'image', blob }), right)).toBeGreaterThan(0.9999);
  await later.removeEncoder('mine-512/image');
  expect(later.spaces()).toMatchObject([{ modalities: ['text'] }]);
  await expect(later.removeEncoder('mine-512/image')).rejects.toBeInstanceOf(InputError);
});

test('what is no graph, or lacks a file, is refused', async () => {
  const { own } = await open();
  const propose = (...files: [path: string, content: BlobPart][]) =>
    own.propose(files.map(([path, content]) => ({ path, bytes: new Blob([content]) })));
  await expect(propose(['a.onnx', '<html>'])).rejects.toBeInstanceOf(FormatError);
  await expect(propose(['a.txt', 'x'])).rejects.toThrow(/no \.onnx/);
  await expect(propose(['a.onnx', 'x'], ['b.onnx', 'x'])).rejects.toThrow(/2 \.onnx/);
  const text = clipRepository(['fp32']).get('onnx/text_model.onnx')!;
  await expect(propose(['a.onnx', text])).rejects.toBeInstanceOf(MissingFileError);
  await expect(propose(['a.onnx', text.slice(0, 5000)])).rejects.toBeInstanceOf(FormatError);
});
