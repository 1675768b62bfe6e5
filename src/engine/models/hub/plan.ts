/** What a repository offers, read from its listing and its configuration: pure. */
import { MODALITIES, type Modality } from '../../../base/modality.ts';
import { MissingFileError } from '../../../base/errors.ts';
import type { ModelFamily, Precision, RepoPlan } from '../types.ts';
import { FOLDERS, isDataOf, PLAIN_FILES, PRECISIONS, SUFFIXES, TOWER_NAMES, WHOLE_NAME } from './layout.ts';
import type { Listing, RepoFile } from './source.ts';

type Tower = RepoPlan['towers'][number];
type Config = Record<string, unknown>;

/** Dimensions that a configuration may leave out, because they are its library's defaults. */
const DEFAULT_DIMS: Partial<Record<ModelFamily, number>> = {
  clip: 512,
  mobileclip: 512,
  siglip: 768,
  'jina-clip': 768,
  clap: 512,
  imagebind: 1024,
  internvl: 768,
};

const MODALITIES_OF: Partial<Record<ModelFamily, readonly Modality[]>> = {
  clip: ['text', 'image'],
  mobileclip: ['text', 'image'],
  siglip: ['text', 'image'],
  'jina-clip': ['text', 'image'],
  clap: ['text', 'audio'],
  imagebind: MODALITIES,
  internvl: ['text', 'image'],
};

/**
 * @param config config.json, and `preprocessor` preprocessor_config.json where there is one.
 * @throws MissingFileError where the repository has no graph
 */
export function planRepo(
  repo: string,
  listing: Listing,
  config: Config,
  preprocessor: Config | undefined,
): RepoPlan {
  const paths = new Map(listing.files.map((file) => [file.path, file]));
  const notes = [...listing.notes];
  const family = familyOf(repo, config);
  const towers = findTowers(paths, family, preprocessor, notes);
  if (towers.length === 0) throw noGraph(repo, listing);
  const files: Partial<Record<Precision, RepoFile[]>> = {};
  for (const precision of PRECISIONS) {
    const graphs = towers.map((tower) => graphOf(tower, precision, [...paths.keys()]));
    const nMissing = graphs.filter((graph) => graph === undefined).length;
    if (nMissing === 0) files[precision] = filesFor([...new Set(graphs as string[])], [...paths.values()]);
    else if (nMissing < graphs.length) {
      const lacking = towers.filter((_, i) => graphs[i] === undefined).map(({ modality }) => modality);
      notes.push(`${precision} is there, but not for ${lacking.join(' and ')}: it is left out.`);
    }
  }
  if (Object.keys(files).length === 0) throw noGraph(repo, listing);
  noteMissing(paths, towers, notes);
  return {
    repo,
    revision: listing.revision,
    family,
    dim: dimOf(config, family, notes),
    towers,
    files,
    licence: listing.licence,
    notes,
  };
}

/** The graph of a tower in a precision, among the paths of a repository or of a kept model. */
export function graphOf(
  tower: Pick<Tower, 'file'>,
  precision: Precision,
  paths: readonly string[],
): string | undefined {
  return SUFFIXES[precision]
    .map((suffix) => `${tower.file}${suffix}.onnx`)
    .find((path) => paths.includes(path));
}

function filesFor(graphs: readonly string[], all: readonly RepoFile[]): RepoFile[] {
  const wanted = ({ path }: RepoFile) =>
    PLAIN_FILES.includes(path) || graphs.some((graph) => path === graph || isDataOf(path, graph));
  // The small ones first: what is wrong with a repository shows before the large ones are fetched.
  return all.filter(wanted).sort((a, b) => a.bytes - b.bytes || (a.path < b.path ? -1 : 1));
}

function familyOf(repo: string, config: Config): ModelFamily {
  const type = typeof config.model_type === 'string' ? config.model_type.toLowerCase() : '';
  if (/mobileclip/i.test(repo) || type.startsWith('mobileclip')) return 'mobileclip';
  if (/^jina_?clip/.test(type)) return 'jina-clip';
  if (type.startsWith('siglip')) return 'siglip';
  if (type.startsWith('clip')) return 'clip';
  if (type.startsWith('clap')) return 'clap';
  if (type.startsWith('imagebind')) return 'imagebind';
  if (type.startsWith('intern')) return 'internvl';
  return 'other';
}

