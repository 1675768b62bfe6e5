/** The lab's one store: settings, session and actions. Matrices and sessions stay in the engine. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { AbortedError, InputError, messageOf, throwIfAborted } from '../base/errors.ts';
import { MODALITIES, type Modality } from '../base/modality.ts';
import type { LabEngine } from '../engine/types.ts';
import { checkFactors, presetFactors } from '../recipe/coefficients.ts';
import type { Factors } from '../recipe/types.ts';
import { createEvidence } from './evidence.ts';
import { createMapKeeper } from './mapKeeper.ts';
import { createRankings } from './rankings.ts';
import { factorsOf, recipeOf } from './selectors.ts';
import { otherModalities, type LabState, type Query, type Settings } from './types.ts';

export type LabStore = StoreApi<LabState>;

/** Milliseconds from `startedMs` to the frame that shows what was just set. */
function untilPaint(startedMs: number): Promise<number> {
  return new Promise((done) => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => done(performance.now() - startedMs);
      channel.port2.postMessage(undefined);
    });
  });
}

/** A gallery the query can be ranked against, the wanted one if possible. */
function fitGallery(query: Query, wanted: Modality): Modality {
  return query.modality === wanted ? otherModalities(query.modality)[0]! : wanted;
}

/** The store over an engine, at `opening` where the address says nothing else. Rankings start at once. */
export function createLabStore(engine: LabEngine, opening: Settings): LabStore {
  let ownKey = 0;
  let ownRequest: AbortController | undefined;

  const store = createStore<LabState>()((set, get) => {
    const quietly = (error: unknown) => {
      if (!(error instanceof AbortedError)) set({ notice: messageOf(error) });
    };
    /** Ranks and counts anew after anything but a slider changed. */
    const renew = async () => {
      set({ ranking: { status: 'loading', words: 'Loading the vectors …' } });
      const { recipeId, query, gallery } = get();
      const stale = () => {
        const now = get();
        return now.recipeId !== recipeId || now.query !== query || now.gallery !== gallery;
      };
      try {
        const model = await rankings.prepare(recipeId, query, gallery);
        if (!stale()) set({ ranking: { status: 'ready', value: model.at(factorsOf(get())) } });
      } catch (error) {
        if (!stale()) set({ ranking: { status: 'failed', message: messageOf(error) } });
      }
    };
    const applyFactors = (factors: Factors) => {
      const started = performance.now();
      const { recipeId, ranking, query, gallery } = get();
      const model = rankings.prepared(recipeId, query, gallery);
      set({
        factors: { ...get().factors, [recipeId]: factors },
        ...(model &&
          ranking.status === 'ready' && { ranking: { status: 'ready', value: model.at(factors) } }),
      });
      // Members were switched meanwhile: the model of before is gone.
      if (!model && ranking.status === 'ready') void renew();
      void untilPaint(started).then((dragMs) => set({ dragMs }));
      evidence.request();
    };
    /** One switch of members after the other, bond by bond; what cannot be switched stays as it was. */
    let switches: Promise<void> = Promise.resolve();
    const switchMembers = (masks: Record<string, readonly boolean[]>): Promise<void> => {
      switches = switches.then(async () => {
        set({ switching: true });
        try {
          for (const [bondId, mask] of Object.entries(masks)) await switchBond(bondId, mask);
        } catch (error) {
          quietly(error);
        } finally {
          set({ switching: false });
        }
      });
      return switches;
    };
    const switchBond = async (bondId: string, mask: readonly boolean[]) => {
      const recipe = engine.recipes.find(({ bonds }) => bonds.some(({ id }) => id === bondId))!;
      await engine.setMembers(recipe.id, bondId, [...mask]);
      set({ masks: { ...get().masks, [bondId]: [...mask] } });
      rankings.forget(recipe.id);
      if (recipe.id !== get().recipeId) return;
      evidence.renew();
      await renew();
      mapKeeper.relay();
    };
    /** Another query takes the place of one that is still being encoded. */
    const dropOwnRequest = () => {
      ownRequest?.abort();
      ownRequest = undefined;
    };
    const ask = (query: Query) => {
      const before = get().query;
      set({ query, gallery: fitGallery(query, get().gallery), own: { status: 'idle' } });
      if (before.kind === 'own' && before.url) URL.revokeObjectURL(before.url);
      void renew();
    };

    return {
      engine,
      ...opening,
      masks: {},
      gallery: fitGallery(opening.query, opening.gallery),
      ranking: { status: 'idle' },
      evidence: {},
      map: { status: 'idle' },
      mapFactors: undefined,
      ownPositions: undefined,
      own: { status: 'idle' },
      device: engine.device(),
      playing: undefined,
      dragMs: undefined,
      switching: false,
      notice: undefined,

      open() {
        void renew();
        evidence.renew();
        void switchMembers(opening.masks);
      },
      restore(given) {
        dropOwnRequest();
        const { masks = {}, ...settings } = given;
        const query = settings.query ?? get().query;
        const gallery = fitGallery(query, settings.gallery ?? get().gallery);
        const factors = { ...get().factors, ...settings.factors };
        const moved = settings.recipeId !== undefined && settings.recipeId !== get().recipeId;
        set({ ...DEFAULT_VIEW, ...settings, query, gallery, factors, own: { status: 'idle' } });
        void renew();
        if (moved) {
          evidence.renew();
          mapKeeper.lay();
        } else {
          evidence.request();
          mapKeeper.relay();
        }
        const wanted: Record<string, readonly boolean[]> = {};
        for (const { id, members } of engine.recipes.flatMap(({ bonds }) => bonds)) {
          const allOn = members.map(() => true);
          const mask = masks[id] ?? allOn;
          const now = get().masks[id] ?? allOn;
          if (mask.some((on, i) => on !== now[i])) wanted[id] = mask;
        }
        if (Object.keys(wanted).length > 0) void switchMembers(wanted);
      },
      setFactor(bondId, modality, factor) {
        const factors = factorsOf(get());
        applyFactors({ ...factors, [bondId]: { ...factors[bondId], [modality]: factor } });
      },
      setFactors(factors) {
        const merged = { ...factorsOf(get()) };
        for (const [id, byModality] of Object.entries(factors)) merged[id] = { ...merged[id], ...byModality };
        applyFactors(checkFactors(recipeOf(get()), merged));
        mapKeeper.relay();
      },
      releaseFactor: () => mapKeeper.relay(),
      choosePreset(name) {
        applyFactors(presetFactors(recipeOf(get()), name));
        mapKeeper.relay();
      },
      async chooseRecipe(recipeId) {
        if (!engine.recipes.some(({ id }) => id === recipeId)) {
          throw new InputError(
            `There is no recipe "${recipeId}"; there are ${engine.recipes.map(({ id }) => id).join(', ')}.`,
          );
        }
        if (recipeId === get().recipeId) return;
        set({ recipeId, evidence: {}, map: { status: 'idle' }, mapFactors: undefined });
        evidence.renew();
        await renew();
        mapKeeper.lay();
      },
      setMember(bondId, member, on) {
        const bond = recipeOf(get()).bonds.find(({ id }) => id === bondId)!;
        const before = get().masks[bondId] ?? bond.members.map(() => true);
        return switchMembers({ [bondId]: before.map((was, i) => (i === member ? on : was)) });
      },
      askItem(modality, index) {
        dropOwnRequest();
        ask({ kind: 'item', modality, index });
      },
      async askOwn(input, label) {
        dropOwnRequest();
        const request = new AbortController();
        ownRequest = request;
        const named = label === '' ? 'your query' : `“${label}”`;
        set({ own: { status: 'working', words: `Encoding ${named} on this device …` } });
        const { recipeId } = get();
        let query: Query;
        try {
          const encoded = await engine.encodeQuery(recipeId, input, request.signal);
          throwIfAborted(request.signal);
          const { modality, encodeMs } = encoded;
          const url = input.modality === 'image' && URL.createObjectURL(input.blob);
          query = { kind: 'own', key: ++ownKey, modality, label, encodeMs, ...(url && { url }) };
          rankings.remember(query.key, recipeId, encoded);
        } catch (error) {
          if (ownRequest === request) set({ own: { status: 'failed', message: messageOf(error) } });
          throw error;
        }
        ask(query);
        await rankings.prepare(get().recipeId, query, get().gallery);
      },
      setGallery(modality) {
        if (modality === get().query.modality) {
          throw new InputError(`A ${modality} is ranked against the other modalities.`);
        }
        set({ gallery: modality });
        void renew();
      },
      async top(k) {
        const { recipeId, query, gallery } = get();
        const model = await rankings.prepare(recipeId, query, gallery);
        return model.top(factorsOf(get()), k);
      },
      play: (index) => void engine.playItem(index).catch(quietly),
      set: (settings) => set(settings),
      layMap: () => mapKeeper.lay(),
      cancelMap: () => mapKeeper.cancel(),
      dismissOwn: () => set({ own: { status: 'idle' } }),
      fail: (notice) => set({ notice }),
    };
  });

  const rankings = createRankings(engine);
  const evidence = createEvidence(engine, store);
  const mapKeeper = createMapKeeper(engine, store, rankings);
  engine.onDevice(() => store.setState({ device: engine.device() }));
  engine.player.onChange(() => store.setState({ playing: engine.player.playing() }));
  return store;
}

/** How the page looks where an address says nothing. */
const DEFAULT_VIEW = {
  mapSlice: 'current',
  mapColor: 'modality',
  mapPairs: 'none',
  presenter: false,
} as const satisfies Partial<Settings>;

/** Settings where an address leaves them open. `query` is the opening query of the collection. */
export function defaultSettings(engine: LabEngine, query: Query, gallery: Modality): Settings {
  return {
    recipeId: engine.recipes[0]!.id,
    factors: Object.fromEntries(
      engine.recipes.map((recipe) => [recipe.id, presetFactors(recipe, recipe.presets[0]!.name)]),
    ),
    masks: {},
    query,
    gallery,
    ...DEFAULT_VIEW,
  };
}

/** The item with this id. @throws InputError. */
export function findItem(engine: LabEngine, id: string): { modality: Modality; index: number } {
  for (const modality of MODALITIES) {
    const index = engine.manifest[modality].findIndex((item) => item.id === id);
    if (index >= 0) return { modality, index };
  }
  throw new InputError(`The collection has no item "${id}"; bondlab.items("audio") lists the sounds.`);
}
