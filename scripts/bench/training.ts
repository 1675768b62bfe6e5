/** The training section: PyTorch first, alone on the machine, then the browser; ratios against PyTorch are added here. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { summarise, withRatio, type Row } from '../../src/engine/bench/rows.ts';
import { ROOT } from '../setup.mjs';
import { runInPage, type BenchHost } from './host.ts';
import { PRODUCT, TRAINING_SIZES } from './trainingSizes.ts';

interface TorchTimings {
  version: string;
  threads: number;
  steps: Record<string, number[]>;
  product: number[];
}

/** Timings of each of PyTorch's jobs: some builds take seconds a step. */
const N_RUNS = 7;

/** Where PyTorch is looked for: the first that has it. */
const PYTHONS = ['python3', '/usr/bin/python3'];

/** PyTorch's timings, or why there are none. */
function askTorch(): TorchTimings | string {
  const sizes = TRAINING_SIZES.map((size) => ({ ...size, runs: N_RUNS }));
  const plan = JSON.stringify({ threads: cpus().length, sizes, product: PRODUCT });
  const said: string[] = [];
  for (const python of PYTHONS) {
    const { status, stdout, stderr, error } = spawnSync(
      python,
      [`${ROOT}scripts/bench/torch_training.py`, plan],
      { encoding: 'utf8' },
    );
    if (status === 0) return JSON.parse(stdout) as TorchTimings;
    said.push(`${python}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
  }
  return said.join('; ');
}

/** Rows of the section. */
export async function benchTraining(host: BenchHost): Promise<Row[]> {
  const torch = askTorch();
  const rows = await runInPage(host, 'training');
  if (typeof torch === 'string') {
    console.log(`  PyTorch is left out: ${torch}.`);
    return rows;
  }
  const note = `PyTorch ${torch.version}, ${torch.threads} threads`;
  const { n, k, m } = PRODUCT;
  const { median } = summarise('', torch.product);
  const product: Row = {
    what: `rival: its matrix product ${n} x ${k} x ${m} in PyTorch`,
    unit: 'GFLOP/s',
    median: (2 * n * k * m) / median / 1e6,
    n: torch.product.length,
    note: 'says what its matrix library is worth: builds differ by a factor of ten',
  };
  const against = TRAINING_SIZES.flatMap(({ id, name }) => {
    const rival = summarise(`rival: one step in PyTorch, ${name}`, torch.steps[id]!, note);
    const ours = rows.filter(({ what }) => what === `one step, ${name}`);
    return [
      rival,
      ...ours.map(({ unit, median: ms, note: words }) =>
        withRatio({ what: '  ours', unit, median: ms, ...(words !== undefined && { note: words }) }, rival),
      ),
    ];
  });
  return [...rows, product, ...against];
}
