import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { openModel } from '../scripts/world/export/nodeRuntime.ts';
import { audioSlider, expect, test } from './lab.ts';

const openBench = async (page: Page, name: string) => {
  await page.getByRole('radiogroup', { name: 'View' }).getByText('Workshop').click();
  await page.getByRole('tab', { name }).click();
};

/** The head of the run that is shown. */
const status = (page: Page) => page.getByRole('article').getByRole('status').first();

test('a bond is trained, stopped halfway, survives a reload, goes on, and serves in a recipe and in a file', async ({
  lab,
}) => {
  await openBench(lab, 'Train');
  await lab.getByRole('button', { name: 'one alone' }).click();
  await lab.getByRole('textbox', { name: 'Steps' }).fill('800');
  await lab.getByText('All settings').click();
  await lab.getByRole('textbox', { name: 'Batch', exact: true }).fill('64');
  await lab.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(status(lab)).toHaveText(/Training/);
  await expect(lab.getByRole('img', { name: /^Loss of/ })).toBeVisible();
  await lab.getByRole('button', { name: 'Pause' }).click();
  await expect(lab.getByRole('button', { name: 'Go on' })).toBeVisible();

  await lab.reload();
  await lab.evaluate(() => window.bondlab.ready);
  const cut = await lab.evaluate(() => window.bondlab.runs()[0]!);
  expect(cut.status).toBe('paused');
  await lab.getByRole('button', { name: 'Go on' }).click();
  await lab.evaluate((id) => window.bondlab.runDone(id), cut.id);
  const [run] = await lab.evaluate(() => window.bondlab.runs());
  expect(run).toMatchObject({ id: cut.id, status: 'done', ensembles: [cut.id] });
  expect(run!.curves[0]!.points.at(-1)!.step).toBe(800);
  expect(run!.curves[0]!.points.at(-1)!.loss).toBeLessThan(run!.curves[0]!.points[0]!.loss);

  await lab.getByRole('button', { name: `Use ${run!.name} in a recipe` }).click();
  await lab.getByLabel('Name', { exact: true }).fill('Trained here');
  await lab.getByRole('button', { name: 'Create' }).click();
  await lab.getByRole('button', { name: /^Open .* in the lab/ }).click();
  await expect(lab.getByRole('combobox', { name: 'Recipe' })).toHaveValue('Trained here');
  const slider = audioSlider(lab);
  await slider.focus();
  await lab.keyboard.press('End');
  await expect(slider).toHaveAttribute('aria-valuenow', '1');
  // The projected expert finds what the base does not.
  const [base, expert] = await lab.evaluate(async () => {
    const { id } = window.bondlab.recipes().find(({ name }) => name === 'Trained here')!;
    const at = (f: number) => window.bondlab.metrics({ [`${id}-1`]: { text: f, audio: f } });
    return [(await at(0))['audio>text']!.R10, (await at(1))['audio>text']!.R10];
  });
  expect(expert).toBeGreaterThan(2 * base!);

  // The file holds what the page computes.
  await openBench(lab, 'In and out');
  await lab.getByRole('combobox', { name: 'Ensemble' }).click();
  await lab.getByRole('option', { name: run!.name }).click();
  const [download] = await Promise.all([
    lab.waitForEvent('download'),
    lab.getByRole('button', { name: /^Save .*float32/ }).click(),
  ]);
  const { x, y } = await lab.evaluate(async () => {
    const { caption } = window.bondlab.items('audio')[0]!;
    const index = window.bondlab.items('text').findIndex((text) => text.caption === caption);
    const { data, dim } = await window.bondlab.components('text');
    return {
      x: [...(await window.bondlab.encode('foley', 'text', caption))],
      y: [...data[1]!.subarray(index * dim, (index + 1) * dim)],
    };
  });
  const model = await openModel(new Uint8Array(readFileSync(await download.path())));
  const projected = await model.run({
    embeddings: { data: Float32Array.from(x), dims: [1, x.length] },
    mask: { data: Float32Array.of(1), dims: [1] },
  });
  await model.release();
  expect(projected).toHaveLength(y.length);
  // The page's own encoder is int8, the collection was encoded in float32: near, not equal.
  expect(projected.reduce((sum, value, d) => sum + value * y[d]!, 0)).toBeGreaterThan(0.98);
});

test('a bond leaves as a checkpoint and comes back, and a broken file beside it is named', async ({
  lab,
}) => {
  const report = await lab.evaluate(async () => {
    const blob = await window.bondlab.exportBond('tone-to-unified', 'torch');
    const file = new File([blob], 'tone.zip');
    const { imported, leftOut } = await window.bondlab.importFiles([file, new File(['<html>'], 'best.pt')]);
    const { id, members, source, target } = imported[0]!.ensemble;
    const recipe = await window.bondlab.createRecipe({
      name: 'Tone, read back',
      base: 'unified',
      bonds: [{ kind: 'combination', experts: ['tone'], ensembles: [id] }],
    });
    const embedded = await window.bondlab.createRecipe({
      name: 'Tone, embedded',
      base: 'unified',
      bonds: [{ kind: 'combination', experts: ['tone'], ensembles: ['tone-to-unified'] }],
    });
    const figures = [];
    for (const one of [recipe, embedded]) {
      await window.bondlab.useRecipe(one);
      const { data } = await window.bondlab.components('audio');
      figures.push([...data[1]!.subarray(0, 12_800)]);
    }
    return { members, source, target, leftOut: leftOut.map(({ path }) => path), figures };
  });
  const { figures, ...rest } = report;
  expect(rest).toEqual({
    members: ['mix', 'A', 'T', 'V', 'AT', 'AV', 'TV'],
    source: 'tone',
    target: 'unified',
    leftOut: ['best.pt'],
  });
  // The embedded bond leaves with the weights that ship (8-bit blocks); its stored projections are float32's.
  const [read, embedded] = figures as [number[], number[]];
  for (let i = 0; i < read.length; i += 128) {
    let cosine = 0;
    for (let d = i; d < i + 128; d++) cosine += read[d]! * embedded[d]!;
    expect(cosine).toBeGreaterThan(0.99);
  }
});

test('pseudo-pairs are looked at, and an experiment shows what spoiling them costs', async ({ lab }) => {
  await openBench(lab, 'Train');
  await lab.getByRole('button', { name: 'Look at the pairs' }).click();
  await expect(lab.getByRole('region', { name: 'Examples of pairs' })).toBeVisible();
  await lab.getByRole('tab', { name: 'What pairs are worth' }).click();
  const form = lab.getByRole('form', { name: 'A new experiment' });
  await form.getByLabel('Values in %').fill('0, 100');
  await form.getByRole('textbox', { name: 'Repeats' }).fill('2');
  await form.getByRole('textbox', { name: 'Steps' }).fill('60');
  await form.getByRole('button', { name: 'Start the experiment' }).click();
  const table = lab.getByRole('region', { name: 'Table of the experiment' });
  const cells = (value: string) =>
    table.getByRole('row', { name: new RegExp(`^${value}`) }).getByRole('cell');
  await expect(cells('0 %').last()).toHaveText('2', { timeout: 100_000 });
  await expect(cells('100 %').last()).toHaveText('2', { timeout: 100_000 });
  const recall = async (value: string) => Number(await cells(value).first().textContent());
  // Sounds and texts keep what Foley knows of them through any projector, so that some of it stays.
  expect(await recall('0 %')).toBeGreaterThan(await recall('100 %'));
});
