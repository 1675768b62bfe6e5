/** Drops that must be understood without a question, and the figures that come of them: those of PyTorch, and of CLIP. */
import { existsSync, readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { expect, test, vi } from 'vitest';
import { randomProjector } from '../../../scripts/world/export/randomWeights.testing.ts';
import { createRandom } from '../../base/random.ts';
import { readNpz, writeNpz } from '../../formats/npz.ts';
import { writeTorch } from '../../formats/torch/writeTorch.ts';
import { fuse, plane } from '../../math/fusion.ts';
import { poolMixtures, projectEnsemble } from '../../math/projector.ts';
import { meanReciprocalRank, medianRank, recallAt } from '../../math/ranks.ts';
import { modalityGap, normaliseRows } from '../../math/sphere.ts';
import { MEMBERS } from '../../recipe/embedded.ts';
import { taskRanks, taskScores } from '../../recipe/taskScores.ts';
import { retrievalTask } from '../../world/tasks.ts';
import type { NamedFile } from '../exchange/types.ts';
import { componentsOf, filesBelow, manifestOf, testDesk } from './desk.testing.ts';

vi.setConfig({ testTimeout: 120_000 });

const FOLDER = 'test/fixtures/freebind-oracle';
/** The same with embeddings.npz and the second expert, where it is there. */
const SHARED = '../shared/fixtures/freebind-oracle';
const CLIP = '../shared/realdata/clip-coco500/features_clip.npy';
const DIRECTIONS = ['audio>text', 'text>audio', 'audio>image', 'image>text'] as const;

interface Figures {
  'R@1': number;
  'R@5': number;
  'R@10': number;
  medianRank: number;
  MRR: number;
  ranks_head: number[];
  score00: number;
  score01: number;
}
type Result = { text: number; audio: number } & Record<(typeof DIRECTIONS)[number], Figures>;

/** Drops files, keeps what is proposed, and gives what came of it. */
async function dropped(files: readonly NamedFile[]) {
  const { desk, kept, ensembles } = testDesk();
  const intake = await desk.understand(files);
  const report = await desk.keep(intake);
  const [collection] = kept;
  if (!collection) throw new Error('Nothing was kept.');
  const [recipe] = collection.recipes;
  const weightsOf = (id: string) => ensembles.get(id)!.weights;
  return { intake, report, collection, recipe, ensembles, weightsOf };
}

/** Holds a drop to the oracle; gives how many rankings were compared. */
async function checkOracle(folder: string, experts: readonly string[]): Promise<number> {
  const { intake, report, collection, recipe, weightsOf } = await dropped(filesBelow(folder));
  expect(intake.arrays!.certain).toBe(true);
  expect(intake.bonds).toEqual(['IB_PP_G_Proj/A/best.pt', 'IB_PP_G_Proj/mix/best.pt']);
  expect(collection.vectors.map(({ space: { name, dim, modalities } }) => [name, dim, modalities])).toEqual([
    ['ImageBind', 64, ['text', 'image', 'audio']],
    ...experts.map((name) => [name, 48, ['text', 'audio']]),
  ]);
  for (const modality of ['text', 'image', 'audio'] as const)
    expect(collection.items[modality].length).toBe(200);
  expect(collection.items.audio[17]).toMatchObject({ id: 'audio:17', caption: 'row 17', group: 'row 17' });
  const reasons = new Map(intake.leftOut.map(({ path, reason }) => [path, reason]));
  for (const name of ['component_audio.npy', 'component_text.npy', 'fused_text_0.37.npy'])
    expect(reasons.get(name)).toMatch(/^Not named as an embedding/);
  expect(reasons.get('train_init.npz')).toMatch(/Not named as an embedding/);
  expect(reasons.get('expected.json')).toBeDefined();
  expect(
    report.bonds.map(({ unmapped, ensemble: { source, target, members } }) => [
      unmapped,
      source,
      target,
      members,
    ]),
  ).toEqual([[false, 'clap-g-48', 'imagebind-64', ['mix', 'A']]]);
  expect(recipe).toMatchObject({ formula: 'ImageBind + c(CLAP_g)', base: 'imagebind-64' });
  expect(report.recipeId).toBe(recipe!.id);

  const { results } = JSON.parse(readFileSync(`${FOLDER}/expected.json`, 'utf8')) as { results: Result[] };
  expect(results.length).toBe(5);
  const components = componentsOf(collection, recipe!, weightsOf);
  let nCompared = 0;
  for (const result of results)
    for (const direction of DIRECTIONS) {
      const factors = { [recipe!.bonds[0]!.id]: { text: result.text, audio: result.audio } };
      const task = retrievalTask(manifestOf(collection), direction);
      const scores = taskScores(recipe, components, task, factors);
      const found = taskRanks(recipe, components, task, factors);
      const expected = result[direction];
      expect(Math.abs(scores[0]! - expected.score00)).toBeLessThan(1e-5);
      expect(Math.abs(scores[1]! - expected.score01)).toBeLessThan(1e-5);
      expect([...found.subarray(0, expected.ranks_head.length)]).toEqual(expected.ranks_head);
      expect(recallAt(1, found)).toBeCloseTo(expected['R@1'], 6);
      expect(recallAt(5, found)).toBeCloseTo(expected['R@5'], 6);
      expect(recallAt(10, found)).toBeCloseTo(expected['R@10'], 6);
      expect(medianRank(found)).toBe(expected.medianRank);
      expect(meanReciprocalRank(found)).toBeCloseTo(expected.MRR, 6);
      nCompared++;
    }
  return nCompared;
}

/** The whole of it has an archive of the same rows, and another expert without projectors. */
async function checkWhole(): Promise<void> {
  await checkOracle(SHARED, ['CLAP_g', 'CLAP_m']);
  const { intake } = await dropped(filesBelow(SHARED));
  const equal = intake.leftOut.filter(({ reason }) =>
    reason.startsWith('Its rows equal those of “embeddings.npz/'),
  );
  expect(equal.length).toBe(readNpz(new Uint8Array(readFileSync(`${SHARED}/embeddings.npz`)).buffer).size);
}

test('the oracle dropped as it is: a collection, a recipe, and the figures of PyTorch at all settings', async () => {
  expect(await checkOracle(FOLDER, ['CLAP_g'])).toBe(20);
  if (existsSync(SHARED)) await checkWhole();
});

/** Unit rows [n, dim]. */
function unitRows(seed: number, n: number, dim: number) {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: n * dim }, () => random.normal());
  return { shape: [n, dim], data: normaliseRows(data, dim) };
}

