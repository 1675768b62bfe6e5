/** Prepared rankings, by recipe, query and gallery; the newest few are kept. */
import { InputError } from '../base/errors.ts';
import type { Modality } from '../base/modality.ts';
import type { EncodedQuery, LabEngine } from '../engine/types.ts';
import { gatherRows } from '../math/pseudoPairs.ts';
import { galleryOf, retrievalTask } from '../world/tasks.ts';
import { expertFor } from './selectors.ts';
import { createRankingModel, type ExpertSide, type RankingModel } from './rankingModel.ts';
import { directionOf, type Query } from './types.ts';

export interface Rankings {
  prepare(recipeId: string, query: Query, gallery: Modality): Promise<RankingModel>;
  /** The same when it is at hand. */
  prepared(recipeId: string, query: Query, gallery: Modality): RankingModel | undefined;
  /** Keeps the vectors of an own query, encoded for a recipe, in place of those of the last one. */
  remember(key: number, recipeId: string, encoded: EncodedQuery): void;
  /** The vectors of an own query under a recipe. */
  own(key: number, recipeId: string): Promise<EncodedQuery>;
  /** Members of this recipe were switched: what was prepared for it is stale. */
  forget(recipeId: string): void;
}

const N_KEPT = 8;
const KNOWS: Record<Modality, string> = {
  text: 'reads no texts',
  image: 'has no eyes',
  audio: 'has no ears',
};
const RANKS: Record<Modality, string> = { text: 'texts', image: 'pictures', audio: 'sounds' };
const ASKS: Record<Modality, string> = { text: 'text', image: 'picture', audio: 'sound' };

export function createRankings(engine: LabEngine): Rankings {
  const ready = new Map<string, RankingModel>();
  const owns = new Map<number, EncodedQuery>();
  /** Own queries by key and recipe, with the components they have in it. */
  const projected = new Map<string, Promise<EncodedQuery>>();
  /** Raised by forget(): models that are being prepared for the members of before are not kept. */
  const generations = new Map<string, number>();
  const generationOf = (recipeId: string) => generations.get(recipeId) ?? 0;

  const keyOf = (recipeId: string, query: Query, gallery: Modality) =>
    `${recipeId} ${query.kind === 'own' ? `own ${query.key}` : `${query.modality} ${query.index}`} ${gallery}`;

  const own = async (key: number, recipeId: string): Promise<EncodedQuery> => {
    const encoded = owns.get(key);
    if (!encoded) throw new InputError('That query of your own is no longer here: ask it again.');
    const id = `${key} ${recipeId}`;
    const known = projected.get(id);
    if (known) return known;
    const made = engine.projectQuery(recipeId, encoded);
    projected.set(id, made);
    made.catch(() => projected.delete(id));
    return made;
  };

  const prepare = async (
    recipeId: string,
    query: Query,
    galleryModality: Modality,
  ): Promise<RankingModel> => {
    const key = keyOf(recipeId, query, galleryModality);
    const known = ready.get(key);
    if (known) return known;
    const generation = generationOf(recipeId);
    const { manifest } = engine;
    const { recipe, components } = await engine.recipeData(recipeId);
    const expertId = expertFor(recipe, engine.spaces, [query.modality, galleryModality]);
    const expertSpace = engine.spaces.find(({ id }) => id === expertId)!;
    const expertVectors = await engine.spaceEmbeddings(expertId);
    const querySet = components[query.modality];
    const gallerySet = components[galleryModality];
    if (!querySet || !gallerySet) {
      throw new InputError(
        `${recipe.name} does not rank ${RANKS[galleryModality]} for a ${ASKS[query.modality]}.`,
      );
    }
    const encoded = query.kind === 'own' ? await own(query.key, recipeId) : undefined;
    const rowOf = (data: Float32Array, dim: number) =>
      query.kind === 'item' ? gatherRows(data, [query.index], dim) : data;

    let right = new Uint32Array();
    const gallery = galleryOf(manifest, query.modality, galleryModality);
    if (query.kind === 'item') {
      const task = retrievalTask(manifest, directionOf(query.modality, galleryModality));
      const at = task.queries.indexOf(query.index);
      if (at >= 0) right = task.relevant[at]!.slice();
    }
    const lacks = [query.modality, galleryModality].find((m) => !expertSpace.modalities.includes(m));
    const expertGallery = expertVectors[galleryModality];
    const expert: ExpertSide =
      lacks || !expertGallery
        ? {
            kind: 'absent',
            reason: `${expertSpace.name} ${KNOWS[lacks ?? galleryModality]}: it cannot rank ${RANKS[galleryModality]} for a ${ASKS[query.modality]}. What you see in the middle comes from the bond alone.`,
          }
        : {
            kind: 'present',
            dim: expertSpace.dim,
            query: encoded?.bySpace[expertId] ?? rowOf(expertVectors[query.modality]!, expertSpace.dim),
            gallery: expertGallery,
          };
    const rank = createRankingModel({
      recipe,
      queryModality: query.modality,
      query: encoded?.components ?? querySet.data.map((rows) => rowOf(rows, querySet.dim)),
      queryNames: querySet.names,
      galleryModality,
      components: gallerySet,
      gallery,
      galleryIds: manifest[galleryModality].map(({ id }) => id),
      right,
      expert,
    });
    if (generation === generationOf(recipeId)) ready.set(key, rank);
    if (ready.size > N_KEPT) ready.delete(ready.keys().next().value!);
    return rank;
  };

  return {
    prepare,
    prepared: (recipeId, query, gallery) => ready.get(keyOf(recipeId, query, gallery)),
    remember(key, recipeId, encoded) {
      owns.clear();
      projected.clear();
      owns.set(key, encoded);
      projected.set(`${key} ${recipeId}`, Promise.resolve(encoded));
    },
    own,
    forget(recipeId) {
      generations.set(recipeId, generationOf(recipeId) + 1);
      for (const key of ready.keys()) if (key.startsWith(`${recipeId} `)) ready.delete(key);
      for (const key of projected.keys()) if (key.endsWith(` ${recipeId}`)) projected.delete(key);
    },
  };
}
