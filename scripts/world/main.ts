/** Rebuilds the embedded world: node_modules/.bin/tsx scripts/world/main.ts [--esc10 folder] [--again stage]. */
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildCollection } from '../../src/world/collection.ts';
import { testClips, trainClips, TRAIN_CONCEPTS } from '../../src/world/sounds/soundSplit.ts';
import { openBuildPage } from './buildServer.ts';
import { EXTRACTOR_CONFIG } from './export/configs.ts';
import { exportWorld } from './export/exportWorld.ts';
import { measureQuantization } from './export/measureQuantization.ts';
import { readTestItems } from './export/testItems.ts';
import { publishWorld } from './publish/publish.ts';
import { measureSounds } from './publish/soundReport.ts';
import { readEmoji } from './source.ts';
import { CLIPS_PER_CONCEPT } from './train/texts.ts';

const { values } = parseArgs({
  options: {
    esc10: { type: 'string' },
    cache: { type: 'string', default: '.cache/world' },
    again: { type: 'string', multiple: true, default: [] },
    port: { type: 'string', default: '4190' },
  },
});
const cacheDir = values.cache;
const chromiumPath = process.env.BONDLAB_CHROMIUM ?? '/usr/bin/chromium';
const esc10Dir = values.esc10 ?? process.env.BONDLAB_ESC10 ?? '../shared/realdata/esc10';
const hasEsc10 = existsSync(esc10Dir);
console.log(
  hasEsc10
    ? `ESC-10: ${esc10Dir}`
    : `No ESC-10 folder at ${esc10Dir}: Foley learns from synthesised sounds alone.`,
);

await mkdir(cacheDir, { recursive: true });
const page = await openBuildPage({
  cacheDir,
  esc10Dir: hasEsc10 ? esc10Dir : null,
  chromiumPath,
  port: Number(values.port),
});

/** Runs a stage unless its mark says that it is done. */
async function stage(name: string, job: () => Promise<unknown>): Promise<void> {
  const mark = join(cacheDir, 'done', name);
  if (values.again.includes(name)) await rm(mark, { force: true });
  if (existsSync(mark)) return console.log(`${name}: done before`);
  const started = Date.now();
  console.log(`${name} ...`);
  const result = await job();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  await mkdir(join(cacheDir, 'done'), { recursive: true });
  await writeFile(mark, `${seconds} s\n`);
  console.log(`${name}: ${seconds} s${typeof result === 'number' ? `, ${result}` : ''}`);
}

try {
  await mkdir(join(cacheDir, 'extractor'), { recursive: true });
  await writeFile(join(cacheDir, 'extractor/preprocessor_config.json'), JSON.stringify(EXTRACTOR_CONFIG));
  const manifest = buildCollection(readEmoji());
  await writeFile(join(cacheDir, 'collection.json'), JSON.stringify(manifest));
  await stage('pictures', () => page.run('pictures', {}));
  await stage('atlas', () => page.run('atlas', manifest));
  await stage('vocabularies', () => page.run('vocabularies', {}));
  await stage('sounds-train', () =>
    page.run('sounds', { name: 'train', clips: trainClips(TRAIN_CONCEPTS, CLIPS_PER_CONCEPT) }),
  );
  await stage('sounds-test', () => page.run('sounds', { name: 'test', clips: testClips(6) }));
  await stage('recordings', () => page.run('recordings', { present: hasEsc10 }));
  for (const space of ['foley', 'unified', 'pictext'] as const) {
    await stage(`train-${space}`, () => page.run('train', { space }));
  }
  await stage('embed', () => page.run('embed', {}));
  for (const id of ['c-foley', 'd-pictext'] as const) {
    const fresh = values.again.includes(`bond-${id}`);
    await stage(`bond-${id}`, () => page.run('bond', { id, fresh }));
  }
} finally {
  await page.close();
}
await stage('export', async () => {
  const files = await exportWorld({ cacheDir, outDir: 'public/models' });
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
});
await stage('publish', async () => {
  const items = await readTestItems(cacheDir);
  const quantization = await measureQuantization({ cacheDir, outDir: 'public/models', items });
  const soundReport = await measureSounds(cacheDir);
  await publishWorld({ cacheDir, outDir: 'public/world', quantization, soundReport });
});
