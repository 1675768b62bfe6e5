/** Ensembles in and out of the lab: a worker reads and writes the files, what they hold is kept with the trained ones. */
import { InputError, messageOf } from '../../base/errors.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import type { Ensemble, Space } from '../../recipe/types.ts';
import { fetchFile } from '../storage/fetchFile.ts';
import type { Training } from '../training/types.ts';
import type { BondFiles } from './bondFiles.ts';
import type { FoundBond } from './readBondFiles.ts';
import type { EnsembleMapping, Exchange, ImportedBond } from './types.ts';

export interface ExchangeOptions {
  assetUrl: (path: string) => string;
  spaces: () => readonly Space[];
  ensembles: () => readonly Ensemble[];
  training: Pick<Training, 'addEnsemble' | 'mapEnsemble' | 'weights'>;
  files: BondFiles;
}

/** The projectors of any ensemble: own ones as they were trained or read, embedded ones as they ship (8-bit blocks). */
export type WeightsOf = (ensembleId: string) => Promise<ProjectorWeights[]>;

export function createWeightsOf({ assetUrl, ensembles, training, files }: ExchangeOptions): WeightsOf {
  return async (id) => {
    const ensemble = ensembles().find((one) => one.id === id);
    if (!ensemble) throw new InputError(`There is no ensemble "${id}".`);
    if (ensemble.origin !== 'embedded') return training.weights(id);
    const path = `models/bonds/${id}/onnx/model_quantized.onnx`;
    const bytes = await fetchFile(assetUrl(path));
    const { found, leftOut } = await files.read([{ path, bytes }]);
    if (!found[0]) throw new InputError(leftOut[0]?.reason ?? `${path} holds no projectors.`);
    return found[0].members.map(({ weights }) => weights);
  };
}

/** Spaces of a dimension that an ensemble may begin or end in; a tuned space stands behind the one it was tuned from. */
function spacesOf(dim: number, spaces: readonly Space[]): Space[] {
  return spaces.filter((space) => space.dim === dim && !space.tunedFrom);
}

/** The space of a dimension that a file names, or the only one there is. */
function fitting(
  guess: string | undefined,
  dim: number,
  spaces: readonly Space[],
  encoded: boolean,
): Space | undefined {
  const named =
    spaces.find(({ id, dim: its }) => id === guess && its === dim) ??
    spaces.find(({ name, dim: its }) => name === guess && its === dim);
  if (named) return named;
  const all = spacesOf(dim, spaces).filter(({ modalities }) => !encoded || modalities.length > 0);
  return all.length === 1 ? all[0] : undefined;
}

/** Why an ensemble joins no spaces yet, in words. */
function unmappedNote({ dIn, dOut }: FoundBond, spaces: readonly Space[]): string {
  const words = (dim: number) => {
    const names = spacesOf(dim, spaces).map(({ name }) => name);
    return names.length > 0 ? `of ${dim} there are ${names.join(', ')}` : `no space here has ${dim}`;
  };
  return `It projects vectors of ${dIn} numbers into ${dOut}: ${words(dIn)}; ${words(dOut)}. Choose which it joins.`;
}

export function createExchange(options: ExchangeOptions, weightsOf: WeightsOf): Exchange {
  const { spaces, ensembles, training, files } = options;
  const check = (ends: EnsembleMapping, dIn: number, dOut: number, among = spaces()): void => {
    for (const [id, dim, what] of [
      [ends.source, dIn, 'reads'],
      [ends.target, dOut, 'gives'],
    ] as const) {
      const space = among.find((one) => one.id === id);
      if (!space) throw new InputError(`There is no space "${id}".`);
      if (space.dim !== dim)
        throw new InputError(
          `${space.name} has vectors of ${space.dim} numbers; the ensemble ${what} ${dim}.`,
        );
    }
  };
  const keep = async (
    found: FoundBond,
    mapping: EnsembleMapping | undefined,
    among: readonly Space[],
  ): Promise<ImportedBond> => {
    const { name, members, dIn, dOut, format, paths, guess } = found;
    const said = {
      source: fitting(guess?.source, dIn, among, true)?.id,
      target: fitting(guess?.target, dOut, among, false)?.id,
    };
    const known = said.source !== undefined && said.target !== undefined;
    if (mapping && !known) check(mapping, dIn, dOut, among);
    const { source, target } = known || !mapping ? said : mapping;
    const mapped = source !== undefined && target !== undefined && source !== target;
    const ensemble = await training.addEnsemble({
      name,
      source: mapped ? source : '',
      target: mapped ? target : '',
      members: members.map((one) => one.name),
      weights: members.map((one) => one.weights),
      imported: { file: paths[0] ?? name, format, createdAt: new Date().toISOString() },
    });
    return mapped
      ? { ensemble, paths, unmapped: false }
      : { ensemble, paths, unmapped: true, note: unmappedNote(found, among) };
  };
  return {
    async importFiles(given, mapping, importing) {
      if (given.length === 0) throw new InputError('There is no file to read.');
      const { found, leftOut } = await files.read(given, importing);
      const imported: ImportedBond[] = [];
      const refused = [...leftOut];
      for (const bond of found) {
        try {
          imported.push(await keep(bond, mapping, importing?.spaces ?? spaces()));
        } catch (error) {
          for (const path of bond.paths) refused.push({ path, reason: messageOf(error) });
        }
      }
      return { imported, leftOut: refused };
    },
    async mapEnsemble(ensembleId, mapping) {
      const [first] = await training.weights(ensembleId);
      const hidden = first!['linear1.bias'].length;
      check(mapping, first!['linear1.weight'].length / hidden, first!['linear2.bias'].length);
      await training.mapEnsemble(ensembleId, mapping);
    },
    async exportEnsemble(ensembleId, format) {
      const weights = await weightsOf(ensembleId);
      const ensemble = ensembles().find(({ id }) => id === ensembleId)!;
      const { name, bytes, type } = await files.export(weights, ensemble, format);
      return { name, blob: new Blob([bytes], { type }) };
    },
  };
}
