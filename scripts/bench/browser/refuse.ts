import { MODALITIES, type Modality } from '../../../src/base/modality.ts';
import { createRefuser } from '../../../src/engine/bench/rivals.ts';
import type { Factors } from '../../../src/recipe/types.ts';
import type { BenchWorld } from './world.ts';

/** The fused vectors of every modality of Unified++, in the same memory at each call (rivals.ts). */
export function createRefuse({ components }: Pick<BenchWorld, 'components'>) {
  const refusers = MODALITIES.map((modality) => {
    const set = components[modality];
    const alone = set.data[0]!;
    return [modality, set.data.length > 1 ? createRefuser(set) : () => alone] as const;
  });
  return (factors: Factors) =>
    Object.fromEntries(
      refusers.map(([modality, refuse]) => [modality, refuse(factors['c-foley']?.[modality] ?? 0)]),
    ) as Record<Modality, Float32Array>;
}
