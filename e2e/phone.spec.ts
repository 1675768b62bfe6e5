import { audioSlider, expect, shownRank, test } from './lab.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test('on a phone the sliders are at hand, the panels behind tabs, nothing is cut off', async ({ lab }) => {
  const width = await lab.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await expect(audioSlider(lab)).toBeInViewport();
  const before = await shownRank(lab);
  await audioSlider(lab).focus();
  await lab.keyboard.press('End');
  expect(await shownRank(lab)).toBeLessThan(before);
  await lab.getByRole('button', { name: 'Evidence' }).click();
  await expect(lab.locator('[data-direction="audio>text"]')).toBeVisible();
  await lab.getByRole('button', { name: 'Map', exact: true }).click();
  await expect(lab.getByRole('region', { name: 'Map', exact: true })).toBeVisible();
});
