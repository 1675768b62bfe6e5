/** Settings in the address: the part after "#", so that a shared link needs no server. */
import { MODALITIES, type Modality } from '../base/modality.ts';
import { checkFactors } from '../recipe/coefficients.ts';
import type { Factors, Recipe } from '../recipe/types.ts';
import type { CollectionManifest } from '../world/types.ts';
import { MAP_SLICES } from '../engine/maps/types.ts';
import { METRICS } from '../math/answers.ts';
import { slidersOf } from '../recipe/sliders.ts';
import { TASKS } from '../world/tasks.ts';
import { WORLD_ID } from '../world/worldId.ts';
import { DATA_TABS } from './data/types.ts';
import { DEFAULT_VIEW } from './defaultView.ts';
import { BENCHES, PANELS, VIEWS, type PinnedItem, type Settings } from './types.ts';

/** Settings that are one of a list of words: their name in the address and the words. */
const WORDS = [
  ['mapSlice', 'map', MAP_SLICES],
  ['mapColor', 'color', ['modality', 'category']],
  ['mapPairs', 'pairs', ['none', 'query', 'all']],
  ['view', 'view', VIEWS],
  ['panel', 'panel', PANELS],
  ['bench', 'bench', BENCHES],
  ['dataTab', 'tab', DATA_TABS],
  ['task', 'task', TASKS],
  ['versus', 'versus', TASKS],
  ['metric', 'metric', METRICS.map(({ id }) => id)],
  ['half', 'half', ['test', 'validation', 'all']],
] as const satisfies readonly (readonly [setting: keyof Settings, name: string, words: readonly string[]])[];

function oneOf<T extends string>(list: readonly T[], value: string | null): T | undefined {
  return list.find((one) => one === value);
}

/** "c-foley.text=0.5" as "f=c-foley.text:0.5,c-foley.audio:0.8". */
function writeFactors(factors: Factors): string {
  return Object.entries(factors)
    .flatMap(([bond, byModality]) =>
      Object.entries(byModality).map(([modality, f]) => `${bond}.${modality}:${Number(f.toFixed(3))}`),
    )
    .join(',');
}

function readFactors(recipe: Recipe, text: string): Factors | undefined {
  const factors: Factors = {};
  for (const part of text.split(',')) {
    const match = /^(.+)\.(text|image|audio):([\d.]+)$/.exec(part);
    if (!match) return undefined;
    (factors[match[1]!] ??= {})[match[2] as Modality] = Number(match[3]);
  }
  try {
    return checkFactors(recipe, factors);
  } catch {
    // An address from elsewhere may name sliders that this recipe has not: it opens at the defaults instead.
    return undefined;
  }
}

/** The address part of the settings. An own query is no address: its place stays empty. */
export function toHash(settings: Settings, manifest: CollectionManifest): string {
  const query = new URLSearchParams();
  if (manifest.id !== WORLD_ID) query.set('collection', manifest.id);
  query.set('recipe', settings.recipeId);
  query.set('f', writeFactors(settings.factors[settings.recipeId] ?? {}));
  if (settings.query.kind === 'item') {
    query.set('q', manifest[settings.query.modality][settings.query.index]!.id);
  }
  query.set('rank', settings.gallery);
  for (const [setting, name] of WORDS) {
    if (settings[setting] !== DEFAULT_VIEW[setting]) query.set(name, settings[setting]);
  }
  const off = Object.entries(settings.masks).filter(([, mask]) => !mask.every(Boolean));
  if (off.length > 0)
    query.set('members', off.map(([id, mask]) => `${id}:${mask.map(Number).join('')}`).join(','));
  if (settings.presenter) query.set('presenter', '1');
  for (const side of ['a', 'b'] as const) {
    if (settings.sides[side] !== DEFAULT_VIEW.sides[side]) query.set(side, settings.sides[side]);
  }
  const axes = settings.axes[settings.recipeId];
  if (axes) query.set('axes', `${axes.x},${axes.y}`);
  if (settings.pins.length > 0) {
    query.set('pins', settings.pins.map(({ modality, index }) => manifest[modality][index]!.id).join(','));
  }
  return query.toString().replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%3E', '>');
}

/** Id of the collection that an address is of. */
export function collectionOf(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('collection') ?? WORLD_ID;
}

/** The item of an id; none where the collection has it not. */
function itemsOf(manifest: CollectionManifest, id: string): PinnedItem[] {
  return MODALITIES.flatMap((modality) => {
    const index = manifest[modality].findIndex((item) => item.id === id);
    return index >= 0 ? [{ modality, index }] : [];
  });
}

/** The settings of an address; what it does not say, or says wrongly, is left out. */
export function fromHash(
  hash: string,
  recipes: readonly Recipe[],
  manifest: CollectionManifest,
): Partial<Settings> {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const out: Partial<Settings> = {};
  const recipe = recipes.find(({ id }) => id === given.get('recipe'));
  if (recipe) {
    out.recipeId = recipe.id;
    const factors = readFactors(recipe, given.get('f') ?? '');
    if (factors) out.factors = { [recipe.id]: factors };
  }
  const [asked] = itemsOf(manifest, given.get('q') ?? '');
  if (asked) out.query = { kind: 'item', ...asked };
  const gallery = oneOf(MODALITIES, given.get('rank'));
  if (gallery) out.gallery = gallery;
  for (const [setting, name, words] of WORDS) {
    const word = oneOf<string>(words, given.get(name));
    if (word) Object.assign(out, { [setting]: word });
  }
  const masks: Record<string, boolean[]> = {};
  for (const part of given.get('members')?.split(',') ?? []) {
    const [id, bits = ''] = part.split(':');
    const bond = recipes.flatMap(({ bonds }) => bonds).find((one) => one.id === id);
    if (bond && bits.length === bond.members.length && /^[01]*1[01]*$/.test(bits)) {
      masks[bond.id] = Array.from(bits, (bit) => bit === '1');
    }
  }
  if (Object.keys(masks).length > 0) out.masks = masks;
  if (given.get('presenter') === '1') out.presenter = true;
  const { sides } = DEFAULT_VIEW;
  const [a, b] = [given.get('a') ?? sides.a, given.get('b') ?? sides.b];
  if (a !== sides.a || b !== sides.b) out.sides = { a, b };
  const [x, y] = given.get('axes')?.split(',') ?? [];
  const ids = recipe ? slidersOf(recipe).map(({ id }) => id) : [];
  if (recipe && x && y && x !== y && ids.includes(x) && ids.includes(y)) out.axes = { [recipe.id]: { x, y } };
  const pins = given.get('pins')?.split(',') ?? [];
  if (pins.length > 0) out.pins = pins.flatMap((id) => itemsOf(manifest, id));
  return out;
}
