import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

/** The same browser tests on each backend, with those of that backend alone; one that Chromium does not offer fails its tests. */
function onBackend(backend: 'wasm' | 'webgpu') {
  return {
    extends: './vite.config.ts',
    define: { 'import.meta.env.BONDLAB_BACKEND': JSON.stringify(backend) },
    test: {
      name: backend,
      // One project after the other: beside software WebGPU, WebAssembly's threads starve on two cores.
      sequence: { groupOrder: backend === 'wasm' ? 1 : 2 },
      include: ['src/**/*.browser.test.ts', `src/**/*.${backend}.test.ts`],
      // Speed is measured by the bench; a busy machine may need minutes for models in software WebGPU.
      testTimeout: 240_000,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({
          launchOptions: {
            executablePath: process.env.BONDLAB_CHROMIUM ?? '/usr/bin/chromium',
            args: [
              '--no-sandbox',
              '--disable-background-networking',
              '--enable-unsafe-webgpu',
              '--enable-unsafe-swiftshader',
            ],
          },
        }),
        instances: [{ browser: 'chromium' as const, name: `chromium ${backend}` }],
      },
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      {
        extends: './vite.config.ts',
        test: {
          name: 'node',
          sequence: { groupOrder: 0 },
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/*.{browser,wasm,webgpu}.test.ts'],
        },
      },
      onBackend('wasm'),
      onBackend('webgpu'),
    ],
  },
});
