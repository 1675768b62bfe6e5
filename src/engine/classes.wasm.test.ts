/** Zero-shot classification of the embedded collection, as it ships: prompts are encoded here, sounds and pictures are stored. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Modality } from '../base/modality.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { componentNames, componentSource, presetFactors } from '../recipe/coefficients.ts';
import { RECIPES, SPACES } from '../recipe/embedded.ts';
import { taskRanks, type NamedComponents } from '../recipe/taskScores.ts';
import type { Factors, Recipe, Space } from '../recipe/types.ts';
import { CLASS_TEMPLATES, classTask } from '../world/classes.ts';
import type { ClassTaskId, CollectionManifest } from '../world/types.ts';
import { createClassSets, type ClassSets, type ClassSubject } from './classes.ts';
import { createEncoders, type Encoders } from './encoders/encoders.ts';
import { fetchFile, fetchJson } from './storage/fetchFile.ts';

const [UNIFIED, PICTEXT, FOLEY] = SPACES as [Space, Space, Space];
const [UNIFIED_PP, PICTEXT_U] = RECIPES as [Recipe, Recipe];

let encoders: Encoders;
let manifest: CollectionManifest;
let sets: ClassSets;

beforeAll(async () => {
  encoders = createEncoders({ assetUrl: (path) => `/${path}`, backend: 'wasm' });
  manifest = await fetchJson('/world/collection.json');
  sets = createClassSets({ manifest, spaces: () => SPACES, encoders });
});
afterAll(() => encoders.dispose());

async function stored(path: string, modality: Modality): Promise<Float32Array> {
  return readSafetensors(await fetchFile(`/world/${path}.safetensors`)).get(modality)!.data;
}

/** The stored components of a modality's items. */
async function queriesOf(subject: ClassSubject, modality: Modality): Promise<NamedComponents> {
  const names = 'space' in subject ? [subject.space.id] : componentNames(subject.recipe, modality, SPACES);
  const data = await Promise.all(
    names.map((name) => {
      const source = 'space' in subject ? { space: name } : componentSource(subject.recipe, name);
      return stored(
        'space' in source ? `embeddings/${name}` : `projected/${source.parts[0]!.ensemble}`,
        modality,
      );
    }),
  );
  const nItems = manifest[modality].length;
  return { names, nItems, dim: data[0]!.length / nItems, data };
}

/** Top-1 and top-5 accuracy over all items. */
async function accuracy(subject: ClassSubject, id: ClassTaskId, factors: Factors = {}) {
  const { task } = classTask(manifest, id);
  const { queryModality } = task;
  const components = {
    [queryModality]: await queriesOf(subject, queryModality),
    text: await sets.componentsFor(subject, id, CLASS_TEMPLATES[id], new Map()),
  };
  const recipe = 'recipe' in subject ? subject.recipe : undefined;
  const ranks = taskRanks(recipe, components, task, factors);
  const within = (k: number) => ranks.filter((rank) => rank <= k).length / ranks.length;
  return { top1: within(1), top5: within(5) };
}

test(
  'Foley names sounds far better than Unified and than chance, and fused they name them better still',
  { timeout: 300_000 },
  async () => {
    const chance = 1 / classTask(manifest, 'audio>class').classes.length;
    const unified = await accuracy({ space: UNIFIED }, 'audio>class');
    const foley = await accuracy({ space: FOLEY }, 'audio>class');
    expect(unified.top1).toBeGreaterThan(5 * chance);
    expect(foley.top1).toBeGreaterThan(25 * chance);
    expect(foley.top1 - unified.top1).toBeGreaterThan(0.2);
    expect(foley.top5 - unified.top5).toBeGreaterThan(0.2);
    const fusedAt = (preset: string) =>
      accuracy({ recipe: UNIFIED_PP }, 'audio>class', presetFactors(UNIFIED_PP, preset));
    expect(await fusedAt('Unified')).toEqual(unified);
    expect((await fusedAt('AT Expertise')).top1).toBeGreaterThan(foley.top1 + 0.03);
  },
);

test(
  'PicText names the kinds of pictures better than Unified and than chance',
  { timeout: 300_000 },
  async () => {
    const chance = 1 / classTask(manifest, 'image>class').classes.length;
    const unified = await accuracy({ space: UNIFIED }, 'image>class');
    const pictext = await accuracy({ space: PICTEXT }, 'image>class');
    expect(unified.top1).toBeGreaterThan(1.8 * chance);
    expect(pictext.top1 - unified.top1).toBeGreaterThan(0.04);
    const expert = presetFactors(PICTEXT_U, 'Expert');
    expect(await accuracy({ recipe: PICTEXT_U }, 'image>class', expert)).toEqual(pictext);
  },
);
