/** Which encoders there are: those of kept models, and single graphs. */
import { InputError, messageOf } from '../../../base/errors.ts';
import { MODALITIES, type Modality } from '../../../base/modality.ts';
import { SPACES } from '../../../recipe/embedded.ts';
import type { Space } from '../../../recipe/types.ts';
import { shortHash } from '../../collections/content.ts';
import type { EncoderProposal, EncoderSpec, KeptModel, OwnEncoder } from '../types.ts';
import type { StoredChoice, StoredEncoder } from './encoderStore.ts';
import { keptTowers, type BrokenTower } from './keptTowers.ts';
import { slug } from './slug.ts';
import { towerOfSpec } from './singleGraph.ts';
import type { TowerSource } from './tower.ts';

/** What is asked of the store of kept models (ModelStore in models/hub). */
export interface KeptModels {
  kept(): readonly KeptModel[];
  /** By path. @throws MissingFileError, QuotaError */
  files(repo: string, precision?: KeptModel['precision']): Promise<ReadonlyMap<string, Blob>>;
  onChange(listener: () => void): () => void;
  readonly opened: Promise<void>;
}

/** An encoder and what serves it: its files, or why it cannot be used. */
export interface Entry {
  source: TowerSource | BrokenTower;
  space: Pick<Space, 'id' | 'name' | 'dim' | 'about'>;
  repo: string | undefined;
  precision: OwnEncoder['precision'];
  /** As OwnEncoder has it. */
  version?: string;
}

/** How long vectors are that no configuration tells the length of: the graph itself is read. 0 where it says nothing. */
export type FindDim = (source: TowerSource) => Promise<number>;

/** Of each repository the precision that was kept last. */
export function newestOf(kept: readonly KeptModel[]): KeptModel[] {
  const byRepo = new Map<string, KeptModel>();
  for (const model of kept) {
    const known = byRepo.get(model.repo);
    if (!known || known.at <= model.at) byRepo.set(model.repo, model);
  }
  return [...byRepo.values()];
}

/**
 * The encoders of a kept model. One that cannot be read as a whole is a broken entry, so that a person hears why.
 */
export async function entriesOfModel(
  model: KeptModel,
  models: KeptModels,
  taken: ReadonlySet<string>,
  findDim: FindDim,
): Promise<Entry[]> {
  const { repo, precision } = model;
  const [owner = '', name = repo] = repo.split('/');
  const spaceOf = (dim: number) => {
    const id = `${name}-${dim}`;
    return taken.has(id) ? `${owner}.${id}` : id;
  };
  const entry = async (source: Entry['source']): Promise<Entry> => ({
    source,
    ...('files' in source && { version: await versionOf(source, model) }),
    space: {
      id: spaceOf(source.dim),
      name,
      about: `${repo}, ${precision}, kept in this browser.`,
      dim: source.dim,
    },
    repo,
    precision,
  });
  try {
    const { towers } = await keptTowers(model, await models.files(repo, precision), spaceOf);
    const read: Entry[] = [];
    for (const tower of towers) read.push(await entry(await withDim(tower, spaceOf, findDim)));
    return read;
  } catch (error) {
    return [await entry({ id: `${repo}/unusable`, modality: 'text', dim: 0, problem: messageOf(error) })];
  }
}

/** By content: the same files fetched anew are the same version, another commit with other weights is not. */
function versionOf({ files, reading, output, normalise }: TowerSource, model: KeptModel): Promise<string> {
  const sums = model.files.flatMap(({ path, sha256 }) => (files.has(path) ? [`${path} ${sha256}`] : []));
  return shortHash(JSON.stringify([sums.sort(), reading, output, normalise]));
}

async function withDim(
  tower: TowerSource | BrokenTower,
  spaceOf: (dim: number) => string,
  findDim: FindDim,
): Promise<TowerSource | BrokenTower> {
  if (tower.dim > 0 || 'problem' in tower) return tower;
  const { modality } = tower;
  try {
    const dim = await findDim(tower);
    if (dim > 0) return { ...tower, dim, id: `${spaceOf(dim)}/${modality}` };
    return {
      id: tower.id,
      modality,
      dim: 0,
      problem: 'Neither its configuration nor its graph says how long its vectors are.',
    };
  } catch (error) {
    return { id: tower.id, modality, dim: 0, problem: messageOf(error) };
  }
}

