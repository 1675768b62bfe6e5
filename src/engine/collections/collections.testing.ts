/** A browser's collections for tests in Node: fake encoders, fake looks, locks that several windows share. */
import { vi } from 'vitest';
import { InputError, MediaError, throwIfAborted } from '../../base/errors.ts';
import { until } from '../../base/until.testing.ts';
import { SPACES } from '../../recipe/embedded.ts';
import type { Space } from '../../recipe/types.ts';
import type { ImageItem } from '../../world/types.ts';
import type { OwnInput } from '../types.ts';
import { createCollections, type CollectionsOptions, type OwnCollections } from './collections.ts';
import { openDisk } from './disk.ts';
import type { LookMaker } from './looks.ts';
import { finish } from '../../math/steps.ts';
import { qualitySteps } from './quality.ts';
import type { NewCollection } from './types.ts';

/** Four dimensions, so that vectors can be read. */
export const TINY: Space = {
  id: 'tiny-4',
  name: 'Tiny',
  about: 'A fake.',
  dim: 4,
  modalities: ['text', 'image'],
};

/** An item as intake makes it. */
export function item(id: string, group: string, caption = group): ImageItem {
  return { id, caption, group, category: 'own', half: 'test', seen: false };
}

/** A collection of n pairs of a text "a thing <i>" and a picture of the bytes "picture <i>". */
export function pairs(n: number, name = 'Pairs'): NewCollection {
  const numbers = Array.from({ length: n }, (_, i) => i);
  return {
    name,
    origin: 'media',
    items: {
      text: numbers.map((i) => item(`text:${i}`, `g${i}`, `a thing ${i}`)),
      image: numbers.map((i) => item(`image:${i}`, `g${i}`)),
      audio: [],
    },
    media: new Map(numbers.map((i) => [`image:${i}`, new Blob([`picture ${i}`], { type: 'image/png' })])),
    vectors: [],
    recipes: [],
  };
}

/** A unit vector that depends on the number in some words alone. */
export function vectorOf(words: string, dim: number): Float32Array {
  const number = Number(/\d+/.exec(words)?.[0] ?? 0);
  const row = Float32Array.from({ length: dim }, (_, d) => Math.sin(number * (d + 1) + d));
  const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
  return row.map((x) => x / length);
}

export const fakeLooks: LookMaker = {
  async atlas(pictures, layout, { signal, onDone }) {
    for (const _ of pictures) {
      throwIfAborted(signal);
      onDone?.();
      await Promise.resolve();
    }
    return {
      blob: new Blob([`${pictures.length} tiles of ${layout.tilePx}`]),
      drawn: pictures.map(() => true),
    };
  },
  waveform: () => Promise.resolve({ peaks: new Uint8Array(48).fill(7), durationS: 1.5 }),
};

/** Encoders that note what they encode; "bad" content cannot be read. */
export function fakeEncoders(dimOf: (spaceId: string) => number) {
  const log: string[] = [];
  const state = {
    log,
    /** Media that are being encoded now, and the most that ever were. */
    held: 0,
    most: 0,
    /** Called before each input; may throw or wait. */
    before: (_words: string): Promise<void> | void => undefined,
    async encode(spaceId: string, input: OwnInput, signal?: AbortSignal): Promise<Float32Array> {
      state.held++;
      state.most = Math.max(state.most, state.held);
      try {
        const words = input.modality === 'text' ? input.text : await input.blob.text();
        await state.before(words);
        throwIfAborted(signal);
        if (words.includes('bad')) throw new MediaError(`“${words}” cannot be read.`);
        log.push(`${spaceId} ${words}`);
        return vectorOf(words, dimOf(spaceId));
      } finally {
        state.held--;
      }
    },
    async encodeTexts(
      spaceId: string,
      texts: readonly string[],
      signal?: AbortSignal,
    ): Promise<Float32Array> {
      const dim = dimOf(spaceId);
      const rows = new Float32Array(texts.length * dim);
      for (const [i, text] of texts.entries()) {
        await state.before(text);
        throwIfAborted(signal);
        if (text.includes('bad')) throw new MediaError('A text of these cannot be read.');
        log.push(`${spaceId} ${text}`);
        rows.set(vectorOf(text, dim), i * dim);
      }
      return rows;
    },
  };
  return state;
}

/** From here on the browser's disk takes so many values more (of one table), until vi.restoreAllMocks(). */
export function fillDisk(left: number, table?: string): void {
  const put = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'put')!.value as (
    this: IDBObjectStore,
    ...given: unknown[]
  ) => IDBRequest<IDBValidKey>;
  let taken = 0;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
    const counts = table === undefined || this.name === table;
    if (counts && ++taken > left) throw new DOMException('full', 'QuotaExceededError');
    return put.apply(this, given);
  });
}

const open: OwnCollections[] = [];

/** Ends every window that a test has opened. */
export function closeWindows(): void {
  for (const one of open.splice(0)) one.dispose();
}

/** One window of the browser, on `globalThis.indexedDB` where no disk is given. */
export async function openWindow(options: Partial<CollectionsOptions> = {}) {
  const spaces = [TINY, ...SPACES];
  const encoders = fakeEncoders((id) => spaces.find((space) => space.id === id)!.dim);
  const collections = createCollections({
    world: () => Promise.reject(new InputError('There is no world in this test.')),
    spaces: () => spaces,
    encode: (...given) => encoders.encode(...given),
    encodeTexts: (...given) => encoders.encodeTexts(...given),
    precision: () => 'int8',
    openDisk,
    looks: fakeLooks,
    counter: {
      count: (request) => Promise.resolve(finish(qualitySteps(request))),
      dispose: () => undefined,
    },
    ...options,
  });
  open.push(collections);
  await collections.opened;
  const run = (id: string) => collections.runs().find((one) => one.id === id)!;
  const info = (id: string) => collections.list().find((one) => one.id === id)!;
  return {
    collections,
    encoders,
    run,
    info,
    state: (id: string, wanted: string) =>
      until(() => collections.runs().some((one) => one.id === id && one.state === wanted)),
  };
}

/** Locks as a browser has them: by name, first come first served. */
export function fakeLocks(): LockManager {
  const tails = new Map<string, Promise<unknown>>();
  const held = new Set<string>();
  return {
    request(name: string, options: LockOptions, work: () => Promise<unknown>) {
      let begun = false;
      const turn = (tails.get(name) ?? Promise.resolve()).then(async () => {
        options.signal?.throwIfAborted();
        begun = true;
        held.add(name);
        try {
          return await work();
        } finally {
          held.delete(name);
        }
      });
      tails.set(
        name,
        turn.catch(() => undefined),
      );
      const aborted = new Promise((_, reject) => {
        // Who has the lock keeps it until the work is over.
        options.signal?.addEventListener('abort', () => begun || reject(new DOMException('', 'AbortError')));
      });
      return options.signal ? Promise.race([turn, aborted]) : turn;
    },
    query: () => Promise.resolve({ held: [...held].map((name) => ({ name })) }),
  } as unknown as LockManager;
}
