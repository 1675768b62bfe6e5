/** Composition root: makes the services, the engine over a collection, the store and the scripting interface, and keeps the address in step. */
import { messageOf } from './base/errors.ts';
import { createEngine } from './engine/createEngine.ts';
import { createServices } from './engine/services.ts';
import { createDeferred, type Deferred } from './engine/workers/deferred.ts';
import type { LabEngine, LabServices } from './engine/types.ts';
import { bindThroughText } from './state/data/bindThroughText.ts';
import type { ThroughText } from './state/data/types.ts';
import { createScripting, type BondlabApi } from './state/scripting.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from './state/store.ts';
import { browserStorage } from './engine/storage/textStorage.ts';
import type { Settings } from './state/types.ts';
import { collectionOf, fromHash, toHash } from './state/url.ts';
import { WORLD_ID } from './world/worldId.ts';

declare global {
  interface Window {
    bondlab: BondlabApi;
  }
}

/** A lab over one collection, as long as that is in use. */
interface Lab {
  engine: LabEngine;
  store: LabStore;
  /** Writes the address no longer. */
  leaveAddress(): void;
  /** Resolved when its engine has ended: what waits for that would wait for ever. */
  ended: Deferred<void>;
}

/** The address says what it says; the opening query of the collection fills the rest. */
function openingSettings(engine: LabEngine, hash: string): Settings {
  const { queryId, gallery } = engine.opening;
  const settings = defaultSettings(engine, { kind: 'item', ...findItem(engine, queryId) }, gallery);
  const given = fromHash(hash, engine.recipes, engine.manifest);
  return { ...settings, ...given, factors: { ...settings.factors, ...given.factors } };
}

const assetUrl = (path: string) => new URL(path, document.baseURI).href;

/** Labs one after the other, over the services that they share. */
class Labs {
  readonly #services: LabServices = createServices(assetUrl, () => this.#now!.engine);
  readonly #show: (store: LabStore) => void;
  #now: Lab | undefined;
  /** One change of the collection after the other. */
  #change: Promise<void> = Promise.resolve();
  #nChanges = 0;
  /** The collection that is being left because it was removed. */
  #leaving: string | undefined;

  constructor(show: (store: LabStore) => void) {
    this.#show = show;
    this.#services.collections.onChange(() => this.#leaveRemoved());
    window.addEventListener('hashchange', () => {
      const { hash } = location;
      const lab = this.#now;
      if (!lab) return;
      if (collectionOf(hash) !== lab.engine.manifest.id) {
        void this.use(collectionOf(hash), { hash }).catch((error: unknown) => {
          lab.store.getState().fail(messageOf(error));
        });
      } else lab.store.getState().restore(fromHash(hash, lab.engine.recipes, lab.engine.manifest));
    });
  }

  /** The lab in use. */
  get store(): LabStore | undefined {
    return this.#now?.store;
  }

  /** Whether another collection is being opened. */
  get changing(): boolean {
    return this.#nChanges > 0;
  }

  /** Opens what the address names; where that is not in this browser, the embedded world, and says so. @throws MissingFileError */
  async open(): Promise<LabStore> {
    const id = collectionOf(location.hash);
    if (id === WORLD_ID) await this.use(id, { hash: location.hash });
    else {
      try {
        await this.#services.collections.opened;
        await this.use(id, { hash: location.hash });
      } catch (error) {
        await this.use(WORLD_ID);
        this.#now!.store.getState().fail(messageOf(error));
      }
    }
    return this.#now!.store;
  }

  /**
   * Opens a lab over another collection, or `anew` over the same; the one in use stays until the new one can be shown.
   * @throws InputError
   */
  use(collectionId: string, { hash = '', anew = false } = {}): Promise<void> {
    this.#nChanges++;
    const changed = this.#change
      .then(() => this.#open(collectionId, hash, anew))
      .finally(() => this.#nChanges--);
    this.#change = changed.catch(() => undefined);
    return changed;
  }

  async #open(collectionId: string, hash: string, anew: boolean): Promise<void> {
    // Asked only now: a change before this one may have left it.
    if (!anew && hash === '' && this.#now?.engine.manifest.id === collectionId) return;
    const source = await this.#services.collections.open(collectionId);
    let engine: LabEngine | undefined;
    let store: LabStore;
    try {
      engine = await createEngine(assetUrl, source, this.#services);
      store = createLabStore(engine, openingSettings(engine, hash), {
        storage: browserStorage(),
        useCollection: (id) => this.use(id, { anew: id === source.manifest.id }),
        bindThroughText: (request) => this.#bind(request),
      });
    } catch (error) {
      (engine ?? source).dispose();
      throw error;
    }
    const before = this.#now;
    // The one before ends once the page has let go of it: it outlives nothing of what it listens to.
    before?.leaveAddress();
    const ended = createDeferred<void>();
    this.#now = { engine, store, leaveAddress: keepAddress(store, engine), ended };
    this.#show(store);
    before?.store.getState().close();
    before?.engine.dispose();
    before?.ended.resolve();
    store.getState().open();
  }

  /** A collection that is removed while it is in use, here or in another window, makes room for the embedded world. */
  #leaveRemoved(): void {
    const lab = this.#now;
    if (!lab || lab.engine.embedded) return;
    const { id, name } = lab.engine.manifest;
    const isHere = this.#services.collections.list().some((one) => one.id === id);
    if (isHere || this.#leaving === id) return;
    this.#leaving = id;
    const { view } = lab.store.getState();
    this.use(WORLD_ID, { hash: `#view=${view}` })
      .then(() => this.#now!.store.getState().fail(`“${name}” was removed, so the lab left it.`))
      .catch((error: unknown) => lab.store.getState().fail(messageOf(error)));
  }

  /** Trains projectors from one space into another through the texts of a collection, and shows the recipe of them (Ex-MCR). */
  async #bind({ collectionId, baseId, expertId }: ThroughText): Promise<void> {
    if (this.#now?.engine.manifest.id !== collectionId) await this.use(collectionId);
    const { store, ended } = this.#now!;
    await bindThroughText(() => store.getState(), baseId, expertId, ended.promise);
  }
}

/**
 * Opens the lab, hands every store to `show`, and puts the scripting interface on the window at once.
 * @throws MissingFileError when the embedded world is not on the server.
 */
export function openLab(show: (store: LabStore) => void): Promise<LabStore> {
  const labs = new Labs(show);
  const opening = labs.open();
  window.bondlab = createScripting(opening, __BONDLAB_VERSION__, labs);
  return opening;
}

const ADDRESS_PAUSE_MS = 150;

/** Writes the settings to the address a moment after they changed, without filling the history. Returns what ends it. */
function keepAddress(store: LabStore, engine: LabEngine): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let written = '';
  /** `written` as the browser spells it. */
  let standing = '';
  const stop = store.subscribe(() => {
    // Nothing is computed in the turn of a slider.
    waiting ??= setTimeout(() => {
      waiting = undefined;
      const hash = `#${toHash(store.getState(), engine.manifest)}`;
      // An address that could not be opened is written over.
      if (hash === written && location.hash === standing) return;
      written = hash;
      history.replaceState(null, '', hash);
      standing = location.hash;
    }, ADDRESS_PAUSE_MS);
  });
  return () => {
    stop();
    clearTimeout(waiting);
  };
}
