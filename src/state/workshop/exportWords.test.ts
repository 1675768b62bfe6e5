import { expect, test } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { exportBond } from '../../engine/exchange/exportBond.ts';
import { EXPORT_FORMATS } from '../../engine/exchange/types.ts';
import { projectorState, PUBLISHED_PREFIX } from '../../formats/projectorState.ts';
import { openSafetensors } from '../../formats/safetensors.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import { ENSEMBLES, SPACES } from '../../recipe/embedded.ts';
import type { OwnEnsemble } from '../../engine/training/types.ts';
import { estimateBytes, fileNameOf, FORMAT_WORDS, loadSnippet, sizedOf } from './exportWords.ts';

const HIDDEN = 320;

function weightsOf(dIn: number, dOut: number): ProjectorWeights {
  const random = createRandom(7);
  const rows = (n: number) => Float32Array.from({ length: n }, () => random.normal());
  const positive = (n: number) => rows(n).map((value) => value * value + 0.1);
  return {
    'linear1.weight': rows(dIn * HIDDEN),
    'linear1.bias': rows(HIDDEN),
    'norm1.weight': rows(HIDDEN),
    'norm1.bias': rows(HIDDEN),
    'norm1.running_mean': rows(HIDDEN),
    'norm1.running_var': positive(HIDDEN),
    'linear2.weight': rows(HIDDEN * dOut),
    'linear2.bias': rows(dOut),
    'norm2.weight': rows(dOut),
    'norm2.bias': rows(dOut),
    'norm2.running_mean': rows(dOut),
    'norm2.running_var': positive(dOut),
  };
}

const OWN: OwnEnsemble = {
  id: 'own "1"/x',
  name: 'Mine',
  source: '',
  target: '',
  members: ['my "best" one'],
  origin: 'imported',
  dIn: 48,
  dOut: 40,
  hidden: HIDDEN,
};
const CASES = [...ENSEMBLES.filter(({ id }) => id === 'foley-to-unified' || id === 'tags-to-unified'), OWN];

test.each(CASES.flatMap((ensemble) => EXPORT_FORMATS.map((format) => ({ ensemble, format }))))(
  '$ensemble.id as $format: the name, the size and the names in the snippet are those of the file',
  ({ ensemble, format }) => {
    const sized = sizedOf(ensemble, SPACES);
    const weights = ensemble.members.map(() => weightsOf(sized.dIn, sized.dOut));
    const file = exportBond(weights, ensemble, format);
    expect(fileNameOf(ensemble, format)).toBe(file.name);
    const ratio = estimateBytes(sized, HIDDEN, format) / file.bytes.length;
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
    const code = loadSnippet(sized, format, SPACES);
    expect(code).toContain(file.name);
    expect(code).toContain(`(5, ${sized.dIn})`);
    expect(code).toContain(`(5, ${sized.dOut})`);
    expect(FORMAT_WORDS[format].holds).not.toBe('');
  },
);

test('the snippets name what the files hold', () => {
  const ensemble = CASES[0]!;
  const sized = sizedOf(ensemble, SPACES);
  const weights = ensemble.members.map(() => weightsOf(sized.dIn, sized.dOut));
  const { bytes } = exportBond(weights, ensemble, 'safetensors');
  const keys = [...openSafetensors(bytes.buffer).tensors.keys()];
  const code = loadSnippet(sized, 'safetensors', SPACES);
  expect(code).toContain('f"{name}.Head2.mlps.{key}"');
  for (const member of ensemble.members) expect(keys).toContain(`${member}.Head2.mlps.0.weight`);
  for (const part of ['running_mean', 'running_var', 'weight', 'bias']) expect(code).toContain(part);
  const torch = loadSnippet(sized, 'torch', SPACES);
  expect(torch).toContain(`removeprefix("${PUBLISHED_PREFIX}")`);
  expect(torch).toContain('weights_only=True');
  expect(projectorState(weights[0]!).map(({ name }) => name)).toContain(`${PUBLISHED_PREFIX}0.weight`);
  expect(torch).toContain('foley-to-unified_Proj/{name}/best.pt');
  expect(loadSnippet(sized, 'onnx-int8', SPACES)).toContain('"foley-to-unified-int8.onnx"');
});

test('a name cannot leave its string or its comment', () => {
  const evil: OwnEnsemble = { ...OWN, members: ['a"\nimport os  # '] };
  const sized = sizedOf(evil, [{ ...SPACES[0]!, id: '', name: 'x\nimport os' }]);
  for (const format of EXPORT_FORMATS) {
    const lines = loadSnippet(sized, format, [{ ...SPACES[0]!, id: '', name: 'x\nimport os' }]).split('\n');
    expect(lines.filter((line) => line.startsWith('import os'))).toEqual([]);
  }
});
