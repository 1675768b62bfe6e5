/** window.bondlab: the lab for notebooks, tests and the curious (docs/scripting.md). */
import { InputError, LabError } from '../base/errors.ts';
import { MODALITIES, type Modality } from '../base/modality.ts';
import type { Backend, DeviceReport, MetricsByDirection, OwnInput } from '../engine/types.ts';
import { checkFactors } from '../recipe/coefficients.ts';
import type { BondKind, Factors } from '../recipe/types.ts';
import { galleryOf } from '../world/tasks.ts';
import { tableText, type TableFormat } from './evidence/exportTable.ts';
import { countLandscape, type Landscape, type LandscapeRequest } from './evidence/landscape.ts';
import { tableOf, type TableName } from './evidence/tables.ts';
import { factorsOf, recipeOf } from './selectors.ts';
import { findItem, type LabStore } from './store.ts';
import type { LabState } from './types.ts';
import { createDataScripting, type DataApi } from './data/scripting.ts';
import { createWorkshopScripting, type WorkshopApi } from './workshop/scripting.ts';

export type QueryLike = { id: string } | { text: string } | { blob: Blob; modality: 'image' | 'audio' };

export interface Explained {
  /** Cosine of the fused vectors: the sum of the parts' values. */
  score: number;
  /** From 1. */
  rank: number;
  nGallery: number;
  /** Each pair of a query's and an item's component, by their names (components()). */
  parts: { query: string; gallery: string; value: number }[];
}

export interface CopiedComponents {
  /** "unified", "c-foley.foley", ... */
  names: string[];
  dim: number;
  nItems: number;
  /** One [nItems, dim] row-major array of unit rows per name; rows in the order of items(modality). */
  data: Float32Array[];
}

export interface BondlabApi extends WorkshopApi, DataApi {
  /** Resolves when the first drag is possible; rejects with the page's own error. */
  readonly ready: Promise<void>;
  readonly version: string;
  device(): { scoring: Backend; encoders: DeviceReport['encoders'] };
  recipes(): {
    id: string;
    name: string;
    formula: string;
    bonds: { id: string; kind: BondKind; experts: string[]; modalities: Modality[] }[];
  }[];
  /** Resolves with the recipe's ranking; rejects with what kept it from ranking. @throws InputError, MissingFileError */
  useRecipe(id: string): Promise<void>;
  factors(): Factors;
  /** Slider positions in [0, 1], from base to expert; sliders that are not named stay. @throws InputError */
  setFactors(factors: Factors): Promise<void>;
  usePreset(name: string): Promise<void>;
  items(modality: Modality): { id: string; caption: string; group: string }[];
  /** Every direction, at the current factors or at others without moving a slider. @throws InputError */
  metrics(factors?: Factors): Promise<MetricsByDirection>;
  /**
   * The first topK of the gallery at the current factors; the page shows the same. A request that cannot be ranked changes
   * nothing on the page. @throws InputError, MediaError
   */
  rank(request: {
    query: QueryLike;
    gallery: Modality;
    topK?: number;
  }): Promise<{ id: string; score: number; rank: number }[]>;
  /**
   * A metric over two sliders of the recipe in use, the others as they stand; nothing moves on the page. `best` is chosen on
   * the validation half and reported on the test half. @throws InputError
   */
  landscape(request: LandscapeRequest): Promise<Landscape>;
  /**
   * Why an item of the collection stands where it does for a query, at the current factors: its score split into named parts
   * that sum to it. The page asks the same as with rank(). @throws InputError, MediaError
   */
  explain(request: { query: QueryLike; item: string }): Promise<Explained>;
  /** Copies of the unit vectors that items have in the recipe's target space, by component. @throws InputError */
  components(modality: Modality): Promise<CopiedComponents>;
  /**
   * A table of what the page has counted so far, as the text of a file: what is not counted yet is empty (csv) or null (json).
   * @throws InputError
   */
  exportTable(name: TableName, format: TableFormat): string;
  /** Unit vector of one encoder. */
  encode(spaceId: string, modality: Modality, input: string | Blob): Promise<Float32Array>;
}

