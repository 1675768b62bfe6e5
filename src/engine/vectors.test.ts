/** Components of recipes from stored and projected vectors: pooled mixtures, members in part, tuned spaces, changed ensembles. */
import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { projectEnsemble, type ProjectorWeights } from '../math/projector.ts';
import { buildRecipe } from '../recipe/build.ts';
import { unitRows } from '../recipe/recipes.testing.ts';
import type { Ensemble, Recipe, Space } from '../recipe/types.ts';
import type { CollectionManifest } from '../world/types.ts';
import { CollectionVectors } from './vectors.ts';

const N = 5;
const DIMS: Record<string, number> = { base: 6, near: 4, far: 3 };
const space = (id: string, modalities: Space['modalities'], more: Partial<Space> = {}): Space => ({
  id,
  name: id,
  about: '',
  dim: DIMS[id] ?? 6,
  modalities,
  ...more,
});
const SPACES = [
  space('base', ['text', 'image', 'audio']),
  space('near', ['text', 'audio']),
  space('far', ['text', 'audio']),
  space('tuned', ['text', 'image', 'audio'], { tunedFrom: { space: 'base', shares: ['text', 'image'] } }),
  space('new', []),
];
const random = createRandom(5);

function member(dIn: number, dOut: number): ProjectorWeights {
  const draw = (n: number) => Float32Array.from({ length: n }, () => random.normal());
  const norm = (n: number) => Float32Array.from({ length: n }, () => 0.5 + random.float());
  return {
    'linear1.weight': draw(dIn * 7),
    'linear1.bias': draw(7),
    'norm1.weight': norm(7),
    'norm1.bias': draw(7),
    'norm1.running_mean': draw(7),
    'norm1.running_var': norm(7),
    'linear2.weight': draw(7 * dOut),
    'linear2.bias': draw(dOut),
    'norm2.weight': norm(dOut),
    'norm2.bias': draw(dOut),
    'norm2.running_mean': draw(dOut),
    'norm2.running_var': norm(dOut),
  };
}

const ENSEMBLES: Ensemble[] = [
  ['near', 'base', ['mix', 'A', 'T']],
  ['far', 'base', ['mix', 'A']],
  ['base', 'near', ['mix', 'A']],
].map(([source, target, members]) => ({
  id: `${source as string}-to-${target as string}`,
  name: '',
  source: source as string,
  target: target as string,
  members: members as string[],
  origin: 'embedded',
}));
const WEIGHTS = new Map(
  ENSEMBLES.map(({ id, source, target, members }) => [
    id,
    members.map(() => member(DIMS[source]!, DIMS[target]!)),
  ]),
);
const EMBEDDED = Object.fromEntries(
  SPACES.flatMap(({ id, dim, modalities, tunedFrom }) => {
    const own = modalities.filter((modality) => !tunedFrom?.shares.includes(modality));
    return own.length > 0 ? [[id, Object.fromEntries(own.map((m) => [m, unitRows(random, N, dim)]))]] : [];
  }),
) as Record<string, Record<string, Float32Array>>;

const build = (name: string, base: string, ...bonds: Parameters<typeof buildRecipe>[0]['bonds']): Recipe =>
  buildRecipe({ name, base, bonds }, name, { spaces: SPACES, ensembles: ENSEMBLES });
const RECIPES = [
  build('both', 'base', { kind: 'combination', experts: ['near', 'far'] }),
  build('weighed', 'base', { kind: 'combination', experts: ['near', 'far'], parallel: 'weighed' }),
  build('tuned', 'tuned', { kind: 'displacement', experts: ['near'] }),
];
const item = { id: '', caption: '' };
const manifest = {
  text: Array(N).fill(item),
  image: Array(N).fill(item),
  audio: Array(N).fill(item),
} as unknown as CollectionManifest;

function setUp() {
  const projected: string[] = [];
  const vectors = new CollectionVectors({
    assetUrl: (path) => `https://lab.example/${path}`,
    collection: {
      manifest,
      embeddings: ({ id }) => Promise.resolve(EMBEDDED[id] ?? {}),
      projected: () => undefined,
    },
    spaces: () => SPACES,
    recipes: () => RECIPES,
    conditions: [],
    project(id, x, mask) {
      projected.push(`${id} ${mask.map(Number).join('')}`);
      const members = WEIGHTS.get(id)!.filter((_, k) => mask[k]);
      const dIn = WEIGHTS.get(id)![0]!['linear1.weight'].length / 7;
      const each = members.map((one) => projectEnsemble([one], x, dIn));
      return Promise.resolve(each[0]!.map((_, i) => each.reduce((sum, y) => sum + y[i]!, 0) / each.length));
    },
  });
  return { vectors, projected };
}

