/**
 * The ten-step curve of PyTorch in test/fixtures/freebind-oracle: its start, the first pairs of sounds as one batch,
 * audio_expert_g projected onto audio_unified.
 */
import { unzipSync } from 'fflate';
import { readNpy, readNpyArray } from '../../formats/npy.ts';
import type { AdamConstants } from '../../math/adam.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import type { MemberTask } from './trainer.ts';
import type { TrainingSettings } from './types.ts';

export interface Oracle {
  task: MemberTask;
  settings: TrainingSettings;
  adam: AdamConstants;
  start: ProjectorWeights;
  /** Before each of the steps, float64 in PyTorch. */
  losses: number[];
}

interface Expected {
  dExpert: number;
  dUnified: number;
  training: {
    hidden: number;
    batch: number;
    temperature: number;
    lr: number;
    betas: [number, number];
    eps: number;
    losses: number[];
  };
}

/** torch.nn.Sequential's modules: Linear, BatchNorm1d, ReLU, Linear, BatchNorm1d. */
const MODULES = { 'linear1.': '0_', 'norm1.': '1_', 'linear2.': '3_', 'norm2.': '4_' } as const;

/** PyTorch keeps [out, in]; ours are [in, out]. */
function flipped(data: Float32Array, nRows: number): Float32Array {
  const nColumns = data.length / nRows;
  return Float32Array.from(data, (_, i) => data[(i % nRows) * nColumns + Math.floor(i / nRows)]!);
}

function readStart(npz: ArrayBuffer): ProjectorWeights {
  // The counts of batches are int64 and not needed.
  const files = unzipSync(new Uint8Array(npz), { filter: ({ name }) => !name.includes('num_batches') });
  const weights: Record<string, Float32Array> = {};
  for (const [name, bytes] of Object.entries(files)) {
    const { shape, data } = readNpyArray(bytes.slice().buffer);
    const [ours, theirs] = Object.entries(MODULES).find(([, module]) => name.startsWith(module))!;
    const key = name.replace(theirs, ours).replace(/\.npy$/, '');
    weights[key] = shape.length === 2 ? flipped(data as Float32Array, shape[0]!) : (data as Float32Array);
  }
  return weights as ProjectorWeights;
}

/** Reads it with what reads a file of the folder. */
export async function readOracle(load: (name: string) => Promise<ArrayBuffer>): Promise<Oracle> {
  const { dExpert, dUnified, training } = JSON.parse(
    new TextDecoder().decode(await load('expected.json')),
  ) as Expected;
  const nPairs = training.batch;
  const head = async (name: string, dim: number) =>
    readNpy(await load(name)).data.subarray(0, nPairs * dim) as Float32Array;
  return {
    task: {
      networks: [{ dIn: dExpert, inputs: [await head('audio_expert_g.npy', dExpert)] }],
      targets: [await head('audio_unified.npy', dUnified)],
      pairs: [[0, 1]],
      nPairs,
      dOut: dUnified,
    },
    settings: {
      ...DEFAULT_SETTINGS,
      // A rate that does not fall: ten steps are the very start of this cosine.
      steps: 100_000,
      warmUp: 0,
      weightDecay: 0,
      noise: 0,
      batch: training.batch,
      hidden: training.hidden,
      peakRate: training.lr,
      temperature: training.temperature,
    },
    adam: { beta1: training.betas[0], beta2: training.betas[1], epsilon: training.eps },
    start: readStart(await load('train_init.npz')),
    losses: training.losses,
  };
}
