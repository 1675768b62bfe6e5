/** The training runs that give the embedded ensembles. */
import { DEFAULT_SETTINGS } from '../../src/engine/training/settings.ts';
import type { TrainRequest } from '../../src/engine/training/types.ts';
import { DIMS, ENSEMBLES, type EnsembleId } from '../../src/recipe/embedded.ts';
import type { EncodedSpace } from './spaces.ts';

export interface EnsembleRun {
  /** Id of its ensemble; of a joint run, of the new space. */
  id: string;
  request: TrainRequest & { base: EncodedSpace; expert: EncodedSpace };
  /** Ids of the ensembles it gives, one a network. */
  ensembles: EnsembleId[];
}

function run(
  kind: TrainRequest['kind'],
  base: EncodedSpace,
  expert: EncodedSpace,
  ensembles: [EnsembleId, ...EnsembleId[]],
): EnsembleRun {
  const { members, target } = ENSEMBLES.find(({ id }) => id === ensembles[0])!;
  return {
    id: kind === 'joint' ? target : ensembles[0],
    ensembles,
    request: {
      kind,
      base,
      expert,
      members,
      settings: DEFAULT_SETTINGS,
      mining: { kind: 'top-1' },
      pool: 'embedded',
      ...(kind === 'joint' && { dOut: DIMS[target as 'c-mcr'] }),
    },
  };
}

/** In the order in which they are trained. */
export const ENSEMBLE_RUNS: readonly EnsembleRun[] = [
  run('combination', 'unified', 'foley', ['foley-to-unified']),
  run('displacement', 'unified', 'pictext', ['unified-to-pictext']),
  run('combination', 'unified', 'tone', ['tone-to-unified']),
  run('combination', 'pictext', 'foley', ['foley-to-pictext']),
  run('combination', 'pictext', 'tone', ['tone-to-pictext']),
  run('combination', 'unified', 'tags', ['tags-to-unified']),
  run('joint', 'pictext', 'foley', ['pictext-to-c-mcr', 'foley-to-c-mcr']),
];
