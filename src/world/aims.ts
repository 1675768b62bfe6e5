/** What the embedded world is held to, computed from its own figures: a miss is a result and is said as one. */
import type { Direction, Modality } from '../base/modality.ts';
import type { Interval } from '../math/bootstrap.ts';
import { MEMBERS, RECIPES, SPACES } from '../recipe/embedded.ts';
import type { FiguresByDirection, QuantizationFigures, WorldFigures } from './figures.ts';
import { directionsAmong } from './tasks.ts';

/** One comparison of an aim. */
export interface AimCheck {
  /** Where it is measured: "Unified++ at Expert". */
  place: string;
  direction?: Direction;
  /** The figures, in words. */
  text: string;
  reached: boolean;
  /** Distance to the bound in the comparison's own unit: negative where missed, NaN where the file has no figure. */
  margin: number;
}

export type AimId =
  | 'learnable'
  | 'expert-gain'
  | 'unified-best'
  | 'sound-pays'
  | 'seven-over-mean'
  | 'seven-over-best'
  | 'interior'
  | 'recordings';

export interface Aim {
  id: AimId;
  /** The aim as a sentence. */
  title: string;
  status: 'reached' | 'missed' | 'not measured';
  /** Whether every check must hold, or one. */
  need: 'all' | 'one';
  checks: AimCheck[];
  /** The check that decides: the tightest where all must hold, the best where one is enough. */
  decisive?: AimCheck;
}

/** Least agreement with fp32 that a committed model is held to (centredCosine and topTenOverlap). */
export const QUANTIZATION_LEAST: Readonly<
  Record<QuantizationFigures['precision'], { centredCosine: number; topTenOverlap: number }>
> = {
  q8: { centredCosine: 0.98, topTenOverlap: 0.9 },
  q4: { centredCosine: 0.95, topTenOverlap: 0.8 },
};

const LEAST_OVER_CHANCE = 3;
const MOST_R1 = 0.9;
const LEAST_EXPERT_GAIN = 1.5;
const LEAST_RECORDINGS = 0.75;

const SOUND_DIRECTIONS: readonly Direction[] = ['audio>text', 'text>audio', 'audio>image', 'image>audio'];
const SOUND_PICTURE: readonly Direction[] = ['audio>image', 'image>audio'];
const EVERY_MODALITY: readonly Modality[] = ['text', 'image', 'audio'];

const three = (value: number) => (Number.isFinite(value) ? value.toFixed(3) : 'no figure');
const times = (value: number) => (Number.isNaN(value) ? 'no figure' : `${value.toFixed(1)} times`);
const change = (value: number) =>
  Number.isFinite(value) ? `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}` : 'no figure';
const span = ({ mean, low, high }: Interval) => `${change(mean)} [${change(low)}, ${change(high)}]`;

/** NaN where the file lacks the figure, so that every comparison with it fails. */
const r1 = (figures: FiguresByDirection | undefined, direction: Direction): number =>
  figures?.[direction]?.R1 ?? NaN;

/** A preset at which every slider of its recipe stands at the same end, of a recipe that has sliders. */
interface End {
  place: string;
  end: 0 | 1;
  /** Whether the recipe projects the base: even its base end is then not Unified itself. */
  displaced: boolean;
  figures: FiguresByDirection | undefined;
}

function allEnds(figures: WorldFigures): End[] {
  return RECIPES.flatMap((recipe) =>
    recipe.presets.flatMap((preset): End[] => {
      const values = Object.values(preset.factors).flatMap((one) => Object.values(one));
      const end = ([0, 1] as const).find((at) => values.every((factor) => factor === at));
      if (end === undefined || values.length === 0) return [];
      const place = `${recipe.name} at ${preset.name}`;
      const displaced = recipe.bonds.some(({ kind }) => kind === 'displacement');
      return [{ place, end, displaced, figures: figures.recipes[recipe.id]?.[preset.name] }];
    }),
  );
}

function makeAim(id: AimId, title: string, checks: AimCheck[], need: Aim['need'] = 'all'): Aim {
  if (checks.length === 0) return { id, title, status: 'not measured', need, checks };
  const held = need === 'all' ? checks.every((one) => one.reached) : checks.some((one) => one.reached);
  // A check without a figure is the worst of all.
  const rank = ({ margin }: AimCheck) => (Number.isNaN(margin) ? -Infinity : margin);
  const sorted = checks.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
  const decisive = need === 'all' ? sorted[0]! : sorted.at(-1)!;
  return { id, title, status: held ? 'reached' : 'missed', need, checks, decisive };
}

function learnable(ends: readonly End[]): AimCheck[] {
  return ends.flatMap(({ place, figures }) =>
    directionsAmong(EVERY_MODALITY).map((direction) => {
      const value = r1(figures, direction);
      const chance = figures?.[direction]?.chance.R1 ?? NaN;
      // Both bounds on a scale of ratios, so that the nearer one decides.
      const margin = Math.min(value / (LEAST_OVER_CHANCE * chance), MOST_R1 / value) - 1;
      const text = `R@1 ${three(value)}, ${times(value / chance)} chance`;
      // Three times chance to the count: both are quotients, and equal ones may differ in their last bits.
      return { place, direction, text, reached: margin > -1e-9, margin };
    }),
  );
}

