/** A desk as the page has it, without a browser: a worker in the same thread, and a training that keeps in memory. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Modality } from '../../base/modality.ts';
import { projectEnsemble, poolMixtures, type ProjectorWeights } from '../../math/projector.ts';
import { componentNames, componentSource, targetSpace } from '../../recipe/coefficients.ts';
import type { NamedComponents } from '../../recipe/taskScores.ts';
import type { Recipe, Space } from '../../recipe/types.ts';
import type { CollectionManifest } from '../../world/types.ts';
import type { NewCollection } from '../collections/types.ts';
import { createExchange } from '../exchange/exchange.ts';
import { readBondFiles } from '../exchange/readBondFiles.ts';
import type { NamedFile } from '../exchange/types.ts';
import type { NewEnsemble, OwnEnsemble } from '../training/types.ts';
import { FakeWorker } from '../workers/workerPair.testing.ts';
import { createIntakeDesk, type IntakeDeskOptions } from './intakeDesk.ts';
import { createIntakeFiles } from './intakeFiles.ts';
import { IntakeService } from './intakeService.ts';

export function testDesk(changes: Partial<IntakeDeskOptions> = {}) {
  const kept: NewCollection[] = [];
  const ensembles = new Map<string, { ensemble: OwnEnsemble; weights: readonly ProjectorWeights[] }>();
  const exchange = createExchange(
    {
      assetUrl: (path) => path,
      spaces: () => [],
      ensembles: () => [],
      training: {
        addEnsemble: ({ weights, ...ensemble }: NewEnsemble) => {
          const id = `imported-${ensembles.size + 1}`;
          const [first] = weights;
          const hidden = first!['linear1.bias'].length;
          const own: OwnEnsemble = {
            ...ensemble,
            members: [...ensemble.members],
            id,
            origin: 'imported',
            dIn: first!['linear1.weight'].length / hidden,
            dOut: first!['linear2.bias'].length,
            hidden,
          };
          ensembles.set(id, { ensemble: own, weights });
          return Promise.resolve(own);
        },
        mapEnsemble: () => Promise.resolve(),
        weights: (id) => Promise.resolve([...ensembles.get(id)!.weights]),
      },
      files: {
        read: readBondFiles,
        export: () => Promise.reject(new Error('Nothing is exported here.')),
        dispose: () => undefined,
      },
    },
    () => Promise.resolve([]),
  );
  const files = createIntakeFiles(() => new FakeWorker(new IntakeService()) as unknown as Worker);
  const desk = createIntakeDesk({
    collections: {
      add: (collection) => {
        kept.push(collection);
        return Promise.resolve(`collection-${kept.length}`);
      },
    },
    exchange: () => exchange,
    removeEnsemble: (id) => {
      ensembles.delete(id);
      return Promise.resolve();
    },
    saved: {
      path: () => undefined,
      looksLike: () => Promise.resolve(false),
      read: () => Promise.reject(new Error('Nothing is saved here.')),
    },
    files,
    ...changes,
  });
  return { desk, kept, ensembles, files };
}

/** Every file below a folder, with its path in it. */
export function filesBelow(folder: string): NamedFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = file.slice(folder.length).replace(/^\//, '');
      return { path, bytes: new Blob([readFileSync(file)]) };
    })
    .sort((a, b) => a.path.localeCompare(b.path));
}

export function manifestOf({ name, items }: NewCollection): CollectionManifest {
  return { id: 'test', name, version: '1', seed: 0, answers: 'group', ...items };
}

/** Components of every item under a recipe, by the plain maths. */
export function componentsOf(
  collection: NewCollection,
  recipe: Recipe,
  weightsOf: (ensembleId: string) => readonly ProjectorWeights[],
): Partial<Record<Modality, NamedComponents>> {
  const spaces: Space[] = collection.vectors.map(({ space }) => space);
  const rows = (id: string, modality: Modality) =>
    collection.vectors.find(({ space }) => space.id === id)!.rows[modality]!;
  const { dim } = spaces.find(({ id }) => id === targetSpace(recipe))!;
  const out: Partial<Record<Modality, NamedComponents>> = {};
  for (const modality of ['text', 'image', 'audio'] as const) {
    const names = componentNames(recipe, modality, spaces);
    if (names.length === 0) continue;
    const data = names.map((name) => {
      const source = componentSource(recipe, name);
      if ('space' in source) return rows(source.space, modality);
      const mixtures = source.parts.flatMap(({ space, ensemble }) =>
        weightsOf(ensemble).map((member) => ({
          mean: projectEnsemble([member], rows(space, modality), spaces.find(({ id }) => id === space)!.dim),
          nMembers: 1,
        })),
      );
      return poolMixtures(mixtures, dim);
    });
    out[modality] = { names, nItems: collection.items[modality].length, dim, data };
  }
  return out;
}
