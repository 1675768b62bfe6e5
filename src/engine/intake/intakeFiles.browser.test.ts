/** The worker itself: it reads a file from disk in parts, while the page goes on. */
import { afterEach, expect, test } from 'vitest';
import { AbortedError, FormatError, InputError } from '../../base/errors.ts';
import { createRandom } from '../../base/random.ts';
import { writeNpz } from '../../formats/npz.ts';
import { createIntakeFiles, type IntakeFiles } from './intakeFiles.ts';

const opened: IntakeFiles[] = [];
afterEach(() => opened.splice(0).forEach((files) => files.dispose()));

function open(): IntakeFiles {
  const files = createIntakeFiles();
  opened.push(files);
  return files;
}

const [N, D] = [12_000, 64];
const random = createRandom(3);
const rows = () => ({
  shape: [N, D],
  data: Float32Array.from({ length: N * D }, () => random.float() - 0.5),
});
const drop = () => [
  { path: 'a/vectors.npz', blob: new Blob([writeNpz({ clip_text: rows(), clip_image: rows() })]) },
  { path: 'a/cut.npy', blob: new Blob([Uint8Array.of(0x93, 78, 85)]) },
];

test('arrays are planned and made into a collection, with all its items', async () => {
  const files = open();
  const told: number[] = [];
  const sorted = await files.sort(drop(), { onProgress: ({ done, of }) => void told.push(done / of) });
  expect(sorted.arrays).toMatchObject({ certain: true });
  expect(sorted.leftOut.map(({ path }) => path)).toEqual(['a/cut.npy']);
  const { collection } = await files.make(sorted.id, sorted.arrays!.proposal, {
    onProgress: ({ done, of }) => void told.push(done / of),
  });
  expect(collection.items.text.length).toBe(N);
  expect(collection.items.image[N - 1]!.id).toBe(`image:${N - 1}`);
  expect(collection.vectors[0]!.rows.text!.length).toBe(N * D);
  expect(told.length).toBeGreaterThan(2);
  expect(told.every((share) => share >= 0 && share <= 1)).toBe(true);
});

test('errors arrive as the class they were; what was let go of is gone; a call can be taken back', async () => {
  const files = open();
  const sorted = await files.sort(drop());
  const { proposal } = sorted.arrays!;
  await expect(files.make(sorted.id, { ...proposal, name: '' })).rejects.toThrow(InputError);
  const request = new AbortController();
  const made = files.make(sorted.id, proposal, { signal: request.signal });
  request.abort();
  await expect(made).rejects.toThrow(AbortedError);
  files.forget(sorted.id);
  await expect(files.make(sorted.id, proposal)).rejects.toThrow(/let go of/);
  const broken = await files.sort([{ path: 'x.parquet', blob: new Blob(['PAR1 and nothing more']) }]);
  expect(broken.leftOut[0]!.reason).toMatch(new FormatError('The parquet file is damaged').message);
});
