import { expect, test } from 'vitest';
import type { Modality } from '../../base/modality.ts';
import type { Ensemble, Space } from '../../recipe/types.ts';
import { spelledRecipes } from './spelledRecipes.ts';

const space = (id: string, modalities: Modality[]): Space => ({
  id,
  name: id,
  about: '',
  dim: 4,
  modalities,
});
const SPACES = [
  space('ImageBind', ['text', 'image', 'audio']),
  space('InternVL-C', ['text', 'image']),
  space('CLAP_g', ['text', 'audio']),
  space('CLAP_m', ['text', 'audio']),
];
const ensemble = (source: string, target: string, name = `${source} → ${target}`): Ensemble => ({
  id: name,
  name,
  source,
  target,
  members: ['mix', 'A'],
  origin: 'imported',
});
const formulas = (base: string, ensembles: readonly Ensemble[], spaces: readonly Space[] = SPACES) =>
  spelledRecipes(base, spaces, ensembles).map(({ formula }) => formula);

const PUBLISHED = [
  ensemble('CLAP_g', 'ImageBind'),
  ensemble('CLAP_m', 'ImageBind'),
  ensemble('CLAP_g', 'InternVL-C', 'CLAP_g → InternVL_IB†'),
  ensemble('CLAP_m', 'InternVL-C', 'CLAP_m → InternVL_IB†'),
  ensemble('ImageBind', 'InternVL-C'),
  ensemble('CLAP_g', 'InternVL-C', 'CLAP_g → InternVL_IB'),
  ensemble('CLAP_m', 'InternVL-C', 'CLAP_m → InternVL_IB'),
];

test('the published folders spell ImageBind++ and InternVL_IB++, without the tuned ones', () => {
  expect(formulas('ImageBind', PUBLISHED)).toEqual([
    'ImageBind + c(CLAP_g, CLAP_m)',
    'ImageBind + d(InternVL-C) + c(CLAP_g, CLAP_m)',
  ]);
  const ids = spelledRecipes('ImageBind', SPACES, PUBLISHED)[1]!.bonds.flatMap(({ ensembles }) =>
    ensembles.map(({ id }) => id),
  );
  expect(ids).toEqual(['ImageBind → InternVL-C', 'CLAP_g → InternVL_IB', 'CLAP_m → InternVL_IB']);
});

test('what joins nothing that is here, or is no legal recipe, is left out', () => {
  expect(formulas('ImageBind', [])).toEqual([]);
  expect(formulas('ImageBind', [ensemble('gone', 'ImageBind'), ensemble('CLAP_g', '')])).toEqual([]);
  const apart = [space('Eyes', ['image']), space('Ears', ['audio'])];
  expect(formulas('Eyes', [ensemble('Ears', 'Eyes')], apart)).toEqual([]);
  expect(formulas('ImageBind', [ensemble('CLAP_g', 'ImageBind')])).toEqual(['ImageBind + c(CLAP_g)']);
});
