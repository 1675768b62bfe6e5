/** Mines pseudo-pairs in the training pools and trains the seven projectors of each bond. */
import { defaultDevice, init } from '@jax-js/jax';
import { seedOf } from '../../../src/base/random.ts';
import type { Modality } from '../../../src/base/modality.ts';
import { writeSafetensors } from '../../../src/formats/safetensors.ts';
import { gatherRows, nearestRows } from '../../../src/math/pseudoPairs.ts';
import { DIMS, MEMBERS, type BondId, type SpaceId } from '../../../src/recipe/embedded.ts';
import { trainProjector, type PseudoTable } from '../train/trainProjector.ts';
import { readJson, writeCache } from './cache.ts';
import { KNOWS, readEmbeddings, type Embeddings, type PoolGroups } from './pools.ts';

/** Indices of the pool's text, image and audio that make one pseudo-pair each. */
type Triples = Record<Modality, Uint32Array>;

/** From every item of one modality to its nearest in the others, in the space that links them. */
function mine(e: Embeddings, from: Modality, expert: 'foley' | 'pictext'): Triples {
  const nFrom = e.unified[from]!.length / DIMS.unified;
  const out: Partial<Triples> = { [from]: Uint32Array.from({ length: nFrom }, (_, i) => i) };
  for (const to of (['text', 'image', 'audio'] as const).filter((modality) => modality !== from)) {
    const space = e[expert][from] && e[expert][to] ? expert : 'unified';
    out[to] = nearestRows(e[space][from]!, e[space][to]!, DIMS[space]);
  }
  return out as Triples;
}

const LETTER: Record<string, Modality> = { A: 'audio', T: 'text', V: 'image' };
const BONDS: Readonly<Record<BondId, { source: SpaceId; target: SpaceId; expert: 'foley' | 'pictext' }>> = {
  'c-foley': { source: 'foley', target: 'unified', expert: 'foley' },
  'd-pictext': { source: 'unified', target: 'pictext', expert: 'pictext' },
};

/** Share of pseudo-pairs whose two items are of one group, by the modality reached; measured after mining, for the report. */
function trueShare(triples: Triples, groups: PoolGroups): Partial<Record<string, number>> {
  const pairs = [
    ['text', 'audio'],
    ['text', 'image'],
    ['audio', 'image'],
  ] as const;
  return Object.fromEntries(
    pairs.map(([a, b]) => {
      const n = triples[a].length;
      let right = 0;
      for (let i = 0; i < n; i++) if (groups[a][triples[a][i]!] === groups[b][triples[b][i]!]) right++;
      return [`${a}-${b}`, right / n];
    }),
  );
}

/**
 * Trains the seven members of a bond: weights/bonds/<id>/<member>.safetensors ("linear1.weight", ...). Members that are
 * there already are kept, so a run that was cut goes on at the next one.
 */
export async function trainBond(id: BondId): Promise<void> {
  await init('wasm');
  defaultDevice('wasm');
  const { source, target, expert } = BONDS[id];
  const e = await readEmbeddings('pool');
  const mined = new Map(
    (['A', 'T', 'V'] as const).map((letter) => [letter as string, mine(e, LETTER[letter]!, expert)]),
  );
  const groups = await readJson<PoolGroups>('embeddings/pool/groups.json');
  await writeCache(
    `pairs/${id}.json`,
    JSON.stringify(
      Object.fromEntries([...mined].map(([letter, triples]) => [letter, trueShare(triples, groups)])),
    ),
  );
  for (const member of MEMBERS) {
    const path = `weights/bonds/${id}/${member}.safetensors`;
    if ((await fetch(`/cache/${path}`, { method: 'HEAD' })).ok) continue;
    const sets = (member === 'mix' ? ['A', 'T', 'V'] : member.split('')).map((letter) => mined.get(letter)!);
    const rows = (space: SpaceId) =>
      KNOWS[space].map((modality) => {
        const all = sets.flatMap((set) => Array.from(set[modality]));
        return gatherRows(e[space][modality]!, all, DIMS[space]);
      });
    const inputs = rows(source);
    const table: PseudoTable = {
      n: inputs[0]!.length / DIMS[source],
      dIn: DIMS[source],
      dOut: DIMS[target],
      inputs,
      targets: rows(target),
    };
    const trained = await trainProjector(table, seedOf(`${id} ${member}`));
    await writeCache(`curves/${id}/${member}.json`, JSON.stringify(trained.losses));
    await writeCache(path, writeSafetensors(trained.weights));
    console.log(
      `[world] ${id} ${member}: ${table.n} pseudo-pairs, loss ${trained.losses.at(-1)!.toFixed(3)}`,
    );
  }
}
