import { audioSlider, expect, shownIds, shownRank, test } from './lab.ts';

test('the page opens cross-origin isolated on a query, and a drag brings its right answer up', async ({
  lab,
}) => {
  expect(await lab.evaluate(() => crossOriginIsolated)).toBe(true);
  await expect(lab.getByRole('heading', { name: 'Bondlab' })).toBeVisible();
  await expect(lab.getByText(/Drag the audio slider to Foley/)).toBeVisible();
  const before = await shownRank(lab);
  expect(before).toBeGreaterThan(10);
  await audioSlider(lab).focus();
  await lab.keyboard.press('End');
  expect(await shownRank(lab)).toBeLessThan(before);
  await expect(lab.getByText(/Drag the audio slider to Foley/)).toBeHidden();
  await expect(lab.getByText(/Last drag [\d.]+ ms/)).toBeVisible();
});

test('the list has moved in the same frame as the slider', async ({ lab }) => {
  const before = await shownIds(lab);
  const after = await lab.evaluate(() => {
    const slider = document.querySelector<HTMLElement>('[role="slider"][aria-label^="Audio"]')!;
    slider.focus();
    slider.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', code: 'End', bubbles: true }));
    return new Promise<string[]>((done) => {
      requestAnimationFrame(() =>
        done(
          [...document.querySelectorAll('[data-column="current"] li')]
            .toSorted(
              (a, b) => Number(a.getAttribute('aria-posinset')) - Number(b.getAttribute('aria-posinset')),
            )
            .map((row) => row.getAttribute('data-id')!),
        ),
      );
    });
  });
  expect(after).not.toEqual(before);
  expect(after).toEqual(await shownIds(lab));
});

test('the metrics follow the slider: sound-text gains, and what it costs is shown', async ({ lab }) => {
  const task = lab.locator('[data-direction="audio>text"]');
  await expect(task).toContainText('±0.00');
  await lab.getByRole('button', { name: 'AT Expertise' }).click();
  await expect(task).toContainText(/▲ \+0\.\d\d/);
  const figures = await lab.evaluate(() => window.bondlab.metrics());
  await expect(task).toContainText(figures['audio>text']!.R1.toFixed(2));
  expect(Object.keys(figures).length).toBe(6);
  const elsewhere = await lab.evaluate(() => window.bondlab.metrics({ 'c-foley': { text: 0, audio: 0 } }));
  expect(elsewhere['audio>text']!.R1).toBeLessThan(figures['audio>text']!.R1);
  expect(await lab.evaluate(() => window.bondlab.factors())).toEqual({
    'c-foley': { text: 0.5, audio: 0.8 },
  });
});

test('a slider can be dragged by hand and goes back with a double click', async ({ lab }) => {
  const slider = audioSlider(lab);
  const box = (await slider.boundingBox())!;
  await lab.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await lab.mouse.down();
  await lab.mouse.move(box.x + 120, box.y + box.height / 2, { steps: 12 });
  await lab.mouse.up();
  const dragged = Number(await slider.getAttribute('aria-valuenow'));
  expect(dragged).toBeGreaterThan(0.2);
  expect(dragged).toBeLessThan(0.9);
  await slider.dblclick();
  await expect(slider).toHaveAttribute('aria-valuenow', '0');
});

test('the address holds the setting: what is shared opens the same', async ({ lab, browser, baseURL }) => {
  await lab.evaluate(() => window.bondlab.useRecipe('pictext-u'));
  await lab.evaluate(() => window.bondlab.setFactors({ 'd-pictext': { image: 0.4 } }));
  const { id } = (await lab.evaluate(() => window.bondlab.items('image')))[7]!;
  const rows = await lab.evaluate(
    (query) => window.bondlab.rank({ query: { id: query }, gallery: 'text', topK: 10 }),
    id,
  );
  await expect(lab).toHaveURL(/recipe=pictext-u.*image:0\.4.*q=image/);
  const other = await browser.newPage();
  await other.goto(lab.url().replace(/^https?:\/\/[^/]+/, baseURL!));
  await other.evaluate(() => window.bondlab.ready);
  expect(await shownIds(other)).toEqual(rows.map((row) => row.id));
  expect(await other.evaluate(() => window.bondlab.factors())).toMatchObject({ 'd-pictext': { image: 0.4 } });
  await other.close();
});

test('without a network after loading, drags and other queries go on', async ({ lab, context }) => {
  await context.setOffline(true);
  await audioSlider(lab).focus();
  await lab.keyboard.press('End');
  await expect(lab.locator('[data-direction="audio>text"]')).toContainText(/▲ \+0\.\d\d/);
  const rows = await lab.evaluate(() =>
    window.bondlab.rank({ query: { id: 'audio:rain:1' }, gallery: 'text' }),
  );
  expect(rows.length).toBe(10);
  await context.setOffline(false);
});

test('scripting refuses what does not fit, with the page’s own errors', async ({ lab }) => {
  const refused = await lab.evaluate(async () => {
    const { bondlab } = window;
    const calls: (() => Promise<unknown>)[] = [
      () => bondlab.setFactors({ 'c-foley': { audio: 1.2 } }),
      () => bondlab.setFactors({ 'c-foley': { image: 0.2 } }),
      () => bondlab.usePreset('Nothing'),
      () => bondlab.useRecipe('nothing'),
      () => bondlab.rank({ query: { id: 'x' }, gallery: 'audio' }),
      () => bondlab.encode('foley', 'image', new Blob([])),
    ];
    const messages: string[] = [];
    for (const call of calls) {
      messages.push(
        await call().then(
          () => 'done',
          (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
        ),
      );
    }
    return messages;
  });
  const expected = [
    /^input: .*\[0, 1\]/,
    /^input: .*no slider/,
    /^input: .*Versatile/,
    /^input: .*pictext-u/,
    /^input: .*no item/,
    /^input: .*Foley/,
  ];
  expected.forEach((pattern, i) => expect(refused[i]).toMatch(pattern));
});

test('a missing file is a real 404', async ({ request }) => {
  expect((await request.get('/models/absent/config.json')).status()).toBe(404);
});

test('the world’s files missing: the page says which and what to do', async ({ page }) => {
  await page.route('**/world/collection.json', (route) => route.fulfill({ status: 404, body: 'no' }));
  await page.goto('/');
  await expect(page.getByRole('alert')).toContainText(/collection\.json is not on the server.*npm run world/);
});
