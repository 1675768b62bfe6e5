/** Turns the trained weights in the build's cache into the models that the page loads. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InputError } from '../../../src/base/errors.ts';
import type { Precision } from '../../../src/formats/onnxBuilder.ts';
import { readSafetensors, type Tensor } from '../../../src/formats/safetensors.ts';
import type { ProjectorWeights } from '../../../src/math/projector.ts';
import type { SpaceId } from '../../../src/recipe/embedded.ts';
import { BOND_ENDS, COMMITTED, REPOSITORIES, type BondEnds, type Repository, type Tower } from './layout.ts';
import { bondFiles, repositoryFiles, type Files } from './repositoryFiles.ts';
import type { TowerWeights } from './towerGraphs.ts';

export interface ExportOptions {
  /** The build's cache, with weights/ and vocabulary/. */
  cacheDir: string;
  /** The site's folder of models (public/models). */
  outDir: string;
  /** Folders of repositories and ids of bonds to export; all by default. */
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
    throw new InputError(`${path} cannot be read (${String(cause)}): train the space or bond first.`);
  });
  return readSafetensors(new Uint8Array(file).buffer);
}

/** Weights of one tower of a space, without the tower's prefix. */
async function readTower(cacheDir: string, space: SpaceId, tower: Tower): Promise<TowerWeights> {
  const all = await readTensors(join(cacheDir, 'weights', `${space}.safetensors`));
  const prefix = `${tower}/`;
  return new Map(
    [...all].flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
    ),
  );
}

/** The members of a bond in the order of the ensemble's mask. */
async function readMembers(cacheDir: string, { id, members }: BondEnds): Promise<ProjectorWeights[]> {
  return Promise.all(
    members.map(async (member) => {
      const tensors = await readTensors(join(cacheDir, 'weights/bonds', id, `${member}.safetensors`));
      return Object.fromEntries([...tensors].map(([name, { data }]) => [name, data])) as ProjectorWeights;
    }),
  );
}

/** The pieces of a space's vocabulary, in the order of their ids. */
export async function readVocabulary(cacheDir: string, space: SpaceId): Promise<string[]> {
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
  const pieces = await readVocabulary(cacheDir, space);
  return (precisions) => repositoryFiles(repository, weights, pieces, precisions);
}

async function makeBond(
  cacheDir: string,
  bond: BondEnds,
): Promise<(precisions: readonly Precision[]) => Files> {
  const members = await readMembers(cacheDir, bond);
  return (precisions) => bondFiles(bond, members, precisions);
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
 * Writes every encoder and bond as ONNX in int8 and 4-bit with their JSON files into outDir, and in fp32 into
 * cacheDir/onnx-fp32. Returns what stands in outDir.
 * @throws InputError where a space or bond is not trained yet.
 */
export async function exportWorld({ cacheDir, outDir, only }: ExportOptions): Promise<ExportedFile[]> {
  const wanted = (name: string) => !only || only.includes(name);
  const written: ExportedFile[] = [];
  const makers = [
    ...REPOSITORIES.filter(({ folder }) => wanted(folder)).map((one) => makeRepository(cacheDir, one)),
    ...BOND_ENDS.filter(({ id }) => wanted(id)).map((one) => makeBond(cacheDir, one)),
  ];
  for (const make of await Promise.all(makers)) {
    await writeFiles(fp32Dir(cacheDir), make(['fp32']));
    written.push(...(await writeFiles(outDir, make(COMMITTED))));
  }
  return written;
}
