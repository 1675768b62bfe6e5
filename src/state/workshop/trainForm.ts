/** The form of a run: what can be chosen and why not, what is wrong with a setting, and sensible beginnings. Pure. */
import { SETTING_HINTS } from '../../engine/training/settings.ts';
import type {
  PairDamage,
  RunRecord,
  TrainingSettings,
  TrainKind,
  TrainRequest,
} from '../../engine/training/types.ts';
import { LETTERS } from '../../math/pseudoPairs.ts';
import { formulaOf, whyIllegal, type BondDraft, type RecipeDraft } from '../../recipe/build.ts';
import { MEMBERS } from '../../recipe/embedded.ts';
import type { Ensemble, Space } from '../../recipe/types.ts';
import { modalitiesOf } from './trainFigures.ts';

export const UNDAMAGED: Readonly<PairDamage> = { corrupt: 0, keep: 1, topics: 1 };
/** tau_1 of the first softmax that is chosen: the paper's 1/100 (C-MCR, arXiv 2305.14381, section 4.1). */
export const DEFAULT_TAU_1 = 0.01;
const DEFAULT_D_OUT = 128;
const MAX_DIM = 4096;

/** Why two spaces cannot be bonded that way, in one sentence; undefined where they can. */
export function whyNotBond(
  { kind, base, expert }: Pick<TrainRequest, 'kind' | 'base' | 'expert'>,
  spaces: readonly Space[],
): string | undefined {
  const from = spaces.find(({ id }) => id === base);
  if (from?.modalities.length === 0) {
    return `Nothing is encoded into ${from.name}, so it has no pairs to learn from.`;
  }
  if (!from || spaces.every(({ id }) => id !== expert)) return 'This space is not here any more.';
  const bond: BondDraft = { kind: kind === 'joint' ? 'combination' : kind, experts: [expert] };
  return whyIllegal({ name: '', base, bonds: [bond] }, 0, spaces)?.replace(
    'in this recipe already',
    'the base already',
  );
}

/** The paper's notation of what a run would give: "Unified + c(Foley)"; of a joint "PicText + Foley → a new space". */
export function formulaWords(
  { kind, base, expert }: Pick<TrainRequest, 'kind' | 'base' | 'expert'>,
  spaces: readonly Space[],
): string {
  const name = (id: string) => spaces.find((space) => space.id === id)?.name ?? id;
  if (kind === 'joint') return `${name(base)} + ${name(expert)} → a new space`;
  if (spaces.every(({ id }) => id !== base) || spaces.every(({ id }) => id !== expert)) {
    return `${name(base)} + ${kind === 'combination' ? 'c' : 'd'}(${name(expert)})`;
  }
  return formulaOf({ base, bonds: [{ kind, experts: [expert] }] } as RecipeDraft, spaces);
}

/** Which way vectors go: "Foley → Unified", "Unified → PicText", "PicText + Foley → new". */
export function wayWords(
  { kind, base, expert }: Pick<TrainRequest, 'kind' | 'base' | 'expert'>,
  spaces: readonly Space[],
): string {
  const name = (id: string) => spaces.find((space) => space.id === id)?.name ?? id;
  if (kind === 'joint') return `${name(base)} + ${name(expert)} → new`;
  return kind === 'combination' ? `${name(expert)} → ${name(base)}` : `${name(base)} → ${name(expert)}`;
}

const STARTS_FROM = { text: 'texts', image: 'pictures', audio: 'sounds' } as const;

/** The seven subsets, each with what its pairs start from ("sounds and texts"), and why it cannot be had here. */
export function memberChoices(
  { base, expert }: Pick<TrainRequest, 'base' | 'expert'>,
  spaces: readonly Space[],
): { member: string; about: string; whyNot: string | undefined }[] {
  const find = (id: string) => spaces.find((space) => space.id === id);
  const available = modalitiesOf(find(base), find(expert));
  return MEMBERS.map((member) => {
    if (member === 'mix') {
      const all = available.map((modality) => STARTS_FROM[modality]).join(', ');
      return { member, about: `everything: ${all}`, whyNot: undefined };
    }
    const starts = Array.from(member, (letter) => LETTERS[letter]!);
    const missing = starts.find((modality) => !available.includes(modality));
    return {
      member,
      about: starts.map((modality) => STARTS_FROM[modality]).join(' and '),
      whyNot: missing && `neither space knows ${STARTS_FROM[missing]}`,
    };
  });
}

