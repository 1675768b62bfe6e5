/** Mines pseudo-pairs in the training pools and trains the projectors of each ensemble, as a run in the browser does. */
import type { Modality } from '../../../src/base/modality.ts';
import { MemberTasks } from '../../../src/engine/training/memberTask.ts';
import { minePool, type Mined } from '../../../src/engine/training/mining.ts';
import { ProjectorTrainer } from '../../../src/engine/training/trainer.ts';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors.ts';
import type { ProjectorWeights } from '../../../src/math/projector.ts';
import { LETTERS, type MiningSpace } from '../../../src/math/pseudoPairs.ts';
import { normaliseRows } from '../../../src/math/sphere.ts';
import { DIMS } from '../../../src/recipe/embedded.ts';
import { ENSEMBLE_RUNS, type EnsembleRun } from '../ensembleRuns.ts';
import { encodersOf, type EncodedSpace } from '../spaces.ts';
import { readJson, writeCache } from './cache.ts';
import { readRows } from './embeddings.ts';
import type { PoolGroups } from './pools.ts';

/** The pool in one space as the browser reads it: rounded to half precision, then scaled to length 1. */
export async function miningSpace(id: EncodedSpace): Promise<MiningSpace> {
  const dim = DIMS[id];
  const tensors = Object.entries(await readRows('pool', id)).map(
    ([modality, data]) => [modality, { shape: [data.length / dim, dim], data }] as const,
  );
  const rounded = readSafetensors(writeSafetensors(Object.fromEntries(tensors), 'F16').buffer);
  const rows = encodersOf(id).map((modality) => [modality, normaliseRows(rounded.get(modality)!.data, dim)]);
  return { id, dim, rows: Object.fromEntries(rows) as MiningSpace['rows'] };
}

/** Items of every modality that make one pseudo-pair each, of the set that starts at one modality. */
function itemsOf({ sets }: Mined, start: Modality): Partial<Record<Modality, Uint32Array>> {
  const set = sets.get(start)!;
  const partners = Object.entries(set.partners).map(([modality, { index }]) => [modality, index]);
  return { [start]: Uint32Array.from({ length: set.n }, (_, i) => i), ...Object.fromEntries(partners) };
}

/** Share of pseudo-pairs whose two items are of one group, by two modalities; measured after mining, for the report. */
function trueShares(mined: Mined, start: Modality, groups: PoolGroups): Record<string, number> {
  const items = itemsOf(mined, start);
  const pairs = [
    ['text', 'audio'],
    ['text', 'image'],
    ['audio', 'image'],
  ] as const;
  return Object.fromEntries(
    pairs.flatMap(([a, b]) => {
      const [x, y] = [items[a], items[b]];
      if (!x || !y) return [];
      const right = x.filter((item, i) => groups[a][item] === groups[b][y[i]!]).length;
      return [[`${a}-${b}`, right / x.length]];
    }),
  );
}

export const memberPath = (ensemble: string, member: string) =>
  `weights/ensembles/${ensemble}/${member}.safetensors`;

/** Trained weights as they are stored: matrices [dIn, dHidden] and [dHidden, dOut]. */
function storedWeights(weights: ProjectorWeights): Uint8Array<ArrayBuffer> {
  const hidden = weights['linear1.bias'].length;
  const dOut = weights['linear2.bias'].length;
  const tensors = Object.entries(weights).map(([name, data]) => {
    const width = name.startsWith('linear1') || name.startsWith('norm1') ? hidden : dOut;
    return [
      name,
      {
        shape: name.startsWith('linear') && name.endsWith('.weight') ? [data.length / width, width] : [width],
        data,
      },
    ];
  });
  return writeSafetensors(Object.fromEntries(tensors) as Parameters<typeof writeSafetensors>[0]);
}

const isWritten = async (path: string) => (await fetch(`/cache/${path}`, { method: 'HEAD' })).ok;

/**
 * Trains the members of a run, one after another: weights/ensembles/<id>/<member>.safetensors of each of its ensembles. Members
 * that are there already are kept, so a run that was cut goes on at the next one.
 */
export async function trainEnsembles(runId: string): Promise<void> {
  const { request, ensembles } = ENSEMBLE_RUNS.find(({ id }) => id === runId) as EnsembleRun;
  const [base, expert] = await Promise.all([miningSpace(request.base), miningSpace(request.expert)]);
  const { mining, members, settings } = request;
  const mined = await minePool({ mining, seed: settings.seed }, base, expert);
  const groups = await readJson<PoolGroups>('embeddings/pool/groups.json');
  const shares = Object.fromEntries(
    [...mined.sets.keys()].map((start) => [
      Object.keys(LETTERS).find((letter) => LETTERS[letter] === start)!,
      trueShares(mined, start, groups),
    ]),
  );
  for (const id of ensembles) await writeCache(`pairs/${id}.json`, JSON.stringify(shares));
  const tasks = new MemberTasks(request, mined);
  for (const member of members) {
    const paths = ensembles.map((id) => memberPath(id, member));
    if ((await Promise.all(paths.map(isWritten))).every(Boolean)) continue;
    const started = performance.now();
    const trainer = await ProjectorTrainer.create(tasks.task(member), settings, { backend: 'wasm', member });
    try {
      const losses: number[] = [];
      while (trainer.stepsDone < settings.steps) losses.push((await trainer.step()).loss);
      const weights = await trainer.weights();
      for (const [i, id] of ensembles.entries()) {
        await writeCache(`curves/ensembles/${id}/${member}.json`, JSON.stringify(losses));
        await writeCache(paths[i]!, storedWeights(weights[i]!));
      }
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      console.log(
        `[world] ${runId} ${member}: ${tasks.nPairs[member]} pseudo-pairs, loss ${losses.at(-1)!.toFixed(3)}, ${seconds} s`,
      );
    } finally {
      trainer.dispose();
    }
  }
}
