/** Collections that bondlab_export.py writes are read back as they were meant: the committed ones always, new ones where NumPy is. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, testDesk } from '../../src/engine/intake/desk.testing.ts';
import { pythonWith } from '../../src/formats/python.testing.ts';

const FOLDER = 'test/fixtures/exported';
const PYTHON = pythonWith('numpy');
const N = 12;

/** Unit row `i` of the exported sines. */
function unitRow(seed: number, dim: number, i: number): number[] {
  const row = Array.from({ length: dim }, (_, d) => Math.sin((i * dim + d) * 0.7 + seed));
  const length = Math.hypot(...row);
  return row.map((value) => value / length);
}

/** Reads the collection of one file and its manifest, and checks every part of it. */
async function checkTiny(folder: string, ending: string): Promise<void> {
  const files = filesBelow(folder).filter(({ path }) => path.startsWith(`tiny-${ending}.`));
  expect(files.length).toBe(2);
  const { desk, kept } = testDesk();
  const intake = await desk.understand(files);
  expect(intake.arrays).toMatchObject({ certain: true });
  expect(intake.leftOut).toEqual([]);
  const report = await desk.keep(intake);
  expect(report.leftOut.map(({ path }) => path)).toEqual(['1 text row', '1 image row', '1 audio row']);
  const [collection] = kept;
  expect(collection!.name).toBe('Tiny <i>sounds</i>');
  expect(collection!.vectors.map(({ space: { id, name, modalities } }) => [id, name, modalities])).toEqual([
    ['imagebind-8', 'ImageBind', ['text', 'image', 'audio']],
    ['my-ears-2-5', 'My ears/2', ['text', 'audio']],
  ]);
  const rows = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11];
  expect(collection!.items.text.map(({ id }) => id)).toEqual(rows.map((i) => `text:${i}`));
  expect(collection!.items.audio[7]).toEqual({
    id: 'audio:8',
    caption: 'sound 8 <b>größe</b>',
    group: 'row 8',
    category: 'class 0',
    label: 'class 0',
    half: 'validation',
    seen: false,
  });
  expect(collection!.items.image[7]).toMatchObject({ id: 'image:8', caption: 'row 8' });
  const [base, ears] = collection!.vectors;
  for (const [vectors, seed, dim, tolerance] of [
    [base!.rows.audio!, 1, 8, 1e-6],
    // Written in half precision.
    [base!.rows.text!, 2, 8, 1e-3],
    [base!.rows.image!, 3, 8, 1e-6],
    [ears!.rows.audio!, 4, 5, 1e-6],
  ] as const) {
    expect(vectors.length).toBe(rows.length * dim);
    for (const [at, i] of rows.entries())
      for (const [d, value] of unitRow(seed, dim, i).entries())
        expect(Math.abs(vectors[at * dim + d]! - value)).toBeLessThan(tolerance);
  }
}

async function checkPairs(folder: string): Promise<void> {
  const { desk, kept } = testDesk();
  const intake = await desk.understand(filesBelow(folder).filter(({ path }) => path.startsWith('pairs.')));
  expect(intake.arrays!.certain).toBe(true);
  await desk.keep(intake);
  expect(kept[0]!.items.text.map(({ group }) => group)).toEqual(
    Array.from({ length: N }, (_, i) => `p${Math.floor(i / 3)}`),
  );
  expect(kept[0]!.items.image.map(({ group }) => group)).toEqual(['p0', 'p1', 'p2', 'p3']);
}

async function checkAll(folder: string): Promise<void> {
  await checkTiny(folder, 'npz');
  await checkTiny(folder, 'safetensors');
  await checkPairs(folder);
}

test('the committed collections, and where NumPy is those that it writes now, are read with certainty', async () => {
  await checkAll(FOLDER);
  if (!PYTHON) return;
  const folder = mkdtempSync(join(tmpdir(), 'bondlab-export-'));
  try {
    const made = spawnSync(PYTHON, ['-B', `${FOLDER}/make.py`, folder], { encoding: 'utf8' });
    expect(made.stderr).toBe('');
    expect(made.status).toBe(0);
    await checkAll(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