export interface FormProblems {
  expert?: string;
  members?: string;
  tau1?: string;
  dOut?: string;
  damage: Partial<Record<keyof PairDamage, string>>;
  settings: Partial<Record<keyof TrainingSettings, string>>;
}

/** What is wrong with a form, a message beside each field. */
export function problemsOf(form: TrainRequest, spaces: readonly Space[]): FormProblems {
  const problems: FormProblems = { damage: {}, settings: {} };
  const expert = whyNotBond(form, spaces);
  if (expert !== undefined) problems.expert = expert;
  const choices = memberChoices(form, spaces);
  const odd = form.members.find((member) => choices.find((one) => one.member === member)?.whyNot);
  if (form.members.length === 0) problems.members = 'Choose at least one: each trains one projector.';
  else if (odd !== undefined) {
    problems.members = `Leave out ${odd}: ${choices.find((one) => one.member === odd)!.whyNot}.`;
  }
  if (form.mining.kind === 'softmax') {
    const { temperature } = form.mining;
    if (!(temperature > 0 && temperature <= 1)) problems.tau1 = 'Above 0, up to 1.';
  }
  const dOut = form.dOut ?? DEFAULT_D_OUT;
  if (form.kind === 'joint' && !(Number.isInteger(dOut) && dOut >= 2 && dOut <= MAX_DIM)) {
    problems.dOut = `A whole number from 2 to ${MAX_DIM.toLocaleString('en')}.`;
  }
  const { corrupt, keep, topics } = form.damage ?? UNDAMAGED;
  if (!(corrupt >= 0 && corrupt <= 1)) problems.damage.corrupt = 'From 0 to 1.';
  if (!(keep > 0 && keep <= 1)) problems.damage.keep = 'Above 0, up to 1.';
  if (!(topics > 0 && topics <= 1)) problems.damage.topics = 'Above 0, up to 1.';
  problems.settings = settingProblems(form.settings);
  return problems;
}

function settingProblems(settings: TrainingSettings): FormProblems['settings'] {
  const found: FormProblems['settings'] = {};
  for (const key of SETTING_KEYS) {
    const { min, max, whole } = SETTING_HINTS[key];
    const value = settings[key];
    if (value >= min && value <= max && (!whole || Number.isInteger(value))) continue;
    found[key] =
      `A ${whole ? 'whole ' : ''}number from ${min} to ${max.toLocaleString('en', { maximumFractionDigits: 6 })}.`;
  }
  if (found.warmUp === undefined && settings.warmUp > 0 && settings.warmUp >= settings.steps) {
    found.warmUp = `Shorter than the ${settings.steps} steps.`;
  }
  return found;
}

export const SETTING_KEYS = Object.keys(SETTING_HINTS) as (keyof TrainingSettings)[];

/** True where nothing is wrong. */
export function isSound({ expert, members, tau1, dOut, damage, settings }: FormProblems): boolean {
  const own = [expert, members, tau1, dOut, ...Object.values(damage), ...Object.values(settings)];
  return own.every((problem) => problem === undefined);
}

/** Settings that are not the defaults, in words: "steps 100, seed 7". */
export function changedSettings(
  settings: TrainingSettings,
  defaults: TrainingSettings,
): (keyof TrainingSettings)[] {
  return SETTING_KEYS.filter((key) => settings[key] !== defaults[key]);
}

/** A form of another kind, base or expert: members that cannot be had are left out, a new space gets its dimension. */
export function withEnds(
  form: TrainRequest,
  ends: Partial<Pick<TrainRequest, 'kind' | 'base' | 'expert'>>,
  spaces: readonly Space[],
): TrainRequest {
  const { dOut, ...rest } = { ...form, ...ends };
  const choices = memberChoices(rest, spaces);
  const members = rest.members.filter((member) => !choices.find((one) => one.member === member)?.whyNot);
  return { ...rest, members, ...(rest.kind === 'joint' && { dOut: dOut ?? DEFAULT_D_OUT }) };
}

