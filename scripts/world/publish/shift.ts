/** Writes the collection's vectors under changed conditions to public/world/shift, and says what the changes cost. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Direction, Modality } from '../../../src/base/modality.ts';
import { writeSafetensors, type Tensor } from '../../../src/formats/safetensors.ts';
import { DIMS } from '../../../src/recipe/embedded.ts';
import { CONDITIONS, conditionTensors } from '../../../src/world/conditions.ts';
import type { EncodedSpace } from '../spaces.ts';
import { createEvaluator } from './evaluate.ts';
import { meanOutputs, readTensors, readWorld, type World } from './world.ts';

const DIRECTIONS: Readonly<Partial<Record<Modality, readonly [EncodedSpace, Direction][]>>> = {
  audio: [
    ['foley', 'audio>text'],
    ['tone', 'audio>text'],
    ['unified', 'audio>image'],
  ],
  image: [
    ['pictext', 'image>text'],
    ['unified', 'image>audio'],
  ],
};

/** R@1 in a space of its own, with the vectors of one modality in place of the collection's. */
function recallOf(
  world: World,
  spaceId: EncodedSpace,
  direction: Direction,
  changed: Partial<Record<Modality, Float32Array>>,
): number {
  const dim = DIMS[spaceId];
  const vectors = { ...world.spaces[spaceId], ...changed };
  const components = Object.fromEntries(
    Object.entries(vectors).map(([modality, x]) => [
      modality,
      { names: [spaceId], nItems: x.length / dim, dim, data: [x] },
    ]),
  );
  return createEvaluator(world.manifest, undefined, components, direction).metricsAt({}).R1;
}

const said = (name: string, shares: readonly (readonly [EncodedSpace, Direction, number])[]) =>
  console.log(
    `  ${name}: R@1 ${shares.map(([space, direction, R1]) => `${space} ${direction} ${R1.toFixed(3)}`).join(', ')}`,
  );

/**
 * Writes <condition>.safetensors (F16, the tensors of conditionTensors) from the embeddings of the stage "shift" and the
 * trained ensembles, and prints R@1 beside that of the collection as it is. Returns the bytes written.
 */
export async function publishShift(options: { cacheDir: string; outDir: string }): Promise<number> {
  const { cacheDir, outDir } = options;
  const world = await readWorld(cacheDir);
  await mkdir(outDir, { recursive: true });
  for (const modality of ['image', 'audio'] as const) {
    said(
      `clean ${modality}`,
      DIRECTIONS[modality]!.map(([space, direction]) => [
        space,
        direction,
        recallOf(world, space, direction, {}),
      ]),
    );
  }
  let bytes = 0;
  for (const { id, modality } of CONDITIONS) {
    if (!modality) continue;
    const tensors: Record<string, Tensor> = {};
    for (const { name, source, dim, ensemble } of conditionTensors(modality)) {
      const stored = await readTensors(join(cacheDir, `embeddings/shift-${id}/${source}.safetensors`));
      const x = stored.get(modality)!;
      const members = ensemble === undefined ? undefined : world.members.get(ensemble)!;
      const data = members ? meanOutputs(members, x, DIMS[source]) : x;
      tensors[name] = { shape: [world.manifest[modality].length, dim], data };
    }
    said(
      id,
      DIRECTIONS[modality]!.map(([space, direction]) => [
        space,
        direction,
        recallOf(world, space, direction, { [modality]: tensors[space]!.data }),
      ]),
    );
    const file = writeSafetensors(tensors, 'F16');
    await writeFile(join(outDir, `${id}.safetensors`), file);
    bytes += file.length;
  }
  return bytes;
}
