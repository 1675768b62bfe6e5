/** npm run bench: medians, p95 and ratios against a rival in the same run. */
import { findChromium } from './chromium.mjs';
import { run, setup } from './setup.mjs';

setup();
const args = ['scripts/bench/main.ts', ...process.argv.slice(2)];
process.exit(run('node_modules/.bin/tsx', args, { BONDLAB_CHROMIUM: findChromium() }));
