/** A small world to train in, and a trainer that computes next to nothing: for tests. */
import { createRandom, seedOf } from '../../base/random.ts';
import type { Modality } from '../../base/modality.ts';
import { ModelError } from '../../base/errors.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import { normaliseRows } from '../../math/sphere.ts';
import type { Space } from '../../recipe/types.ts';
import type { WorldManifest, Half, WorldTextItem } from '../../world/types.ts';
import { createDeferred, type Deferred } from '../workers/deferred.ts';
import { plainMatMul } from './projection.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { TABLES, type Disk, type Table } from './storage.ts';
import type { MemberTask, TrainerState } from './trainer.ts';
import type { Trainer, TrainingDevice } from './trainingDevice.ts';
import type { TrainingSettings, TrainRequest } from './types.ts';

export const TEST_SPACES: readonly Space[] = [
  { id: 'unified', name: 'Unified', about: '', dim: 8, modalities: ['text', 'image', 'audio'] },
  { id: 'foley', name: 'Foley', about: '', dim: 6, modalities: ['text', 'audio'] },
  { id: 'pictext', name: 'PicText', about: '', dim: 7, modalities: ['text', 'image'] },
  { id: 'ears', name: 'Ears', about: '', dim: 5, modalities: ['audio'] },
  { id: 'new', name: 'New', about: '', dim: 8, modalities: [] },
];

export const TEST_SETTINGS: TrainingSettings = {
  ...DEFAULT_SETTINGS,
  steps: 60,
  batch: 16,
  hidden: 4,
  warmUp: 2,
};

export const TEST_REQUEST: TrainRequest = {
  kind: 'combination',
  base: 'unified',
  expert: 'foley',
  members: ['mix', 'A', 'T'],
  settings: TEST_SETTINGS,
  mining: { kind: 'top-1' },
  pool: 'collection',
};

const N_GROUPS = 24;

/** A collection of so many things, each with a sound, a picture and a text of either; every other one validates. */
export function testManifest(): WorldManifest {
  const groups = Array.from({ length: N_GROUPS }, (_, i) => ({
    group: `thing-${i}`,
    category: 'things',
    half: (i % 2 === 0 ? 'validation' : 'test') as Half,
    seen: true,
  }));
  const text = (source: WorldTextItem['source']) =>
    groups.map((base, i) => ({
      ...base,
      id: `text:${source}:${i}`,
      caption: `${source} of thing ${i}`,
      source,
    }));
  const clip = {
    concept: 'church-bell',
    seed: 1,
    pitch: 0,
    rate: 0,
    brightness: 0,
    distance: 0,
    durationS: 1,
  };
  return {
    id: 'test',
    name: 'Test collection',
    version: '1',
    seed: 1,
    atlas: { file: 'atlas.webp', tilePx: 72, columns: 8 },
    text: [...text('sound'), ...text('picture')],
    image: groups.map((base, i) => ({
      ...base,
      id: `image:${i}`,
      caption: `picture ${i}`,
      hexcode: `1F${i}`,
      tile: i,
      textId: `text:picture:${i}`,
    })),
    audio: groups.map((base, i) => ({
      ...base,
      id: `audio:${i}`,
      caption: `sound ${i}`,
      clip,
      durationS: 1,
      textId: `text:sound:${i}`,
    })),
  };
}

/** Unit rows of the collection in a space: the same direction for what is of one thing, and noise. */
export function testEmbeddings(spaceId: string): Promise<Partial<Record<Modality, Float32Array>>> {
  const { dim, modalities } = TEST_SPACES.find(({ id }) => id === spaceId)!;
  const rows = modalities.map((modality) => {
    const noise = createRandom(seedOf(`${spaceId} ${modality}`));
    const n = modality === 'text' ? 2 * N_GROUPS : N_GROUPS;
    const x = Float32Array.from({ length: n * dim }, (_, at) => {
      const thing = Math.floor(at / dim) % N_GROUPS;
      return createRandom(seedOf(`${spaceId} ${thing} ${at % dim}`)).normal() + 0.4 * noise.normal();
    });
    return [modality, normaliseRows(x, dim)] as const;
  });
  return Promise.resolve(Object.fromEntries(rows));
}

/** The collection's tiles, and sounds of 2,000 samples. */
export const testMedia = {
  atlasUrl: '/world/atlas.webp',
  sound: () => Promise.resolve({ samples: new Float32Array(2000), sampleRateHz: 16_000 }),
};

