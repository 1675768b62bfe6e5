/** Composition root: makes the engine, the store and the scripting interface, and keeps the address in step. */
import { createEngine } from './engine/createEngine.ts';
import type { LabEngine } from './engine/types.ts';
import { createScripting, type BondlabApi } from './state/scripting.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from './state/store.ts';
import type { Settings } from './state/types.ts';
import { fromHash, toHash } from './state/url.ts';

declare global {
  interface Window {
    bondlab: BondlabApi;
  }
}

/** The address says what it says; the opening query of the collection fills the rest. */
function openingSettings(engine: LabEngine): Settings {
  const { queryId, gallery } = engine.opening;
  const settings = defaultSettings(engine, { kind: 'item', ...findItem(engine, queryId) }, gallery);
  const given = fromHash(location.hash, engine.recipes, engine.manifest);
  return { ...settings, ...given, factors: { ...settings.factors, ...given.factors } };
}

/** Opens the lab. @throws MissingFileError when the embedded world is not on the server. */
export async function openLab(): Promise<LabStore> {
  const engine = await createEngine(document.baseURI);
  const settings = openingSettings(engine);
  const store = createLabStore(engine, settings);
  keepAddress(store, engine);
  const ready = firstRanking(store);
  window.bondlab = createScripting(store, ready, __BONDLAB_VERSION__);
  // The page itself shows what went wrong; whoever awaits `ready` hears it too.
  ready.catch(() => undefined);
  store.getState().open();
  return store;
}

function firstRanking(store: LabStore): Promise<void> {
  return new Promise((done, fail) => {
    const stop = store.subscribe(({ ranking }) => {
      if (ranking.status === 'ready') {
        stop();
        requestAnimationFrame(() => done());
      } else if (ranking.status === 'failed') {
        stop();
        fail(new Error(ranking.message));
      }
    });
  });
}

/** Writes the settings to the address when they come to rest, without filling the history. */
function keepAddress(store: LabStore, engine: LabEngine): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  store.subscribe((state) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const hash = `#${toHash(state, engine.manifest)}`;
      if (location.hash !== hash) history.replaceState(null, '', hash);
    }, 150);
  });
  window.addEventListener('hashchange', () => {
    const given = fromHash(location.hash, engine.recipes, engine.manifest);
    store.getState().restore(given);
  });
}
