import { defaultDevice, init } from '@jax-js/jax';
import { TRAIN_STYLES } from '../../../src/world/pictures.ts';
import type { ClipSpec } from '../../../src/world/types.ts';
import { readEmoji } from '../source.ts';
import type { HostParams } from '../train/params.ts';
import { pictextPlan, soundPlan, unifiedPlan, type Sources } from '../train/plans.ts';
import { createCounter, TRAINED_SPACES, vocabularyOf, type TrainedSpace } from '../train/texts.ts';
import { trainSpace } from '../train/trainSpace.ts';
import type { MelScale } from '../train/augment.ts';
import { readJson, writeCache } from './cache.ts';
import { readPictures } from './pictures.ts';
import { readFeatures, type Recording } from './sounds.ts';
import { writeSafetensors } from '../../../src/formats/safetensors.ts';

/** Mean and deviation of the training sounds' log-mel values. */
function measureMel(mel: (index: number) => Float32Array, n: number): MelScale {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let i = 0; i < n; i += 7) {
    for (const value of mel(i)) {
      sum += value;
      squares += value * value;
      count++;
    }
  }
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(squares / count - mean * mean) };
}

async function bySpace<T>(read: (id: TrainedSpace) => Promise<T>): Promise<Record<TrainedSpace, T>> {
  const entries = await Promise.all(TRAINED_SPACES.map(async (id) => [id, await read(id)] as const));
  return Object.fromEntries(entries) as Record<TrainedSpace, T>;
}

export async function readSources(): Promise<Sources> {
  const emoji = readEmoji();
  const clips = await readFeatures<ClipSpec>('train');
  const recorded = await readFeatures<Recording>('esc10');
  const vocabulary = await bySpace((id) => readJson<string[]>(`vocabulary/${id}.json`));
  return {
    emoji,
    pixels: await Promise.all(TRAIN_STYLES.map(readPictures)),
    clips: clips.of,
    mel: clips.mel,
    recordings: recorded.of
      .filter(({ fold }) => fold !== 5)
      .map(({ concept, first, count }) => ({
        concept,
        windows: Array.from({ length: count }, (_, i) => recorded.mel(first + i)),
      })),
    melScale: measureMel(clips.mel, clips.of.length),
    vocabulary,
    counter: await bySpace(async (id) => createCounter(vocabulary[id])),
  };
}

/** Writes vocabulary/<id>.json of each space. */
export async function makeVocabularies(spaces: readonly TrainedSpace[]): Promise<void> {
  const emoji = readEmoji();
  for (const id of spaces) {
    await writeCache(`vocabulary/${id}.json`, JSON.stringify(vocabularyOf(id, emoji)));
  }
}

/** Trains one space; writes weights/<id>.safetensors and curves/<id>.json. */
export async function trainOne(id: TrainedSpace): Promise<void> {
  await init('wasm');
  defaultDevice('wasm');
  const sources = await readSources();
  const plan =
    id === 'unified'
      ? unifiedPlan(sources)
      : id === 'pictext'
        ? pictextPlan(sources)
        : soundPlan(sources, id);
  const { weights, curve } = await trainSpace(plan, ({ step, loss, seconds }) => {
    if (step % 50 === 0)
      console.log(`[world] ${id} step ${step} loss ${loss.toFixed(3)} ${seconds.toFixed(0)} s`);
  });
  const scalar = (value: number) => ({ shape: [1], data: new Float32Array([value]) });
  const stored: HostParams = { ...weights };
  delete stored['scale/log'];
  if (stored['image/patch.weight'])
    Object.assign(stored, { 'image/input.mean': scalar(0), 'image/input.std': scalar(1) });
  if (stored['audio/patch.weight']) {
    const { mean, deviation } = sources.melScale;
    Object.assign(stored, { 'audio/input.mean': scalar(mean), 'audio/input.std': scalar(deviation) });
  }
  await writeCache(`weights/${id}.safetensors`, writeSafetensors(stored));
  await writeCache(`curves/${id}.json`, JSON.stringify(curve));
}
