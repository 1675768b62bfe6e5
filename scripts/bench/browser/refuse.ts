import type { Modality } from '../../../src/base/modality.ts';
import { refuse as refuseOne } from '../../../src/engine/bench/rivals.ts';
import type { Factors } from '../../../src/recipe/types.ts';
import type { BenchWorld } from './world.ts';

/** The fused vectors of every modality of Unified++ (rivals.ts). */
export function refuse({ components }: Pick<BenchWorld, 'components'>, factors: Factors) {
  const fused = (modality: Modality) => {
    const set = components[modality];
    return set.data.length > 1 ? refuseOne(set, factors['c-foley']?.[modality] ?? 0) : set.data[0]!;
  };
  return { text: fused('text'), image: fused('image'), audio: fused('audio') };
}
