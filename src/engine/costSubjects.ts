/** What a bond costs on this device: the encoders of its spaces, and its mixture with one member, seven, or all. */
import { InputError, throwIfAborted } from '../base/errors.ts';
import type { Modality } from '../base/modality.ts';
import { createRandom } from '../base/random.ts';
import type { Precision } from '../formats/onnxBuilder.ts';
import type { ProjectorWeights } from '../math/projector.ts';
import { normaliseRows } from '../math/sphere.ts';
import type { Bond, EnsembleUse, Recipe, Space } from '../recipe/types.ts';
import type { CollectionManifest } from '../world/types.ts';
import type { Encoders } from './encoders/encoders.ts';
import { PICTURE_PX, type PreparedInput } from './encoders/inputs.ts';
import { PRECISIONS, towerFile, towerOf } from './encoders/towers.ts';
import type { BondFiles } from './exchange/bondFiles.ts';
import type { WeightsOf } from './exchange/exchange.ts';
import type { ExportFormat } from './exchange/types.ts';
import type { CostSubject } from './microscope/types.ts';
import { fetchFile } from './storage/fetchFile.ts';

export interface CostSources {
  manifest: CollectionManifest;
  spaces: () => readonly Space[];
  encoders: Pick<Encoders, 'encode' | 'project' | 'status'>;
  weightsOf: WeightsOf;
  /** Makes the graphs: in a worker, since that takes longer than a frame. */
  files: Pick<BondFiles, 'export'>;
  /** Samples of the collection's first n sounds. */
  renderSounds: (n: number, signal?: AbortSignal) => Promise<Float32Array<ArrayBuffer>[]>;
  assetUrl: (path: string) => string;
  /** Makes a graph known to the encoders under an id of its own, once. */
  lend: (id: string, model: Uint8Array<ArrayBuffer>) => void;
}

const WORDS: Record<Modality, string> = { text: 'text', image: 'picture', audio: 'sound' };

/** Texts and sounds differ in length: so many are encoded in turn. */
const N_INPUTS = 16;

const FORMATS: Readonly<Record<Precision, ExportFormat>> = {
  fp32: 'onnx-fp32',
  q8: 'onnx-int8',
  q4: 'onnx-4bit',
};

/**
 * Ids "<space>/<modality>" of encoders and "<bondId>:<n>" of mixtures. Mixtures are graphs of their own with so many members,
 * the first ones, at the precision in which the bond runs; where they are more than the first expert has, the others' halves
 * run too. Everything is loaded once here, since how it runs is known only then.
 * @throws InputError, MissingFileError, ModelError, AbortedError
 */
export async function costSubjects(
  recipe: Recipe,
  bondId: string,
  sources: CostSources,
  signal?: AbortSignal,
): Promise<CostSubject[]> {
  throwIfAborted(signal);
  const bond = recipe.bonds.find(({ id }) => id === bondId);
  if (!bond) throw new InputError(`${recipe.name} has no bond "${bondId}".`);
  const spaces = [recipe.base, ...bond.experts].map((id) => spaceOf(id, sources));
  const modalities = bond.modalities.length > 0 ? bond.modalities : spaces[1]!.modalities;
  const subjects: CostSubject[] = [];
  for (const modality of modalities) {
    const inputs = await inputsOf(modality, sources, signal);
    for (const space of spaces) {
      if (inputs.length > 0 && space.modalities.includes(modality))
        subjects.push(await encoderSubject(space, inputs, sources, signal));
    }
  }
  return [...subjects, ...(await mixtureSubjects(bond, sources, signal))];
}

function spaceOf(id: string, { spaces }: CostSources): Space {
  const found = spaces().find((one) => one.id === id);
  if (!found) throw new InputError(`There is no space "${id}".`);
  return found;
}

/** Inputs of a modality: the collection's own texts and sounds; a picture of noise, which costs what any picture costs. */
async function inputsOf(
  modality: Modality,
  { manifest, renderSounds }: CostSources,
  signal: AbortSignal | undefined,
): Promise<PreparedInput[]> {
  if (modality === 'text')
    return manifest.text.slice(0, N_INPUTS).map(({ caption: text }) => ({ modality, text }));
  if (modality === 'audio')
    return (await renderSounds(N_INPUTS, signal)).map((samples) => ({ modality, samples }));
  const random = createRandom(1);
  return [
    { modality, pixels: new Uint8ClampedArray(PICTURE_PX * PICTURE_PX * 4).map(() => random.int(256)) },
  ];
}

