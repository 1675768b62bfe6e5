/** What can be trained at all, and what a run or experiment is called. */
import { InputError } from '../../base/errors.ts';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { startsOf } from '../../math/pseudoPairs.ts';
import type { Space } from '../../recipe/types.ts';
import { checkSettings } from './settings.ts';
import type { ExperimentRequest, PairDamage, TrainRequest } from './types.ts';

/** The two spaces of a request. */
export interface Ends {
  base: Space;
  expert: Space;
}

type Linking = Pick<TrainRequest, 'kind' | 'base' | 'expert' | 'mining' | 'pool' | 'damage'>;

const SENSES: Record<Modality, string> = { text: 'reads', image: 'sees', audio: 'hears' };
const MAX_DIM = 4096;
const MAX_REPEATS = 50;
const MAX_VALUES = 50;

const senses = ({ name, modalities }: Space) =>
  `${name} ${modalities.map((modality) => SENSES[modality]).join(' and ')}`;

/** Modalities that either space knows, in their usual order. */
export function modalitiesOf({ base, expert }: Ends): Modality[] {
  return MODALITIES.filter(
    (modality) => base.modalities.includes(modality) || expert.modalities.includes(modality),
  );
}

/**
 * The spaces that mining reads.
 * @throws InputError on unknown, equal or unlinked spaces, an unknown pool, or mining and damage out of bounds.
 */
export function checkLinking(request: Linking, spaces: readonly Space[]): Ends {
  const find = (id: string) => {
    const found = spaces.find((space) => space.id === id);
    if (found) return found;
    throw new InputError(
      `There is no space "${id}"; there are ${spaces.map((space) => space.id).join(', ')}.`,
    );
  };
  const [base, expert] = [find(request.base), find(request.expert)];
  if (!['combination', 'displacement', 'joint'].includes(request.kind)) {
    throw new InputError(
      `"${request.kind}" is no kind of bond; there are combination, displacement and joint.`,
    );
  }
  if (request.pool !== 'embedded' && request.pool !== 'collection') {
    throw new InputError(`There is no pool "${String(request.pool)}"; there are embedded and collection.`);
  }
  if (base === expert) throw new InputError(`${base.name} cannot be bound to itself: choose two spaces.`);
  const unencoded = [base, expert].find(({ modalities }) => modalities.length === 0);
  if (unencoded)
    throw new InputError(`Nothing is encoded into ${unencoded.name}, so it has no pairs to learn from.`);
  if (!base.modalities.some((modality) => expert.modalities.includes(modality))) {
    throw new InputError(
      `No modality is shared: ${senses(base)}, ${senses(expert)}. Nothing would link the two.`,
    );
  }
  const { mining, damage } = request;
  if (mining.kind === 'softmax' && !(mining.temperature > 0 && mining.temperature <= 1)) {
    throw new InputError(`Temperature τ₁ lies above 0 and up to 1; this is ${mining.temperature}.`);
  }
  if (damage) checkDamage(damage);
  return { base, expert };
}

function checkDamage({ corrupt, keep, topics }: PairDamage): void {
  if (!(corrupt >= 0 && corrupt <= 1)) {
    throw new InputError(`The share of spoiled pairs lies in [0, 1]; this is ${corrupt}.`);
  }
  for (const [name, share] of [['pool', keep] as const, ['topics', topics] as const]) {
    if (!(share > 0 && share <= 1))
      throw new InputError(`The share of the ${name} lies in (0, 1]; this is ${share}.`);
  }
}

/** @throws InputError on anything that cannot be trained. */
export function checkRequest(request: TrainRequest, spaces: readonly Space[]): Ends {
  const ends = checkLinking(request, spaces);
  const { members, settings, kind, dOut } = request;
  if (members.length === 0) throw new InputError('Choose at least one subset of pseudo-pairs to train on.');
  if (new Set(members).size < members.length) {
    throw new InputError(`Each subset trains one projector; one stands twice in ${members.join(', ')}.`);
  }
  for (const member of members) startsOf(member, modalitiesOf(ends));
  checkSettings(settings);
  if (kind === 'joint' && !(Number.isInteger(dOut) && dOut! >= 2 && dOut! <= MAX_DIM)) {
    throw new InputError(
      `A new space needs a whole number of dimensions from 2 to ${MAX_DIM}; this is ${String(dOut)}.`,
    );
  }
  if (kind !== 'joint' && dOut !== undefined) {
    throw new InputError(`A ${kind} keeps its target’s dimension; leave out dOut.`);
  }
  return ends;
}

/** @throws InputError on anything that cannot be trained at any of its values. */
export function checkExperiment(request: ExperimentRequest, spaces: readonly Space[]): void {
  const { axis, values, repeats } = request;
  if (!['corrupt', 'keep', 'topics'].includes(axis)) {
    throw new InputError(`"${axis}" is no axis; there are corrupt, keep and topics.`);
  }
  if (values.length === 0 || values.length > MAX_VALUES || new Set(values).size < values.length) {
    throw new InputError(`An experiment has 1 to ${MAX_VALUES} different values.`);
  }
  if (!(Number.isInteger(repeats) && repeats >= 1 && repeats <= MAX_REPEATS)) {
    throw new InputError(`An experiment is repeated 1 to ${MAX_REPEATS} times; this is ${repeats}.`);
  }
  for (const value of values) checkRequest(trialRequest(request, value, repeats - 1), spaces);
}

/** What is trained at one value: the damage on the experiment's axis, and a seed of its own for each repeat. */
export function trialRequest({ base, axis }: ExperimentRequest, value: number, repeat: number): TrainRequest {
  return {
    ...base,
    settings: { ...base.settings, seed: base.settings.seed + repeat },
    damage: { ...(base.damage ?? { corrupt: 0, keep: 1, topics: 1 }), [axis]: value },
  };
}

/** "Foley → Unified", "Unified → PicText", "PicText + Foley". */
export function runName({ kind }: Pick<TrainRequest, 'kind'>, { base, expert }: Ends): string {
  if (kind === 'joint') return `${base.name} + ${expert.name}`;
  const [from, to] = kind === 'combination' ? [expert, base] : [base, expert];
  return `${from.name} → ${to.name}`;
}

const AXES = { corrupt: 'Spoiled pairs', keep: 'Size of the pool', topics: 'Breadth of topics' } as const;

/** "Spoiled pairs, Foley → Unified". */
export function experimentName({ base, axis }: ExperimentRequest, ends: Ends): string {
  return `${AXES[axis]}, ${base.name?.trim() || runName(base, ends)}`;
}

/** An ensemble that a run gives: one, or two of a joint run into a new space that has the run's id. */
export interface RunEnsemble {
  id: string;
  name: string;
  source: string;
  target: string;
}

/** The ensembles of a run, in the order of its networks. */
export function runEnsembles(runId: string, name: string, request: TrainRequest, ends: Ends): RunEnsemble[] {
  const { base, expert } = ends;
  if (request.kind === 'joint') {
    return [base, expert].map((space, i) => ({
      id: `${runId}-${i === 0 ? 'base' : 'expert'}`,
      name: `${space.name} → ${name}`,
      source: space.id,
      target: runId,
    }));
  }
  const [source, target] = request.kind === 'combination' ? [expert, base] : [base, expert];
  return [{ id: runId, name, source: source.id, target: target.id }];
}
