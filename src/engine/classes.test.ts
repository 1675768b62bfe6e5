import { expect, test } from 'vitest';
import { AbortedError, InputError, throwIfAborted } from '../base/errors.ts';
import { createRandom, seedOf } from '../base/random.ts';
import { gramOf } from '../math/components.ts';
import { MEMBERS, RECIPES, SPACES } from '../recipe/embedded.ts';
import { coefficients } from '../recipe/coefficients.ts';
import { unitRows } from '../recipe/recipes.testing.ts';
import { nestOfComponents } from '../recipe/taskScores.ts';
import type { Recipe, Space } from '../recipe/types.ts';
import { classTask } from '../world/classes.ts';
import type { AudioItem, CollectionManifest } from '../world/types.ts';
import { createClassSets } from './classes.ts';

const [UNIFIED_PP] = RECIPES as [Recipe, Recipe];
const [UNIFIED, PICTEXT, FOLEY] = SPACES as [Space, Space, Space];
const DIM = 8;
const TEMPLATES = ['{}', 'a sound of {}', 'one hears {}'];
const ALL = new Map<string, boolean[]>();

const sound = (concept: string) => ({ clip: { concept }, group: concept, half: 'test' }) as AudioItem;
const manifest = {
  text: [],
  image: [],
  audio: [sound('rain'), sound('dog-bark'), sound('rain')],
} as unknown as CollectionManifest;

/** The row of a text in a space, and what a mask of a bond makes of it: sign and order tell which it was. */
const rowOf = (space: string, text: string) => unitRows(createRandom(seedOf(`${space} ${text}`)), 1, DIM);
const projected = (x: Float32Array, mask: readonly boolean[]) =>
  mask.every(Boolean) ? x.map((value) => -value) : x.map((value) => (mask[0] ? value : -value));

function setUp(options: { nKept?: number } = {}) {
  const encoded: string[] = [];
  const masks: (readonly boolean[])[] = [];
  const sets = createClassSets({
    ...options,
    manifest,
    spaces: () => SPACES,
    encoders: {
      async encodeTexts(space, texts, signal, onProgress) {
        await Promise.resolve();
        throwIfAborted(signal);
        encoded.push(...texts.map((text) => `${space}: ${text}`));
        onProgress?.(1);
        return Float32Array.from(texts.flatMap((text) => [...rowOf(space, text)]));
      },
      project(ensemble, x, mask) {
        expect(ensemble).toBe('foley-to-unified');
        masks.push(mask);
        return Promise.resolve(projected(x, mask));
      },
    },
  });
  return { sets, encoded, masks };
}

test('a recipe’s classes have the components of every prompt, prompt by prompt', async () => {
  const { sets, masks } = setUp();
  const told: number[] = [];
  const set = await sets.componentsFor({ recipe: UNIFIED_PP }, 'audio>class', TEMPLATES, ALL, {
    onProgress: (fraction) => told.push(fraction),
  });
  const names = ['unified', 'c-foley.foley'];
  expect(set).toMatchObject({ names: [...names, ...names, ...names], nItems: 2, dim: DIM, nPrompts: 3 });
  const prompts = [
    ['rain falling', 'dog barking'],
    ['a sound of rain falling', 'a sound of dog barking'],
    ['one hears rain falling', 'one hears dog barking'],
  ];
  prompts.forEach((ofClasses, p) => {
    const rows = (space: string) => ofClasses.flatMap((text) => [...rowOf(space, text)]);
    expect([...set.data[2 * p]!]).toEqual(rows('unified'));
    rows('foley').forEach((value, i) => expect(set.data[2 * p + 1]![i]).toBeCloseTo(-value, 6));
  });
  expect(masks).toEqual([MEMBERS.map(() => true)]);
  expect(told.at(-1)).toBe(1);
  expect(classTask(manifest, 'audio>class').classes).toEqual(['rain falling', 'dog barking']);
});

