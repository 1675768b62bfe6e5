/** Measures a plan, part by part. Runs in a worker. */
import { isSoftware } from '../scoring/scoringDevice.ts';
import type { Backend } from '../types.ts';
import type { Plan } from './plans.ts';
import { benchQuery } from './queryBench.ts';
import { benchRanks } from './rankBench.ts';
import type { MeasuredRow } from './rows.ts';

/** The backends that compute on something of their own: WebGPU only where it is no software on the same cores. */
export async function backendsHere(): Promise<{ backends: Backend[]; note: string }> {
  if (!('gpu' in navigator) || (await navigator.gpu.requestAdapter()) === null) {
    return { backends: ['wasm'], note: 'WebGPU is not offered by this browser.' };
  }
  if (await isSoftware()) {
    return { backends: ['wasm'], note: 'WebGPU runs in software only here, so it is not measured.' };
  }
  return { backends: ['wasm', 'webgpu'], note: 'Measured on WebAssembly and on WebGPU.' };
}

export interface MeasureProgress {
  /** What was measured since the last call. */
  rows: MeasuredRow[];
  /** Share of the parts that are done, in (0, 1]. */
  fraction: number;
}

/**
 * Measures a plan, part by part, and tells each when it is done. One part at a time: nothing else of ours runs meanwhile.
 * @throws CapabilityError where WebAssembly cannot be had, InputError when a rival gives other results.
 */
export async function measure(
  plan: Plan,
  backends: readonly Backend[],
  onProgress: (progress: MeasureProgress) => void,
): Promise<void> {
  const nParts = plan.query.length + 3 * backends.length;
  let nDone = 0;
  const tell = (rows: MeasuredRow[]) => onProgress({ rows, fraction: ++nDone / nParts });
  for (const size of plan.query) tell(await benchQuery(size));
  for (const backend of backends) await benchRanks({ ...plan.ranks, backend }, tell);
}