/** The mixture of all members over both experts, written out: each reads its own space. */
function pooled(modality: string, on: readonly boolean[]): number[] {
  const outputs = [
    ...WEIGHTS.get('near-to-base')!.map((one) => projectEnsemble([one], EMBEDDED.near![modality]!, 4)),
    ...WEIGHTS.get('far-to-base')!.map((one) => projectEnsemble([one], EMBEDDED.far![modality]!, 3)),
  ].filter((_, k) => on[k]);
  const rows: number[] = [];
  for (let i = 0; i < N; i++) {
    const sum = Array.from({ length: 6 }, (_, d) => outputs.reduce((s, y) => s + y[i * 6 + d]!, 0));
    const length = Math.hypot(...sum);
    rows.push(...sum.map((value) => value / length));
  }
  return rows;
}

const expectClose = (found: Float32Array, wanted: readonly number[]) => {
  expect(found).toHaveLength(wanted.length);
  wanted.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 5));
};

test('two experts averaged are one mixture of all their members', async () => {
  const { vectors } = setUp();
  const { components } = await vectors.recipeData('both');
  expect(components.audio!.names).toEqual(['base', 'both-1.near+far']);
  expect(components.image!.names).toEqual(['base']);
  expectClose(components.audio!.data[1]!, pooled('audio', Array(5).fill(true)));
  // Weighed apart, each is a component of its own.
  const weighed = await vectors.recipeData('weighed');
  expect(weighed.components.text!.names).toEqual(['base', 'weighed-1.near', 'weighed-1.far']);
  expectClose(weighed.components.text!.data[1]!, [
    ...projectEnsemble(WEIGHTS.get('near-to-base')!, EMBEDDED.near!.text!, 4),
  ]);
});

test('members switch across both experts, and one whose members are all off is out', async () => {
  const { vectors, projected } = setUp();
  await vectors.recipeData('both');
  for (const on of [
    [true, false, true, false, true],
    [false, false, false, true, false],
  ]) {
    await vectors.setMembers('both', 'both-1', on);
    expectClose((await vectors.recipeData('both')).components.audio!.data[1]!, pooled('audio', on));
  }
  expect(projected.filter((call) => call === 'near-to-base 000')).toEqual([]);
  await expect(vectors.setMembers('both', 'both-1', Array<boolean>(5).fill(false))).rejects.toBeInstanceOf(
    InputError,
  );
  await expect(vectors.setMembers('both', 'both-1', [true])).rejects.toBeInstanceOf(InputError);
});

test('an own query is pooled as the collection is', async () => {
  const { vectors } = setUp();
  const row = (id: string) => EMBEDDED[id]!.audio!.slice(0, DIMS[id]!);
  const bySpace = { base: row('base'), near: row('near'), far: row('far') };
  const [, mixture] = await vectors.componentsOf(vectors.recipe('both'), 'audio', bySpace);
  expect(mixture).toHaveLength(6);
  expectClose(mixture!, pooled('audio', Array(5).fill(true)).slice(0, 6));
});

test('a tuned space has its own ears and shares the rest; its ensembles are those of the space it came from', async () => {
  const { vectors } = setUp();
  const rows = await vectors.spaceEmbeddings('tuned');
  expectClose(rows.audio!, [...EMBEDDED.tuned!.audio!]);
  expectClose(rows.image!, [...EMBEDDED.base!.image!]);
  const { components } = await vectors.recipeData('tuned');
  expect(components.audio!.names).toEqual(['tuned-1.tuned', 'near']);
  expectClose(components.audio!.data[0]!, [
    ...projectEnsemble(WEIGHTS.get('base-to-near')!, EMBEDDED.tuned!.audio!, 6),
  ]);
  expect(await vectors.spaceEmbeddings('new')).toEqual({});
});

test('what was made with an ensemble is made anew once that changed', async () => {
  const { vectors, projected } = setUp();
  const before = await vectors.recipeData('both');
  expect(vectors.loaded('both')).toBe(before);
  const n = projected.length;
  vectors.forgetEnsemble('far-to-base');
  vectors.forgetRecipe('both');
  expect(vectors.loaded('both')).toBeUndefined();
  const after = await vectors.recipeData('both');
  expect(after).not.toBe(before);
  expect(projected.slice(n)).toEqual(['far-to-base 11', 'far-to-base 11']);
});