test('they weigh as a class does', async () => {
  const { sets } = setUp();
  const set = await sets.componentsFor({ space: FOLEY }, 'audio>class', TEMPLATES, ALL);
  expect(set.names).toEqual(['foley', 'foley', 'foley']);
  const w = coefficients(nestOfComponents(undefined, 'text', set), {}, gramOf(set));
  for (const c of [0, 1]) {
    const vector = Float64Array.from({ length: DIM }, (_, d) =>
      set.data.reduce((sum, rows, p) => sum + w[p * 2 + c]! * rows[c * DIM + d]!, 0),
    );
    expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
  }
});

test('members that are switched off count, those of other recipes do not', async () => {
  const { sets, masks } = setUp();
  const of = (...entries: [string, boolean[]][]) =>
    sets.componentsFor({ recipe: UNIFIED_PP }, 'audio>class', ['{}'], new Map(entries));
  const all = await of();
  const part = MEMBERS.map((_, m) => m > 0);
  const without = await of(['c-foley', part]);
  expect(masks.at(-1)).toEqual(part);
  expect(await of(['d-pictext', part])).toBe(all);
  expect(await of(['c-foley', [...part]])).toBe(without);
  expect(masks).toHaveLength(2);
});

test('the mask is that of the call, whatever is switched while texts are encoded', async () => {
  const { sets, masks } = setUp();
  const now = new Map([['c-foley', MEMBERS.map((_, m) => m > 0)]]);
  const asked = sets.componentsFor({ recipe: UNIFIED_PP }, 'audio>class', ['{}'], now);
  now.get('c-foley')!.fill(true);
  now.clear();
  await asked;
  expect(masks).toEqual([MEMBERS.map((_, m) => m > 0)]);
});

test('the same question has the same object for an answer, also at the same time', async () => {
  const { sets, encoded } = setUp();
  const ask = (templates = TEMPLATES) =>
    sets.componentsFor({ space: UNIFIED }, 'audio>class', templates, ALL);
  const [a, b] = await Promise.all([ask(), ask([...TEMPLATES])]);
  expect(b).toBe(a);
  const asked = encoded.length;
  expect(await ask()).toBe(a);
  expect(encoded).toHaveLength(asked);
  expect(await ask(['{}'])).not.toBe(a);
});

test('those asked for last are kept', async () => {
  const { sets } = setUp({ nKept: 2 });
  const ask = (template: string) => sets.componentsFor({ space: UNIFIED }, 'audio>class', [template], ALL);
  const a = await ask('a {}');
  const b = await ask('b {}');
  expect(await ask('a {}')).toBe(a);
  await ask('c {}');
  expect(await ask('a {}')).toBe(a);
  expect(await ask('b {}')).not.toBe(b);
});

test('an aborted call is not kept', async () => {
  const { sets } = setUp();
  const ask = (signal?: AbortSignal) =>
    sets.componentsFor({ space: FOLEY }, 'audio>class', ['{}'], ALL, signal ? { signal } : {});
  await expect(ask(AbortSignal.abort())).rejects.toBeInstanceOf(AbortedError);
  expect((await ask()).nItems).toBe(2);
});

test('what cannot be classified is refused', async () => {
  const { sets } = setUp();
  const ask = (space: Space, id: 'audio>class' | 'image>class', templates: string[]) =>
    sets.componentsFor({ space }, id, templates, ALL);
  await expect(ask(FOLEY, 'audio>class', [])).rejects.toBeInstanceOf(InputError);
  await expect(ask(FOLEY, 'audio>class', ['a sound'])).rejects.toThrow(/no place/);
  await expect(ask({ ...PICTEXT, modalities: ['image'] }, 'audio>class', ['{}'])).rejects.toThrow(/no texts/);
  await expect(ask(PICTEXT, 'image>class', ['{}'])).rejects.toThrow(/nothing to classify/);
});
