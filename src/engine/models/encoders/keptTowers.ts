/** The encoders of a kept hub model, read from its small files. */
import { FormatError, messageOf } from '../../../base/errors.ts';
import { isDataOf } from '../hub/layout.ts';
import { graphOf, planRepo } from '../hub/plan.ts';
import type { KeptModel, ModelFamily } from '../types.ts';
import { parseObject, readingOf, type Json } from './config.ts';
import type { TowerSource } from './tower.ts';

export interface KeptTowers {
  family: ModelFamily;
  towers: (TowerSource | BrokenTower)[];
}

/** A tower whose settings cannot be used. */
export type BrokenTower = Pick<TowerSource, 'id' | 'modality' | 'dim'> & { problem: string };

/** Configurations are a few kB. */
const MAX_CONFIG_BYTES = 4_000_000;

/**
 * The towers of a kept model: `files` are its files by path. A tower whose settings cannot be used says why.
 * @param spaceOf the id of its space, of its dimension
 * @throws FormatError where config.json is missing or damaged; MissingFileError where it has no graph
 */
export async function keptTowers(
  kept: KeptModel,
  files: ReadonlyMap<string, Blob>,
  spaceOf: (dim: number) => string,
): Promise<KeptTowers> {
  const config = await readJson(files, 'config.json');
  if (!config) throw new FormatError(`${kept.repo} has no config.json: it does not say what it is.`);
  const preprocessor = await readJson(files, 'preprocessor_config.json');
  const tokenizerConfig = await readJson(files, 'tokenizer_config.json');
  const { repo, revision, precision } = kept;
  const listing = { revision, files: kept.files, licence: undefined, notes: [] };
  const { family, dim, towers } = planRepo(repo, listing, config, preprocessor);
  const paths = [...files.keys()];
  const read = towers.flatMap((tower): (TowerSource | BrokenTower)[] => {
    const { modality, output } = tower;
    const graph = graphOf(tower, precision, paths);
    if (graph === undefined) return [];
    const about = { id: `${spaceOf(dim)}/${modality}`, modality, dim };
    try {
      const reading = readingOf(family, modality, { config, preprocessor, tokenizerConfig });
      const wanted = (path: string) =>
        path === graph ||
        isDataOf(path, graph) ||
        (modality === 'text' && /^tokenizer(_config)?\.json$/.test(path));
      return [
        {
          ...about,
          graph,
          output,
          reading,
          normalise: true,
          files: new Map([...files].filter(([path]) => wanted(path))),
          stamp: `${revision} ${precision} ${kept.at}`,
        },
      ];
    } catch (error) {
      return [{ ...about, problem: messageOf(error) }];
    }
  });
  return { family, towers: read };
}

async function readJson(files: ReadonlyMap<string, Blob>, path: string): Promise<Json | undefined> {
  const blob = files.get(path);
  if (!blob) return undefined;
  if (blob.size > MAX_CONFIG_BYTES)
    throw new FormatError(`${path} has ${blob.size} bytes: that is no configuration.`);
  return parseObject(await blob.text(), path);
}
