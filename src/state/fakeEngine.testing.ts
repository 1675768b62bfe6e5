/** An engine of a tiny seeded world, for tests of the store: no files, no workers. */
import { InputError, MediaError } from '../base/errors.ts';
import { MODALITIES, splitDirection, type Modality } from '../base/modality.ts';
import { createRandom } from '../base/random.ts';
import type {
  ComponentSet,
  EncodedQuery,
  LabEngine,
  MetricsByDirection,
  OwnInput,
  StudyResult,
} from '../engine/types.ts';
import { RecipeLibrary } from '../engine/library.ts';
import type { MapLayout } from '../engine/maps/types.ts';
import { componentNames } from '../recipe/coefficients.ts';
import { ENSEMBLES, RECIPES, SPACES } from '../recipe/embedded.ts';
import type { CollectionInfo } from '../engine/collections/types.ts';
import type { Factors, Space } from '../recipe/types.ts';
import { taskAnswerRanks } from '../recipe/taskScores.ts';
import { classInfo } from '../world/classes.ts';
import { CONDITIONS } from '../world/conditions.ts';
import { directionInfo, isClassTask, retrievalTask } from '../world/tasks.ts';
import type { CollectionManifest } from '../world/types.ts';
import { createFakeCollections, type FakeCollections } from './data/fakeCollections.testing.ts';
import { createFakeIntake, type FakeIntake } from './data/fakeIntake.testing.ts';
import { createFakeModels, type FakeModels } from './data/fakeModels.testing.ts';
import { createFakeTraining, type FakeTraining } from './workshop/fakeTraining.testing.ts';

const N = 6;
const DIM = 8;

const random = createRandom(3);
function unitRows(n: number): Float32Array {
  const rows = Float32Array.from({ length: n * DIM }, () => random.normal());
  for (let i = 0; i < n; i++) {
    const row = rows.subarray(i * DIM, (i + 1) * DIM);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    row.forEach((value, d) => (row[d] = value / length));
  }
  return rows;
}

function makeManifest(): CollectionManifest {
  const common = (i: number) => ({
    caption: `thing ${i}`,
    group: `group ${i}`,
    category: 'things',
    half: i % 2 === 0 ? ('test' as const) : ('validation' as const),
    seen: true,
  });
  const each = <T>(make: (i: number) => T) => Array.from({ length: N }, (_, i) => make(i));
  const clip = { concept: 'rain', seed: 1, pitch: 0, rate: 0, brightness: 0, distance: 0, durationS: 2 };
  return {
    id: 'tiny',
    name: 'Tiny',
    version: '1',
    seed: 1,
    atlas: { tilePx: 64, columns: 2 },
    text: each((i) => ({ ...common(i), id: `text:${i}`, source: 'sound' })),
    image: each((i) => ({
      ...common(i),
      category: 'objects',
      id: `image:${i}`,
      hexcode: `${i}`,
      tile: i,
      textId: `text:${i}`,
    })),
    audio: each((i) => ({ ...common(i), id: `audio:${i}`, clip, durationS: 2, textId: `text:${i}` })),
  };
}

/** The collection in the list of all. */
function infoOf(manifest: CollectionManifest, spaces: readonly Space[]): CollectionInfo {
  const counts = { text: N, image: N, audio: N };
  return {
    id: manifest.id,
    name: manifest.name,
    createdAt: undefined,
    origin: 'embedded',
    counts,
    spaces: spaces.map((space) => ({
      space,
      encoded: Object.fromEntries(space.modalities.map((modality) => [modality, N])),
      origin: 'Ships with the lab',
    })),
    bytes: 0,
    ready: true,
  };
}

const EMPTY_LAYOUT: MapLayout = {
  pictures: {},
  figures: { nNeighbors: 1, slices: {}, kept: [] },
  frame: { centerX: 0, centerY: 0, unitsPerFrame: 1 },
  nLaid: 0,
  elapsedMs: 0,
};

export interface FakeEngine extends LabEngine {
  readonly training: FakeTraining;
  readonly collections: FakeCollections;
  readonly intake: FakeIntake;
  readonly models: FakeModels;
  /** Factors of every metrics() call so far. */
  asked: Factors[];
  /** Masks of every setMembers() call so far, and layouts asked for. */
  switched: boolean[][];
  laid: ('layout' | 'relay')[];
  /** Makes the next encodeQuery() fail. */
  breakNext(): void;
}

