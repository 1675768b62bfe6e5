/** Keeps a measurement of this device for the page "This device". */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { FormatError } from '../../src/base/errors.ts';
import { readRecords, type BenchRecord } from '../../src/engine/bench/records.ts';
import type { MeasuredRow } from '../../src/engine/bench/rows.ts';
import { ROOT } from '../setup.mjs';
import type { BenchHost } from './host.ts';

const FILE = `${ROOT}public/bench/recorded.json`;

/** Measures the short plan in a page of its own and keeps it under a name, in place of an older record of that name. */
export async function recordDevice(host: BenchHost, name: string): Promise<MeasuredRow[]> {
  const page = await host.openPage('/scripts/bench/browser/index.html');
  await page.waitForFunction(() => 'measureShort' in window, undefined, { timeout: 120_000 });
  const { rows, note } = await page.evaluate(() => window.measureShort());
  const record: BenchRecord = {
    name: name || `${cpus().length} × ${cpus()[0]!.model.trim()}`,
    nCores: cpus().length,
    browser: `Chromium ${page.context().browser()!.version()}`,
    date: new Date().toISOString().slice(0, 10),
    note,
    rows,
  };
  const old = await readOld();
  const devices = [...old.filter((one) => one.name !== record.name), record];
  await mkdir(dirname(FILE), { recursive: true });
  await writeFile(FILE, `${JSON.stringify({ devices }, undefined, 1)}\n`);
  return rows;
}

/** The records so far; none where the file is of another form, which is said. */
async function readOld(): Promise<BenchRecord[]> {
  if (!existsSync(FILE)) return [];
  try {
    return readRecords(JSON.parse(await readFile(FILE, 'utf8')));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    console.log('The records of before are in another form and are not kept.');
    return [];
  }
}
