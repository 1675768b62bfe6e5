/** What every journey needs: a page that watches where its requests go. */
import { test as base, expect, type Page } from '@playwright/test';

export const test = base.extend<{ lab: Page }>({
  lab: async ({ page, baseURL }, run) => {
    const foreign: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => {
      if (/^(https?|wss?):/.test(request.url()) && !request.url().startsWith(baseURL!))
        foreign.push(request.url());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto('/');
    await page.evaluate(() => window.bondlab.ready);
    await run(page);
    expect(foreign, 'no request leaves the origin').toEqual([]);
    expect(errors, 'no error goes uncaught').toEqual([]);
  },
});

/** Rank of the best right answer as the middle column shows it. */
export async function shownRank(page: Page): Promise<number> {
  const label = await page
    .locator('[data-column="current"]')
    .getByLabel(/Right answer at rank/)
    .getAttribute('aria-label');
  return Number(/\d+$/.exec(label!)![0]);
}

/** Captions of the middle column, from the first rank on. */
export async function shownIds(page: Page): Promise<string[]> {
  return page
    .locator('[data-column="current"] li')
    .evaluateAll((rows) =>
      rows
        .toSorted((a, b) => Number(a.getAttribute('aria-posinset')) - Number(b.getAttribute('aria-posinset')))
        .map((row) => row.getAttribute('data-id')!),
    );
}

export const audioSlider = (page: Page) => page.getByRole('slider', { name: /^Audio factor/ });

export { expect };