/** Resolves after the frame that shows the present state. */
function shown(): Promise<void> {
  return new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => done()));
  });
}

function toInput(modality: Modality, input: string | Blob): OwnInput {
  if (modality === 'text') {
    if (typeof input !== 'string') throw new InputError('A text is given as a string.');
    return { modality, text: input };
  }
  if (!(input instanceof Blob)) throw new InputError(`A ${modality} is given as a Blob or File.`);
  return { modality, blob: input };
}

/** Resolves with the ranking that is being made, shown; rejects with the engine's error when there is none. */
async function ranked(store: LabStore): Promise<void> {
  await new Promise<void>((done) => {
    const settled = () => ['ready', 'failed'].includes(store.getState().ranking.status);
    if (settled()) return done();
    const stop = store.subscribe(() => {
      if (!settled()) return;
      stop();
      done();
    });
  });
  const { ranking, top } = store.getState();
  if (ranking.status === 'failed') {
    // The page keeps the words alone: asked again, the engine throws the error itself.
    await top(1);
    throw new LabError('internal', ranking.message);
  }
  await shown();
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}

const REQUEST = "rank({ query: { text: 'thunder' }, gallery: 'audio' })";

/** What a query is made of, and how the page asks it. @throws InputError */
function readQuery(
  state: LabState,
  query: QueryLike,
): { modality: Modality; ask: () => void | Promise<void> } {
  if (typeof query !== 'object' || query === null) {
    throw new InputError(`A query is { id }, { text } or { blob, modality }, as in ${REQUEST}.`);
  }
  if ('id' in query) {
    const { modality, index } = findItem(state.engine, query.id);
    return { modality, ask: () => state.askItem(modality, index) };
  }
  if ('text' in query) {
    const input = toInput('text', query.text);
    return { modality: 'text', ask: () => state.askOwn(input, query.text.trim()) };
  }
  const { modality } = query;
  if (modality !== 'image' && modality !== 'audio') {
    throw new InputError(`The modality of a blob is "image" or "audio", not ${quoted(modality)}.`);
  }
  const input = toInput(modality, query.blob);
  return { modality, ask: () => state.askOwn(input, `a ${modality} from a script`) };
}

/** @throws InputError where a query's gallery has not this item. */
function checkItem(
  state: LabState,
  query: Modality,
  { modality, index }: { modality: Modality; index: number },
): void {
  checkGallery(modality, query);
  const { manifest } = state.engine;
  if (galleryOf(manifest, query, modality).includes(index)) return;
  throw new InputError(
    `"${manifest[modality][index]!.id}" is not ranked for ${query === 'audio' ? 'a sound' : 'a picture'}: ` +
      `its gallery are the texts that describe ${query === 'audio' ? 'sounds' : 'pictures'}.`,
  );
}

/** @throws InputError */
function checkGallery(gallery: Modality, query: Modality): void {
  if (!MODALITIES.includes(gallery)) {
    throw new InputError(`There is no gallery ${quoted(gallery)}; there are ${MODALITIES.join(', ')}.`);
  }
  if (gallery === query) throw new InputError(`A ${query} is ranked against the other modalities.`);
}

/**
 * The scripting interface of a lab that is being opened: there at once, so that a script can await `ready`; until then the
 * other calls throw an InputError that says so. `labs` gives the lab in use and opens others, where there is more than one.
 */
