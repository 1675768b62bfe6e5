/** The scripting interface's part for own data and models (docs/scripting.md). */
import { InputError } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import type { EnsembleMapping, ImportedBond, NamedFile } from '../../engine/exchange/types.ts';
import type { ArrayMapping, Intake, LeftOut, MediaConvention } from '../../engine/intake/types.ts';
import type { EncoderSpec, Precision, ShelfModel } from '../../engine/models/types.ts';
import type { LabState } from '../types.ts';
import { countsOfPlan, proposedSpaces } from './encodeChoice.ts';
import { openForm } from './intake.ts';

/** What importFiles() understood, kept and left out. */
export interface ImportedFiles {
  /** Mixtures of projectors. */
  imported: readonly ImportedBond[];
  leftOut: readonly LeftOut[];
  understood: {
    media?: { convention: MediaConvention; counts: Record<Modality, number>; nPaired: number };
    /** By key: what each array is, or undefined where it is nothing. */
    arrays?: { key: string; shape: number[]; space?: string; modality?: Modality }[];
  };
  /** The collection that came of it, for useCollection(). */
  collectionId?: string;
  /** A recipe that the files spell out, for useRecipe() in that collection. */
  recipeId?: string;
  /** The encoding of media that was started; collections() tells how far it is. */
  runId?: string;
  notes: readonly string[];
}

/** An encoder of the hub's layout, or a single graph. */
export type EncoderDefinition =
  { repo: string; precision?: Precision } | { files: Iterable<File>; spec?: Partial<EncoderSpec> };

export interface DataApi {
  /** Every collection of this browser, the embedded one first; `encoding` is the share of vectors made by the run under way. */
  collections(): {
    id: string;
    name: string;
    counts: Record<Modality, number>;
    spaces: string[];
    ready: boolean;
    inUse: boolean;
    encoding?: number;
  }[];
  /** Opens the lab over another collection; resolves when its first drag is possible. @throws InputError */
  useCollection(id: string): Promise<void>;
  /**
   * Reads media, embeddings, projectors, saved collections, a folder or a zip of them, and keeps what it understands; a file's path
   * is its webkitRelativePath where it has one. `mapping` says which spaces projectors join ({ source, target }) or what each
   * array is, where the files do not. Media are then encoded in the spaces that ship. @throws InputError, FormatError
   */
  importFiles(files: Iterable<File>, mapping?: EnsembleMapping | ArrayMapping): Promise<ImportedFiles>;
  /** Models that can be had, and whether they are on this device. */
  modelShelf(): (ShelfModel & { kept: boolean })[];
  /** Fetches a repository, or takes a single ONNX file, and resolves with the ids of its encoders. @throws InputError, NetworkError, FormatError */
  addEncoder(definition: EncoderDefinition): Promise<string[]>;
}

/** @throws InputError where they are no list of files. */
function namedFiles(files: Iterable<File>, call: string): NamedFile[] {
  const isList = typeof files === 'object' && files !== null && Symbol.iterator in files;
  const list = isList ? [...files] : [];
  if (list.length === 0 || !list.every((file) => file instanceof File))
    throw new InputError(`${call} takes a list of files, as an <input type="file"> has it.`);
  // Each is read when its turn comes: a folder may hold more than the memory does.
  return list.map((file) => ({ path: file.webkitRelativePath || file.name, bytes: file }));
}

const isArrayMapping = (mapping: EnsembleMapping | ArrayMapping): mapping is ArrayMapping =>
  'arrays' in mapping;

function understoodOf(
  { media, arrays }: Intake,
  mapping: ArrayMapping | undefined,
): ImportedFiles['understood'] {
  const mapped = mapping ?? arrays?.proposal;
  return {
    ...(media && {
      media: { convention: media.convention, counts: countsOfPlan(media), nPaired: media.nPaired },
    }),
    ...(arrays && {
      arrays: arrays.arrays.map(({ key, shape }) => {
        const found = mapped?.arrays.find((one) => one.key === key);
        return { key, shape: [...shape], ...(found && { space: found.spaceId, modality: found.modality }) };
      }),
    }),
  };
}

/** @param use opens a lab over another collection. */
export function createDataScripting(lab: () => LabState, use: (id: string) => Promise<void>): DataApi {
  return {
    collections() {
      const { engine } = lab();
      const runs = engine.collections.runs();
      return engine.collections.list().map(({ id, name, counts, spaces, ready }) => {
        const run = runs.find((one) => one.collectionId === id && ['waiting', 'running'].includes(one.state));
        return {
          id,
          name,
          counts: { ...counts },
          spaces: spaces.map(({ space }) => space.id),
          ready,
          inUse: id === engine.manifest.id,
          ...(run && { encoding: run.of > 0 ? run.done / run.of : 0 }),
        };
      });
    },
    useCollection: use,
    async importFiles(files, mapping) {
      const named = namedFiles(files, 'importFiles');
      const { intake: desk, exchange, collections } = lab().engine;
      const intake = await desk.understand(named);
      try {
        const { media, arrays, saved, bonds } = intake;
        if (!media && !arrays && !saved) {
          if (bonds.length === 0) {
            const why = intake.leftOut.map(({ path, reason }) => `${path}: ${reason}`).join(' ');
            throw new InputError(`Nothing in these files can be used. ${why}`);
          }
          const ends = mapping && !isArrayMapping(mapping) ? mapping : undefined;
          const report = await exchange.importFiles(named, ends);
          return { ...report, understood: {}, notes: [] };
        }
        const arrayMapping = mapping && isArrayMapping(mapping) ? mapping : undefined;
        const { name } = openForm(intake, named);
        const kept = await desk.keep(intake, { name, ...(arrayMapping && { mapping: arrayMapping }) });
        const { collectionId, recipeId } = kept;
        const spaceIds = media ? proposedSpaces(countsOfPlan(media)) : [];
        const runId =
          collectionId !== undefined && spaceIds.length > 0
            ? await collections.encode(collectionId, spaceIds)
            : undefined;
        return {
          imported: kept.bonds,
          leftOut: [...intake.leftOut, ...kept.leftOut],
          understood: understoodOf(intake, arrayMapping),
          ...(collectionId !== undefined && { collectionId }),
          ...(recipeId !== undefined && { recipeId }),
          ...(runId !== undefined && { runId }),
          notes: [
            ...kept.notes,
            ...(mapping && !arrayMapping
              ? ['The mapping of projectors was not used: beside other files they join the spaces of these.']
              : []),
          ],
        };
      } finally {
        desk.forget(intake.id);
      }
    },
    modelShelf() {
      const { models } = lab().engine;
      const kept = new Set(models.kept().map(({ repo }) => repo));
      return models.shelf().map((model) => ({ ...model, kept: kept.has(model.repo) }));
    },
    async addEncoder(definition) {
      const { models } = lab().engine;
      if (typeof definition === 'object' && definition !== null && 'repo' in definition) {
        const { repo, precision } = definition;
        await models.download(repo, precision);
        return models.encoders().flatMap((one) => (one.repo === repo ? [one.id] : []));
      }
      if (typeof definition !== 'object' || definition === null || !('files' in definition)) {
        throw new InputError(
          "addEncoder takes { repo: 'Xenova/clip-vit-base-patch32' } or { files, spec } with an ONNX file.",
        );
      }
      const proposal = await models.propose(namedFiles(definition.files, 'addEncoder'));
      return [await models.addEncoder(proposal, { ...proposal.spec, ...definition.spec })];
    },
  };
}
