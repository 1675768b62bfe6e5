import { expect, test } from 'vitest';
import type { Direction } from '../base/modality.ts';
import { MEMBERS, RECIPES, SPACES } from '../recipe/embedded.ts';
import { computeAims, type AimId } from './aims.ts';
import type { FiguresByDirection, WorldFigures } from './figures.ts';
import { DIRECTIONS, directionsAmong } from './tasks.ts';

const CHANCE = 0.01;
const TRAINING = { seed: 1, nSteps: 10, batch: 4, peakRate: 0.001, nWarmUp: 2, weightDecay: 0 };

function metrics(R1: number) {
  const chance = { R1: CHANCE, R5: 5 * CHANCE, R10: 10 * CHANCE };
  return { R1, R5: R1, R10: R1, MedR: 3, MRR: R1, nQueries: 50, nGallery: 100, chance };
}

const every = (R1: number): FiguresByDirection =>
  Object.fromEntries(DIRECTIONS.map((direction) => [direction, metrics(R1)]));

/** A world that reaches every aim: Unified 0.2 (0.4 between sound and picture), the other ends 0.1, Foley 0.5. */
function world(): WorldFigures {
  const unified = { ...every(0.2), 'audio>image': metrics(0.4), 'image>audio': metrics(0.4) };
  return {
    seed: 1,
    precision: 'fp32',
    training: TRAINING,
    leftOutOfFoley: [],
    heardByTone: [],
    dagger: TRAINING,
    quantization: [],
    soundReport: {
      numbers: ['level'],
      nearestNeighbours: { top1: 0.1, top5: 0.3 },
      nearestMean: { top1: 0.1, top5: 0.3 },
      chance: 0.05,
      nConcepts: 20,
      nTrain: 100,
      nTest: 40,
    },
    spaces: Object.fromEntries(
      SPACES.map(({ id, modalities }) => [
        id,
        id === 'unified'
          ? unified
          : Object.fromEntries(directionsAmong(modalities).map((direction) => [direction, metrics(0.5)])),
      ]),
    ),
    recipes: Object.fromEntries(
      RECIPES.map(({ id, presets }) => [
        id,
        Object.fromEntries(
          presets.map(({ name }) => [
            name,
            id === 'unified-pp' && name === 'Unified' ? structuredClone(unified) : every(0.1),
          ]),
        ),
      ]),
    ),
    members: Object.fromEntries(
      ['c-foley', 'd-pictext'].map((id) => [
        id,
        DIRECTIONS.map((direction) => ({
          direction,
          all: 0.3,
          single: Object.fromEntries(MEMBERS.map((name, i) => [name, 0.1 + 0.02 * i])),
        })),
      ]),
    ),
    interior: DIRECTIONS.map((direction, i) => ({
      direction,
      factors: { text: 0.3, audio: 0.6 },
      R1: 0.25,
      overBase: { mean: 0.05, low: i === 2 ? 0.01 : -0.01, high: 0.1 },
      overExpert: { mean: 0.05, low: 0.01, high: 0.1 },
    })),
    esc10: { accuracy: { mean: 0.8, low: 0.7, high: 0.9 }, nRecordings: 80 },
    pseudoPairs: { 'foley-to-unified': {}, 'unified-to-pictext': {} },
  };
}

const aimOf = (figures: WorldFigures, id: AimId) => computeAims(figures).find((aim) => aim.id === id)!;

function setR1(byDirection: FiguresByDirection | undefined, direction: Direction, R1: number): void {
  byDirection![direction] = metrics(R1);
}

test('a world that keeps every bound reaches every aim', () => {
  const aims = computeAims(world());
  expect(aims.map(({ id, status }) => [id, status])).toEqual(aims.map(({ id }) => [id, 'reached']));
  expect(aims).toHaveLength(8);
});

