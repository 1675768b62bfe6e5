import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

/** The same browser tests on each backend, with those of that backend alone; one that Chromium does not offer fails its tests. */
function onBackend(backend: 'wasm' | 'webgpu') {
  return {
    extends: './vite.config.ts',
    define: { 'import.meta.env.BONDLAB_BACKEND': JSON.stringify(backend) },
    test: {
      name: backend,
      include: ['src/**/*.browser.test.ts', `src/**/*.${backend}.test.ts`],
      testTimeout: 60_000,
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
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/*.{browser,wasm,webgpu}.test.ts'],
        },
      },
      onBackend('wasm'),
      onBackend('webgpu'),
    ],
  },
});
