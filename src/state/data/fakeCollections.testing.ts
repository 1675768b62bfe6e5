/** Collections that are what a test says they are. */
import { InputError } from '../../base/errors.ts';
import type {
  CollectionInfo,
  Collections,
  CollectionSource,
  EncodeRun,
  SpaceQuality,
} from '../../engine/collections/types.ts';

export interface FakeCollections extends Collections {
  /** Puts collections, runs and a problem in place, and tells the listeners. */
  put(state: {
    list?: readonly CollectionInfo[];
    runs?: readonly EncodeRun[];
    problem?: string | undefined;
  }): void;
  /** What was called, with its first arguments. */
  calls: string[];
  nListeners(): number;
  quality: (id: string, spaceId: string) => Promise<SpaceQuality>;
}

export function createFakeCollections(embedded: CollectionInfo): FakeCollections {
  let list: readonly CollectionInfo[] = [embedded];
  let runs: readonly EncodeRun[] = [];
  let problem: string | undefined;
  const listeners = new Set<() => void>();
  const calls: string[] = [];
  const called = (name: string, ...given: string[]) => void calls.push([name, ...given].join(' '));
  return {
    calls,
    nListeners: () => listeners.size,
    put(state) {
      list = state.list ?? list;
      runs = state.runs ?? runs;
      problem = 'problem' in state ? state.problem : problem;
      for (const listener of listeners) listener();
    },
    list: () => list,
    runs: () => runs,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    opened: Promise.resolve(),
    problem: () => problem,
    open: (id): Promise<CollectionSource> =>
      Promise.reject(new InputError(`There is no lab over ${id} here.`)),
    encode(id, spaceIds) {
      called('encode', id, spaceIds.join(','));
      return Promise.resolve('run-1');
    },
    pause: (id) => called('pause', id),
    goOn: (id) => called('goOn', id),
    cancel: (id) => called('cancel', id),
    rename(id, name) {
      called('rename', id, name);
      return Promise.resolve();
    },
    remove(id) {
      called('remove', id);
      return Promise.resolve();
    },
    save(id) {
      called('save', id);
      return Promise.resolve({ name: `${id}.zip`, blob: new Blob(['zip']) });
    },
    quality(id, spaceId) {
      called('quality', id, spaceId);
      return Promise.resolve({ spaceId, R1: { 'image>text': 0.5 }, gap: { 'image-text': 0.8 } });
    },
    dispose: () => undefined,
  };
}
