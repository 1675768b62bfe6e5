/** Other programs' readers, where this machine has them: tests that ask for one leave that part out where it is not there. */
import { spawnSync } from 'node:child_process';

const CANDIDATES = ['/usr/bin/python3', 'python3'];

/** A python3 that can import the modules ("numpy, torch") and holds the condition; undefined where there is none. */
export function pythonWith(modules: string, condition = 'True'): string | undefined {
  const check = `import ${modules}\nassert ${condition}`;
  return CANDIDATES.find((python) => spawnSync(python, ['-c', check]).status === 0);
}

/** What a script prints. @throws Error with what it wrote to stderr where it fails. */
export function runPython(python: string, script: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(python, ['-c', script, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
