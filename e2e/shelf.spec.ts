import { expect, test } from '@playwright/test';

test('the page opens, plays a sound, is cross-origin isolated and asks no other origin', async ({
  page,
  baseURL,
}) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(baseURL!)) foreign.push(request.url());
  });
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Bondlab' })).toBeVisible();
  const thunder = page.getByRole('button', { name: /thunder/ });
  await thunder.click();
  await expect(thunder).toHaveAttribute('aria-pressed', 'true');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(foreign).toEqual([]);
});

test('a missing model file is a real 404', async ({ request }) => {
  expect((await request.get('/models/absent/config.json')).status()).toBe(404);
});
