import { expect, shownIds, shownRank, test } from './lab.ts';
import type { Page } from '@playwright/test';

/** A mono 16-bit WAV of a decaying noise burst, or of silence. */
function wav(seconds: number, loud = true): Buffer {
  const n = Math.round(seconds * 16_000);
  const out = Buffer.alloc(44 + 2 * n);
  out.write('RIFF', 0);
  out.writeUInt32LE(36 + 2 * n, 4);
  out.write('WAVEfmt ', 8);
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(1, 22);
  out.writeUInt32LE(16_000, 24);
  out.writeUInt32LE(32_000, 28);
  out.writeUInt16LE(2, 32);
  out.writeUInt16LE(16, 34);
  out.write('data', 36);
  out.writeUInt32LE(2 * n, 40);
  let seed = 1;
  for (let i = 0; loud && i < n; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    const decay = Math.exp(-(i % 8000) / 1500);
    out.writeInt16LE(Math.round((seed / 0x3fffffff - 1) * 20_000 * decay), 44 + 2 * i);
  }
  return out;
}

const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="300" height="200" fill="#6cf"/><circle cx="150" cy="100" r="70" fill="#fd0"/></svg>';

async function choose(page: Page, name: string, mimeType: string, buffer: Buffer): Promise<void> {
  await page.locator('input[type="file"]').setInputFiles({ name, mimeType, buffer });
}

/** The notice or, below it, what became of the own query. */
const alert = (page: Page) => page.getByRole('alert').first();

test('typed words are encoded here and ranked', async ({ lab }) => {
  await lab.getByRole('textbox', { name: 'Query' }).fill('thunder');
  await lab.keyboard.press('Enter');
  await expect(lab.getByTestId('query')).toHaveText('thunder');
  await expect(lab.getByText(/Your text, encoded here in \d+ ms/)).toBeVisible();
  await lab.getByRole('button', { name: 'AT Expertise' }).click();
  const ids = await shownIds(lab);
  expect(ids.filter((id) => id.startsWith('audio:thunder')).length).toBeGreaterThan(0);
  await expect(lab.getByRole('contentinfo')).toContainText(/(int8|4-bit) on (WebAssembly|WebGPU)/);
});

test('an own picture and an own sound are ranked, in the expert’s space too', async ({ lab }) => {
  await choose(lab, 'sun.svg', 'image/svg+xml', Buffer.from(PICTURE));
  await expect(lab.getByTestId('query')).toHaveText('sun.svg');
  await expect(lab.locator('[data-column="expert"]')).toContainText(/Foley has no eyes/);
  await choose(lab, 'bang.wav', 'audio/wav', wav(2));
  await expect(lab.getByTestId('query')).toHaveText('bang.wav');
  await expect(lab.locator('[data-column="current"] li')).toHaveCount(10);
});

test('a picture dropped on the page is asked', async ({ lab }) => {
  const transfer = await lab.evaluateHandle((svg) => {
    const data = new DataTransfer();
    data.items.add(new File([svg], 'dropped.svg', { type: 'image/svg+xml' }));
    return data;
  }, PICTURE);
  await lab.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await expect(lab.getByText('Drop a picture or a sound')).toBeVisible();
  await lab.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await expect(lab.getByTestId('query')).toHaveText('dropped.svg');
});

test('the microphone is asked, recorded and ranked', async ({ lab, context }) => {
  await context.grantPermissions(['microphone']);
  await lab.getByRole('button', { name: /Record 3 seconds/ }).click();
  await expect(lab.getByTestId('query')).toHaveText('your recording', { timeout: 30_000 });
});

test('a microphone that is not allowed says what to do', async ({ lab, context }) => {
  await context.clearPermissions();
  await lab.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
  });
  const before = await shownIds(lab);
  await lab.getByRole('button', { name: /Record 3 seconds/ }).click();
  await expect(alert(lab)).toContainText(/microphone/i);
  expect(await shownIds(lab)).toEqual(before);
});

const BROKEN: [what: string, name: string, type: string, body: Buffer, says: RegExp][] = [
  ['a broken picture', 'broken.png', 'image/png', Buffer.from('no picture at all'), /picture/i],
  ['an empty sound', 'empty.wav', 'audio/wav', wav(0), /sound/i],
  ['a silent sound', 'silent.wav', 'audio/wav', wav(1, false), /silen/i],
  ['a sound of ten minutes', 'long.wav', 'audio/wav', wav(600), /60 s|minute/i],
  ['an unknown type', 'table.xlsx', 'application/vnd.ms-excel', Buffer.from('x'), /Pictures .* sounds/],
];
for (const [what, name, type, body, says] of BROKEN) {
  test(`${what} is refused in words, and the page goes on`, async ({ lab }) => {
    const rank = await shownRank(lab);
    await choose(lab, name, type, body);
    await expect(alert(lab)).toContainText(says);
    expect(await shownRank(lab)).toBe(rank);
    await lab.getByRole('button', { name: 'Close' }).first().click();
    await expect(alert(lab)).toHaveCount(0);
    await lab.getByRole('button', { name: 'Expert', exact: true }).click();
    expect(await shownRank(lab)).not.toBe(rank);
  });
}

test('empty words are refused', async ({ lab }) => {
  await lab.getByRole('textbox', { name: 'Query' }).fill('   ');
  await lab.keyboard.press('Enter');
  await expect(alert(lab)).toContainText(/text|word/i);
});

for (const [what, answer] of [
  ['missing', { status: 404, body: 'not here' }],
  ['a page of HTML', { status: 200, contentType: 'text/html', body: '<!doctype html><p>hello</p>' }],
] as const) {
  test(`an encoder file that is ${what} is named, and the page goes on`, async ({ lab }) => {
    await lab.route('**/models/**', (route) => route.fulfill(answer));
    await lab.getByRole('textbox', { name: 'Query' }).fill('thunder');
    await lab.keyboard.press('Enter');
    await expect(alert(lab)).toContainText(/models\/.*\.(json|onnx)/);
    await lab.unroute('**/models/**');
    await lab.keyboard.press('Enter');
    await expect(lab.getByTestId('query')).toHaveText('thunder');
  });
}

test('members are switched off and on, through the ensemble that ships', async ({ lab }) => {
  await lab.getByRole('button', { name: 'AT Expertise' }).click();
  const all = await lab.evaluate(() => window.bondlab.metrics());
  await lab.getByRole('button', { name: 'A', exact: true }).click();
  await expect(lab.getByText('6 of 7')).toBeVisible();
  await expect
    .poll(async () => (await lab.evaluate(() => window.bondlab.metrics()))['audio>text']!.MRR)
    .not.toBe(all['audio>text']!.MRR);
  await lab.getByRole('button', { name: 'A', exact: true }).click();
  await expect(lab.getByText('7 of 7')).toBeVisible();
  await expect
    .poll(async () => (await lab.evaluate(() => window.bondlab.metrics()))['audio>text']!.MRR)
    .toBe(all['audio>text']!.MRR);
});
