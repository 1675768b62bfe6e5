/** Keeps what the face "Data" shows in step with the services that outlive a lab. */
import type { StoreApi } from 'zustand';
import { InputError, messageOf } from '../../base/errors.ts';
import type { CollectionInfo, CollectionSpace, SpaceQuality } from '../../engine/collections/types.ts';
import type { LabEngine, LabServices } from '../../engine/types.ts';
import type { LabState, Status } from '../types.ts';
import { createIntakeActions } from './intake.ts';
import { createModelActions } from './models.ts';
import type { DataActions, DataSession, ModelLists, ThroughText } from './types.ts';

/** What only the composition root can do. */
export interface DataOptions {
  /** Opens a lab over another collection in the place of this one. */
  useCollection?: (id: string) => Promise<void>;
  /** Makes projectors between two spaces that share texts, and a recipe of them. */
  bindThroughText?: (request: ThroughText) => Promise<void>;
  /** How much the browser holds for this page, where it tells. */
  estimateRoom?: () => Promise<{ used: number; quota: number } | undefined>;
}

/** Names the figures of a collection in a space, as it is encoded at present. */
export function qualityKey({ id }: Pick<CollectionInfo, 'id'>, { space, encoded }: CollectionSpace): string {
  return `${id} ${space.id} ${Object.entries(encoded).flat().join(' ')}`;
}

/** How far a collection is encoded, space by space. */
export function encodedKey(info: Pick<CollectionInfo, 'id' | 'spaces'> | undefined): string {
  return (info?.spaces ?? []).map((one) => qualityKey(info!, one)).join('\n');
}

function modelsOf({ models }: LabServices): ModelLists {
  return {
    shelf: models.shelf(),
    host: models.host(),
    downloads: models.downloads(),
    kept: models.kept(),
    encoders: models.encoders(),
    spaces: models.spaces(),
  };
}

function collectionsOf({
  collections,
}: LabServices): Pick<DataSession, 'collections' | 'runs' | 'storageProblem'> {
  return {
    collections: collections.list(),
    runs: collections.runs(),
    storageProblem: collections.problem(),
  };
}

/** The face as it opens. */
export function dataOf(services: Pick<LabEngine, keyof LabServices | 'manifest'>): DataSession {
  return {
    ...collectionsOf(services),
    intake: { status: 'idle' },
    quality: {},
    models: modelsOf(services),
    inspected: undefined,
    single: { status: 'idle' },
    room: undefined,
    openedAs: encodedKey(services.collections.list().find(({ id }) => id === services.manifest.id)),
    opening: undefined,
    binding: false,
  };
}

export interface DataKeeper {
  actions: DataActions;
  /** Listens to the services; call it once the store is there. */
  follow(): void;
}

export function createDataKeeper(store: () => StoreApi<LabState>, options: DataOptions): DataKeeper {
  const engine = () => store().getState().engine;
  const data = () => store().getState().data;
  const put = (part: Partial<DataSession>) => store().setState({ data: { ...data(), ...part } });
  const stops: (() => void)[] = [];
  let closed = false;

  const measureRoom = async () => {
    const room = await (options.estimateRoom ?? browserRoom)();
    if (room && !closed) put({ room });
  };
  const putQuality = (key: string, status: Status<SpaceQuality>) =>
    put({ quality: { ...data().quality, [key]: status } });
  const lazily = <T extends object>(make: (store: StoreApi<LabState>) => T): (() => T) => {
    let made: T | undefined;
    return () => (made ??= make(store()));
  };
  const intake = lazily(createIntakeActions);
  const models = lazily(createModelActions);

  return {
    follow() {
      const { collections, models: shelf } = engine();
      const readCollections = () => put(collectionsOf(engine()));
      const readModels = () => put({ models: modelsOf(engine()) });
      stops.push(collections.onChange(readCollections), shelf.onChange(readModels));
      void collections.opened.then(() => !closed && readCollections());
      void shelf.opened.then(() => !closed && readModels());
    },
    actions: {
      canBind: options.bindThroughText !== undefined,
      showData: (dataTab) => store().setState({ view: 'data', dataTab }),
      async useCollection(id) {
        if (data().opening !== undefined) return;
        put({ opening: id });
        await store()
          .getState()
          .attempt(() => {
            if (!options.useCollection) throw new InputError('This lab has one collection alone.');
            return options.useCollection(id);
          });
        put({ opening: undefined });
      },
      async bindThroughText(request) {
        if (data().binding) return;
        put({ binding: true });
        await store()
          .getState()
          .attempt(() => {
            if (!options.bindThroughText) throw new InputError('Nothing is bound in this lab.');
            return options.bindThroughText(request);
          });
        put({ binding: false });
      },
      takeIn: (given) => intake().takeIn(given),
      setIntake: (part) => intake().setIntake(part),
      keepIntake: () => intake().keepIntake(),
      closeIntake: () => intake().closeIntake(),
      askQuality(collectionId) {
        const info = data().collections.find(({ id }) => id === collectionId);
        for (const one of info?.spaces ?? []) {
          const key = qualityKey(info!, one);
          const known = data().quality[key]?.status;
          const nModalities = Object.values(one.encoded).filter((n) => n > 0).length;
          if (known === 'loading' || known === 'ready' || nModalities < 2) continue;
          putQuality(key, { status: 'loading', words: 'Counting …' });
          engine()
            .collections.quality(collectionId, one.space.id)
            .then(
              (value) => putQuality(key, { status: 'ready', value }),
              (error: unknown) => putQuality(key, { status: 'failed', message: messageOf(error) }),
            );
        }
      },
      inspectRepo: (repo) => models().inspectRepo(repo),
      download: async (repo, precision) => {
        await models().download(repo, precision);
        await measureRoom();
      },
      proposeEncoder: (given) => models().proposeEncoder(given),
      setSpec: (spec) => models().setSpec(spec),
      tryEncoder: () => models().tryEncoder(),
      keepEncoder: () => models().keepEncoder(),
      closeEncoder: () => models().closeEncoder(),
      measureRoom,
      close() {
        closed = true;
        for (const stop of stops.splice(0)) stop();
        // What is being kept is kept: the list of the next lab tells.
        if (data().intake.status !== 'keeping') intake().closeIntake();
      },
    },
  };
}

/** What the browser holds for this page; undefined where it does not tell. */
export async function browserRoom(): Promise<{ used: number; quota: number } | undefined> {
  const { usage, quota } = (await globalThis.navigator?.storage?.estimate?.()) ?? {};
  return usage === undefined || quota === undefined ? undefined : { used: usage, quota };
}
