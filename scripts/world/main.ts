/**
 * Rebuilds the embedded world: npm run world -- [--esc10 folder] [--again stage] [--until stage]. A stage that is done is
 * not run again, unless --again names it or a stage whose results it reads runs anew; --until ends after the stage named.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildCollection } from '../../src/world/collection.ts';
import { CONDITIONS } from '../../src/world/conditions.ts';
import { testClips, trainClips, TRAIN_CONCEPTS } from '../../src/world/sounds/soundSplit.ts';
import { openBuildPage } from './buildServer.ts';
import { EXTRACTOR_CONFIG } from './export/configs.ts';
import { exportWorld } from './export/exportWorld.ts';
import { measureQuantization } from './export/measureQuantization.ts';
import { readTestItems } from './export/testItems.ts';
import { publishWorld } from './publish/publish.ts';
import { publishShift } from './publish/shift.ts';
import { measureSounds } from './publish/soundReport.ts';
import { ENSEMBLE_RUNS } from './ensembleRuns.ts';
import { readEmoji } from './source.ts';
import { FIRST_SPACES } from './spaces.ts';
import { makeTags } from './tags/makeTags.ts';
import { CLIPS_PER_CONCEPT } from './train/texts.ts';

const ENSEMBLE_STAGES = [
  'ensemble-foley-to-unified',
  'ensemble-unified-to-pictext',
  'ensemble-tone-to-unified',
  'ensemble-foley-to-pictext',
  'ensemble-tone-to-pictext',
  'ensemble-tags-to-unified',
  'ensemble-c-mcr',
] as const;

/** The stages in the order in which they run, each with those whose results it reads. */
const NEEDS = {
  pictures: [],
  atlas: [],
  vocabularies: [],
  'sounds-train': [],
  'sounds-test': [],
  recordings: [],
  'vocabulary-tone': [],
  'train-foley': ['vocabularies', 'sounds-train', 'recordings'],
  'train-unified': ['pictures', 'vocabularies', 'sounds-train'],
  'train-pictext': ['pictures', 'vocabularies'],
  'train-tone': ['vocabulary-tone', 'sounds-train', 'recordings'],
  'train-tags': [],
  embed: [
    'pictures',
    'sounds-test',
    'train-foley',
    'train-unified',
    'train-pictext',
    'train-tone',
    'train-tags',
  ],
  'pool-atlas': ['embed'],
  'ensemble-foley-to-unified': ['embed'],
  'ensemble-unified-to-pictext': ['embed'],
  'ensemble-tone-to-unified': ['embed'],
  'ensemble-foley-to-pictext': ['embed'],
  'ensemble-tone-to-pictext': ['embed'],
  'ensemble-tags-to-unified': ['embed'],
  'ensemble-c-mcr': ['embed'],
  'train-dagger': ['ensemble-unified-to-pictext', 'recordings'],
  'embed-dagger': ['train-dagger'],
  shift: ['embed', 'embed-dagger', ...ENSEMBLE_STAGES],
  export: ['train-tone', 'train-tags', 'train-dagger', ...ENSEMBLE_STAGES],
  publish: ['atlas', 'pool-atlas', 'embed-dagger', 'export'],
} as const satisfies Record<string, readonly string[]>;
type Stage = keyof typeof NEEDS;
const STAGES = Object.keys(NEEDS) as Stage[];

/** Folders of the stages that go on where a run was cut: emptied when the stage is to start anew. */
const PARTS: Partial<Record<Stage, readonly string[]>> = {
  pictures: ['pictures'],
  ...Object.fromEntries(
    ENSEMBLE_RUNS.map(({ id, ensembles }) => [
      `ensemble-${id}`,
      ensembles.map((ensemble) => `weights/ensembles/${ensemble}`),
    ]),
  ),
};

