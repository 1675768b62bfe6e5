import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import {
  clapRepository,
  clipRepository,
  type RepositoryFiles,
} from '../src/engine/models/encoders/repositories.testing.ts';
import { startHubServer } from '../src/engine/models/hub/hubServer.testing.ts';
import { expect, test } from './lab.ts';

const ORACLE = join(import.meta.dirname, '../test/fixtures/freebind-oracle');

const openData = async (page: Page, tab: 'Collections' | 'Models') => {
  await page.getByRole('radiogroup', { name: 'View' }).getByText('Data').click();
  await page.getByRole('tab', { name: tab }).click();
};
const openLab = (page: Page) => page.getByRole('radiogroup', { name: 'View' }).getByText('Lab').click();
const card = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });
const collectionNamed = (page: Page, wanted: string) =>
  page.evaluate((name) => window.bondlab.collections().find((one) => one.name === name), wanted);

/** A second of a tone as 16-bit WAV at 22.05 kHz, mono. */
function tone(hz: number): Buffer {
  const [rate, header] = [22_050, Buffer.alloc(44)];
  const samples = Buffer.alloc(2 * rate);
  for (let i = 0; i < rate; i++)
    samples.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * hz * i) / rate)), 2 * i);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(2 * rate, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

const N_STEMS = 24;
/** Pictures, sounds and texts of the same names, one text of them hostile, and files that are none of it. */
function writeMedia(folder: string): string {
  mkdirSync(join(folder, 'things'), { recursive: true });
  for (let i = 0; i < N_STEMS; i++) {
    const at = (ending: string) => join(folder, 'things', `thing-${i}.${ending}`);
    const look = `<circle cx="5" cy="5" r="${1 + (i % 4)}" fill="hsl(${i * 15} 80% 50%)"/>`;
    writeFileSync(at('svg'), `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">${look}</svg>`);
    writeFileSync(at('wav'), tone(200 + 100 * i));
    writeFileSync(
      at('txt'),
      i === 0 ? '<img src=x onerror="window.wasRun=true">' : `a tone of ${200 + 100 * i} hertz`,
    );
  }
  writeFileSync(join(folder, 'broken.png'), 'no picture');
  writeFileSync(join(folder, 'notes.pdf'), '%PDF-1.4');
  return folder;
}

test('a folder of media is understood, encoded over a reload, used, saved to a file and opened again', async ({
  lab,
}, testInfo) => {
  await openData(lab, 'Collections');
  const folder = writeMedia(testInfo.outputPath('my media'));
  await lab.locator('input[webkitdirectory]').setInputFiles(folder);
  const sheet = lab.getByRole('region', { name: 'What was dropped' });
  await expect(sheet.getByText(`${N_STEMS} sounds`)).toBeVisible();
  await sheet
    .getByText(/left out/)
    .first()
    .click();
  await expect(sheet.getByText(/notes\.pdf/)).toBeVisible();
  // Two spaces will do.
  for (const name of ['PicText', 'Tone', 'Tags', 'Unified†'])
    await sheet.getByRole('checkbox', { name: new RegExp(`^${name}`) }).uncheck();
  await sheet.getByRole('button', { name: 'Keep and encode' }).click();
  const own = card(lab, 'my media');
  await own.getByRole('button', { name: 'Pause' }).click();
  await expect(own.getByRole('button', { name: 'Go on' })).toBeVisible();

  await lab.reload();
  await lab.evaluate(() => window.bondlab.ready);
  await own.getByRole('button', { name: 'Go on' }).click();
  await expect.poll(async () => (await collectionNamed(lab, 'my media'))!.encoding).toBeUndefined();
  await own.getByRole('button', { name: 'Use my media in the lab' }).click();
  await expect.poll(async () => (await collectionNamed(lab, 'my media'))!.inUse).toBe(true);
  await openLab(lab);
  await expect(lab.locator('[data-column="current"] li').first()).toBeVisible();
  const metrics = await lab.evaluate(() => window.bondlab.metrics());
  expect(metrics['audio>text']).toMatchObject({ nQueries: N_STEMS, nGallery: N_STEMS });
  expect(await lab.evaluate(() => 'wasRun' in window)).toBe(false);

  await openData(lab, 'Collections');
  await own.getByRole('button', { name: 'More for my media' }).click();
  const [download] = await Promise.all([
    lab.waitForEvent('download'),
    lab.getByRole('menuitem', { name: 'Save to a file' }).click(),
  ]);
  const saved = await download.path();
  await own.getByRole('button', { name: 'More for my media' }).click();
  await lab.getByRole('menuitem', { name: 'Delete' }).click();
  await lab.getByRole('button', { name: 'Delete it' }).click();
  await expect.poll(() => collectionNamed(lab, 'my media')).toBeUndefined();
  // What is deleted stays on screen until another is used.
  await lab.evaluate(() => window.bondlab.useCollection('emoji-foley'));
  await openData(lab, 'Collections');
  await lab
    .locator('input[type=file]:not([webkitdirectory])')
    .first()
    .setInputFiles({ name: 'mine.zip', mimeType: 'application/zip', buffer: readFileSync(saved) });
  await lab.getByRole('button', { name: 'Open it' }).click();
  await expect.poll(async () => (await collectionNamed(lab, 'my media'))?.ready).toBe(true);
  const back = (await collectionNamed(lab, 'my media'))!;
  await lab.evaluate((id) => window.bondlab.useCollection(id), back.id);
  expect(await lab.evaluate(() => window.bondlab.metrics())).toEqual(metrics);
});

test('embeddings and checkpoints dropped together are a collection and a recipe, with PyTorch’s figures, without a network', async ({
  lab,
  context,
}) => {
  await openData(lab, 'Collections');
  const drop = async (name: string) => {
    await lab.locator('input[webkitdirectory]').setInputFiles(ORACLE);
    await lab.getByRole('textbox', { name: 'Name of the collection' }).fill(name);
    await lab.getByRole('button', { name: /^Keep/ }).click();
    await expect.poll(async () => (await collectionNamed(lab, name))?.ready).toBe(true);
    await lab.getByRole('button', { name: 'Done' }).click();
    return (await collectionNamed(lab, name))!.id;
  };
  const name = 'freebind-oracle';
  const id = await drop(name);
  // Again, with the network off.
  await context.setOffline(true);
  await drop('without a network');
  await context.setOffline(false);
  await lab.evaluate((one) => window.bondlab.useCollection(one), id);
  const [recipe] = await lab.evaluate(() => window.bondlab.recipes());
  expect(recipe!.bonds).toHaveLength(1);
  await lab.evaluate((one) => window.bondlab.useRecipe(one), recipe!.id);
  const { results } = JSON.parse(readFileSync(join(ORACLE, 'expected.json'), 'utf8')) as {
    results: ({ text: number; audio: number } & Record<string, { 'R@1': number; MRR: number }>)[];
  };
  expect(results).toHaveLength(5);
  for (const { text, audio, ...expected } of results) {
    const factors = { [recipe!.bonds[0]!.id]: { text, audio } };
    const metrics = await lab.evaluate((f) => window.bondlab.metrics(f), factors);
    for (const [direction, { 'R@1': R1, MRR }] of Object.entries(expected)) {
      const found = metrics[direction as 'audio>text']!;
      expect([direction, found.R1, found.MRR]).toEqual([
        direction,
        expect.closeTo(R1, 6),
        expect.closeTo(MRR, 5),
      ]);
    }
  }
  // Reloaded, the address leads back to it.
  await lab.reload();
  await lab.evaluate(() => window.bondlab.ready);
  expect((await collectionNamed(lab, name))!.inUse).toBe(true);
});

const contentOf = (files: RepositoryFiles) => Object.fromEntries(files);

test('models come from a server of the hub’s layout over a broken line, and serve without it: CLIP and CLAP bound', async ({
  page,
}, testInfo) => {
  const hub = await startHubServer({
    'Xenova/clip-vit-base-patch32': contentOf(clipRepository()),
    'Xenova/clap-htsat-unfused': contentOf(clapRepository()),
  });
  try {
    await page.goto('/');
    await page.evaluate(() => window.bondlab.ready);
    await openData(page, 'Models');
    await page.getByText('A mirror', { exact: true }).click();
    await page.getByRole('textbox', { name: /Address that answers/ }).fill(hub.address);
    await page.getByRole('button', { name: 'Use it' }).click();
    hub.fault('vision_model_quantized.onnx', { kind: 'cut', after: 1000 }, 2);
    const ids = await page.evaluate(async () => [
      ...(await window.bondlab.addEncoder({ repo: 'Xenova/clip-vit-base-patch32' })),
      ...(await window.bondlab.addEncoder({ repo: 'Xenova/clap-htsat-unfused' })),
    ]);
    expect(ids).toHaveLength(4);
    const ranges = hub.requests.filter(
      ({ path, range }) => path.endsWith('vision_model_quantized.onnx') && range,
    );
    expect(ranges.length, 'what was cut goes on where it broke').toBeGreaterThan(0);
    await expect(page.getByRole('region', { name: 'Encoders at hand' }).getByRole('listitem')).toHaveCount(4);
  } finally {
    await hub.close();
  }
  // The line is gone; pictures, sounds and texts are encoded in both spaces, and the spaces are bound through the texts.
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith(hub.address)) asked.push(request.url());
  });
  await page.reload();
  await page.evaluate(() => window.bondlab.ready);
  const folder = writeMedia(testInfo.outputPath('heard and seen'));
  await openData(page, 'Collections');
  await page.locator('input[webkitdirectory]').setInputFiles(folder);
  const sheet = page.getByRole('region', { name: 'What was dropped' });
  for (const name of [/^Unified(?!†)/, /^PicText/, /^Foley/, /^Tone/, /^Tags/, /^Unified†/])
    await sheet.getByRole('checkbox', { name }).uncheck();
  for (const name of [/clip/i, /clap/i]) await sheet.getByRole('checkbox', { name }).check();
  await sheet.getByRole('button', { name: 'Keep and encode' }).click();
  await expect
    .poll(async () => {
      const found = await collectionNamed(page, 'heard and seen');
      return found && found.encoding === undefined && found.ready;
    })
    .toBe(true);
  await openData(page, 'Models');
  await page.getByRole('button', { name: /^Bind/ }).click();
  await expect(page.getByRole('combobox', { name: 'Recipe' })).toHaveValue(/ \+ /, { timeout: 100_000 });
  const metrics = await page.evaluate(() => window.bondlab.metrics());
  expect(metrics['audio>image']).toMatchObject({ nQueries: N_STEMS });
  expect(asked).toEqual([]);
  expect(readdirSync(folder)).toContain('things');
});
