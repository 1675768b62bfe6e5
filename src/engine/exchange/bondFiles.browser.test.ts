import { afterAll, expect, test } from 'vitest';
import { randomProjector } from '../../../scripts/world/export/randomWeights.testing.ts';
import { AbortedError, DisposedError, InputError } from '../../base/errors.ts';
import { projectEnsemble } from '../../math/projector.ts';
import { createBondFiles } from './bondFiles.ts';
import { EXPORT_FORMATS, type ExportFormat } from './types.ts';

const files = createBondFiles();
afterAll(() => files.dispose());

const WEIGHTS = [randomProjector(1, 6, 9, 4), randomProjector(2, 6, 9, 4)];
const INFO = { id: 'a-to-b', name: 'A to B', source: 'a', target: 'b', members: ['mix', 'T'] };

/** What a format's rounding may change of a projection. */
const ROUNDING: Record<ExportFormat, number> = {
  'onnx-fp32': 1e-6,
  'onnx-int8': 0.02,
  'onnx-4bit': 0.3,
  safetensors: 1e-9,
  torch: 1e-9,
};

test.each(EXPORT_FORMATS)('%s goes through the worker and back, from a File as well', async (format) => {
  const { name, bytes, type } = await files.export(WEIGHTS, INFO, format);
  const told: string[] = [];
  const { found, leftOut } = await files.read([{ path: name, bytes: new File([bytes], name, { type }) }], {
    onProgress: ({ path }) => told.push(path),
  });
  expect(leftOut).toEqual([]);
  expect(told).toEqual([name]);
  expect(found).toMatchObject([{ dIn: 6, dHidden: 9, dOut: 4, guess: { source: 'a', target: 'b' } }]);
  expect(found[0]!.members.map((member) => member.name)).toEqual(INFO.members);
  const x = Float32Array.of(0.5, -0.5, 0.1, 0.7, -0.3, 0.2);
  const projected = projectEnsemble(
    found[0]!.members.map(({ weights }) => weights),
    x,
    6,
  );
  projectEnsemble(WEIGHTS, x, 6).forEach((value, d) =>
    expect(Math.abs(projected[d]! - value)).toBeLessThan(ROUNDING[format]),
  );
  expect(WEIGHTS[0]!['linear1.weight'].length).toBe(54); // the caller keeps what it handed over
});

test('errors cross as their classes, aborts are aborts, and a closed worker says so', async () => {
  await expect(files.export([], INFO, 'torch')).rejects.toBeInstanceOf(InputError);
  const signal = AbortSignal.abort();
  await expect(files.read([], { signal })).rejects.toBeInstanceOf(AbortedError);
  const own = createBondFiles();
  own.dispose();
  await expect(own.read([])).rejects.toBeInstanceOf(DisposedError);
});
