/** A measurement in parts. Runs in a worker; each part in a new one (deviceBench.ts). */
import { isSoftware } from '../scoring/scoringDevice.ts';
import type { Backend } from '../types.ts';
import { benchQuery, type QueryPlan } from './queryBench.ts';
import { benchAllRanks, benchLandscape, benchPlanes, type RankPlan } from './rankBench.ts';
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

const RANK_BENCHES = { ranks: benchAllRanks, landscape: benchLandscape, planes: benchPlanes };

/** What is measured at one go, rows of one topic: the closed form first, what it is held against after it. */
export type Part = { topic: 'query'; plan: QueryPlan } | { topic: keyof typeof RANK_BENCHES; plan: RankPlan };

/** @throws CapabilityError where the backend cannot be had, InputError when a rival gives other results. */
export function measurePart(part: Part): Promise<MeasuredRow[]> {
  return part.topic === 'query' ? benchQuery(part.plan) : RANK_BENCHES[part.topic](part.plan);
}
