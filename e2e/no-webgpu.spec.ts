import { expect, test } from './lab.ts';

test.use({
  launchOptions: {
    executablePath: process.env.BONDLAB_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-background-networking', '--disable-features=WebGPU'],
  },
});

test('without WebGPU everything runs on WebAssembly, and the page says so', async ({ lab }) => {
  await lab.getByRole('button', { name: 'AT Expertise' }).click();
  await expect(lab.locator('[data-direction="audio>text"]')).toContainText(/▲ \+0\.\d\d/);
  await lab.getByRole('textbox', { name: 'Query' }).fill('rain on the roof');
  await lab.keyboard.press('Enter');
  await expect(lab.getByTestId('query')).toHaveText('rain on the roof');
  const device = await lab.evaluate(() => window.bondlab.device());
  expect(device.scoring).toBe('wasm');
  expect(device.encoders['unified/text']).toMatchObject({
    state: 'ready',
    backend: 'wasm',
    precision: 'int8',
  });
  await expect(lab.getByRole('contentinfo')).toContainText(/no WebGPU/);
});
