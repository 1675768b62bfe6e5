/** Turns the trained weights in the build's cache into the models that the page loads. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InputError } from '../../../src/base/errors.ts';
import type { Precision } from '../../../src/formats/onnxBuilder.ts';
import { readSafetensors, type Tensor } from '../../../src/formats/safetensors.ts';
import type { ProjectorWeights } from '../../../src/math/projector.ts';
import type { EncodedSpace } from '../spaces.ts';
import {
  COMMITTED,
  ENSEMBLE_ENDS,
  REPOSITORIES,
  type EnsembleEnds,
  type Repository,
  type Tower,
} from './layout.ts';
import { ensembleFiles, repositoryFiles, type Files } from './repositoryFiles.ts';
import type { TowerWeights } from './towerGraphs.ts';

export interface ExportOptions {
  /** The build's cache, with weights/ and vocabulary/. */
  cacheDir: string;
  /** The site's folder of models (public/models). */
  outDir: string;
  /** Folders of repositories and ids of ensembles to export; all by default. */
  only?: readonly string[];
}

export interface ExportedFile {
  /** Below outDir. */
  path: string;
  bytes: number;
}

/** Where the graphs in fp32 are kept: the measure of the others, not served. */
export const fp32Dir = (cacheDir: string) => join(cacheDir, 'onnx-fp32');

async function readTensors(path: string): Promise<Map<string, Tensor>> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new InputError(`${path} cannot be read (${String(cause)}): train the space or ensemble first.`);
  });
  return readSafetensors(new Uint8Array(file).buffer);
}

/** Weights of one tower of a space, without the tower's prefix. */
async function readTower(cacheDir: string, space: EncodedSpace, tower: Tower): Promise<TowerWeights> {
  const all = await readTensors(join(cacheDir, 'weights', `${space}.safetensors`));
  const prefix = `${tower}/`;
  return new Map(
    [...all].flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
    ),
  );
}

/** The members of an ensemble in the order of its mask. */
async function readMembers(cacheDir: string, { id, members }: EnsembleEnds): Promise<ProjectorWeights[]> {
  return Promise.all(
    members.map(async (member) => {
      const tensors = await readTensors(join(cacheDir, 'weights/ensembles', id, `${member}.safetensors`));
      return Object.fromEntries([...tensors].map(([name, { data }]) => [name, data])) as ProjectorWeights;
    }),
  );
}

/** The pieces of a space's vocabulary, in the order of their ids. */
export async function readVocabulary(cacheDir: string, space: EncodedSpace): Promise<string[]> {
  return JSON.parse(await readFile(join(cacheDir, 'vocabulary', `${space}.json`), 'utf8')) as string[];
}

async function makeRepository(
  cacheDir: string,
  repository: Repository,
): Promise<(precisions: readonly Precision[]) => Files> {
  const { space, towers } = repository;
  const weights = Object.fromEntries(
    await Promise.all(towers.map(async (tower) => [tower, await readTower(cacheDir, space, tower)] as const)),
  );
  const pieces = towers.includes('text') ? await readVocabulary(cacheDir, space) : [];
  return (precisions) => repositoryFiles(repository, weights, pieces, precisions);
}

async function makeEnsemble(
  cacheDir: string,
  ensemble: EnsembleEnds,
): Promise<(precisions: readonly Precision[]) => Files> {
  const members = await readMembers(cacheDir, ensemble);
  return (precisions) => ensembleFiles(ensemble, members, precisions);
}

async function writeFiles(directory: string, files: Files): Promise<ExportedFile[]> {
  const written: ExportedFile[] = [];
  for (const [path, content] of files) {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), bytes);
    written.push({ path, bytes: bytes.length });
  }
  return written;
}

/**
 * Writes every encoder and ensemble as ONNX in int8 and 4-bit with their JSON files into outDir, and in fp32 into
 * cacheDir/onnx-fp32. Returns what stands in outDir.
 * @throws InputError where a space or ensemble is not trained yet.
 */
export async function exportWorld({ cacheDir, outDir, only }: ExportOptions): Promise<ExportedFile[]> {
  const wanted = (name: string) => !only || only.includes(name);
  const written: ExportedFile[] = [];
  const makers = [
    ...REPOSITORIES.filter(({ folder }) => wanted(folder)).map((one) => makeRepository(cacheDir, one)),
    ...ENSEMBLE_ENDS.filter(({ id }) => wanted(id)).map((one) => makeEnsemble(cacheDir, one)),
  ];
  for (const make of await Promise.all(makers)) {
    await writeFiles(fp32Dir(cacheDir), make(['fp32']));
    written.push(...(await writeFiles(outDir, make(COMMITTED))));
  }
  return written;
}