/** The entry of a single graph. */
export function entryOfGraph({ id, path, spec, files, addedAt = '' }: StoredEncoder): Entry {
  const about = { id, modality: spec.modality, dim: spec.space.dim };
  let source: Entry['source'];
  try {
    source = towerOfSpec(id, path, spec, files);
    source.stamp += addedAt;
  } catch (error) {
    source = { ...about, problem: messageOf(error) };
  }
  return {
    source,
    space: { ...spec.space, about: `A single graph from disk, ${path.split('/').at(-1)}.` },
    repo: undefined,
    precision: precisionOf(path),
    ...('stamp' in source && addedAt !== '' && { version: addedAt }),
  };
}

/** By the ending of the file's name, as the hub's graphs have it. */
function precisionOf(path: string): OwnEncoder['precision'] {
  if (/_(?:quantized|int8|uint8)\.onnx$/i.test(path)) return 'int8';
  if (/_(?:q4|q4f16|bnb4)\.onnx$/i.test(path)) return '4-bit';
  return /(?:fp16|half)\.onnx$/i.test(path) ? 'fp16' : 'fp32';
}

/**
 * The id of a new single graph's encoder, "<space>/<modality>".
 * @throws InputError where the space ships with the lab or has such an encoder, or the dimension is not that of the space or of the graph's output
 */
export function idForGraph(
  proposal: Pick<EncoderProposal, 'path' | 'outputs'>,
  { space, modality, output }: EncoderSpec,
  entries: readonly Entry[],
): string {
  const id = `${space.id}/${modality}`;
  if (SPACES.some((one) => one.id === space.id))
    throw new InputError(
      `The space "${space.id}" ships with the lab and has encoders of its own: give this one another id (for example "${space.id}-${space.dim}").`,
    );
  if (entries.some((entry) => entry.source.id === id)) {
    const name = proposal.path
      .split('/')
      .at(-1)!
      .replace(/\.onnx$/i, '');
    throw new InputError(
      `The space "${space.id}" reads ${modality} already. Remove that encoder first, or give this one a space of its own (for example "${slug(name)}-${space.dim}").`,
    );
  }
  const other = entries.find((entry) => entry.space.id === space.id && entry.space.dim !== space.dim);
  if (other)
    throw new InputError(
      `The space "${space.id}" has ${other.space.dim} dimensions; this encoder gives ${space.dim}.`,
    );
  const found = proposal.outputs.find(({ name }) => name === output);
  const dim = found?.dims.at(-1);
  if (!found) throw new InputError(`The graph has no output "${output}".`);
  if (typeof dim === 'number' && dim !== space.dim)
    throw new InputError(`The output "${output}" gives vectors of ${dim} numbers, not ${space.dim}.`);
  return id;
}

/** What an encoder's present files are known by; undefined of one that is not there or cannot be used. */
export function stampIn(entries: readonly Entry[], id: string): string | undefined {
  const source = entries.find((entry) => entry.source.id === id)?.source;
  return source && 'stamp' in source ? source.stamp : undefined;
}

/** Spaces of all encoders that can be used, with the modalities that they read. */
export function spacesOf(entries: readonly Entry[]): Space[] {
  const spaces = new Map<string, Space>();
  for (const { source, space } of entries) {
    if ('problem' in source) continue;
    const known = spaces.get(space.id) ?? { ...space, modalities: [] };
    known.modalities.push(source.modality);
    spaces.set(space.id, known);
  }
  const inOrder = (modalities: Modality[]) => MODALITIES.filter((modality) => modalities.includes(modality));
  return [...spaces.values()].map((space) => ({ ...space, modalities: inOrder(space.modalities) }));
}

/** What is known of an encoder's state. */
export type EncoderState = Partial<Pick<OwnEncoder, 'state' | 'backend' | 'probe' | 'message'>>;

/** An encoder as the page shows it. */
export function shownEncoder(
  entry: Entry,
  choice: StoredChoice,
  state: EncoderState,
  spaces: readonly Space[],
): OwnEncoder {
  const { source, repo, precision, version } = entry;
  const problem = 'problem' in source ? source.problem : undefined;
  const message = problem ?? state.message;
  return {
    id: source.id,
    space: spaces.find(({ id }) => id === entry.space.id) ?? {
      ...entry.space,
      modalities: [source.modality],
    },
    modality: source.modality,
    repo,
    precision,
    ...(version !== undefined && { version }),
    probe: state.probe ?? choice.known?.reason,
    backend: choice.pinned ?? state.backend ?? choice.known?.backend,
    pinned: choice.pinned !== undefined,
    state: problem === undefined ? (state.state ?? 'not loaded') : 'failed',
    ...(message ? { message } : {}),
  };
}
