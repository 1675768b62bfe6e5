/** What is exported: which tower of which space, and where its files lie below public/models. */
import { DIMS, ENSEMBLES, type SpaceId } from '../../../src/recipe/embedded.ts';
import type { Ensemble } from '../../../src/recipe/types.ts';
import type { BuilderOptions, Precision } from '../../../src/formats/onnxBuilder.ts';
import type { EncodedSpace } from '../spaces.ts';
import { audioModel, textModel, visionModel, type TowerWeights } from './towerGraphs.ts';

export type Tower = 'text' | 'image' | 'audio';

export interface Repository {
  /** Folder below public/models. transformers.js knows one model type a folder, so Unified's ears have their own. */
  folder: string;
  space: EncodedSpace;
  family: 'clip' | 'clap';
  towers: readonly Tower[];
}

export const REPOSITORIES: readonly Repository[] = [
  { folder: 'unified', space: 'unified', family: 'clip', towers: ['text', 'image'] },
  { folder: 'unified-audio', space: 'unified', family: 'clap', towers: ['audio'] },
  { folder: 'pictext', space: 'pictext', family: 'clip', towers: ['text', 'image'] },
  { folder: 'foley', space: 'foley', family: 'clap', towers: ['text', 'audio'] },
  { folder: 'tone', space: 'tone', family: 'clap', towers: ['text', 'audio'] },
  { folder: 'tags', space: 'tags', family: 'clip', towers: ['text'] },
  { folder: 'unified-dagger-audio', space: 'unified-dagger', family: 'clap', towers: ['audio'] },
];

/** An ensemble with the dimensions of its ends. */
export type EnsembleEnds = Pick<Ensemble, 'id' | 'source' | 'target' | 'members'> & {
  dIn: number;
  dOut: number;
};

export const ENSEMBLE_ENDS: readonly EnsembleEnds[] = ENSEMBLES.map(({ id, source, target, members }) => ({
  id,
  source,
  target,
  members,
  dIn: DIMS[source as SpaceId],
  dOut: DIMS[target as SpaceId],
}));

/** Precisions that are committed; fp32 stays in the build's cache. */
export const COMMITTED = ['q8', 'q4'] as const satisfies readonly Precision[];

/** Ends of file names, as transformers.js adds them for the dtypes fp32, q8 and q4. */
const SUFFIX: Record<Precision, string> = { fp32: '', q8: '_quantized', q4: '_q4' };

const MODEL: Record<
  Tower,
  { stem: string; build: (weights: TowerWeights, options: BuilderOptions) => Uint8Array<ArrayBuffer> }
> = {
  text: { stem: 'text_model', build: textModel },
  image: { stem: 'vision_model', build: visionModel },
  audio: { stem: 'audio_model', build: audioModel },
};

export const buildTower = (tower: Tower, weights: TowerWeights, options: BuilderOptions) =>
  MODEL[tower].build(weights, options);

/** Path of a tower's graph below the folder of models. */
export function towerPath({ folder }: Repository, tower: Tower, precision: Precision): string {
  return `${folder}/onnx/${MODEL[tower].stem}${SUFFIX[precision]}.onnx`;
}

/** Path of an ensemble's graph below the folder of models. */
export function ensemblePath(id: string, precision: Precision): string {
  return `bonds/${id}/onnx/model${SUFFIX[precision]}.onnx`;
}
