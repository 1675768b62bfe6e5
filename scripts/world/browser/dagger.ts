/** Unified†: Unified's ears, tuned through the frozen projectors into PicText. */
import { defaultDevice, init } from '@jax-js/jax';
import { createRandom } from '../../../src/base/random.ts';
import type { Modality } from '../../../src/base/modality.ts';
import { minePool } from '../../../src/engine/training/mining.ts';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors.ts';
import type { ProjectorWeights } from '../../../src/math/projector.ts';
import { gatherRows } from '../../../src/math/pseudoPairs.ts';
import { DIMS, MEMBERS } from '../../../src/recipe/embedded.ts';
import { ENSEMBLE_RUNS } from '../ensembleRuns.ts';
import { AUDIO_PATCH, melPatches } from '../train/augment.ts';
import { rightAnswers } from '../train/contrastive.ts';
import { DAGGER_TRAINING, trainDagger } from '../train/trainDagger.ts';
import { readCache, writeCache } from './cache.ts';
import { readTower } from './embeddings.ts';
import { memberPath, miningSpace } from './ensembles.ts';
import { makePool } from './pools.ts';
import { readSources } from './spaces.ts';

const THROUGH = 'unified-to-pictext';

async function readMembers(): Promise<ProjectorWeights[]> {
  return Promise.all(
    MEMBERS.map(async (member) => {
      const stored = readSafetensors(await readCache(memberPath(THROUGH, member)));
      return Object.fromEntries([...stored].map(([name, { data }]) => [name, data])) as ProjectorWeights;
    }),
  );
}

/**
 * Writes weights/unified-dagger.safetensors (its sound tower alone) and its curve. Sounds of the pool are pulled to the PicText
 * vectors of the text and the picture that the displacement's mining fetched for them; sounds that share a partner share
 * the right answer.
 */
export async function tuneDagger(): Promise<void> {
  await init('wasm');
  defaultDevice('wasm');
  const { request } = ENSEMBLE_RUNS.find(({ id }) => id === THROUGH)!;
  const [base, expert] = await Promise.all([miningSpace(request.base), miningSpace(request.expert)]);
  const mined = await minePool({ mining: request.mining, seed: request.settings.seed }, base, expert);
  const { partners } = mined.sets.get('audio')!;
  const sources = await readSources();
  const { mels } = makePool(sources).items;
  const { batch, seed } = DAGGER_TRAINING;
  const rowSize = 64 * AUDIO_PATCH;
  const plan = {
    tower: await readTower('unified', 'audio'),
    dim: DIMS.unified,
    dOut: DIMS.pictext,
    members: await readMembers(),
    nextBatch: (random: ReturnType<typeof createRandom>) => {
      const sounds = random.shuffled([...mels.keys()]).slice(0, batch);
      const audio = new Float32Array(batch * rowSize);
      sounds.forEach((sound, i) =>
        melPatches(mels[sound]!, sources.melScale, audio, i * rowSize, random, random.pick(mels)),
      );
      const targets = Object.entries(partners).map(([modality, { index }]) => {
        const items = sounds.map((sound) => index[sound]!);
        return {
          rows: gatherRows(expert.rows[modality as Modality]!, items, expert.dim),
          right: rightAnswers(items, items),
        };
      });
      return { audio, targets };
    },
  };
  const { weights, curve } = await trainDagger(plan, createRandom(seed), ({ step, loss, seconds }) => {
    if (step % 50 === 0)
      console.log(`[world] unified-dagger step ${step} loss ${loss.toFixed(3)} ${seconds.toFixed(0)} s`);
  });
  const scalar = (value: number) => ({ shape: [1], data: new Float32Array([value]) });
  const { mean, deviation } = sources.melScale;
  const stored = {
    ...Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [`audio/${name}`, tensor])),
    'audio/input.mean': scalar(mean),
    'audio/input.std': scalar(deviation),
  };
  await writeCache('weights/unified-dagger.safetensors', writeSafetensors(stored));
  await writeCache('curves/unified-dagger.json', JSON.stringify(curve));
}
