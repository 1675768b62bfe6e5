/** Prints retrieval on the collection (fp32, before export): node_modules/.bin/tsx scripts/world/report.ts */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { splitDirection, type Modality } from '../../src/base/modality.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { fuse, plane } from '../../src/math/fusion.ts';
import { projectEnsemble, type ProjectorWeights } from '../../src/math/projector.ts';
import { gatherRows } from '../../src/math/pseudoPairs.ts';
import { chanceRecallAt, medianRank, ranks, recallAt } from '../../src/math/ranks.ts';
import { directionsAmong, retrievalTask } from '../../src/world/tasks.ts';
import type { CollectionManifest } from '../../src/world/types.ts';
import { DIMS } from './dims.ts';

const CACHE = '.cache/world/';
type Vectors = Partial<Record<Modality, Float32Array>>;

async function readTensors(path: string): Promise<Map<string, Float32Array>> {
  const file = await readFile(CACHE + path);
  const stored = readSafetensors(new Uint8Array(file).buffer);
  return new Map([...stored].map(([name, { data }]) => [name, data]));
}

const manifest = JSON.parse(await readFile(`${CACHE}collection.json`, 'utf8')) as CollectionManifest;

function report(name: string, vectors: Vectors, dim: number): void {
  for (const direction of directionsAmong(Object.keys(vectors) as Modality[])) {
    const task = retrievalTask(manifest, direction);
    const [from, to] = splitDirection(direction);
    const queries = gatherRows(vectors[from]!, task.queries, dim);
    const gallery = gatherRows(vectors[to]!, task.gallery, dim);
    const found = ranks(plane(queries, gallery, dim), task.gallery.length, task.relevant);
    const chances = task.relevant.map((right) => chanceRecallAt(1, right.length, task.gallery.length));
    const chance = chances.reduce((sum, value) => sum + value, 0) / chances.length;
    const figures = `R@1 ${recallAt(1, found).toFixed(3)} R@10 ${recallAt(10, found).toFixed(3)} MedR ${medianRank(found)}`;
    console.log(`${name.padEnd(26)} ${direction.padEnd(11)} ${figures} chance ${chance.toFixed(4)}`);
  }
}

const [unified, pictext, foley] = await Promise.all(
  (['unified', 'pictext', 'foley'] as const).map(async (space) => {
    const vectors: Vectors = Object.fromEntries(
      await readTensors(`embeddings/collection/${space}.safetensors`),
    );
    report(space, vectors, DIMS[space]);
    return vectors;
  }),
);

const MEMBERS = ['mix', 'A', 'T', 'V', 'AT', 'AV', 'TV'];

/** The members of a bond, mix first; none while one of them is not trained yet. */
async function readMembers(bond: string): Promise<ProjectorWeights[]> {
  const paths = MEMBERS.map((member) => `weights/bonds/${bond}/${member}.safetensors`);
  const missing = paths.filter((path) => !existsSync(CACHE + path));
  if (missing.length > 0) {
    console.log(
      `${bond}: ${missing.length} of ${MEMBERS.length} members are not trained yet (npm run world)`,
    );
    return [];
  }
  return Promise.all(
    paths.map(async (path) => Object.fromEntries(await readTensors(path)) as ProjectorWeights),
  );
}

const combination = await readMembers('c-foley');
for (const [label, members] of [
  ['seven', combination],
  ['mix alone', combination.slice(0, 1)],
] as const) {
  if (members.length === 0) continue;
  const audio = projectEnsemble(members, foley!.audio!, DIMS.foley);
  const text = projectEnsemble(members, foley!.text!, DIMS.foley);
  for (const [t, a] of [
    [0.1, 0.5],
    [0.5, 0.8],
    [1, 1],
  ] as const) {
    const fused = {
      text: fuse(t, text, unified!.text!, DIMS.unified),
      image: unified!.image!,
      audio: fuse(a, audio, unified!.audio!, DIMS.unified),
    };
    report(`c(Foley) ${label} t${t} a${a}`, fused, DIMS.unified);
  }
}

const displacement = await readMembers('d-pictext');
if (displacement.length > 0) {
  const projected = (x: Float32Array) => projectEnsemble(displacement, x, DIMS.unified);
  const [text, image, audio] = [
    projected(unified!.text!),
    projected(unified!.image!),
    projected(unified!.audio!),
  ];
  for (const expert of [0, 0.5, 1]) {
    const fused = {
      text: fuse(expert, pictext!.text!, text, DIMS.pictext),
      image: fuse(expert, pictext!.image!, image, DIMS.pictext),
      audio,
    };
    report(`d(PicText) f ${expert}`, fused, DIMS.pictext);
  }
}
