/** Files of strangers: whatever they hold, the answer is one of our errors, and none takes long. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FormatError, LabError } from '../../../base/errors.ts';
import { MODALITIES } from '../../../base/modality.ts';
import { parseObject, readingOf, type Json } from './config.ts';
import { proposeEncoder } from './proposal.ts';
import { clipRepository } from './repositories.testing.ts';
import { soundRateOf } from './soundHeader.ts';

const KEYS = [
  'size',
  'crop_size',
  'resample',
  'image_mean',
  'image_std',
  'rescale_factor',
  'do_resize',
  'do_center_crop',
  'image_processor_type',
  'resize_mode',
  'sampling_rate',
  'feature_size',
  'fft_window_size',
  'hop_length',
  'nb_max_samples',
  'max_length_s',
  'truncation',
  'padding',
  'frequency_max',
  'text_config',
  '__proto__',
];
const FAMILIES = [
  'clip',
  'siglip',
  'jina-clip',
  'mobileclip',
  'clap',
  'imagebind',
  'internvl',
  'other',
] as const;

function failureOf(job: () => unknown): unknown {
  try {
    job();
    return undefined;
  } catch (error) {
    return error;
  }
}

test('any configuration is read or refused as a FormatError', () => {
  const config = fc.dictionary(fc.constantFrom(...KEYS), fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(
      config,
      fc.constantFrom(...FAMILIES),
      fc.constantFrom(...MODALITIES),
      (value, family, modality) => {
        const json = JSON.parse(JSON.stringify(value)) as Json;
        const error = failureOf(() =>
          readingOf(family, modality, { config: json, preprocessor: json, tokenizerConfig: json }),
        );
        return error === undefined || error instanceof FormatError;
      },
    ),
    { numRuns: 500 },
  );
  expect(() => parseObject('{"a":', 'config.json')).toThrow(FormatError);
});

test('any header gives a rate that there is, or none', () => {
  expect(soundRateOf(new Uint8Array(0))).toBeUndefined();
  const start = fc.constantFrom(
    '',
    'RIFF....WAVEfmt ',
    'RIFF....WAVELIST',
    'fLaC',
    'OggS',
    'ID3',
    '\u00ff\u00fb',
  );
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 300 }), (text, rest) => {
      const rate = soundRateOf(Uint8Array.from([...text.split('').map((c) => c.charCodeAt(0)), ...rest]));
      return rate === undefined || (rate >= 3000 && rate <= 384_000);
    }),
    { numRuns: 2000 },
  );
});

test('any graph that is damaged is proposed or refused as one of our errors', async () => {
  await expect(proposeEncoder(new Map())).rejects.toBeInstanceOf(FormatError);
  const whole = clipRepository(['q4']).get('onnx/text_model_q4.onnx')!;
  const tokenizer = ['tokenizer.json', new Blob(['{}'])] as const;
  const damage = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(damage, fc.nat(whole.length), async (changes, end) => {
      const bytes = whole.slice(0, end % 3 === 0 ? end : whole.length);
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      const error = await proposeEncoder(new Map([['g.onnx', new Blob([bytes])], tokenizer])).then(
        () => undefined,
        (caught: unknown) => caught,
      );
      return error === undefined || error instanceof LabError;
    }),
    { numRuns: 150 },
  );
});