test('fourteen members over two experts, of other dimensions, in a zip: one averaged bond, and its figures', async () => {
  const [N, D_BASE, D_G, D_M] = [30, 24, 10, 7];
  const arrays = {
    audio_imagebind: unitRows(1, N, D_BASE),
    text_imagebind: unitRows(2, N, D_BASE),
    image_imagebind: unitRows(3, N, D_BASE),
    audio_clap_g: unitRows(4, N, D_G),
    text_clap_g: unitRows(5, N, D_G),
    audio_clap_m: unitRows(6, N, D_M),
    text_clap_m: unitRows(7, N, D_M),
  };
  const member = (expert: 'G' | 'M', i: number) =>
    randomProjector(100 * (expert === 'G' ? 1 : 2) + i, expert === 'G' ? D_G : D_M, 16, D_BASE);
  const files: NamedFile[] = [
    { path: 'notebook/test.npz', bytes: writeNpz(arrays).buffer },
    ...(['G', 'M'] as const).flatMap((expert) =>
      MEMBERS.map((name, i) => ({
        path: `notebook/checkpoints/IB_PP_${expert}_Proj/${name}/best.pt`,
        bytes: writeTorch(member(expert, i)).buffer,
      })),
    ),
  ];
  const packed = zipSync(
    Object.fromEntries(files.map(({ path, bytes }) => [path, new Uint8Array(bytes as ArrayBuffer)])),
    { level: 1 },
  );
  const { intake, collection, recipe, weightsOf } = await dropped([
    { path: 'notebook.zip', bytes: new Blob([packed]) },
  ]);
  expect(intake.arrays!.certain).toBe(true);
  expect(intake.leftOut).toEqual([]);
  expect(recipe).toMatchObject({ formula: 'ImageBind + c(CLAP_g, CLAP_m)' });
  expect(recipe!.bonds[0]).toMatchObject({ parallel: 'averaged', modalities: ['text', 'audio'] });
  expect(recipe!.bonds[0]!.members.length).toBe(14);

  const mixture = (modality: 'audio' | 'text') =>
    poolMixtures(
      (['G', 'M'] as const).flatMap((expert) =>
        MEMBERS.map((_, i) => ({
          mean: projectEnsemble(
            [member(expert, i)],
            arrays[`${modality}_clap_${expert === 'G' ? 'g' : 'm'}`].data,
            expert === 'G' ? D_G : D_M,
          ),
          nMembers: 1,
        })),
      ),
      D_BASE,
    );
  const factors = { [recipe!.bonds[0]!.id]: { text: 0.1, audio: 0.5 } };
  const scores = taskScores(
    recipe,
    componentsOf(collection, recipe!, weightsOf),
    retrievalTask(manifestOf(collection), 'audio>text'),
    factors,
  );
  const expected = plane(
    fuse(0.5, mixture('audio'), arrays.audio_imagebind.data, D_BASE),
    fuse(0.1, mixture('text'), arrays.text_imagebind.data, D_BASE),
    D_BASE,
  );
  expect(scores.length).toBe(N * N);
  scores.forEach((score, i) => expect(Math.abs(score - expected[i]!)).toBeLessThan(1e-5));
});

