/** The lab's one store: settings, session and actions. Matrices and sessions stay in the engine. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { AbortedError, InputError, messageOf, throwIfAborted } from '../base/errors.ts';
import { MODALITIES, type Modality } from '../base/modality.ts';
import type { TextStorage } from '../engine/storage/textStorage.ts';
import type { LabEngine } from '../engine/types.ts';
import { checkFactors, presetFactors } from '../recipe/coefficients.ts';
import { sliderOf } from '../recipe/sliders.ts';
import type { Factors } from '../recipe/types.ts';
import { createDataKeeper, dataOf, type DataOptions } from './data/keeper.ts';
import { DEFAULT_VIEW } from './defaultView.ts';
import { fillTemplates, OWN_CLASS_TEMPLATES } from '../world/classes.ts';
import { createEvidence } from './evidence.ts';
import { createStudies, NO_STUDIES } from './evidence/studies.ts';
import { defaultFactorsOf, followLibrary, libraryOf, workshopOf } from './workshop/followLibrary.ts';
import { createMicroscopeKeeper } from './workshop/microscope.ts';
import { OPEN_MICROSCOPE } from './workshop/microscopeTypes.ts';
import { createRecipesKeeper } from './workshop/recipesKeeper.ts';
import { OPEN_RECIPES } from './workshop/recipesTypes.ts';
import { createMapKeeper } from './mapKeeper.ts';
import type { RankingModel } from './rankingModel.ts';
import { createRankings } from './rankings.ts';
import { factorsOf, recipeOf } from './selectors.ts';
import { fitTasks, galleriesServed } from './served.ts';
import { createSnapshotStore, masksAt } from './snapshots.ts';
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

/** A gallery the query can be ranked against with a recipe, the wanted one if possible. */
function fitGallery(engine: LabEngine, recipeId: string, query: Query, wanted: Modality): Modality {
  const recipe = engine.recipes.find(({ id }) => id === recipeId)!;
  const galleries = galleriesServed(engine, recipe, query.modality);
  return galleries.includes(wanted) ? wanted : (galleries[0] ?? otherModalities(query.modality)[0]!);
}

/** Another recipe may know less: the gallery and the tasks that are looked at become ones that it serves. */
function fitRecipe(
  engine: LabEngine,
  recipeId: string,
  { query, gallery, ...tasks }: Pick<Settings, 'query' | 'gallery' | 'task' | 'versus'>,
): Pick<Settings, 'gallery' | 'task' | 'versus'> {
  const recipe = engine.recipes.find(({ id }) => id === recipeId)!;
  return { gallery: fitGallery(engine, recipeId, query, gallery), ...fitTasks(engine, recipe, tasks) };
}

export interface LabStoreOptions extends DataOptions {
  /** Keeps named settings; without one they last as long as the window. */
  storage?: TextStorage | undefined;
}

