/** Times steps of the trainer that ships, and the matrix product to measure them by, in turns. */
import { defaultDevice, init, numpy as np } from '@jax-js/jax';
import { drawUnitRows } from '../../../src/engine/bench/madeUp.ts';
import { summarise, withRatio, type Row } from '../../../src/engine/bench/rows.ts';
import { timings } from '../../../src/engine/bench/timing.ts';
import { isSoftware } from '../../../src/engine/scoring/scoringDevice.ts';
import { DEFAULT_SETTINGS } from '../../../src/engine/training/settings.ts';
import { ProjectorTrainer, type MemberTask } from '../../../src/engine/training/trainer.ts';
import type { Backend } from '../../../src/engine/types.ts';
import { operationsOf, PRODUCT, TRAINING_SIZES, type TrainingSize } from '../trainingSizes.ts';

const N_PAIRS = 4000;
const N_TURNS = 5;
const N_MEMBERS = 7;

function taskOf({ dIn, dOut, modalities, targets }: TrainingSize): MemberTask {
  const blocks = (count: number, dim: number, seed: number) =>
    Array.from({ length: count }, (_, k) => drawUnitRows(seed + k, N_PAIRS, dim));
  return {
    networks: [{ dIn, inputs: blocks(modalities, dIn, 1) }],
    targets: blocks(targets, dOut, 11),
    pairs: Array.from({ length: modalities * targets }, (_, i) => [
      i % modalities,
      modalities + Math.floor(i / modalities),
    ]),
    nPairs: N_PAIRS,
    dOut,
  };
}

/** Times one job several times after a run that counts not: the first one also waits for what was under way before. */
const timed = (job: () => Promise<unknown>, nRuns: number) => timings(job, { nRuns, nWarm: 1 });

/** Milliseconds of the matrix product, and of steps. A step returns at its loss; the next one waits for the rest of it. */
async function timesOf(size: TrainingSize, backend: Backend): Promise<{ product: number[]; step: number[] }> {
  const { hidden, batch } = size;
  const settings = { ...DEFAULT_SETTINGS, hidden, batch };
  const trainer = await ProjectorTrainer.create(taskOf(size), settings, { backend, member: 'bench' });
  defaultDevice(backend);
  const { n, k, m } = PRODUCT;
  const x = np.array(drawUnitRows(1, n, k)).reshape([n, k]);
  const w = np.array(drawUnitRows(2, k, m)).reshape([k, m]);
  const multiply = async () => {
    const product = np.matmul(x.ref, w.ref);
    await product.blockUntilReady();
    product.dispose();
  };
  const times = { product: [] as number[], step: [] as number[] };
  try {
    await timed(() => trainer.step(), 2);
    for (let turn = 0; turn < N_TURNS; turn++) {
      times.product.push(...(await timed(multiply, 4)));
      times.step.push(...(await timed(() => trainer.step(), size.runs / N_TURNS)));
    }
    return times;
  } finally {
    trainer.dispose();
    x.dispose();
    w.dispose();
  }
}

/** A median of milliseconds as GFLOP/s. */
function rateOf(row: Row, what: string, operations: number): Row {
  return { what, unit: 'GFLOP/s', median: operations / row.median / 1e6, n: row.n! };
}

async function benchBackend(backend: Backend): Promise<Row[]> {
  const threads = backend === 'wasm' ? `, ${navigator.hardwareConcurrency} threads` : '';
  const words = `${backend === 'wasm' ? 'WebAssembly' : 'WebGPU'}${threads}`;
  const rows: Row[] = [];
  for (const size of TRAINING_SIZES) {
    const { product, step } = await timesOf(size, backend);
    const time = summarise(`one step, ${size.name}`, step, words);
    const { n, k, m } = PRODUCT;
    const yardstick = rateOf(
      summarise('', product),
      `its matrix product ${n} x ${k} x ${m} beside it`,
      2 * n * k * m,
    );
    const rate = withRatio(rateOf(time, '  as a rate', operationsOf(size)), yardstick);
    rows.push(time, yardstick, size.id === 'paper' ? { ...rate, note: 'aim 0.58 of it' } : rate);
    if (size.id !== 'embedded') continue;
    const nSteps = N_MEMBERS * DEFAULT_SETTINGS.steps;
    rows.push({
      what: `all seven members of Unified + c(Foley), ${nSteps} steps, from this`,
      unit: 'ms',
      median: nSteps * time.median,
      note: 'aim 180,000 ms on two idle cores',
    });
  }
  return rows;
}

/** Steps on WebAssembly, and on WebGPU where it is no software. */
export async function benchTraining(): Promise<Row[]> {
  const rows = await benchBackend('wasm');
  const hasGpu = 'gpu' in navigator && !(await isSoftware()) && (await init('webgpu')).includes('webgpu');
  return hasGpu ? [...rows, ...(await benchBackend('webgpu'))] : rows;
}