export interface FakeDevice extends TrainingDevice {
  /** Trainers wait before step `step` of `member` until the gate is opened. */
  gateAt(member: string, step: number): Deferred<void>;
  /** The loss of `member` is no number at `step`; or something breaks that has no class of its own. */
  failAt(member: string, step: number, how: 'diverges' | 'breaks'): void;
  /** Steps done in all, by member. */
  readonly steps: Record<string, number>;
}

/** Every step moves each weight by a number that depends on seed, member and step alone. */
export function createFakeDevice(): FakeDevice {
  const gates = new Map<string, Deferred<void>>();
  const failures = new Map<string, 'diverges' | 'breaks'>();
  const steps: Record<string, number> = {};
  return {
    backend: 'wasm',
    threads: 1,
    reason: 'a test',
    matMul: plainMatMul,
    steps,
    gateAt(member, step) {
      const gate = createDeferred<void>();
      gates.set(`${member} ${step}`, gate);
      return gate;
    },
    failAt: (member, step, how) => void failures.set(`${member} ${step}`, how),
    create(task, settings, member, state): Promise<Trainer> {
      let now = state ? structuredClone(state) : firstState(task, settings, member);
      return Promise.resolve({
        async step() {
          const step = now.step + 1;
          await gates.get(`${member} ${step}`)?.promise;
          const failure = failures.get(`${member} ${step}`);
          if (failure === 'diverges') throw new ModelError(`The loss of ${member} is no longer a number.`);
          if (failure === 'breaks') throw new RangeError('unreachable executed');
          const random = createRandom(seedOf(`${settings.seed} ${member} ${step}`));
          now = structuredClone(now);
          now.step = step;
          for (const { weights } of now.networks) {
            for (const values of [weights['linear1.weight'], weights['linear2.weight']]) {
              for (let i = 0; i < values.length; i++) values[i]! += 0.05 * random.normal();
            }
          }
          steps[member] = (steps[member] ?? 0) + 1;
          return { step, loss: 5 / step + random.float(), learningRate: 1 / step };
        },
        save: () => Promise.resolve(structuredClone(now)),
        weights: () => Promise.resolve(now.networks.map(({ weights }) => structuredClone(weights))),
        dispose: () => undefined,
      });
    },
  };
}

function firstState(task: MemberTask, { seed, hidden }: TrainingSettings, member: string): TrainerState {
  const random = createRandom(seedOf(`${seed} ${member}`));
  const filled = (length: number, value: number) => new Float32Array(length).fill(value);
  const drawn = (length: number) => Float32Array.from({ length }, () => random.normal());
  return {
    step: 0,
    networks: task.networks.map(({ dIn }) => {
      const norm = (k: 1 | 2, width: number) => ({
        [`linear${k}.bias`]: filled(width, 0),
        [`norm${k}.weight`]: filled(width, 1),
        [`norm${k}.bias`]: filled(width, 0),
        [`norm${k}.running_mean`]: filled(width, 0),
        [`norm${k}.running_var`]: filled(width, 1),
      });
      const weights = {
        'linear1.weight': drawn(dIn * hidden),
        'linear2.weight': drawn(hidden * task.dOut),
        ...norm(1, hidden),
        ...norm(2, task.dOut),
      };
      return { weights: weights as ProjectorWeights, m: {}, v: {} };
    }),
  };
}

export interface MemoryDisk extends Disk {
  /** Thrown by every write from now on. */
  refusal: Error | undefined;
  readonly tables: ReadonlyMap<Table, Map<string, unknown>>;
}

/** A disk that several storages can share, as the page and its worker share the browser's. */
export function createMemoryDisk(): MemoryDisk {
  const tables = new Map<Table, Map<string, unknown>>(TABLES.map((table) => [table, new Map()]));
  const disk: MemoryDisk = {
    refusal: undefined,
    tables,
    get: (table, key) => Promise.resolve(structuredClone(tables.get(table)!.get(key))),
    all: (table) => Promise.resolve(structuredClone([...tables.get(table)!])),
    put(table, key, value) {
      if (disk.refusal) return Promise.reject(disk.refusal);
      tables.get(table)!.set(key, structuredClone(value));
      return Promise.resolve();
    },
    edit(table, key, edit) {
      if (disk.refusal) return Promise.reject(disk.refusal);
      const value = edit(structuredClone(tables.get(table)!.get(key)));
      tables.get(table)!.set(key, structuredClone(value));
      return Promise.resolve(value);
    },
    remove(table, key) {
      if (disk.refusal) return Promise.reject(disk.refusal);
      tables.get(table)!.delete(key);
      return Promise.resolve();
    },
    close: () => undefined,
  };
  return disk;
}
