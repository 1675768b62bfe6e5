/** Writes what the page shows to public/world, from the trained world in the cache. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../../../src/formats/safetensors.ts';
import { DIMS } from '../../../src/recipe/embedded.ts';
import type { QuantizationFigures, SoundReport, WorldFigures } from '../../../src/world/figures.ts';
import { computePeaks, N_PEAKS } from '../../../src/world/peaks.ts';
import { renderClip } from '../../../src/world/sounds/clip.ts';
import { ENCODED_SPACES } from '../spaces.ts';
import { TRAINING } from '../train/schedule.ts';
import { TRAINED_SPACES } from '../train/texts.ts';
import { DAGGER_TRAINING } from '../train/trainDagger.ts';
import { FOLEY_CONCEPTS, TONE_CONCEPTS, TRAIN_CONCEPTS } from '../../../src/world/sounds/soundSplit.ts';
import { pickOpening } from './opening.ts';
import { measureWorld } from './report.ts';
import { publishPool } from './pool.ts';
import { readTensors, readWorld, storedMixtures, type Vectors } from './world.ts';

const withShapes = (vectors: Vectors, dim: number) =>
  Object.fromEntries(
    Object.entries(vectors).map(([modality, data]) => [modality, { shape: [data.length / dim, dim], data }]),
  );

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}

/**
 * Writes collection, atlas, waveforms, embeddings and means of projections (half precision), the training pools, the opening
 * query, learning curves and figures below outDir.
 */
export async function publishWorld(options: {
  cacheDir: string;
  outDir: string;
  quantization: QuantizationFigures[];
  soundReport: SoundReport;
}): Promise<void> {
  const { cacheDir, outDir, quantization, soundReport } = options;
  const world = await readWorld(cacheDir);
  await mkdir(join(outDir, 'embeddings'), { recursive: true });
  await mkdir(join(outDir, 'projected'), { recursive: true });
  for (const file of ['collection.json', 'atlas.webp'])
    await copyFile(join(cacheDir, file), join(outDir, file));
  const peaks = new Uint8Array(world.manifest.audio.length * N_PEAKS);
  world.manifest.audio.forEach(({ clip }, i) => peaks.set(computePeaks(renderClip(clip)), i * N_PEAKS));
  await writeFile(join(outDir, 'peaks.bin'), peaks);
  for (const id of ENCODED_SPACES) {
    const own = await readTensors(join(cacheDir, `embeddings/collection/${id}.safetensors`));
    const file = writeSafetensors(withShapes(Object.fromEntries(own), DIMS[id]), 'F16');
    await writeFile(join(outDir, `embeddings/${id}.safetensors`), file);
  }
  for (const { name, dim, vectors } of storedMixtures(world)) {
    const file = writeSafetensors(withShapes(vectors, dim), 'F16');
    await writeFile(join(outDir, `projected/${name}.safetensors`), file);
  }
  await publishPool({ cacheDir, outDir: join(outDir, 'pool') });
  await writeFile(join(outDir, 'opening.json'), `${JSON.stringify(pickOpening(world), null, 1)}\n`);
  const curves = Object.fromEntries(
    await Promise.all(
      [...TRAINED_SPACES, 'unified-dagger'].map(
        async (id) => [id, await readJson(join(cacheDir, `curves/${id}.json`))] as const,
      ),
    ),
  );
  await writeFile(join(outDir, 'curves.json'), JSON.stringify(curves));
  const report = await measureWorld(world, cacheDir);
  const figures: WorldFigures = {
    seed: TRAINING.seed,
    precision: 'fp32',
    training: TRAINING,
    leftOutOfFoley: TRAIN_CONCEPTS.filter((id) => !FOLEY_CONCEPTS.includes(id)),
    heardByTone: TONE_CONCEPTS,
    dagger: DAGGER_TRAINING,
    quantization,
    soundReport,
    ...report,
  };
  await writeFile(join(outDir, 'figures.json'), `${JSON.stringify(figures, null, 1)}\n`);
}
