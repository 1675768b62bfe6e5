/** The whole way in a browser: worker, jax-js, IndexedDB. */
import { afterEach, expect, test } from 'vitest';
import { until } from '../../base/until.testing.ts';
import { projectEnsemble } from '../../math/projector.ts';
import { createPlayer } from '../media/player.ts';
import { createTraining } from './training.ts';
import { TEST_REQUEST, TEST_SPACES, testEmbeddings, testManifest, testMedia } from './training.testing.ts';
import type { Training, TrainRequest } from './types.ts';

const open: Training[] = [];
afterEach(async () => {
  for (const training of open.splice(0)) {
    await Promise.all(training.runs().map(({ id }) => training.remove(id)));
    training.dispose();
  }
});

async function openPage() {
  const player = createPlayer();
  const training = createTraining({
    assetUrl: (path) => path,
    spaces: TEST_SPACES,
    manifest: testManifest(),
    embeddings: testEmbeddings,
    ...testMedia,
    player,
    backend: 'wasm',
  });
  open.push(training);
  await training.opened;
  const run = (id: string) => training.runs().find((one) => one.id === id)!;
  return { training, run };
}

const REQUEST: TrainRequest = {
  ...TEST_REQUEST,
  members: ['mix', 'A'],
  settings: { ...TEST_REQUEST.settings, steps: 150, hidden: 32, batch: 24 },
};

test('trained, paused, closed, opened again and gone on with: the weights are those of a run in one go', async () => {
  const first = await openPage();
  const whole = await first.training.train(REQUEST);
  await until(() => first.run(whole).status === 'done');
  const cut = await first.training.train(REQUEST);
  await until(() => (first.run(cut).curves[0]?.points.length ?? 0) > 3);
  await first.training.pause(cut);
  const paused = first.run(cut);
  expect(paused.status).toBe('paused');
  expect(paused.curves[0]!.points.at(-1)!.step).toBeLessThan(150);
  first.training.dispose();
  open.pop();

  const second = await openPage();
  expect(second.run(cut)).toEqual(paused);
  await second.training.goOn(cut);
  await until(() => second.run(cut).status === 'done');
  expect(await second.training.weights(cut)).toEqual(await second.training.weights(whole));
  expect(second.run(cut).curves).toEqual(second.run(whole).curves);

  // It has learned: sounds find their texts better than by chance, 1 of 24, as the plain projector sees it too.
  const [curve] = second.run(whole).curves;
  expect(curve!.points.at(-1)!.loss).toBeLessThan(curve!.points[0]!.loss);
  expect(curve!.points.at(-1)!.recall!['audio>text']).toBeGreaterThan(0.2);
  const { audio } = await testEmbeddings('foley');
  const rows = projectEnsemble(await second.training.weights(whole), audio!, 6);
  expect(rows.length).toBe((audio!.length / 6) * 8);
  expect(second.training.note()).toBeUndefined();
});
