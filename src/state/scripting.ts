/** window.bondlab: the lab for notebooks, tests and the curious (docs/scripting.md). */
import { InputError, LabError } from '../base/errors.ts';
import type { Modality } from '../base/modality.ts';
import type { Backend, DeviceReport, MetricsByDirection, OwnInput } from '../engine/types.ts';
import { checkFactors } from '../recipe/coefficients.ts';
import type { BondKind, Factors } from '../recipe/types.ts';
import { factorsOf, recipeOf } from './selectors.ts';
import { findItem, type LabStore } from './store.ts';
import type { LabState } from './types.ts';

export type QueryLike = { id: string } | { text: string } | { blob: Blob; modality: 'image' | 'audio' };

export interface BondlabApi {
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
  useRecipe(id: string): Promise<void>;
  factors(): Factors;
  /** Slider positions in [0, 1], from base to expert; sliders that are not named stay. @throws InputError */
  setFactors(factors: Factors): Promise<void>;
  usePreset(name: string): Promise<void>;
  items(modality: Modality): { id: string; caption: string; group: string }[];
  /** Every direction, at the current factors or at others without moving a slider. @throws InputError */
  metrics(factors?: Factors): Promise<MetricsByDirection>;
  /** The first topK of the gallery at the current factors; the page shows the same. @throws InputError, MediaError */
  rank(request: {
    query: QueryLike;
    gallery: Modality;
    topK?: number;
  }): Promise<{ id: string; score: number; rank: number }[]>;
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

/** Resolves with the first ranking. */
function firstRanking(store: LabStore): Promise<void> {
  return new Promise((done, fail) => {
    const look = () => {
      const { ranking } = store.getState();
      if (ranking.status === 'ready') done(shown());
      else if (ranking.status === 'failed') fail(new LabError('opening', ranking.message));
      else return false;
      return true;
    };
    if (look()) return;
    const stop = store.subscribe(() => {
      if (look()) stop();
    });
  });
}

/**
 * The scripting interface of a lab that is being opened: there at once, so that a script can await `ready`; until then the
 * other calls throw an InputError that says so.
 */
export function createScripting(opening: Promise<LabStore>, version: string): BondlabApi {
  let opened: LabStore | undefined;
  const ready = opening.then((store) => {
    opened = store;
    return firstRanking(store);
  });
  // The page itself shows what went wrong; whoever awaits `ready` hears it too.
  ready.catch(() => undefined);
  const lab = (): LabState => {
    if (!opened) throw new InputError('The lab is still opening: await bondlab.ready first.');
    return opened.getState();
  };
  return {
    ready,
    version,
    device: () => {
      const { scoring, encoders } = lab().engine.device();
      return { scoring, encoders };
    },
    recipes: () =>
      lab().engine.recipes.map(({ id, name, formula, bonds }) => ({
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
      await shown();
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
      if (!list) throw new InputError(`There is no modality "${modality}"; there are text, image and audio.`);
      return list.map(({ id, caption, group }) => ({ id, caption, group }));
    },
    async metrics(factors) {
      const state = lab();
      const at = factors ? checkFactors(recipeOf(state), factors) : factorsOf(state);
      return state.engine.metrics(state.recipeId, at);
    },
    async rank({ query, gallery, topK = 10 }) {
      const state = lab();
      if ('id' in query) {
        const { modality, index } = findItem(state.engine, query.id);
        if (modality === gallery)
          throw new InputError(`A ${modality} is ranked against the other modalities.`);
        state.askItem(modality, index);
      } else if ('text' in query) {
        await state.askOwn({ modality: 'text', text: query.text }, query.text.trim());
      } else {
        await state.askOwn(
          { modality: query.modality, blob: query.blob },
          `a ${query.modality} from a script`,
        );
      }
      if (lab().gallery !== gallery) state.setGallery(gallery);
      const rows = await state.top(topK);
      await shown();
      return rows.map(({ id, score, rank }) => ({ id, score, rank }));
    },
    // In an async function whatever is thrown becomes a rejection.
    encode: async (spaceId, modality, input) => lab().engine.encode(spaceId, toInput(modality, input)),
  };
}
