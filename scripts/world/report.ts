/** Prints R@1 of each trained space on the collection (fp32, before export): node_modules/.bin/tsx scripts/world/report.ts */
import { readFile } from 'node:fs/promises';
import { splitDirection, type Modality } from '../../src/base/modality.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { plane } from '../../src/math/fusion.ts';
import { gatherRows } from '../../src/math/pseudoPairs.ts';
import { chanceRecallAt, medianRank, ranks, recallAt } from '../../src/math/ranks.ts';
import { directionsAmong, retrievalTask } from '../../src/world/tasks.ts';
import type { CollectionManifest } from '../../src/world/types.ts';
import { DIMS } from './dims.ts';

const CACHE = '.cache/world/';
const manifest = JSON.parse(await readFile(`${CACHE}collection.json`, 'utf8')) as CollectionManifest;
for (const space of ['unified', 'pictext', 'foley'] as const) {
  const file = await readFile(`${CACHE}embeddings/collection/${space}.safetensors`);
  const stored = readSafetensors(new Uint8Array(file).buffer);
  const dim = DIMS[space];
  for (const direction of directionsAmong([...stored.keys()] as Modality[])) {
    const task = retrievalTask(manifest, direction);
    const [from, to] = splitDirection(direction);
    const queries = gatherRows(stored.get(from)!.data, task.queries, dim);
    const gallery = gatherRows(stored.get(to)!.data, task.gallery, dim);
    const found = ranks(plane(queries, gallery, dim), task.gallery.length, task.relevant);
    const chances = task.relevant.map((right) => chanceRecallAt(1, right.length, task.gallery.length));
    const chance = chances.reduce((sum, value) => sum + value, 0) / chances.length;
    console.log(
      `${space.padEnd(8)} ${direction.padEnd(12)} R@1 ${recallAt(1, found).toFixed(3)} R@10 ${recallAt(10, found).toFixed(3)} ` +
        `MedR ${medianRank(found)} chance ${chance.toFixed(4)} (${task.queries.length} in ${task.gallery.length})`,
    );
  }
}
