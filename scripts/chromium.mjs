/** Finds a Chromium for the tests, or gets one. Node built-ins only. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT, run } from './setup.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function inPath() {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) if (existsSync(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

function playwrights() {
  const script = "import('playwright').then(({ chromium }) => console.log(chromium.executablePath()))";
  const { stdout } = spawnSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' });
  const path = stdout?.trim();
  return path && existsSync(path) ? path : undefined;
}

/** Path of a Chromium: BONDLAB_CHROMIUM, the system's, Playwright's download, Debian's package; exits with advice else. */
export function findChromium() {
  const named = process.env.BONDLAB_CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    console.error(`BONDLAB_CHROMIUM names ${named}, which does not exist.`);
    process.exit(1);
  }
  const found = inPath() ?? playwrights();
  if (found) return found;
  console.log('No Chromium found: trying Playwright’s download ...');
  spawnSync('node_modules/.bin/playwright', ['install', 'chromium'], {
    cwd: ROOT,
    stdio: 'inherit',
    timeout: 120_000,
  });
  const downloaded = playwrights();
  if (downloaded) return downloaded;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Trying the package of Debian ...');
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      DEBIAN_FRONTEND: 'noninteractive',
    });
    const installed = inPath();
    if (installed) return installed;
  }
  console.error(
    'The tests need a Chromium and none could be had. Install one (apt install chromium, or npx playwright install ' +
      'chromium) or set BONDLAB_CHROMIUM to its path.',
  );
  return process.exit(1);
}