const { values } = parseArgs({
  options: {
    esc10: { type: 'string' },
    cache: { type: 'string', default: '.cache/world' },
    again: { type: 'string', multiple: true, default: [] },
    until: { type: 'string' },
    port: { type: 'string', default: '4190' },
  },
});
const cacheDir = values.cache;
const chromiumPath = process.env.BONDLAB_CHROMIUM ?? '/usr/bin/chromium';
const named = values.until === undefined ? values.again : [...values.again, values.until];
const unknown = named.find((name) => !Object.hasOwn(NEEDS, name));
if (unknown !== undefined) {
  console.error(`There is no stage "${unknown}"; there are ${STAGES.join(', ')}.`);
  process.exit(1);
}
const esc10Dir = values.esc10 ?? process.env.BONDLAB_ESC10 ?? null;
if (esc10Dir !== null && !existsSync(esc10Dir)) {
  console.error(
    `There is no ESC-10 folder at ${esc10Dir}: correct --esc10 (or BONDLAB_ESC10), or leave it out.`,
  );
  process.exit(1);
}
console.log(
  esc10Dir === null
    ? 'No ESC-10 folder given (--esc10 folder, or BONDLAB_ESC10): unless the cache holds recordings of before, Foley learns from synthesised sounds alone.'
    : `ESC-10: ${esc10Dir}`,
);

await mkdir(cacheDir, { recursive: true });
const page = await openBuildPage({
  cacheDir,
  esc10Dir,
  chromiumPath,
  port: Number(values.port),
});

const markOf = (name: Stage) => join(cacheDir, 'done', name);

/** The stages that read the results of these, at first hand or through others; not these themselves. */
function followersOf(names: readonly Stage[]): Stage[] {
  const found = new Set<Stage>(names);
  for (const name of STAGES) if (NEEDS[name].some((need) => found.has(need))) found.add(name);
  return [...found].filter((name) => !names.includes(name));
}

/** Makes stages start anew when their turn comes, also in a later run if this one is cut. */
async function forget(names: readonly Stage[]): Promise<void> {
  for (const name of names) {
    await rm(markOf(name), { force: true });
    for (const part of PARTS[name] ?? []) await rm(join(cacheDir, part), { recursive: true, force: true });
  }
}

/** Whether the stage named by --until has had its turn. */
let ended = false;

/** Runs a stage unless its mark says that it is done; what follows from it is stale from then on. */
async function stage(name: Stage, job: () => Promise<unknown>): Promise<void> {
  if (ended) return;
  ended = name === values.until;
  const mark = markOf(name);
  if (existsSync(mark)) return console.log(`${name}: done before`);
  await forget(followersOf([name]));
  const started = Date.now();
  console.log(`${name} ...`);
  const result = await job();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  await mkdir(join(cacheDir, 'done'), { recursive: true });
  await writeFile(mark, `${seconds} s\n`);
  console.log(`${name}: ${seconds} s${typeof result === 'number' ? `, ${result}` : ''}`);
}

try {
  const again = values.again as Stage[];
  await forget([...again, ...followersOf(again)]);
  await mkdir(join(cacheDir, 'extractor'), { recursive: true });
  await writeFile(join(cacheDir, 'extractor/preprocessor_config.json'), JSON.stringify(EXTRACTOR_CONFIG));
  const manifest = buildCollection(readEmoji());
  await writeFile(join(cacheDir, 'collection.json'), JSON.stringify(manifest));
  await stage('pictures', () => page.run('pictures', {}));
  await stage('atlas', () => page.run('atlas', manifest));
  await stage('vocabularies', () => page.run('vocabularies', { spaces: ['unified', 'pictext', 'foley'] }));
  await stage('vocabulary-tone', () => page.run('vocabularies', { spaces: ['tone'] }));
  await stage('sounds-train', () =>
    page.run('sounds', { name: 'train', clips: trainClips(TRAIN_CONCEPTS, CLIPS_PER_CONCEPT) }),
  );
  await stage('sounds-test', () => page.run('sounds', { name: 'test', clips: testClips(6) }));
  await stage('recordings', () => page.run('recordings', { present: esc10Dir !== null }));
  for (const space of ['foley', 'unified', 'pictext', 'tone'] as const) {
    await stage(`train-${space}`, () => page.run('train', { space }));
  }
  await stage('train-tags', () => makeTags(cacheDir));
  await stage('embed', () => page.run('embed', { spaces: FIRST_SPACES }));
  await stage('pool-atlas', () => page.run('pool-atlas', {}));
  for (const { id } of ENSEMBLE_RUNS) {
    await stage(`ensemble-${id}` as Stage, () => page.run('ensembles', { run: id }));
  }
  await stage('train-dagger', () => page.run('dagger', {}));
  await stage('embed-dagger', () => page.run('embed', { spaces: ['unified-dagger'] }));
  await stage('shift', async () => {
    await page.run('shift', { conditions: CONDITIONS });
    return publishShift({ cacheDir, outDir: 'public/world/shift' });
  });
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