/** A form with other damage; none is left out. */
export function withDamage({ damage, ...form }: TrainRequest, changed: Partial<PairDamage>): TrainRequest {
  const next = { ...UNDAMAGED, ...damage, ...changed };
  const none = next.corrupt === 0 && next.keep === 1 && next.topics === 1;
  return none ? form : { ...form, damage: next };
}

export interface Start {
  id: string;
  name: string;
  about: string;
  request: TrainRequest;
}

/** Three beginnings: the embedded bond anew, a quick look, and the forebear's new space. */
export function startsFrom(defaults: TrainingSettings): Start[] {
  const common = { mining: { kind: 'top-1' }, pool: 'embedded' } as const;
  return [
    {
      id: 'anew',
      name: 'Unified + c(Foley), anew',
      about: 'The embedded bond with all its seven projectors, trained here.',
      request: {
        ...common,
        kind: 'combination',
        base: 'unified',
        expert: 'foley',
        members: [...MEMBERS],
        settings: defaults,
      },
    },
    {
      id: 'quick',
      name: 'Tone into PicText, a quick look',
      about: 'One projector, 100 steps: enough to see it learn.',
      request: {
        ...common,
        kind: 'combination',
        base: 'pictext',
        expert: 'tone',
        members: ['mix'],
        settings: { ...defaults, steps: 100, warmUp: 10 },
      },
    },
    {
      id: 'joint',
      name: 'A new space of PicText and Foley',
      about: 'C-MCR: both are projected into a space of their own, through the texts that they share.',
      request: {
        ...common,
        kind: 'joint',
        base: 'pictext',
        expert: 'foley',
        members: ['T'],
        settings: defaults,
        dOut: DEFAULT_D_OUT,
      },
    },
  ];
}

/** The beginnings whose spaces the collection on screen has. */
export function startsHere(defaults: TrainingSettings, spaces: readonly Space[]): Start[] {
  return startsFrom(defaults).filter(({ request }) => whyNotBond(request, spaces) === undefined);
}

/** The form that a run was started from; its name is its own. */
export function formOfRun({ request }: RunRecord): TrainRequest {
  const { name: _, ...form } = request;
  return form;
}

/** The same training with the next seed that no run of it has taken. */
export function nextSeed(record: RunRecord, runs: readonly RunRecord[]): TrainRequest {
  const request = formOfRun(record);
  const alike = (one: TrainRequest) =>
    JSON.stringify({ ...one, name: '', settings: { ...one.settings, seed: 0 } });
  const taken = new Set(
    runs.filter((run) => alike(run.request) === alike(request)).map((run) => run.request.settings.seed),
  );
  let { seed } = request.settings;
  while (taken.has(seed)) seed++;
  return { ...request, settings: { ...request.settings, seed } };
}

/**
 * The recipe that a run's ensembles make: its bond on its base; of a joint, both spaces combined into the new one. Undefined
 * while no member is ready.
 */
export function draftOfRun(
  { name, request, ensembles: ids }: RunRecord,
  ensembles: readonly Ensemble[],
  spaces: readonly Space[],
): RecipeDraft | undefined {
  const own = ids.flatMap((id) => ensembles.find((one) => one.id === id) ?? []);
  if (own.length === 0) return undefined;
  const { kind, base, expert } = request;
  if (kind === 'joint') {
    const bonds = own.map((one): BondDraft => ({
      kind: 'combination',
      experts: [one.source],
      ensembles: [one.id],
    }));
    return { name, base: own[0]!.target, bonds };
  }
  return {
    name: `${formulaWords(request, spaces)}, own`,
    base,
    bonds: [{ kind, experts: [expert], ensembles: [own[0]!.id] }],
  };
}

/** What each kind of bond is, for the form. */
export const KINDS: Record<TrainKind, { name: string; about: string }> = {
  combination: {
    name: 'Combination',
    about: 'The expert is projected into the frozen base, which gains by it.',
  },
  displacement: {
    name: 'Displacement',
    about: 'The base is projected into the frozen expert, and all moves there.',
  },
  joint: {
    name: 'New space',
    about: 'Both are projected into a new space, trained together (C-MCR).',
  },
};
