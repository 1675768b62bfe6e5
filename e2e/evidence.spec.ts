import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { audioSlider, expect, test } from './lab.ts';

const openPanel = async (page: Page, name: string) => {
  await page.getByRole('radiogroup', { name: 'View' }).getByText('Evidence').click();
  await page.getByRole('tab', { name }).click();
};

/** Saves what an item of the panel's export menu gives, and returns its path. */
async function exported(page: Page, folder: string, item: RegExp): Promise<string> {
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: item }).first().click(),
  ]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** A folder that is gone after the test. */
const withFolder = async (run: (folder: string) => Promise<void>) => {
  const folder = mkdtempSync(join(tmpdir(), 'bondlab-'));
  try {
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

test('from the best of the landscape to a query that it hurts, and why', async ({ lab }) => {
  await openPanel(lab, 'Landscape');
  await lab.getByRole('button', { name: 'Go to the best' }).click();
  const best = await lab.evaluate(() =>
    window.bondlab.landscape({
      x: ['c-foley', 'audio'],
      y: ['c-foley', 'text'],
      task: 'audio>text',
      metric: 'R1',
      steps: 21,
    }),
  );
  expect(best.values.length).toBe(21);
  expect(await lab.evaluate(() => window.bondlab.factors())).toEqual({
    'c-foley': { audio: best.best.x, text: best.best.y },
  });
  await lab.getByRole('tab', { name: 'Queries' }).click();
  const hurt = lab.getByRole('region', { name: /Most hurt/ }).getByRole('listitem');
  await expect(hurt.first()).toBeVisible();
  const words = (await hurt
    .first()
    .getByText(/moved from rank/)
    .textContent())!;
  const [before, after] = words.match(/\d+(?= to|,)/g)!.map(Number);
  expect(after).toBeGreaterThan(before!);
  await hurt
    .first()
    .getByText(/moved from rank/)
    .locator('..')
    .click();
  // The lab shows the same query at the same setting, with the rank that the list named.
  await expect(
    lab.locator('[data-column="current"]').getByLabel(`Right answer at rank ${after}`),
  ).toBeVisible();
  await expect(
    lab.locator('[data-column="base"]').getByLabel(`Right answer at rank ${before}`),
  ).toBeVisible();
  await lab
    .locator('[data-column="current"]')
    .getByRole('button', { name: /why rank 1$/ })
    .click();
  const why = lab.getByRole('region', { name: 'What the score is made of' });
  await expect(why).toContainText('Foley');
  const item = await lab.locator('[data-column="current"] li').first().getAttribute('data-id');
  const query = /q=([^&]+)/.exec(lab.url())![1]!;
  const parts = await lab.evaluate(
    ([id, gallery]) => window.bondlab.explain({ query: { id: id! }, item: gallery! }),
    [decodeURIComponent(query), item],
  );
  const sum = parts.parts.reduce((total, { value }) => total + value, 0);
  expect(Math.abs(sum - parts.score)).toBeLessThan(1e-6);
});

test('tables, charts and the Python script leave the page, and Python gets the page’s figures', async ({
  lab,
}) => {
  await lab.getByRole('button', { name: 'AT Expertise' }).click();
  await openPanel(lab, 'Tasks');
  // The last figure that is counted: the best found of the second classification.
  const last = lab.getByRole('row', { name: /picture → class/ });
  await expect(last).toContainText(/Text \d/);
  await withFolder(async (folder) => {
    const csv = readFileSync(await exported(lab, folder, /CSV/), 'utf8');
    expect(csv).toBe(await lab.evaluate(() => window.bondlab.exportTable('tasks', 'csv')));
    expect(csv.trim().split('\n').length).toBe(9);
    await exported(lab, folder, /Save its components/);
    const script = await exported(lab, folder, /Save the script/);
    expect(readFileSync(script, 'utf8')).toContain('"c-foley": {"text": 0.5, "audio": 0.8}');
    if (spawnSync('python3', ['-c', 'import numpy']).status === 0) {
      const said = execFileSync('python3', [script], { cwd: folder, encoding: 'utf8' });
      expect(said).toMatch(/All \d+ figures of the page hold/);
    } else {
      test.info().annotations.push({ type: 'not run', description: 'There is no python3 with NumPy here.' });
    }
    await lab.getByRole('tab', { name: 'Landscape' }).click();
    await expect(lab.getByRole('button', { name: 'Go to the best' })).toBeVisible();
    const svg = readFileSync(await exported(lab, folder, /SVG/), 'utf8');
    expect(svg).toMatch(/^<\?xml|^<svg/);
    expect(svg).not.toContain('var(--');
    const png = readFileSync(await exported(lab, folder, /PNG/));
    expect([...png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
  });
});

test('the landscape is a pad: the pointer and the arrow keys set both factors', async ({ lab }) => {
  await openPanel(lab, 'Landscape');
  await expect(lab.getByRole('button', { name: 'Go to the best' })).toBeVisible();
  const pad = lab.getByRole('application', { name: /Arrow keys move both factors/ });
  await pad.focus();
  for (let i = 0; i < 4; i++) await lab.keyboard.press('ArrowRight');
  const factors = await lab.evaluate(() => window.bondlab.factors());
  expect(factors['c-foley']!.audio).toBeCloseTo(0.2, 6);
  await expect(audioSlider(lab)).toHaveAttribute('aria-valuenow', '0.2');
});

test('every panel opens, on both recipes, and says what it counted', async ({ lab }) => {
  await openPanel(lab, 'Trade-off');
  await expect(lab.getByText(/of 441/).first()).toBeVisible();
  await lab.getByRole('tab', { name: 'Shift' }).click();
  await expect(lab.getByRole('row', { name: /noise at 20 dB/ })).toContainText(/0\.\d\d\d/);
  await lab.getByRole('tab', { name: 'Paper' }).click();
  await expect(lab.getByText('ImageBind++ (AT)').first()).toBeVisible();
  await lab.getByRole('tab', { name: 'This device' }).click();
  await expect(lab.getByRole('button', { name: /Measure this device/ })).toBeVisible();
  await lab.evaluate(() => window.bondlab.useRecipe('pictext-u'));
  await lab.getByRole('tab', { name: 'Tasks' }).click();
  await expect(lab.getByRole('row', { name: /picture → text/ })).toContainText(/0\.\d\d\d/);
  await lab.getByRole('tab', { name: 'Landscape' }).click();
  await expect(lab.getByRole('img', { name: /^R@1 of sound → text over/ })).toBeVisible();
});

test('a setting is kept, survives a reload, and stands beside another', async ({ lab }) => {
  await lab.getByRole('button', { name: 'Versatile' }).click();
  await openPanel(lab, 'Compare');
  await lab.getByRole('button', { name: /Keep the present setting/ }).click();
  const name = lab.getByRole('textbox', { name: 'Name of this setting' });
  await expect(name).toHaveValue('Unified++ text 0.10 audio 0.50');
  await name.fill('For the talk');
  await name.press('Enter');
  await lab.reload();
  await lab.evaluate(() => window.bondlab.ready);
  await expect(name).toHaveValue('For the talk');
  await lab.evaluate(() => window.bondlab.setFactors({ 'c-foley': { text: 0, audio: 0 } }));
  await lab.getByRole('button', { name: 'Use For the talk' }).click();
  expect(await lab.evaluate(() => window.bondlab.factors())).toEqual({
    'c-foley': { text: 0.1, audio: 0.5 },
  });
  await expect(lab.getByRole('row', { name: /For the talk/ })).toContainText(/0\.\d\d/);
});

test('a pinned item is followed through a drag', async ({ lab }) => {
  const row = lab.locator('[data-column="current"] li').first();
  await row.hover();
  await row.getByRole('button', { name: /Pin:/ }).click();
  const pinned = lab.getByRole('region', { name: /Pinned/ });
  await expect(pinned).toBeVisible();
  const before = await pinned.textContent();
  await audioSlider(lab).focus();
  await lab.keyboard.press('End');
  expect(await pinned.textContent()).not.toBe(before);
  await expect(lab).toHaveURL(/pins=/);
});

test('too little memory: what fits is said and offered, and a sample counts', async ({ lab }) => {
  await lab.getByRole('button', { name: /^Planes/ }).click();
  await lab.getByRole('combobox', { name: /They may take/ }).click();
  await lab.getByRole('option', { name: '16 MiB' }).click();
  await lab.getByRole('button', { name: /Sample \d+ queries a task/ }).click();
  await expect(lab.getByText(/sampled queries a task/)).toBeVisible();
  await expect(lab.locator('[data-direction="audio>text"]')).toContainText(/0\.\d\d/);
});
