/** Reads what `npm run world` measured: figures.json and curves.json, from below the site's root. */
import { FormatError } from '../../base/errors.ts';
import type { WorldCurves, WorldFigures } from '../../world/figures.ts';
import { fetchJson } from './fetchFile.ts';

type Fields<T> = readonly (keyof T & string)[];

const FIGURES: Fields<WorldFigures> = [
  'seed',
  'precision',
  'training',
  'leftOutOfFoley',
  'quantization',
  'soundReport',
  'spaces',
  'recipes',
  'members',
  'interior',
  'esc10',
  'pseudoPairs',
];
const CURVES: Fields<WorldCurves> = ['unified', 'pictext', 'foley'];

async function fetchRecord<T extends object>(url: string, fields: Fields<T>): Promise<T> {
  const record = await fetchJson<T | null>(url);
  const lacking = fields.filter((field) => typeof record !== 'object' || record?.[field] === undefined);
  if (record === null || lacking.length > 0) {
    throw new FormatError(
      `${url} lacks ${lacking.join(', ')}: it comes from another version of the lab. ` +
        'Rebuild it with "npm run world", then reload.',
    );
  }
  return record;
}

/** The figures of the world. @throws MissingFileError as fetchJson; FormatError when a part is lacking. */
export function fetchFigures(assetUrl: (path: string) => string): Promise<WorldFigures> {
  return fetchRecord(assetUrl('world/figures.json'), FIGURES);
}

/** The learning curves of the three spaces. @throws MissingFileError as fetchJson; FormatError when one is lacking. */
export function fetchCurves(assetUrl: (path: string) => string): Promise<WorldCurves> {
  return fetchRecord(assetUrl('world/curves.json'), CURVES);
}
