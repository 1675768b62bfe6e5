/** Makes a bare checkout ready: Node's version, then the dependencies. Node built-ins only. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command in the project with its output shown; returns its exit status. */
export function run(command, args, env = {}) {
  return (
    spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1
  );
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Bondlab needs Node 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org.`,
  );
  process.exit(1);
}

/** Installs exactly what the lock file names when node_modules is absent or older than it. */
export function setup() {
  checkNode();
  const mark = `${ROOT}node_modules/.package-lock.json`;
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(`${ROOT}package-lock.json`).mtimeMs) return;
  console.log('Installing dependencies (npm ci) ...');
  if (run('npm', ['ci', '--no-audit', '--no-fund']) !== 0) {
    console.error(
      'npm ci failed: see its message above. Without a network, copy node_modules from a machine that has it.',
    );
    process.exit(1);
  }
}
