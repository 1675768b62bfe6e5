/** How a single graph is described before it is kept: what its modality allows, and what is a sensible start. */
import type { Modality } from '../../base/modality.ts';
import type { EncoderInputSpec, EncoderProposal, EncoderSpec } from '../../engine/models/types.ts';
import { spaceId } from '../../engine/intake/arrays/names.ts';

export type InputKind = EncoderInputSpec['kind'];

const KINDS: Readonly<Record<Modality, readonly InputKind[]>> = {
  text: ['tokens'],
  image: ['pixels'],
  audio: ['waveform', 'log-mel'],
};

/** What the input of an encoder of this modality can be. */
export const kindsOf = (modality: Modality): readonly InputKind[] => KINDS[modality];

/** What most encoders of a kind want, where nothing better is known. */
export function commonSpec(kind: InputKind): EncoderInputSpec {
  switch (kind) {
    case 'pixels':
      return { kind, layout: 'NCHW', px: 224, fit: 'crop', range: 'mean-std', ...CLIP_PIXELS };
    case 'waveform':
      return { kind, sampleRateHz: 48_000, seconds: 10 };
    case 'log-mel':
      return {
        kind,
        sampleRateHz: 48_000,
        nMels: 64,
        nFft: 1024,
        hop: 480,
        frames: 1001,
        layout: 'frames-mels',
        scale: 'dB',
      };
    default:
      return { kind: 'tokens', tokenizer: 'tokenizer.json', length: 77 };
  }
}

/** Mean and standard deviation of CLIP's pictures (OpenAI, clip/clip.py, 2021), red, green, blue. */
export const CLIP_PIXELS = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};

/** The spec for another modality: of its input what is common there. */
export function withModality(spec: EncoderSpec, modality: Modality): EncoderSpec {
  const kinds = kindsOf(modality);
  const fits = kinds.includes(spec.inputSpec.kind);
  return { ...spec, modality, inputSpec: fits ? spec.inputSpec : commonSpec(kinds[0]!) };
}

/** The spec with another output: the space has as many numbers as it gives, where the graph says. */
export function withOutput(spec: EncoderSpec, output: string, { outputs }: EncoderProposal): EncoderSpec {
  const last = outputs.find(({ name }) => name === output)?.dims.at(-1);
  const dim = typeof last === 'number' ? last : spec.space.dim;
  return { ...spec, output, space: spaceOf(spec.space.name, dim) };
}

/** The spec in a space of another name. */
export const withSpace = (spec: EncoderSpec, name: string): EncoderSpec => ({
  ...spec,
  space: spaceOf(name, spec.space.dim),
});

function spaceOf(name: string, dim: number): EncoderSpec['space'] {
  return { id: spaceId(name, dim), name, dim };
}

/** What is missing in a spec, in words. */
export function specProblem({ space, inputSpec }: EncoderSpec): string | undefined {
  if (space.name.trim() === '') return 'The space needs a name.';
  const numbers = Object.entries(inputSpec).filter(([, value]) => typeof value === 'number');
  const wrong = numbers.find(([, value]) => !(value > 0));
  return wrong && 'Every number of the input is above 0.';
}