/** The store over an engine, at `opening` where the address says nothing else. Rankings start at once. */
export function createLabStore(
  engine: LabEngine,
  opening: Settings,
  options: LabStoreOptions = {},
): LabStore {
  const kept = createSnapshotStore(options.storage, () => engine.recipes);
  const dataKeeper = createDataKeeper(() => store, options);
  let ownKey = 0;
  let snapshotRequest = 0;
  let ownRequest: AbortController | undefined;
  let rankAnew: () => Promise<void>;

  const store: LabStore = createStore<LabState>()((set, get) => {
    const quietly = (error: unknown) => {
      if (!(error instanceof AbortedError)) set({ notice: messageOf(error) });
    };
    const ranked = (model: RankingModel, factors = factorsOf(get())): Pick<LabState, 'ranking'> => {
      const { pins, gallery } = get();
      const followed = pins.filter(({ modality }) => modality === gallery).map(({ index }) => index);
      return { ranking: { status: 'ready', value: model.at(factors, followed) } };
    };
    const showRanking = (model: RankingModel) => set(ranked(model));
    const say = (note: string | undefined) => {
      if (note !== undefined) set({ notice: note });
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
        if (!stale()) showRanking(model);
      } catch (error) {
        if (!stale()) set({ ranking: { status: 'failed', message: messageOf(error) } });
      }
    };
    rankAnew = renew;
    const applyFactors = (factors: Factors) => {
      const started = performance.now();
      const { recipeId, ranking, query, gallery } = get();
      const model = rankings.prepared(recipeId, query, gallery);
      set({
        factors: { ...get().factors, [recipeId]: factors },
        ...(model && ranking.status === 'ready' && ranked(model, factors)),
      });
      // Members were switched meanwhile: the model of before is gone.
      if (!model && ranking.status === 'ready') void renew();
      void untilPaint(started).then((dragMs) => set({ dragMs }));
      evidence.request();
      if (get().view === 'evidence') studies.moved();
    };
    /** The sliders came to rest: what takes longer is done for where they stand. */
    const rest = () => {
      mapKeeper.relay();
      studies.rested();
    };
    /** One switch of members after the other, bond by bond; what cannot be switched stays as it was. */
    let switches: Promise<void> = Promise.resolve();
    const switchMembers = (masks: Record<string, readonly boolean[]>): Promise<void> => {
      switches = switches.then(async () => {
        // Compared when its turn comes: a switch before it may have changed what is on.
        const wanted = Object.entries(masks).filter(([id, mask]) => {
          const now = get().masks[id];
          return mask.some((on, i) => on !== (now ? now[i] : true));
        });
        if (wanted.length === 0) return;
        set({ switching: true });
        try {
          for (const [bondId, mask] of wanted) await switchBond(bondId, mask);
        } catch (error) {
          quietly(error);
        } finally {
          set({ switching: false });
        }
      });
      return switches;
    };
    const switchBond = async (bondId: string, mask: readonly boolean[]) => {
      // Recipes share bonds: the one in use is switched, where it has this bond.
      const bound = engine.recipes.filter(({ bonds }) => bonds.some(({ id }) => id === bondId));
      const recipe = bound.find(({ id }) => id === get().recipeId) ?? bound[0];
      if (!recipe) return;
      await engine.setMembers(recipe.id, bondId, [...mask]);
      set({ masks: { ...get().masks, [bondId]: [...mask] } });
      for (const { id } of bound) rankings.forget(id);
      if (recipe.id !== get().recipeId) return;
      evidence.renew();
      studies.renew();
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
      set({
        query,
        gallery: fitGallery(engine, get().recipeId, query, get().gallery),
        own: { status: 'idle' },
      });
      if (before.kind === 'own' && before.url) URL.revokeObjectURL(before.url);
      void renew();
    };

    return {
      engine,
      ...opening,
      masks: {},
      ...fitRecipe(engine, opening.recipeId, opening),
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
      studies: NO_STUDIES,
      snapshots: [],
      ...libraryOf(engine),
      workshop: workshopOf(engine),
      microscope: OPEN_MICROSCOPE,
      recipeBench: OPEN_RECIPES,
      data: dataOf(engine),
      ...dataKeeper.actions,
      notice: undefined,

      open() {
        const { snapshots, note } = kept.open();
        set({ snapshots });
        say(note);
        evidence.renew();
        // The first ranking comes first: studies need the same vectors.
        void renew().then(() => studies.renew());
        if (opening.view === 'evidence') studies.opened();
        void switchMembers(opening.masks);
      },
      restore(given) {
        dropOwnRequest();
        const { masks = {}, ...settings } = given;
        const query = settings.query ?? get().query;
        const recipeId = settings.recipeId ?? get().recipeId;
        const fitted = fitRecipe(engine, recipeId, { ...get(), ...DEFAULT_VIEW, ...settings, query });
        const { [recipeId]: start } = defaultFactorsOf(engine);
        const factors = { ...get().factors, [recipeId]: start!, ...settings.factors };
        const moved = settings.recipeId !== undefined && settings.recipeId !== get().recipeId;
        // Prompts are no part of an address: they stay.
        const { templates: _, ...view } = DEFAULT_VIEW;
        set({ ...view, ...settings, ...fitted, query, factors, own: { status: 'idle' } });
        void renew();
        if (moved) {
          evidence.renew();
          studies.renew();
          mapKeeper.lay();
        } else {
          evidence.request();
          rest();
        }
        if (get().view === 'evidence') studies.opened();
        const named = engine.recipes.flatMap((recipe) => Object.entries(masksAt({ masks }, recipe)));
        void switchMembers(Object.fromEntries(named));
      },
      setFactor(bondId, modality, factor) {
        const factors = factorsOf(get());
        applyFactors({ ...factors, [bondId]: { ...factors[bondId], [modality]: factor } });
      },
      moveFactors(factors) {
        const merged = { ...factorsOf(get()) };
        for (const [id, byModality] of Object.entries(factors)) merged[id] = { ...merged[id], ...byModality };
        applyFactors(checkFactors(recipeOf(get()), merged));
      },
      setFactors(factors) {
        get().moveFactors(factors);
        rest();
      },
      releaseFactor: rest,
      choosePreset(name) {
        applyFactors(presetFactors(recipeOf(get()), name));
        rest();
      },
      async chooseRecipe(recipeId) {
        if (!engine.recipes.some(({ id }) => id === recipeId)) {
          throw new InputError(
            `There is no recipe "${recipeId}"; there are ${engine.recipes.map(({ id }) => id).join(', ')}.`,
          );
        }
        if (recipeId === get().recipeId) return;
        const fitted = fitRecipe(engine, recipeId, get());
        set({ recipeId, ...fitted, evidence: {}, map: { status: 'idle' }, mapFactors: undefined });
        evidence.renew();
        studies.renew();
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
      prepared(recipeId = get().recipeId) {
        return rankings.prepared(recipeId, get().query, get().gallery);
      },
      prepareModel(recipeId = get().recipeId) {
        return rankings.prepare(recipeId, get().query, get().gallery);
      },
      async top(k) {
        return (await get().prepareModel()).top(factorsOf(get()), k);
      },
      play: (index) => void engine.playItem(index).catch(quietly),
      set(settings) {
        const { task } = get();
        set(settings);
        if (get().task !== task) studies.rested();
      },
      show(view, panel = get().panel) {
        set({ view, panel });
        if (view === 'evidence') studies.opened();
      },
      showBench: (bench) => set({ view: 'workshop', bench }),
      setWorkshop: (part) => set({ workshop: { ...get().workshop, ...part } }),
      lookAt: (part) => microscope.lookAt(part),
      measure: (question, asked) => microscope.measure(question, asked),
      cancelMeasuring: (question) => microscope.cancelMeasuring(question),
      lookAtRecipes: (part) => recipeBench.lookAtRecipes(part),
      countRecipes: (question, job) => recipeBench.countRecipes(question, job),
      cancelRecipes: (question) => recipeBench.cancelRecipes(question),
      async attempt(job) {
        try {
          return await job();
        } catch (error) {
          quietly(error);
          return undefined;
        }
      },
      setAxes(axes) {
        const recipe = recipeOf(get());
        const [x, y] = [sliderOf(recipe, axes.x), sliderOf(recipe, axes.y)];
        if (x.id === y.id) throw new InputError('A landscape lies over two different sliders.');
        set({ axes: { ...get().axes, [recipe.id]: axes } });
        studies.rested();
      },
      async setPlanes(settings) {
        // In one turn: figures of all queries must not be read beside those of a sample.
        const changed = engine.setPlanes(settings);
        evidence.renew();
        studies.renew();
        try {
          await changed;
        } catch (error) {
          quietly(error);
        }
      },
      setTemplates(id, templates) {
        fillTemplates(templates, ['']);
        set({ templates: { ...get().templates, [id]: [...templates] } });
        studies.reworded();
      },
      retryStudies: () => studies.retry(),
      askShift: (conditionId, sliderId) => studies.shift(conditionId, sliderId),
      togglePin(modality, index) {
        const { pins } = get();
        const others = pins.filter((pin) => pin.modality !== modality || pin.index !== index);
        set({ pins: others.length < pins.length ? others : [...pins, { modality, index }] });
        const model = get().prepared();
        if (model && get().ranking.status === 'ready') showRanking(model);
      },
      keepSnapshot(name) {
        const { recipeId, masks } = get();
        const { snapshots, note } = kept.keep({ recipeId, factors: factorsOf(get()), masks }, name);
        set({ snapshots });
        say(note);
      },
      renameSnapshot(id, name) {
        const { snapshots, note } = kept.rename(id, name);
        set({ snapshots });
        say(note);
      },
      removeSnapshot(id) {
        const { snapshots, note } = kept.remove(id);
        set({ snapshots });
        say(note);
      },
      async useSnapshot(id) {
        const snapshot = get().snapshots.find((one) => one.id === id);
        if (!snapshot) throw new InputError('That setting is no longer kept: choose another.');
        const recipe = engine.recipes.find((one) => one.id === snapshot.recipeId);
        if (!recipe) throw new InputError('The recipe of that setting is gone: choose another.');
        const mine = ++snapshotRequest;
        await get().chooseRecipe(recipe.id);
        if (mine === snapshotRequest) await switchMembers(masksAt(snapshot, recipe));
        // Another setting may have been chosen meanwhile.
        if (mine !== snapshotRequest || get().recipeId !== recipe.id) return;
        get().setFactors(snapshot.factors);
      },
      layMap: () => mapKeeper.lay(),
      cancelMap: () => mapKeeper.cancel(),
      dismissOwn: () => set({ own: { status: 'idle' } }),
      fail: (notice) => set({ notice }),
      close() {
        dataKeeper.actions.close();
        dropOwnRequest();
        mapKeeper.close();
        const { query } = get();
        if (query.kind === 'own' && query.url) URL.revokeObjectURL(query.url);
      },
    };
  });

  const rankings = createRankings(engine);
  const evidence = createEvidence(engine, store);
  const studies = createStudies(store);
  const microscope = createMicroscopeKeeper(store);
  const recipeBench = createRecipesKeeper(store);
  const mapKeeper = createMapKeeper(engine, store, rankings);
  followLibrary(engine, store, {
    changed(recipeIds) {
      for (const id of recipeIds) rankings.forget(id);
      const now = store.getState();
      if (!recipeIds.includes(now.recipeId)) return;
      store.setState(fitRecipe(engine, now.recipeId, now));
      evidence.renew();
      studies.renew();
      void rankAnew();
      mapKeeper.lay();
    },
    snapshots: () => store.setState({ snapshots: kept.open().snapshots }),
  });
  dataKeeper.follow();
  engine.onDevice(() => store.setState({ device: engine.device() }));
  engine.player.onChange(() => store.setState({ playing: engine.player.playing() }));
  return store;
}

/** Settings where an address leaves them open. `query` is the opening query of the collection. */
export function defaultSettings(engine: LabEngine, query: Query, gallery: Modality): Settings {
  return {
    recipeId: engine.recipes[0]!.id,
    factors: defaultFactorsOf(engine),
    masks: {},
    query,
    gallery,
    ...DEFAULT_VIEW,
    ...(!engine.embedded && { templates: OWN_CLASS_TEMPLATES }),
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
