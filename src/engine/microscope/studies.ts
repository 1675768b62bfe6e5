import { conflictStudy } from './conflictStudy.ts';
import { keepsStudy } from './keepsStudy.ts';
import { memberStudy } from './memberStudy.ts';
import { sizeStudy } from './sizeStudy.ts';
import type { Microscope, MicroscopeSources } from './types.ts';

/** The studies that count; costs are timed on the page, beside the encoders' worker. */
export type Studies = Pick<Microscope, 'memberStudy' | 'sizeStudy' | 'conflictStudy' | 'keepsStudy'>;

/** The studies over given sources, on the calling thread; nothing is asked for before the first of them. */
export function createStudies(sources: MicroscopeSources): Studies {
  return {
    memberStudy: (request, options) => memberStudy(sources, request, options),
    sizeStudy: (request, options) => sizeStudy(sources, request, options),
    conflictStudy: (request, options) => conflictStudy(sources, request, options),
    keepsStudy: (request, options) => keepsStudy(sources, request, options),
  };
}
