/** Embeds items with the trained encoders (fp32). */
import type { Modality } from '../../../src/base/modality.ts';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors.ts';
import { DIMS } from '../../../src/recipe/embedded.ts';
import { encodersOf, type EncodedSpace } from '../spaces.ts';
import { embedWithTable } from '../tags/encoder.ts';
import { AUDIO_PATCH, IMAGE_PATCH, melPatches, N_PATCHES, picturePatches } from '../train/augment.ts';
import { fromHost, type HostParams, type Params } from '../train/params.ts';
import type { Sources } from '../train/plans.ts';
import { createCounter, type TrainedSpace } from '../train/texts.ts';
import { embedWith } from '../train/trainSpace.ts';
import { readCache, readJson, writeCache } from './cache.ts';

const WHITE = [255, 255, 255] as const;
/** Numbers of one picture or sound. */
const ROW_SIZE = { image: N_PATCHES * IMAGE_PATCH, audio: N_PATCHES * AUDIO_PATCH } as const;

/** Unit rows by modality, of each space that was asked for, in fp32. */
export type Embeddings = Partial<Record<EncodedSpace, Partial<Record<Modality, Float32Array>>>>;

export interface Items {
  texts: readonly string[];
  pictures: readonly Uint8ClampedArray[];
  mels: readonly Float32Array[];
}

/** Weights of one tower of a space, without the tower's prefix and without the scales of its input. */
export async function readTower(space: EncodedSpace, tower: Modality): Promise<HostParams> {
  const stored = readSafetensors(await readCache(`weights/${space}.safetensors`));
  const host: HostParams = {};
  for (const [name, tensor] of stored) {
    if (name.startsWith(`${tower}/`) && !name.includes('/input.'))
      host[name.slice(tower.length + 1)] = tensor;
  }
  return host;
}

type Read = Pick<Sources, 'vocabulary' | 'melScale'>;

async function embedTexts(space: EncodedSpace, { texts }: Items, sources: Read): Promise<Float32Array> {
  if (space === 'tags') {
    const pieces = await readJson<string[]>('vocabulary/tags.json');
    const vectors = (await readTower('tags', 'text')).pieces!.data;
    return embedWithTable({ pieces, vectors }, texts);
  }
  const vocabulary = sources.vocabulary[space as TrainedSpace];
  const count = createCounter(vocabulary);
  return embed(space, 'text', texts.length, vocabulary.length, (i, out, offset) =>
    count(texts[i]!, out, offset),
  );
}

/** Embeds n items with a tower: `fill` writes item i into a row of rowSize numbers. */
async function embed(
  space: EncodedSpace,
  tower: Modality,
  n: number,
  rowSize: number,
  fill: (i: number, out: Float32Array, offset: number) => void,
): Promise<Float32Array> {
  const weights: Params = fromHost(await readTower(space, tower));
  const plan = { dim: DIMS[space], vocabulary: tower === 'text' ? rowSize : 0 };
  return embedWith(weights, plan, tower, n, (first, size) => {
    const rows = new Float32Array(size * rowSize);
    for (let i = 0; i < size; i++) fill(first + i, rows, i * rowSize);
    return rows;
  });
}

/** Embeds items in some spaces, with every encoder of their own that reads them; of a kind without items, the rows are none. */
export async function embedAll(
  items: Items,
  sources: Read,
  spaces: readonly EncodedSpace[],
): Promise<Embeddings> {
  const { pictures, mels } = items;
  const embedders: Record<Modality, (space: EncodedSpace) => Promise<Float32Array>> = {
    text: (space) => embedTexts(space, items, sources),
    image: (space) =>
      embed(space, 'image', pictures.length, ROW_SIZE.image, (i, out, offset) =>
        picturePatches(pictures[i]!, WHITE, out, offset),
      ),
    audio: (space) =>
      embed(space, 'audio', mels.length, ROW_SIZE.audio, (i, out, offset) =>
        melPatches(mels[i]!, sources.melScale, out, offset),
      ),
  };
  const out: Embeddings = {};
  for (const space of spaces) {
    const rows: Partial<Record<Modality, Float32Array>> = {};
    for (const modality of encodersOf(space)) rows[modality] = await embedders[modality](space);
    out[space] = rows;
  }
  return out;
}

/** Writes embeddings/<name>/<space>.safetensors, one tensor a modality. */
export async function writeEmbeddings(name: string, embeddings: Embeddings): Promise<void> {
  for (const [space, byModality] of Object.entries(embeddings)) {
    const dim = DIMS[space as EncodedSpace];
    const tensors: HostParams = {};
    for (const [modality, data] of Object.entries(byModality))
      tensors[modality] = { shape: [data.length / dim, dim], data };
    await writeCache(`embeddings/${name}/${space}.safetensors`, writeSafetensors(tensors));
  }
}

/** The rows of one space as writeEmbeddings stored them. */
export async function readRows(
  name: string,
  space: EncodedSpace,
): Promise<Partial<Record<Modality, Float32Array>>> {
  const stored = readSafetensors(await readCache(`embeddings/${name}/${space}.safetensors`));
  return Object.fromEntries([...stored].map(([modality, { data }]) => [modality, data]));
}
