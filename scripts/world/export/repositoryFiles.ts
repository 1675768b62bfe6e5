/** The files of each repository of the Hugging Face layout, by path below the folder of models. */
import type { Precision } from '../../../src/formats/onnxBuilder.ts';
import { ensembleModel } from '../../../src/formats/onnxEnsemble.ts';
import type { ProjectorWeights } from '../../../src/math/projector.ts';
import { DIMS } from '../../../src/recipe/embedded.ts';
import { TOKENIZER_CONFIG, tokenizerJson } from '../tokenizer/wordPiece.ts';
import { clapConfig, clipConfig, EXTRACTOR_CONFIG, IMAGE_PROCESSOR_CONFIG } from './configs.ts';
import {
  buildTower,
  ensemblePath,
  towerPath,
  type EnsembleEnds,
  type Repository,
  type Tower,
} from './layout.ts';
import type { TowerWeights } from './towerGraphs.ts';

export type Files = Map<string, Uint8Array | string>;

const json = (content: unknown) => `${JSON.stringify(content, null, 2)}\n`;

/** Graphs in the given precisions, configurations, and the tokenizer where the repository has a text tower. */
export function repositoryFiles(
  repository: Repository,
  weights: Readonly<Partial<Record<Tower, TowerWeights>>>,
  pieces: readonly string[],
  precisions: readonly Precision[],
): Files {
  const { folder, space, family, towers } = repository;
  const files: Files = new Map();
  for (const tower of towers)
    for (const precision of precisions)
      files.set(towerPath(repository, tower, precision), buildTower(tower, weights[tower]!, { precision }));
  const hasText = towers.includes('text');
  const makeConfig = family === 'clip' ? clipConfig : clapConfig;
  files.set(
    `${folder}/config.json`,
    json(makeConfig(DIMS[space], hasText ? { nPieces: pieces.length } : undefined)),
  );
  if (towers.some((tower) => tower !== 'text'))
    files.set(
      `${folder}/preprocessor_config.json`,
      json(family === 'clip' ? IMAGE_PROCESSOR_CONFIG : EXTRACTOR_CONFIG),
    );
  if (hasText) {
    files.set(`${folder}/tokenizer.json`, json(tokenizerJson(pieces)));
    files.set(`${folder}/tokenizer_config.json`, json(TOKENIZER_CONFIG));
  }
  return files;
}

/** An ensemble's graphs in the given precisions and the file that names its ends and members. */
export function ensembleFiles(
  ensemble: EnsembleEnds,
  members: readonly ProjectorWeights[],
  precisions: readonly Precision[],
): Files {
  const files: Files = new Map();
  for (const precision of precisions)
    files.set(ensemblePath(ensemble.id, precision), ensembleModel(members, { precision }));
  const { id, source, target, dIn, dOut } = ensemble;
  const config = { model_type: 'projector_ensemble', source, target, dIn, dOut, members: ensemble.members };
  return files.set(`bonds/${id}/config.json`, json(config));
}