/** R@1 and gap of pictures and words in the one space of a drop. */
async function clipFigures(files: readonly NamedFile[]) {
  const { intake, collection } = await dropped(files);
  const { space, rows } = collection.vectors[0]!;
  const task = retrievalTask(manifestOf(collection), 'image>text');
  const named = (modality: 'image' | 'text') => ({
    names: [space.id],
    nItems: rows[modality]!.length / space.dim,
    dim: space.dim,
    data: [rows[modality]!],
  });
  const found = taskRanks(undefined, { image: named('image'), text: named('text') }, task, {});
  const gap = modalityGap(rows.image!, rows.text!, space.dim);
  return { certain: intake.arrays!.certain, name: space.name, R1: recallAt(1, found), gap };
}

/** 500 pictures of COCO and a caption of each, in CLIP ViT-B/32. */
async function checkReal(): Promise<void> {
  const real = await clipFigures([{ path: 'features_clip.npy', bytes: new Blob([readFileSync(CLIP)]) }]);
  expect(real).toMatchObject({ certain: true, name: 'CLIP' });
  expect(real.R1).toBeCloseTo(0.552, 6);
  expect(real.gap).toBeCloseTo(0.851, 3);
}

test('features of pictures and captions in one array: two arrays of one space, and their figures', async () => {
  // Picture i and caption i differ by one shift alike for all: the gap is its length, nearly.
  const [N, DIM] = [40, 16];
  const pictures = unitRows(11, N, DIM).data;
  const captions = pictures.map((value, at) => value + (at % DIM === 0 ? 0.5 : 0));
  const both = Float32Array.from([...pictures, ...captions].map((value) => 3 * value));
  const bytes = writeNpz({ x: { shape: [2, N, DIM], data: both } });
  const npy = bytes.slice(30 + 'x.npy'.length);
  const made = await clipFigures([{ path: 'features_clip.npy', bytes: npy.buffer }]);
  const gap = modalityGap(pictures, normaliseRows(captions, DIM), DIM);
  expect(made).toMatchObject({ certain: true, name: 'CLIP', R1: 1 });
  expect(made.gap).toBeCloseTo(gap, 5);
  if (existsSync(CLIP)) await checkReal();
});
