/** npm run world: rebuilds the embedded collection, encoders and bonds; options go to scripts/world/main.ts. */
import { argv } from 'node:process';
import { findChromium } from './chromium.mjs';
import { run, setup } from './setup.mjs';

setup();
process.exit(
  run('node_modules/.bin/tsx', ['scripts/world/main.ts', ...argv.slice(2)], {
    BONDLAB_CHROMIUM: findChromium(),
  }),
);
