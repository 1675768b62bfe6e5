/** The settings of training: their defaults, what each is for, and what can be trained at all. */
import { InputError } from '../../base/errors.ts';
import type { TrainingSettings } from './types.ts';

/** The settings that trained the embedded ensembles. */
export const DEFAULT_SETTINGS: Readonly<TrainingSettings> = {
  seed: 1,
  steps: 500,
  batch: 384,
  hidden: 384,
  peakRate: 2e-3,
  warmUp: 30,
  weightDecay: 0.02,
  temperature: 0.05,
  noise: 0.3,
  momentum: 0.95,
};

/** How a setting is asked for. */
export interface SettingHint {
  /** Its name on screen. */
  name: string;
  /** What it does, and why the default is what it is. */
  explanation: string;
  /** Least and greatest value that is taken. */
  min: number;
  max: number;
  /** Whether only whole numbers are taken. */
  whole: boolean;
}

export const SETTING_HINTS: Readonly<Record<keyof TrainingSettings, SettingHint>> = {
  seed: {
    name: 'Seed',
    explanation:
      'Start of every random draw: first weights, batches and noise. The same seed on the same backend gives the same weights; other seeds show how much a result owes to chance.',
    min: 0,
    max: 2 ** 31 - 1,
    whole: true,
  },
  steps: {
    name: 'Steps',
    explanation:
      'Batches that each projector sees. By 500 the loss of the embedded ensembles lies flat; fewer give a quick look.',
    min: 1,
    max: 100_000,
    whole: true,
  },
  batch: {
    name: 'Batch',
    explanation:
      'Pseudo-pairs a step, all different. Every pair is told apart from the others of its batch, so a larger batch is a harder task and a slower step. A pool with fewer pairs is one batch.',
    min: 8,
    max: 4096,
    whole: true,
  },
  hidden: {
    name: 'Hidden width',
    explanation:
      'Width of the layer between the two spaces: 2,048 in the paper for spaces of 512 to 1,024 dimensions; 384 does for the small embedded spaces.',
    min: 4,
    max: 4096,
    whole: true,
  },
  peakRate: {
    name: 'Learning rate',
    explanation:
      'Size of a step of Adam after the warm-up; from there it falls to 0 along a cosine. Too high and the loss jumps, too low and it is still falling at the end.',
    min: 1e-6,
    max: 1,
    whole: false,
  },
  warmUp: {
    name: 'Warm-up',
    explanation:
      'Steps over which the learning rate rises from 0: the first gradients are large and Adam has not yet measured them.',
    min: 0,
    max: 10_000,
    whole: true,
  },
  weightDecay: {
    name: 'Weight decay',
    explanation:
      'Share of each matrix, times the learning rate, that a step takes away. It keeps weights small where pairs are few.',
    min: 0,
    max: 1,
    whole: false,
  },
  temperature: {
    name: 'Temperature τ₂',
    explanation:
      'Scale of the similarities in the InfoNCE loss. Low, only the nearest wrong partners count, and wrong pseudo-pairs hurt more; high, all count alike.',
    min: 0.005,
    max: 1,
    whole: false,
  },
  noise: {
    name: 'Noise',
    explanation:
      'Length of the random vector that is added to every unit input, on average. It closes the gap between modalities and keeps a projector from learning single items by heart.',
    min: 0,
    max: 2,
    whole: false,
  },
  momentum: {
    name: 'Batch-norm momentum',
    explanation:
      'Share of the running mean and variance that a step keeps. A projector normalises by them once it is trained; high values average over more batches.',
    min: 0,
    max: 0.9999,
    whole: false,
  },
};

/** @throws InputError on a setting outside its bounds, with its name, the value and what is taken. */
export function checkSettings(settings: TrainingSettings): void {
  for (const [key, hint] of Object.entries(SETTING_HINTS) as [keyof TrainingSettings, SettingHint][]) {
    const value = settings[key];
    const { name, min, max, whole } = hint;
    if (typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value)))
      continue;
    throw new InputError(
      `${name} is ${String(value)}; it must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}.`,
    );
  }
  if (settings.warmUp >= settings.steps && settings.warmUp > 0) {
    throw new InputError(
      `A warm-up of ${settings.warmUp} steps leaves nothing of ${settings.steps} steps; make it shorter.`,
    );
  }
}