async function encoderSubject(
  { id, name }: Space,
  inputs: readonly PreparedInput[],
  { encoders, assetUrl }: CostSources,
  signal: AbortSignal | undefined,
): Promise<CostSubject> {
  const { modality } = inputs[0]!;
  const tower = towerOf(id, modality);
  await encoders.encode(id, inputs[0]!, signal);
  const { backend = 'wasm' } = encoders.status()[tower.id] ?? {};
  return {
    id: `${id}/${modality}`,
    name: `${name}, ${WORDS[modality]} encoder`,
    kind: 'encoder',
    nMembers: 0,
    bytes: await bytesOf(assetUrl(`models/${towerFile(tower, backend)}`), signal),
    // Own queries run one by one.
    prepare: (n) =>
      Promise.resolve(async (running) => {
        for (let i = 0; i < n; i++) await encoders.encode(id, inputs[i % inputs.length]!, running);
      }),
  };
}

/** Bytes of a file of the site, without fetching it where the server says. @throws MissingFileError, AbortedError. */
async function bytesOf(url: string, signal: AbortSignal | undefined): Promise<number> {
  throwIfAborted(signal);
  const head = await fetch(url, { method: 'HEAD', ...(signal && { signal }) }).catch(() => undefined);
  const isPlain = head?.ok && !head.headers.has('content-encoding');
  const said = isPlain ? Number(head.headers.get('content-length')) : 0;
  return said > 0 ? said : (await fetchFile(url, signal)).byteLength;
}

/** An ensemble with its projectors, and how it runs here. */
interface Half {
  ensemble: EnsembleUse;
  weights: ProjectorWeights[];
  dIn: number;
  precision: Precision;
}

async function mixtureSubjects(
  { id, ensembles }: Bond,
  sources: CostSources,
  signal: AbortSignal | undefined,
): Promise<CostSubject[]> {
  const halves: Half[] = [];
  for (const ensemble of ensembles) halves.push(await loadedHalf(ensemble, sources, signal));
  const sizes = new Set([
    1,
    halves[0]!.weights.length,
    halves.reduce((sum, { weights }) => sum + weights.length, 0),
  ]);
  const lent = new Map<string, Part>();
  const subjects: CostSubject[] = [];
  for (const size of [...sizes].sort((a, b) => a - b)) {
    const parts: Part[] = [];
    for (const half of halves) {
      throwIfAborted(signal);
      const nMembers = Math.min(
        half.weights.length,
        size - parts.reduce((sum, part) => sum + part.nMembers, 0),
      );
      if (nMembers === 0) break;
      const key = `${nMembers} ${half.ensemble.id}`;
      const part = lent.get(key) ?? (await lentPart(half, nMembers, sources));
      lent.set(key, part);
      parts.push(part);
    }
    subjects.push(mixtureSubject(id, parts, sources));
  }
  return subjects;
}

async function loadedHalf(
  ensemble: EnsembleUse,
  sources: CostSources,
  signal: AbortSignal | undefined,
): Promise<Half> {
  const { encoders, weightsOf } = sources;
  const weights = await weightsOf(ensemble.id);
  const { dim: dIn } = spaceOf(ensemble.source, sources);
  await encoders.project(ensemble.id, noiseRows(1, dIn), allOn(weights.length), signal);
  const words = encoders.status()[ensemble.id]?.precision;
  const precision = Object.values(PRECISIONS).find((one) => one.words === words)?.dtype ?? 'fp32';
  return { ensemble, weights, dIn, precision };
}

/** The first members of an ensemble as a graph of their own that the encoders know. */
interface Part {
  id: string;
  dIn: number;
  nMembers: number;
  bytes: number;
}

async function lentPart(
  { ensemble, weights, dIn, precision }: Half,
  nMembers: number,
  { files, lend }: CostSources,
): Promise<Part> {
  const id = `${ensemble.id} of ${nMembers} at ${precision}`;
  const info = { ...ensemble, name: id, members: ensemble.members.slice(0, nMembers) };
  const { bytes } = await files.export(weights.slice(0, nMembers), info, FORMATS[precision]);
  lend(id, bytes);
  return { id, dIn, nMembers, bytes: bytes.byteLength };
}

function mixtureSubject(id: string, parts: readonly Part[], { encoders }: CostSources): CostSubject {
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
  const nMembers = sum((part) => part.nMembers);
  return {
    id: `${id}:${nMembers}`,
    name: nMembers === 1 ? 'one projector' : `mixture of ${nMembers}`,
    kind: 'mixture',
    nMembers,
    bytes: sum(({ bytes }) => bytes),
    prepare(n) {
      const rows = parts.map(({ dIn }) => noiseRows(n, dIn));
      return Promise.resolve(async (running) => {
        for (const [k, part] of parts.entries())
          await encoders.project(part.id, rows[k]!, allOn(part.nMembers), running);
      });
    },
  };
}

const allOn = (n: number) => Array.from({ length: n }, () => true);

/** n unit rows of noise. */
function noiseRows(n: number, dim: number): Float32Array {
  const random = createRandom(n);
  return normaliseRows(
    Float32Array.from({ length: n * dim }, () => random.normal()),
    dim,
  );
}