/** Sizes from 1 to 65,536 count; where a configuration is silent, its library's default. */
function dimOf(config: Config, family: ModelFamily, notes: string[]): number {
  const own = ['projection_dim', 'embed_dim'].map((key) => config[key]);
  const ofTowers = ['text_config', 'vision_config', 'audio_config'].flatMap((key) => {
    const part = config[key];
    if (typeof part !== 'object' || part === null) return [];
    const { projection_dim, projection_size, embed_dim, hidden_size } = part as Config;
    // SigLIP's towers have no projection of their own: they are as wide as the space.
    return [projection_dim, projection_size, embed_dim, family === 'siglip' ? hidden_size : undefined];
  });
  const alone = family === 'other' ? [config.hidden_size] : [];
  const told = [...own, ...ofTowers, ...alone].find(isSize);
  if (told !== undefined) return told;
  const usual = DEFAULT_DIMS[family] ?? 0;
  notes.push(
    usual > 0
      ? `config.json names no dimension: ${usual} is its family’s default, and the graph has the last word.`
      : 'config.json names no dimension: it is known once the graph was run.',
  );
  return usual;
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= 65_536;
}

/** Separate towers where there are any, else one graph. */
function findTowers(
  paths: ReadonlyMap<string, RepoFile>,
  family: ModelFamily,
  preprocessor: Config | undefined,
  notes: string[],
): Tower[] {
  const has = (file: string) =>
    PRECISIONS.some((precision) => graphOf({ file }, precision, [...paths.keys()]) !== undefined);
  for (const folder of FOLDERS) {
    const towers = MODALITIES.filter((modality) => has(folder + TOWER_NAMES[modality])).map((modality) => ({
      modality,
      file: folder + TOWER_NAMES[modality],
      output: outputOf(family, modality),
    }));
    if (towers.length > 0) {
      const lacking = (MODALITIES_OF[family] ?? []).filter((m) => towers.every((t) => t.modality !== m));
      if (lacking.length > 0) notes.push(`It has no graph for ${lacking.join(' and ')} of its own.`);
      return towers;
    }
    const file = folder + WHOLE_NAME;
    if (!has(file)) continue;
    const known = MODALITIES_OF[family];
    if (known) {
      notes.push('All its towers are one graph: each input runs them all, which takes longer.');
      return known.map((modality) => ({ modality, file, output: wholeOutputOf(family, modality) }));
    }
    const modality = guessModality(paths, preprocessor);
    notes.push(
      `It is of no family that the lab knows. Its one graph is taken for ${modality}, with the output that such graphs ` +
        'mostly have: check both, or add the graph as an encoder of its own.',
    );
    const output = modality === 'text' ? 'sentence_embedding' : outputOf(family, modality);
    return [{ modality, file, output }];
  }
  return [];
}

function outputOf(family: ModelFamily, modality: Modality): string {
  return family === 'siglip' ? 'pooler_output' : `${modality}_embeds`;
}

function wholeOutputOf(family: ModelFamily, modality: Modality): string {
  return family === 'jina-clip' ? `l2norm_${modality}_embeddings` : `${modality}_embeds`;
}

function guessModality(paths: ReadonlyMap<string, RepoFile>, preprocessor: Config | undefined): Modality {
  if (preprocessor === undefined) return paths.has('tokenizer.json') ? 'text' : 'image';
  return 'sampling_rate' in preprocessor || 'feature_extractor_type' in preprocessor ? 'audio' : 'image';
}

function noteMissing(paths: ReadonlyMap<string, RepoFile>, towers: readonly Tower[], notes: string[]): void {
  const reads = (modality: Modality) => towers.some((tower) => tower.modality === modality);
  if (reads('text') && !paths.has('tokenizer.json')) {
    notes.push('tokenizer.json is missing: it cannot read text.');
  }
  if ((reads('image') || reads('audio')) && !paths.has('preprocessor_config.json')) {
    notes.push(
      'preprocessor_config.json is missing: pictures and sounds are prepared as its family usually has them.',
    );
  }
}

function noGraph(repo: string, { files }: Listing): MissingFileError {
  const graphs = files.filter(({ path }) => path.endsWith('.onnx')).map(({ path }) => path);
  return new MissingFileError(
    `${repo} has no ONNX graph that the lab can use: it looks for onnx/text_model.onnx, onnx/vision_model.onnx, ` +
      `onnx/audio_model.onnx or onnx/model.onnx, in any precision${graphs.length > 0 ? `, and found ${graphs.slice(0, 5).join(', ')}` : ''}. ` +
      'docs/exporting.md shows how such graphs are made; a single graph can be added as an encoder of its own.',
  );
}