function expertGain({ spaces }: WorldFigures): AimCheck {
  const [foley, unified] = [r1(spaces.foley, 'audio>text'), r1(spaces.unified, 'audio>text')];
  const gain = foley / unified;
  return {
    place: 'each in its own space',
    direction: 'audio>text',
    text: `Foley ${three(foley)}, Unified ${three(unified)}: ${times(gain)}`,
    reached: gain >= LEAST_EXPERT_GAIN,
    margin: gain - LEAST_EXPERT_GAIN,
  };
}

/** Unified's own R@1 against that of an end, in some directions. */
function underUnified(
  { spaces }: WorldFigures,
  { place, figures }: End,
  directions: readonly Direction[],
): AimCheck[] {
  return directions.map((direction) => {
    const [own, there] = [r1(spaces.unified, direction), r1(figures, direction)];
    const margin = own - there;
    const text = `R@1 ${three(there)}, Unified ${three(own)}`;
    return { place, direction, text, reached: margin > 0, margin };
  });
}

/** All members against one figure of the single ones, of bonds of one ensemble of seven, where base and expert know both sides. */
function sevenOver(
  figures: WorldFigures,
  words: string,
  of: (single: readonly number[]) => number,
): AimCheck[] {
  const ofSeven = RECIPES.flatMap((recipe) => recipe.bonds).filter(
    ({ ensembles, members }) => ensembles.length === 1 && members.length === MEMBERS.length,
  );
  const bonds = new Map(ofSeven.map((bond) => [bond.id, bond])); // Several recipes have the same displacement.
  return [...bonds.values()].flatMap(({ id, kind, experts, modalities }) => {
    const names = experts.map((expert) => SPACES.find((space) => space.id === expert)!.name);
    const place = `${kind === 'combination' ? 'c' : 'd'}(${names.join(', ')})`;
    return directionsAmong(modalities).map((direction) => {
      const found = figures.members[id]?.find((entry) => entry.direction === direction);
      const all = found?.all ?? NaN;
      const single = found ? of(Object.values(found.single)) : NaN;
      const margin = all - single;
      const text = `R@1 ${three(all)} with all, ${three(single)} with ${words}`;
      return { place, direction, text, reached: margin > 0, margin };
    });
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function interior({ interior: gains }: WorldFigures): AimCheck[] {
  return gains.map(({ direction, factors, R1, overBase, overExpert }) => {
    const margin = Math.min(overBase.low, overExpert.low);
    return {
      place: `text ${factors.text}, audio ${factors.audio}`,
      direction,
      text: `R@1 ${three(R1)}: ${span(overBase)} over the base, ${span(overExpert)} over the expert`,
      reached: margin > 0,
      margin,
    };
  });
}

function recordings({ esc10 }: WorldFigures): AimCheck[] {
  if (!esc10) return [];
  const { accuracy, nRecordings } = esc10;
  const text = `${three(accuracy.mean)} [${three(accuracy.low)}, ${three(accuracy.high)}] of ${nRecordings} right`;
  const margin = accuracy.mean - LEAST_RECORDINGS;
  return [{ place: 'Foley, ESC-10 fold 5', text, reached: margin >= 0, margin }];
}

/**
 * Every aim with its figures. A figure that the file lacks counts as missed; an aim with nothing to compare (no recordings)
 * is not measured. Ends are the presets at which all sliders stand at 0 or all at 1.
 */
export function computeAims(figures: WorldFigures): Aim[] {
  const ends = allEnds(figures);
  const others = ends.filter(({ displaced, end }) => displaced || end === 1);
  const displacedExperts = ends.filter(({ displaced, end }) => displaced && end === 1);
  return [
    makeAim(
      'learnable',
      `At every end of the sliders R@1 is at least ${LEAST_OVER_CHANCE} times chance and at most ${MOST_R1}`,
      learnable(ends),
    ),
    makeAim(
      'expert-gain',
      `Foley finds the sentence of a sound at least ${LEAST_EXPERT_GAIN} times as often as Unified`,
      [expertGain(figures)],
    ),
    makeAim(
      'unified-best',
      'Between sounds and pictures Unified is the best of all ends',
      others.flatMap((end) => underUnified(figures, end, SOUND_PICTURE)),
    ),
    makeAim(
      'sound-pays',
      'Displacement sacrifices sound: at PicText’s end every direction with sound falls below Unified',
      displacedExperts.flatMap((end) => underUnified(figures, end, SOUND_DIRECTIONS)),
    ),
    makeAim(
      'seven-over-mean',
      'Seven projectors together beat the average single one',
      sevenOver(figures, 'one on average', mean),
    ),
    makeAim(
      'seven-over-best',
      'Seven projectors together beat the best single one',
      sevenOver(figures, 'the best one', (single) => Math.max(...single)),
    ),
    makeAim(
      'interior',
      'In at least one direction a factor between the ends beats both (95% intervals above 0)',
      interior(figures),
      'one',
    ),
    makeAim(
      'recordings',
      `Foley names at least ${LEAST_RECORDINGS} of the real recordings of an unseen fold`,
      recordings(figures),
    ),
  ];
}
