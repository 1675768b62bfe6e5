import { expect, test } from 'vitest';
import { buildRecipe } from '../../recipe/build.ts';
import { ENSEMBLES, SPACES } from '../../recipe/embedded.ts';
import { draftWith, fitsOf, isMapped } from './mapping.ts';

const ids = (spaces: readonly { id: string }[]) => spaces.map(({ id }) => id);

test('only spaces of the dimension fit, and only one that is encoded can be read', () => {
  const fits = fitsOf({ dIn: 128, dOut: 128 }, SPACES);
  expect(ids(fits.sources)).toEqual(['unified', 'unified-dagger']);
  expect(ids(fits.targets)).toContain('c-mcr');
  expect(fits.why).toBeUndefined();
});

test('why none fits is said with the dimensions there are', () => {
  expect(fitsOf({ dIn: 512, dOut: 128 }, SPACES).why).toMatch(/reads vectors of 512 .*Foley 96/);
  expect(fitsOf({ dIn: 96, dOut: 1024 }, SPACES).why).toMatch(/gives vectors of 1024/);
  expect(fitsOf({ dIn: 96, dOut: 96 }, SPACES).why).toMatch(/not bound to itself/);
});

test('an ensemble without spaces is not mapped', () => {
  expect(isMapped({ source: '', target: '' }, SPACES)).toBe(false);
  expect(isMapped({ source: 'foley', target: 'gone' }, SPACES)).toBe(false);
  expect(isMapped({ source: 'foley', target: 'unified' }, SPACES)).toBe(true);
});

test.each([
  ['foley-to-unified', 'combination', 'unified'],
  ['unified-to-pictext', 'displacement', 'unified'],
  ['foley-to-pictext', 'combination', 'pictext'],
  ['foley-to-c-mcr', 'combination', 'c-mcr'],
  ['tags-to-unified', 'combination', 'unified'],
])('%s is put to use as a %s of %s', (id, kind, base) => {
  const ensemble = ENSEMBLES.find((one) => one.id === id)!;
  const draft = draftWith(ensemble, SPACES)!;
  expect(draft).toMatchObject({ base, bonds: [{ kind, ensembles: [id] }] });
  expect(buildRecipe(draft, 'r-1', { spaces: SPACES, ensembles: ENSEMBLES }).bonds[0]!.ensembles[0]!.id).toBe(
    id,
  );
});

test('an ensemble between spaces that share nothing makes no recipe', () => {
  const spaces = [
    { ...SPACES[0]!, id: 'eyes', modalities: ['image' as const] },
    { ...SPACES[0]!, id: 'ears', modalities: ['audio' as const] },
  ];
  expect(draftWith({ id: 'x', name: 'x', source: 'eyes', target: 'ears' }, spaces)).toBeUndefined();
});
