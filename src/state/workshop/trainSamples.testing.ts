/** Made-up but likely runs, experiments and pairs, for tests of what is drawn of them. */
import { createRandom, seedOf } from '../../base/random.ts';
import type {
  CurvePoint,
  Experiment,
  MinedSet,
  PairExample,
  Pool,
  PoolItem,
  RunRecord,
  TrainRequest,
} from '../../engine/training/types.ts';
import { DEFAULT_SETTINGS } from '../../engine/training/settings.ts';
import { learningRate } from '../../math/adam.ts';
import type { Modality } from '../../base/modality.ts';
import { AXES } from './trainExperiments.ts';

export const SAMPLE_REQUEST: TrainRequest = {
  kind: 'combination',
  base: 'unified',
  expert: 'foley',
  members: ['mix', 'A', 'T', 'V', 'AT', 'AV', 'TV'],
  settings: DEFAULT_SETTINGS,
  mining: { kind: 'top-1' },
  pool: 'embedded',
};

const DIRECTIONS = ['text>audio', 'audio>text', 'image>audio', 'audio>image'];
const EVERY = 10;

/** A curve of `steps` steps: the loss falls, R@1 rises and levels off, measured at every fifth point. */
function sampleCurve(member: string, request: TrainRequest, steps: number) {
  const random = createRandom(seedOf(`${request.settings.seed} ${member}`));
  const reach = 0.26 + 0.14 * random.float();
  const points: CurvePoint[] = [];
  for (let step = EVERY; step <= steps; step += EVERY) {
    const share = 1 - Math.exp(-step / 90);
    const point: CurvePoint = {
      step,
      loss: Math.log(request.settings.batch) - 3.4 * share + 0.06 * random.normal(),
      learningRate: learningRate(step, request.settings),
    };
    if (step % (5 * EVERY) === 0) {
      point.recall = Object.fromEntries(
        DIRECTIONS.map((direction, i) => [
          direction,
          Math.max(0, (reach - 0.05 * i) * share + 0.012 * random.normal()),
        ]),
      );
    }
    points.push(point);
  }
  const measured = points.filter(({ recall }) => recall);
  const meanOf = ({ recall }: CurvePoint) =>
    Object.values(recall!).reduce((sum, one) => sum + one, 0) / DIRECTIONS.length;
  const best = measured.reduce<CurvePoint | undefined>(
    (most, one) => (most && meanOf(most) >= meanOf(one) ? most : one),
    undefined,
  );
  return { member, points, ...(best && { bestStep: best.step }) };
}

/** A run whose first `nDone` members are trained, and the next as far as `step`. */
export function sampleRun(part: Partial<RunRecord> & { nDone?: number; step?: number } = {}): RunRecord {
  const { nDone, step = 0, ...record } = part;
  const request = record.request ?? SAMPLE_REQUEST;
  const { members, settings } = request;
  const done = nDone ?? members.length;
  const curves = [
    ...members.slice(0, done).map((member) => sampleCurve(member, request, settings.steps)),
    ...(step > 0 ? [sampleCurve(members[done]!, request, step)] : []),
  ];
  const id = record.id ?? 'run-1';
  return {
    id,
    name: 'Foley → Unified',
    status: done === members.length ? 'done' : 'training',
    createdAt: '2026-11-25T09:12:00.000Z',
    seconds: (done * settings.steps + step) * 0.05,
    device: { backend: 'wasm', threads: 2 },
    nPairs: Object.fromEntries(members.map((member, i) => [member, 4200 - 450 * i])),
    curves,
    ensembles: done > 0 ? [id] : [],
    ...record,
    request,
  };
}

/** An experiment of three repeats; `share` of its trainings are over. */
export function sampleExperiment(
  part: Partial<Experiment> & { share?: number; axis?: Experiment['request']['axis'] } = {},
): Experiment {
  const { share = 1, axis = 'corrupt', ...experiment } = part;
  const values = AXES[axis].values;
  const repeats = 3;
  const random = createRandom(11);
  const points = values.flatMap((value) =>
    Array.from({ length: repeats }, (_, repeat) => {
      const left = axis === 'corrupt' ? 1 - value ** 2.5 : 1 - Math.exp(-4 * value ** 0.5);
      const recall = Object.fromEntries(
        DIRECTIONS.map((direction, i) => {
          const of = () => Math.max(0.003, (0.36 - 0.05 * i) * left + 0.014 * random.normal());
          return [direction, { validation: of() + 0.015, test: of() }];
        }),
      );
      return { value, repeat, nPairs: { mix: 4200 }, recall, ranks: {}, seconds: 9 };
    }),
  );
  const nTrainings = values.length * repeats;
  return {
    id: 'experiment-1',
    name: 'Spoiled pairs, Foley → Unified',
    request: { base: { ...SAMPLE_REQUEST, members: ['mix'] }, axis, values, repeats },
    status: share < 1 ? 'running' : 'done',
    createdAt: '2026-11-25T10:02:00.000Z',
    points: points.slice(0, Math.round(share * nTrainings)),
    nTrainings,
    ...(share < 1 && { secondsLeft: (1 - share) * nTrainings * 9 }),
    ...experiment,
  };
}

const WORDS = {
  text: [
    'a slow, low church bell far away',
    'rain on a tin roof',
    'a cat purrs',
    'a steam whistle',
    'paper is torn',
  ],
  image: ['bell', 'umbrella with rain drops', 'cat face', 'locomotive', 'page with curl'],
  audio: ['church bell, low', 'rain, steady', 'cat purr', 'steam whistle', 'paper tearing'],
} as const;

/** A pool of five things that are told over and over. */
export function samplePool(part: Partial<Pool> = {}): Pool {
  return {
    id: 'embedded',
    name: 'Embedded training pools',
    sizes: { text: 2400, image: 900, audio: 1100 },
    vectors: () => Promise.resolve({}),
    item(modality, index) {
      const item: PoolItem = { label: WORDS[modality][index % 5]! };
      if (modality === 'image') {
        item.picture = { atlas: '/world/atlas.webp', tile: index, columns: 32, tilePx: 64, nTiles: 600 };
      }
      if (modality === 'audio') item.play = () => Promise.resolve();
      return item;
    },
    ...part,
  };
}

/** Pairs from every modality: most fit, the least similar do not. */
export function sampleSets(): MinedSet[] {
  const starts: [string, Modality, number][] = [
    ['T', 'text', 2400],
    ['V', 'image', 900],
    ['A', 'audio', 1100],
  ];
  return starts.map(([letter, start, nPairs]) => {
    const random = createRandom(seedOf(letter));
    const others = (['text', 'image', 'audio'] as const).filter((one) => one !== start);
    const examples = Array.from({ length: 24 }, (_, i): PairExample => {
      const index = random.int(200);
      return {
        start: { modality: start, index },
        partners: others.map((modality) => ({
          modality,
          index: i < 8 ? random.int(200) : index + 5 * random.int(20),
          space: modality === 'image' || start === 'image' ? 'unified' : 'foley',
          similarity: 0.18 + 0.62 * (i / 23) + 0.05 * random.normal(),
        })),
      };
    });
    const similarity = Object.fromEntries(
      others.map((modality) => [
        `${start}>${modality}`,
        { mean: 0.5, deciles: Array.from({ length: 9 }, (_, k) => 0.24 + 0.55 * ((k + 1) / 10) ** 0.8) },
      ]),
    );
    return { letter, nPairs, examples, similarity };
  });
}
