/** Composition root: makes the engine, the store and the scripting interface, and keeps the address in step. */
import { createEngine } from './engine/createEngine.ts';
import type { LabEngine } from './engine/types.ts';
import { createScripting, type BondlabApi } from './state/scripting.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from './state/store.ts';
import { browserStorage } from './engine/storage/textStorage.ts';
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
async function open(): Promise<LabStore> {
  const engine = await createEngine(document.baseURI);
  const store = createLabStore(engine, openingSettings(engine), browserStorage());
  keepAddress(store, engine);
  store.getState().open();
  return store;
}

/** Opens the lab and puts its scripting interface on the window at once. @throws as open(). */
export function openLab(): Promise<LabStore> {
  const opening = open();
  window.bondlab = createScripting(opening, __BONDLAB_VERSION__);
  return opening;
}

const ADDRESS_PAUSE_MS = 150;

/** Writes the settings to the address a moment after they changed, without filling the history. */
function keepAddress(store: LabStore, engine: LabEngine): void {
  let waiting = false;
  let written = '';
  store.subscribe(() => {
    // Nothing is computed in the turn of a slider.
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      const hash = `#${toHash(store.getState(), engine.manifest)}`;
      if (hash === written) return;
      written = hash;
      history.replaceState(null, '', hash);
    }, ADDRESS_PAUSE_MS);
  });
  window.addEventListener('hashchange', () => {
    store.getState().restore(fromHash(location.hash, engine.recipes, engine.manifest));
  });
}
