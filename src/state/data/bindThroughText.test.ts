import { expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import type { Training } from '../../engine/training/types.ts';
import type { LabState } from '../types.ts';
import { bindThroughText } from './bindThroughText.ts';
import { createDataScripting } from './scripting.ts';

test('what is bound in a lab that ends meanwhile is told, and does not wait for ever', async () => {
  const run = { id: 'run-1', status: 'running' };
  const training: Partial<Training> = {
    train: () => Promise.resolve(run.id),
    runs: () => [run] as unknown as ReturnType<Training['runs']>,
    // A training that was disposed calls nobody.
    onChange: () => () => undefined,
  };
  const lab = {
    spaces: [],
    engine: { training: { ...training, defaults: () => ({}) } },
  } as unknown as LabState;
  const bound = bindThroughText(() => lab, 'a', 'b', Promise.resolve());
  await expect(bound).rejects.toThrow(InputError);
  await expect(bound).rejects.toThrow(/Another collection was opened/);
});

test('what is no list of files is refused with what is needed', async () => {
  const api = createDataScripting(
    () => ({}) as LabState,
    () => Promise.resolve(),
  );
  for (const files of [{}, 'dog.png', null, [new Blob(['x'])]])
    await expect(api.importFiles(files as unknown as File[])).rejects.toThrow(/takes a list of files/);
});
