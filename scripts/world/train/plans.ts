/** What each space sees in a step. Only this differs between the spaces: towers, steps and batch are alike. */
import type { Random } from '../../../src/base/random.ts';
import { drawTaggedCaption, type Emoji } from '../../../src/world/pictures.ts';
import { describeClip, describeRecording } from '../../../src/world/sounds/captions.ts';
import type { ClipSpec } from '../../../src/world/types.ts';
import { DIMS } from '../../../src/recipe/embedded.ts';
import { augmentPicture, AUDIO_PATCH, IMAGE_PATCH, melPatches, type MelScale } from './augment.ts';
import { rightAnswers } from './contrastive.ts';
import { TRAINING } from './schedule.ts';
import { RECORDING_VARIANTS, SOUND_EXPERTS, type TrainedSpace } from './texts.ts';
import type { SpacePlan } from './trainSpace.ts';

export interface Sources {
  emoji: readonly Emoji[];
  /** Pixels of emoji i in each training style. */
  pixels: readonly ((index: number) => Uint8ClampedArray)[];
  clips: readonly ClipSpec[];
  mel: (index: number) => Float32Array;
  /** Real recordings of folds 1 to 4, possibly none. */
  recordings: readonly { concept: string; windows: readonly Float32Array[] }[];
  melScale: MelScale;
  vocabulary: Record<TrainedSpace, readonly string[]>;
  counter: Record<TrainedSpace, (text: string, out: Float32Array, offset: number) => void>;
}

const { batch } = TRAINING;
/** Pictures of sounding concepts at the head of each of Unified's picture batches. */
const N_SOUNDING = 64;
/** Share of a sound expert's batch taken from real recordings, where there are any, for each concept recorded. */
const RECORDED_SHARE = 0.03;

const IMAGE_ROW = 64 * IMAGE_PATCH;
const AUDIO_ROW = 64 * AUDIO_PATCH;

function drawPictures(s: Sources, indices: readonly number[], random: Random): Float32Array {
  const out = new Float32Array(indices.length * IMAGE_ROW);
  indices.forEach((index, i) => augmentPicture(random.pick(s.pixels)(index), random, out, i * IMAGE_ROW));
  return out;
}

function countTexts(s: Sources, space: TrainedSpace, texts: readonly string[]): Float32Array {
  const size = s.vocabulary[space].length;
  const out = new Float32Array(texts.length * size);
  texts.forEach((text, i) => s.counter[space](text, out, i * size));
  return out;
}

const seenIndices = (s: Sources) => s.emoji.flatMap(({ seen }, i) => (seen ? [i] : []));

/** Pictures with names, and sounds with pictures: no sound ever meets a text. */
export function unifiedPlan(s: Sources): SpacePlan {
  const seen = seenIndices(s);
  const bySound = new Map<string, number[]>();
  for (const i of seen) {
    const { group, hexcode } = s.emoji[i]!;
    if (group !== hexcode) bySound.set(group, [...(bySound.get(group) ?? []), i]);
  }
  const sounding = [...bySound.keys()];
  const clipsOf = new Map<string, number[]>();
  s.clips.forEach(({ concept }, i) => clipsOf.set(concept, [...(clipsOf.get(concept) ?? []), i]));
  return {
    id: 'unified',
    dim: DIMS.unified,
    vocabulary: s.vocabulary.unified.length,
    pairs: [
      { a: 'image', b: 'text', nA: batch, nB: batch },
      { a: 'audio', b: 'image', nA: batch, nB: N_SOUNDING },
    ],
    nextBatch(random) {
      const concepts = random.shuffled(sounding).slice(0, N_SOUNDING);
      const pictures = [
        ...concepts.map((concept) => random.pick(bySound.get(concept)!)),
        ...Array.from({ length: batch - N_SOUNDING }, () => random.pick(seen)),
      ];
      const audio = new Float32Array(batch * AUDIO_ROW);
      const heard = Array.from({ length: batch }, (_, i) => {
        const label = random.int(N_SOUNDING);
        const own = clipsOf.get(concepts[label]!)!;
        const other = s.mel(random.int(s.clips.length));
        melPatches(s.mel(random.pick(own)), s.melScale, audio, i * AUDIO_ROW, random, other);
        return label;
      });
      return {
        image: drawPictures(s, pictures, random),
        text: countTexts(
          s,
          'unified',
          pictures.map((i) => s.emoji[i]!.name),
        ),
        audio,
        targets: [
          rightAnswers(pictures, pictures),
          rightAnswers(
            heard,
            concepts.map((_, i) => i),
          ),
        ],
      };
    },
  };
}

/** Pictures with names and tags. */
export function pictextPlan(s: Sources): SpacePlan {
  const seen = seenIndices(s);
  return {
    id: 'pictext',
    dim: DIMS.pictext,
    vocabulary: s.vocabulary.pictext.length,
    pairs: [{ a: 'image', b: 'text', nA: batch, nB: batch }],
    nextBatch(random) {
      const pictures = Array.from({ length: batch }, () => random.pick(seen));
      return {
        image: drawPictures(s, pictures, random),
        text: countTexts(
          s,
          'pictext',
          pictures.map((i) => drawTaggedCaption(s.emoji[i]!, random)),
        ),
        targets: [rightAnswers(pictures, pictures)],
      };
    },
  };
}

/** Sounds with sentences that name their attributes; real recordings with sentences that name them. */
export function soundPlan(s: Sources, id: 'foley' | 'tone'): SpacePlan {
  const { concepts, variants } = SOUND_EXPERTS[id];
  const own = s.clips.flatMap(({ concept }, i) => (concepts.includes(concept) ? [i] : []));
  const recordings = s.recordings.filter(({ concept }) => concepts.includes(concept));
  const recorded = new Set(recordings.map(({ concept }) => concept));
  const nRecorded = Math.round(batch * RECORDED_SHARE * recorded.size);
  return {
    id,
    dim: DIMS[id],
    vocabulary: s.vocabulary[id].length,
    pairs: [{ a: 'audio', b: 'text', nA: batch, nB: batch }],
    nextBatch(random) {
      const audio = new Float32Array(batch * AUDIO_ROW);
      const labels: number[] = [];
      const texts = Array.from({ length: batch }, (_, i) => {
        const other = s.mel(random.pick(own));
        if (i < nRecorded) {
          const recording = random.pick(recordings);
          melPatches(random.pick(recording.windows), s.melScale, audio, i * AUDIO_ROW, random, other);
          labels.push(-1 - concepts.indexOf(recording.concept));
          return describeRecording(recording.concept, random.int(RECORDING_VARIANTS));
        }
        const clip = random.pick(own);
        melPatches(s.mel(clip), s.melScale, audio, i * AUDIO_ROW, random, other);
        labels.push(clip);
        return describeClip(s.clips[clip]!, variants[random.int(variants.length)]!);
      });
      return { audio, text: countTexts(s, id, texts), targets: [rightAnswers(labels, labels)] };
    },
  };
}
