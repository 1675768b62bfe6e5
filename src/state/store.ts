/** The lab's one store: settings, session and actions. Matrices and sessions stay in the engine. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { AbortedError, InputError, messageOf } from '../base/errors.ts';
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
      try {
        const { recipeId, query, gallery } = get();
        const model = await rankings.prepare(recipeId, query, gallery);
        const now = get();
        if (now.recipeId !== recipeId || now.query !== query || now.gallery !== gallery) return;
        set({ ranking: { status: 'ready', value: model.at(factorsOf(now)) } });
      } catch (error) {
        set({ ranking: { status: 'failed', message: messageOf(error) } });
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
      void untilPaint(started).then((dragMs) => set({ dragMs }));
      evidence.request();
    };
    /** Members, bond by bond; what cannot be switched stays as it was. */
    const switchMembers = async (masks: Record<string, readonly boolean[]>) => {
      set({ switching: true });
      try {
        for (const [bondId, mask] of Object.entries(masks)) {
          const recipe = engine.recipes.find(({ bonds }) => bonds.some(({ id }) => id === bondId))!;
          await engine.setMembers(recipe.id, bondId, [...mask]);
          set({ masks: { ...get().masks, [bondId]: [...mask] } });
          rankings.forget();
          if (recipe.id !== get().recipeId) continue;
          evidence.renew();
          await renew();
          mapKeeper.relay();
        }
      } catch (error) {
        quietly(error);
      } finally {
        set({ switching: false });
      }
    };
    const ask = (query: Query) => {
      set({ query, gallery: fitGallery(query, get().gallery), own: { status: 'idle' } });
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
        const { masks, ...settings } = given;
        const query = settings.query ?? get().query;
        const gallery = fitGallery(query, settings.gallery ?? get().gallery);
        const factors = { ...get().factors, ...settings.factors };
        const moved = settings.recipeId !== undefined && settings.recipeId !== get().recipeId;
        set({ ...settings, query, gallery, factors });
        void renew();
        if (moved) evidence.renew();
        else evidence.request();
        if (moved) mapKeeper.lay();
        else mapKeeper.relay();
        if (masks) void switchMembers(masks);
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
        set({ recipeId, evidence: {}, map: { status: 'idle' } });
        evidence.renew();
        await renew();
        mapKeeper.lay();
      },
      setMember(bondId, member, on) {
        const bond = recipeOf(get()).bonds.find(({ id }) => id === bondId)!;
        const before = get().masks[bondId] ?? bond.members.map(() => true);
        return switchMembers({ [bondId]: before.map((was, i) => (i === member ? on : was)) });
      },
      askItem: (modality, index) => ask({ kind: 'item', modality, index }),
      async askOwn(input, label) {
        ownRequest?.abort();
        const request = new AbortController();
        ownRequest = request;
        set({
          own: {
            status: 'working',
            words: `Encoding ${label === '' ? 'your query' : `“${label}”`} on this device …`,
          },
        });
        const url = input.modality === 'image' ? URL.createObjectURL(input.blob) : undefined;
        try {
          const encoded = await engine.encodeQuery(get().recipeId, input, request.signal);
          const { modality, encodeMs } = encoded;
          const query: Query = { kind: 'own', key: ++ownKey, modality, label, encodeMs, ...(url && { url }) };
          rankings.remember(query.key, encoded);
          ask(query);
          await rankings.prepare(get().recipeId, query, get().gallery);
        } catch (error) {
          if (url) URL.revokeObjectURL(url);
          if (ownRequest === request) set({ own: { status: 'failed', message: messageOf(error) } });
          throw error;
        }
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
    mapSlice: 'current',
    mapColor: 'modality',
    mapPairs: 'none',
    presenter: false,
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