export function createFakeEngine(): FakeEngine {
  const manifest = makeManifest();
  const asked: Factors[] = [];
  const switched: boolean[][] = [];
  const laid: ('layout' | 'relay')[] = [];
  let broken = false;
  const spaces = SPACES.map((space) => ({ ...space, dim: DIM }));
  const training = createFakeTraining();
  const listeners = new Set<() => void>();
  const library = new RecipeLibrary({
    embedded: RECIPES,
    parts: () => ({ spaces, ensembles: [...ENSEMBLES, ...training.ensembles()] }),
    storage: undefined,
    onChange: () => {
      for (const listener of listeners) listener();
    },
  });
  training.onChange(() => library.renew());
  const noStudy = () => Promise.reject(new InputError('There is no microscope here.'));
  const vectors = Object.fromEntries(
    SPACES.map(({ id, modalities }) => [id, Object.fromEntries(modalities.map((m) => [m, unitRows(N)]))]),
  ) as Record<string, Partial<Record<Modality, Float32Array>>>;
  const componentsOf = (recipeId: string) => {
    const recipe = library.recipes().find(({ id }) => id === recipeId)!;
    const components: Partial<Record<Modality, ComponentSet>> = {};
    for (const modality of MODALITIES) {
      const names = componentNames(recipe, modality, SPACES);
      components[modality] = { names, nItems: N, dim: DIM, data: names.map(() => unitRows(N)) };
    }
    return { recipe, components };
  };
  const kept = {
    made: new Map<string, ReturnType<typeof componentsOf>>(),
    get(id: string) {
      const known = this.made.get(id) ?? componentsOf(id);
      this.made.set(id, known);
      return known;
    },
  };
  const encoded = (recipeId: string, input: OwnInput): EncodedQuery => ({
    modality: input.modality,
    input,
    bySpace: Object.fromEntries(
      SPACES.filter((space) => space.modalities.includes(input.modality)).map(({ id }) => [id, unitRows(1)]),
    ),
    components: kept.get(recipeId).components[input.modality]!.names.map(() => unitRows(1)),
    encodeMs: 5,
  });
  const idle = () => () => undefined;
  return {
    manifest,
    embedded: true,
    atlasUrl: 'world/atlas.webp',
    collections: createFakeCollections(infoOf(manifest, spaces)),
    intake: createFakeIntake(),
    models: createFakeModels(),
    opening: { queryId: 'text:0', gallery: 'audio', rule: 'first' },
    spaces,
    get recipes() {
      return library.recipes();
    },
    get ensembles() {
      return [...ENSEMBLES, ...training.ensembles()];
    },
    library,
    training,
    exchange: {
      importFiles: () => Promise.resolve({ imported: [], leftOut: [] }),
      mapEnsemble: () => Promise.resolve(),
      exportEnsemble: () => Promise.reject(new InputError('Nothing is exported here.')),
    },
    microscope: {
      memberStudy: noStudy,
      sizeStudy: noStudy,
      costSubjects: noStudy,
      costStudy: noStudy,
      conflictStudy: noStudy,
      keepsStudy: noStudy,
    },
    onLibrary(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    asked,
    breakNext: () => {
      broken = true;
    },
    switched,
    laid,
    maps: {
      layout() {
        laid.push('layout');
        return Promise.resolve(EMPTY_LAYOUT);
      },
      relay() {
        laid.push('relay');
        return Promise.resolve(EMPTY_LAYOUT);
      },
      place: () => undefined,
      dispose: () => undefined,
    },
    player: {
      toggle: () => Promise.resolve(),
      stop: () => undefined,
      playing: () => undefined,
      onChange: idle,
      dispose: () => undefined,
    },
    assetUrl: (path) => path,
    peaks: () => new Uint8Array(48),
    playItem: () => Promise.resolve(),
    conditions: CONDITIONS,
    task: (id) => (isClassTask(id) ? classInfo(manifest, id) : directionInfo(manifest, id)),
    study({ subject, tasks, settings }) {
      const recipe =
        'recipeId' in subject ? library.recipes().find(({ id }) => id === subject.recipeId) : undefined;
      const components: Partial<Record<Modality, ComponentSet>> = {};
      for (const modality of MODALITIES) {
        if ('recipeId' in subject) {
          components[modality] = kept.get(subject.recipeId).components[modality]!;
        } else if (vectors[subject.spaceId]?.[modality]) {
          const data = [vectors[subject.spaceId]![modality]!];
          components[modality] = { names: [subject.spaceId], nItems: N, dim: DIM, data };
        }
      }
      const result: StudyResult = {};
      for (const id of tasks) {
        if (isClassTask(id) || !splitDirection(id).every((modality) => components[modality])) continue;
        result[id] = taskAnswerRanks(recipe, components, retrievalTask(manifest, id), settings);
      }
      return Promise.resolve(result);
    },
    classComponents: () => Promise.reject(new InputError('There are no classes here.')),
    recipeData: (recipeId) => Promise.resolve(kept.get(recipeId)),
    spaceEmbeddings: (spaceId) => Promise.resolve(vectors[spaceId]!),
    metrics(_, factors) {
      asked.push(factors);
      return Promise.resolve({} as MetricsByDirection);
    },
    spaceMetrics: () => Promise.resolve({}),
    setMembers(_, __, mask) {
      switched.push(mask);
      return Promise.resolve();
    },
    encodeQuery(recipeId, input) {
      if (broken) {
        broken = false;
        return Promise.reject(new MediaError('That is no picture.'));
      }
      return Promise.resolve(encoded(recipeId, input));
    },
    projectQuery: (recipeId, query) => Promise.resolve(encoded(recipeId, query.input)),
    encode: () => Promise.resolve(unitRows(1)),
    figures: () => Promise.reject(new Error('no figures here')),
    curves: () => Promise.reject(new Error('no curves here')),
    device: () => ({
      scoring: 'wasm',
      scoringReason: 'a test',
      encoders: {},
      memory: {
        usedBytes: 0,
        budgetBytes: 2 ** 30,
        sampleQueries: undefined,
        planes: 'float32',
        refusal: undefined,
      },
    }),
    setPlanes: () => Promise.resolve(),
    onDevice: idle,
    dispose: () => undefined,
  };
}
