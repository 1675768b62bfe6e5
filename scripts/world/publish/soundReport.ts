/** How far eight plain numbers already tell the sounding concepts apart: the task must not be a trick. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SoundReport } from '../../../src/world/figures.ts';
import type { ClipSpec } from '../../../src/world/types.ts';
import { N_FRAMES, N_MELS } from '../train/augment.ts';

export const PLAIN_NUMBERS = [
  'duration',
  'level',
  'centroid',
  'spread',
  'flatness',
  'flux',
  'level range',
  'time centroid',
] as const;

/** The eight numbers of one clip, from its spec and its log-mel features [128, 64] in dB. */
export function plainNumbers(spec: ClipSpec, mel: Float32Array): number[] {
  const levels = new Float64Array(N_FRAMES);
  let total = 0;
  let weighted = 0;
  let squares = 0;
  let dBs = 0;
  let flux = 0;
  let late = 0;
  for (let t = 0; t < N_FRAMES; t++) {
    for (let m = 0; m < N_MELS; m++) {
      const dB = mel[t * N_MELS + m]!;
      const power = 10 ** (dB / 10);
      levels[t]! += power;
      total += power;
      weighted += m * power;
      squares += m * m * power;
      late += t * power;
      dBs += dB;
      if (t > 0) flux += Math.abs(dB - mel[(t - 1) * N_MELS + m]!);
    }
  }
  const n = N_FRAMES * N_MELS;
  const centroid = weighted / total;
  const sorted = levels.map((level) => 10 * Math.log10(level + 1e-10)).sort();
  return [
    spec.durationS,
    10 * Math.log10(total / n),
    centroid,
    Math.sqrt(Math.max(0, squares / total - centroid * centroid)),
    // Spectral flatness in dB: mean of the logarithm against the logarithm of the mean.
    dBs / n - 10 * Math.log10(total / n),
    flux / n,
    sorted[Math.floor(0.9 * N_FRAMES)]! - sorted[Math.floor(0.1 * N_FRAMES)]!,
    late / total,
  ];
}

async function readClips(cacheDir: string, name: string): Promise<{ concept: string; x: number[] }[]> {
  const specs = JSON.parse(await readFile(join(cacheDir, `sounds/${name}.json`), 'utf8')) as ClipSpec[];
  const file = await readFile(join(cacheDir, `sounds/${name}.mel`));
  const mel = new Float32Array(new Uint8Array(file).buffer);
  const size = N_FRAMES * N_MELS;
  return specs.map((spec, i) => ({
    concept: spec.concept,
    x: plainNumbers(spec, mel.subarray(i * size, (i + 1) * size)),
  }));
}

const distance = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0);

/** Share of right concepts among the first k named, where `name` lists concepts from the likeliest. */
function accuracy(
  test: readonly { concept: string; x: number[] }[],
  k: number,
  name: (x: readonly number[]) => string[],
): number {
  return test.filter(({ concept, x }) => name(x).slice(0, k).includes(concept)).length / test.length;
}

export async function measureSounds(cacheDir: string): Promise<SoundReport> {
  const train = await readClips(cacheDir, 'train');
  const concepts = [...new Set(train.map(({ concept }) => concept))];
  const test = (await readClips(cacheDir, 'test')).filter(({ concept }) => concepts.includes(concept));
  const mean = PLAIN_NUMBERS.map((_, k) => train.reduce((sum, { x }) => sum + x[k]!, 0) / train.length);
  const deviation = PLAIN_NUMBERS.map((_, k) =>
    Math.sqrt(train.reduce((sum, { x }) => sum + (x[k]! - mean[k]!) ** 2, 0) / train.length),
  );
  const scale = (x: number[]) => x.map((value, k) => (value - mean[k]!) / deviation[k]!);
  const scaledTrain = train.map(({ concept, x }) => ({ concept, x: scale(x) }));
  const scaledTest = test.map(({ concept, x }) => ({ concept, x: scale(x) }));
  const means = concepts.map((concept) => {
    const own = scaledTrain.filter((clip) => clip.concept === concept);
    return {
      concept,
      x: PLAIN_NUMBERS.map((_, k) => own.reduce((sum, { x }) => sum + x[k]!, 0) / own.length),
    };
  });
  const byDistance = (list: readonly { concept: string; x: readonly number[] }[], x: readonly number[]) => [
    ...new Set(
      list
        .map((one) => ({ concept: one.concept, far: distance(one.x, x) }))
        .sort((a, b) => a.far - b.far)
        .map(({ concept }) => concept),
    ),
  ];
  const neighbours = (x: readonly number[]) => byDistance(scaledTrain, x);
  const nearest = (x: readonly number[]) => byDistance(means, x);
  return {
    numbers: PLAIN_NUMBERS,
    nearestNeighbours: {
      top1: accuracy(scaledTest, 1, neighbours),
      top5: accuracy(scaledTest, 5, neighbours),
    },
    nearestMean: { top1: accuracy(scaledTest, 1, nearest), top5: accuracy(scaledTest, 5, nearest) },
    chance: 1 / concepts.length,
    nConcepts: concepts.length,
    nTrain: train.length,
    nTest: scaledTest.length,
  };
}