export function createScripting(
  opening: Promise<LabStore>,
  version: string,
  labs?: {
    readonly store: LabStore | undefined;
    /** Whether another collection is being opened. */
    readonly changing?: boolean;
    use(collectionId: string): Promise<void>;
  },
): BondlabApi {
  let opened: LabStore | undefined;
  const ready = opening.then((store) => {
    opened = store;
    return ranked(store);
  });
  // The page itself shows what went wrong; whoever awaits `ready` hears it too.
  ready.catch(() => undefined);
  const labStore = (): LabStore => {
    if (!opened) throw new InputError('The lab is still opening: await bondlab.ready first.');
    return labs?.store ?? opened;
  };
  const lab = (): LabState => labStore().getState();
  return {
    ...createWorkshopScripting(lab),
    ...createDataScripting(lab, async (id) => {
      if (!labs) throw new InputError('This lab has one collection alone.');
      // While another is on its way, the one in use is about to be left.
      if (id === lab().engine.manifest.id && !labs.changing) return;
      await labs.use(id);
      await ranked(labStore());
    }),
    ready,
    version,
    device: () => {
      const { scoring, encoders } = lab().engine.device();
      return { scoring, encoders };
    },
    recipes: () =>
      lab().recipes.map(({ id, name, formula, bonds }) => ({
        id,
        name,
        formula,
        bonds: bonds.map(({ id: bondId, kind, experts, modalities }) => ({
          id: bondId,
          kind,
          experts: [...experts],
          modalities: [...modalities],
        })),
      })),
    async useRecipe(id) {
      await lab().chooseRecipe(id);
      await ranked(labStore());
    },
    factors: () => structuredClone(factorsOf(lab())),
    async setFactors(factors) {
      lab().setFactors(factors);
      await shown();
    },
    async usePreset(name) {
      lab().choosePreset(name);
      await shown();
    },
    items: (modality) => {
      const list = lab().engine.manifest[modality];
      if (!list)
        throw new InputError(`There is no modality "${modality}"; there are ${MODALITIES.join(', ')}.`);
      return list.map(({ id, caption, group }) => ({ id, caption, group }));
    },
    async metrics(factors) {
      const state = lab();
      const at = factors ? checkFactors(recipeOf(state), factors) : factorsOf(state);
      return state.engine.metrics(state.recipeId, at);
    },
    async rank({ query, gallery, topK = 10 }) {
      const state = lab();
      const { modality, ask } = readQuery(state, query);
      checkGallery(gallery, modality);
      if (!Number.isInteger(topK) || topK < 1) {
        throw new InputError(`topK is ${quoted(topK)}; it is a whole number from 1.`);
      }
      await ask();
      if (lab().gallery !== gallery) state.setGallery(gallery);
      const rows = await state.top(topK);
      await shown();
      return rows.map(({ id, score, rank }) => ({ id, score, rank }));
    },
    // In an async function whatever is thrown becomes a rejection.
    landscape: async (request) => countLandscape(lab(), request),
    async explain({ query, item }) {
      const state = lab();
      const { modality, ask } = readQuery(state, query);
      const found = findItem(state.engine, item);
      checkItem(state, modality, found);
      await ask();
      if (lab().gallery !== found.modality) state.setGallery(found.modality);
      const model = await state.prepareModel();
      const { score, rank, nGallery, parts } = model.explain(factorsOf(lab()), found.index);
      await shown();
      return {
        score,
        rank,
        nGallery,
        parts: parts.map((part) => ({ query: part.query, gallery: part.item, value: part.value })),
      };
    },
    async components(modality) {
      const state = lab();
      const recipe = recipeOf(state);
      const { components } = await state.engine.recipeData(recipe.id);
      const set = components[modality];
      if (!set) {
        const served = MODALITIES.filter((one) => components[one]).join(', ');
        throw new InputError(`${recipe.name} has no components of ${quoted(modality)}; it has ${served}.`);
      }
      const { names, dim, nItems, data } = set;
      return { names: [...names], dim, nItems, data: data.map((rows) => rows.slice()) };
    },
    exportTable(name, format) {
      const state = lab();
      return tableText(tableOf(state, name), format, state, version);
    },
    encode: async (spaceId, modality, input) => lab().engine.encode(spaceId, toInput(modality, input)),
  };
}