/** Each breaks one aim in one place and no other. */
const BREAKS: [AimId, string, (figures: WorldFigures) => void][] = [
  [
    'learnable',
    'under three times chance at one end',
    ({ recipes }) => setR1(recipes['pictext-u']?.Expert, 'text>image', 0.029),
  ],
  [
    'learnable',
    'above 0.9 at one end: nothing left to learn',
    ({ recipes }) => setR1(recipes['unified-pp']?.Expert, 'audio>text', 0.91),
  ],
  ['expert-gain', 'Foley at 1.4 times Unified', ({ spaces }) => setR1(spaces.foley, 'audio>text', 0.28)],
  [
    'unified-best',
    'the projected expert as good as Unified',
    ({ recipes }) => setR1(recipes['unified-pp']?.Expert, 'image>audio', 0.4),
  ],
  [
    'unified-best',
    'the projected base better than Unified',
    ({ recipes }) => setR1(recipes['pictext-u']?.Unified, 'audio>image', 0.41),
  ],
  [
    'sound-pays',
    'the displaced space gains a direction with sound',
    ({ recipes }) => setR1(recipes['pictext-u']?.Expert, 'text>audio', 0.21),
  ],
  [
    'interior',
    'no interval above 0 over the base',
    ({ interior }) => {
      interior[2]!.overBase.low = 0;
    },
  ],
  [
    'interior',
    'the same direction loses to the expert',
    ({ interior }) => {
      interior[2]!.overExpert.low = -0.001;
    },
  ],
  [
    'recordings',
    '0.74 of the recordings',
    ({ esc10 }) => {
      esc10!.accuracy.mean = 0.74;
    },
  ],
];

test.each(BREAKS)('%s is missed with %s', (id, _, break_) => {
  const figures = world();
  break_(figures);
  const missed = computeAims(figures).filter(({ status }) => status !== 'reached');
  expect(missed.map((aim) => [aim.id, aim.status])).toEqual([[id, 'missed']]);
});

test('seven projectors below the best single one still beat the average', () => {
  const figures = world();
  figures.members['c-foley']!.find(({ direction }) => direction === 'audio>text')!.single.A = 0.3;
  expect(aimOf(figures, 'seven-over-mean').status).toBe('reached');
  const best = aimOf(figures, 'seven-over-best');
  expect(best.status).toBe('missed');
  expect(best.decisive).toMatchObject({ place: 'c(Foley)', direction: 'audio>text', reached: false });
  expect(best.checks.filter(({ reached }) => !reached)).toHaveLength(1);
});

test('seven projectors below the average of the single ones miss both aims', () => {
  const figures = world();
  figures.members['d-pictext']!.find(({ direction }) => direction === 'text>image')!.all = 0.15;
  expect(aimOf(figures, 'seven-over-mean').status).toBe('missed');
  expect(aimOf(figures, 'seven-over-best').status).toBe('missed');
});

test('projectors count only where base and expert know both sides', () => {
  const figures = world();
  for (const one of figures.members['c-foley']!) if (one.direction.includes('image')) one.all = 0;
  expect(aimOf(figures, 'seven-over-mean').checks.map(({ direction }) => direction)).toEqual([
    'audio>text',
    'text>audio',
    'image>text',
    'text>image',
  ]);
  expect(aimOf(figures, 'seven-over-mean').status).toBe('reached');
});

test('presets between the ends are not held to the bounds of ends', () => {
  const figures = world();
  figures.recipes['unified-pp']!.Versatile = every(0.95);
  figures.recipes['pictext-u']!.Paper = every(0);
  expect(computeAims(figures).every(({ status }) => status === 'reached')).toBe(true);
});

test('what decides is the tightest check, or the best where one is enough', () => {
  const figures = world();
  setR1(figures.recipes['pictext-u']?.Unified, 'image>text', 0.05);
  expect(aimOf(figures, 'learnable').decisive).toMatchObject({
    place: 'PicText_U at Unified',
    direction: 'image>text',
    text: 'R@1 0.050, 5.0 times chance',
  });
  expect(aimOf(figures, 'interior').decisive).toMatchObject({ direction: 'audio>image', reached: true });
});

test('a world without recordings says so instead of reaching or missing', () => {
  const aim = aimOf({ ...world(), esc10: null }, 'recordings');
  expect(aim.status).toBe('not measured');
  expect(aim.decisive).toBeUndefined();
});

test('a figure that the file lacks is a miss, never passed over', () => {
  const figures = world();
  delete figures.recipes['pictext-u']!.Expert!['audio>image'];
  for (const id of ['learnable', 'unified-best', 'sound-pays'] as const) {
    expect(aimOf(figures, id)).toMatchObject({
      status: 'missed',
      decisive: { direction: 'audio>image', reached: false },
    });
  }
  expect(aimOf(figures, 'learnable').decisive!.text).toBe('R@1 no figure, no figure chance');
});
