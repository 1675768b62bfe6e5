import { CLASS_TEMPLATES } from '../world/classes.ts';
import type { Settings } from './types.ts';

/** How the page looks where an address says nothing. */
export const DEFAULT_VIEW: Omit<Settings, 'recipeId' | 'factors' | 'masks' | 'query' | 'gallery'> = {
  mapSlice: 'current',
  mapColor: 'modality',
  mapPairs: 'none',
  presenter: false,
  view: 'lab',
  panel: 'tasks',
  bench: 'train',
  dataTab: 'collections',
  task: 'audio>text',
  versus: 'audio>image',
  metric: 'R1',
  half: 'test',
  axes: {},
  pins: [],
  templates: CLASS_TEMPLATES,
  sides: { a: 'preset Unified', b: 'current' },
};
