/** npm run bench: medians, p95 and ratios against a rival in the same run. */
import { findChromium } from './chromium.mjs';
import { run, setup } from './setup.mjs';

setup();
process.exit(run('node_modules/.bin/tsx', ['scripts/bench/main.ts'], { BONDLAB_CHROMIUM: findChromium() }));
