import { createEncoders } from '../../../src/engine/encoders/encoders.ts';
import type { PreparedInput } from '../../../src/engine/encoders/inputs.ts';
import type { Backend } from '../../../src/engine/types.ts';
import { MEMBERS } from '../../../src/recipe/embedded.ts';
import { createRandom } from '../../../src/base/random.ts';
import { quantile, type Row } from '../../../src/engine/bench/rows.ts';

const N_RUNS = 12;
const N_PROJECTED = 256;
const N_UNIFIED = 128;

const INPUTS: PreparedInput[] = [
  { modality: 'text', text: 'a slow, low church bell tolling, far away' },
  { modality: 'image', pixels: new Uint8ClampedArray(64 * 64 * 4).fill(200) },
  { modality: 'audio', samples: Float32Array.from({ length: 48_000 }, (_, i) => 0.3 * Math.sin(i * 0.2)) },
];

/** Items a second of each of Unified's encoders, one at a time, and rows a second of the displacement's ensemble. */
async function benchBackend(backend: Backend): Promise<Row[]> {
  const encoders = createEncoders({ assetUrl: (path) => `/${path}`, backend });
  const rows: Row[] = [];
  const perSecond = async (what: string, count: number, job: () => Promise<unknown>) => {
    await job();
    const times: number[] = [];
    for (let i = 0; i < N_RUNS; i++) {
      const start = performance.now();
      await job();
      times.push(performance.now() - start);
    }
    rows.push({
      what: `${what}, ${backend}`,
      unit: 'items/s',
      median: (1000 * count) / quantile(times, 0.5),
      n: N_RUNS,
    });
  };
  try {
    for (const input of INPUTS) {
      await perSecond(`unified/${input.modality}, one item a call`, 1, () =>
        encoders.encode('unified', input),
      );
    }
    const random = createRandom(9);
    const x = Float32Array.from(
      { length: N_PROJECTED * N_UNIFIED },
      () => random.normal() / Math.sqrt(N_UNIFIED),
    );
    const mask = MEMBERS.map(() => true);
    await perSecond(`d(PicText), seven projectors, ${N_PROJECTED} rows a call`, N_PROJECTED, () =>
      encoders.project('unified-to-pictext', x, mask),
    );
    return rows;
  } finally {
    encoders.dispose();
  }
}

/** Both backends; the ratio is WebGPU over WebAssembly. A browser without an adapter gives WebAssembly alone. */
export async function benchEncoders(): Promise<Row[]> {
  const wasm = await benchBackend('wasm');
  if (!(await navigator.gpu?.requestAdapter())) return wasm;
  const webgpu = await benchBackend('webgpu');
  return [
    ...wasm,
    ...webgpu.map((row, i) => ({
      ...row,
      ratio: { to: wasm[i]!.what, value: row.median / wasm[i]!.median },
    })),
  ];
}
