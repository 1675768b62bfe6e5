import { finish } from '../../math/steps.ts';
import { qualitySteps, type QualityRequest } from './quality.ts';
import type { SpaceQuality } from './types.ts';

/** Counts in the worker: a page would freeze. */
export class QualityService {
  count(request: QualityRequest): SpaceQuality {
    return finish(qualitySteps(request));
  }
}
