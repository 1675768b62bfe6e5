/** A second witness of CLAP's features: the extractor of transformers.js on the same sounds. */
import { ClapFeatureExtractor, type Tensor } from '@huggingface/transformers';
import { expect, test } from 'vitest';
import { clapFeatures } from '../../../math/preparation/clapFeatures.ts';
import { setUpOnnx } from '../../encoders/onnxSetup.ts';
import { readingOf } from './config.ts';
import { CLAP_CONFIGS } from './repositories.testing.ts';
import type { Reading } from './tower.ts';

const PREPROCESSOR = CLAP_CONFIGS['preprocessor_config.json'];

const sound = (seconds: number) =>
  Float32Array.from({ length: seconds * 48_000 }, (_, i) => {
    const t = i / 48_000;
    return 0.4 * Math.sin(2 * Math.PI * (180 * t + 700 * t * t)) + 0.02 * Math.sin(i * i);
  });

test.each([1.7, 10])('a sound of %f s has the same features', async (seconds) => {
  setUpOnnx(
    '/nowhere/',
    () => Promise.resolve(new Response(null, { status: 404 })),
    () => undefined,
  );
  const extractor = new ClapFeatureExtractor(PREPROCESSOR);
  const theirs = (await extractor._call(sound(seconds))) as { input_features: Tensor };
  expect(theirs.input_features.dims).toEqual([1, 1, 1001, 64]);
  const configs = { config: {}, preprocessor: PREPROCESSOR, tokenizerConfig: undefined };
  const { spec } = readingOf('clap', 'audio', configs) as Extract<Reading, { kind: 'clap' }>;
  const { windows } = clapFeatures(sound(seconds), spec);
  const values = theirs.input_features.data as Float32Array;
  const furthest = windows[0]!.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i]!)), 0);
  // It multiplies in float32.
  expect(furthest).toBeLessThan(5e-3);
});
