/** npm test: every check from a bare checkout; the last line is `N passed, M failed`. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { findChromium } from './chromium.mjs';
import { ROOT, run, setup } from './setup.mjs';

setup();
const env = { BONDLAB_CHROMIUM: findChromium(), CI: '1' };
const bin = (name) => `node_modules/.bin/${name}`;
const total = { passed: 0, failed: 0 };

const countsOfVitest = ({ numPassedTests, numFailedTests, numPendingTests, numTodoTests }) => ({
  passed: numPassedTests,
  failed: numFailedTests,
  skipped: numPendingTests + numTodoTests,
});
const countsOfPlaywright = ({ stats }) => ({
  passed: stats.expected,
  failed: stats.unexpected + stats.flaky,
  skipped: stats.skipped,
});

function step(name, command, args, reportFile) {
  console.log(`\n== ${name}`);
  const started = Date.now();
  const file = reportFile && `${ROOT}test-results/${reportFile}`;
  if (file) rmSync(file, { force: true });
  const ok = run(command, args, env) === 0;
  let { passed, failed } = { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
  if (file && existsSync(file)) {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const counts = report.stats ? countsOfPlaywright(report) : countsOfVitest(report);
    ({ passed } = counts);
    // Nothing skips: a test, a backend or a journey that did not run is a failure.
    failed = counts.failed + counts.skipped;
    if (failed === 0 && (!ok || passed === 0)) failed = 1;
    if (counts.skipped > 0) console.log(`${counts.skipped} of ${name} did not run: counted as failed.`);
  }
  total.passed += passed;
  total.failed += failed;
  console.log(
    `== ${name}: ${passed} passed, ${failed} failed, ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
}

step('format', bin('prettier'), ['--check', '.']);
step('lint', bin('oxlint'), ['--type-aware', '--deny-warnings', '.']);
step('layers', process.execPath, ['scripts/layers.mjs']);
step('types', bin('tsc'), ['--noEmit']);
step(
  'unit and browser tests',
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', '--outputFile.json=test-results/vitest.json'],
  'vitest.json',
);
step('build', bin('vite'), ['build', '--mode', 'production', '--logLevel', 'warn']);
step('journeys', bin('playwright'), ['test', '--config', 'e2e/playwright.config.ts'], 'playwright.json');
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 ? 1 : 0);
