import { expect, test } from 'vitest';
import { ModelError } from '../../base/errors.ts';
import { told, type Progress } from './told.ts';

test('progress is told up to the answer, 1 once at its end, and nothing after it', async () => {
  const heard: number[] = [];
  let late: Progress;
  const answer = await told(
    (fraction) => heard.push(fraction),
    (progress) => {
      late = progress;
      for (const fraction of [0.25, 0.5, 1]) progress!(fraction);
      return Promise.resolve('done');
    },
  );
  late!(0.75);
  expect(answer).toBe('done');
  expect(heard).toEqual([0.25, 0.5, 1]);
});

test('a call that fails tells no end, and nothing later', async () => {
  const heard: number[] = [];
  let late: Progress;
  const call = told(
    (fraction) => heard.push(fraction),
    (progress) => {
      late = progress;
      return Promise.reject(new ModelError('gone'));
    },
  );
  await expect(call).rejects.toThrow('gone');
  late!(0.5);
  expect(heard).toEqual([]);
});

test('nothing is handed on where nobody listens', async () => {
  expect(await told(undefined, (progress) => Promise.resolve(progress))).toBeUndefined();
});
