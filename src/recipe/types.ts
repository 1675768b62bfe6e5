import type { Modality } from '../base/modality.ts';

/** A named embedding space: one encoder per modality it knows, all of one dimension. */
export interface Space {
  id: string;
  /** Name on screen. */
  name: string;
  /** One sentence: what it learned from. */
  about: string;
  dim: number;
  /** Those it has an encoder for; none where vectors are projected into it alone. */
  modalities: Modality[];
  /**
   * The space that it was tuned from, whose ensembles project it too, and the modalities that it reads with that space's own
   * encoders still.
   */
  tunedFrom?: { space: string; shares: Modality[] };
}

/** An ensemble as a bond uses it. */
export type EnsembleUse = Pick<Ensemble, 'id' | 'source' | 'target' | 'members'>;

export type BondKind = 'combination' | 'displacement';

/** A trained mixture of projectors from one space into another ("mixture of projectors", FreeBind section 3.3). */
export interface Ensemble {
  id: string;
  /** Name on screen: "Foley → Unified". */
  name: string;
  /** Id of the space that is projected, and of the one it is projected into. */
  source: string;
  target: string;
  /** Names of its projectors, in the order of the mask: "mix", "A", "T", ... */
  members: string[];
  /** Where it comes from: the embedded world, a run in this browser, a file. */
  origin: 'embedded' | 'trained' | 'imported';
}

/**
 * One integration of one or more experts into what has been built so far.
 * Several experts in one bond are parallel: `averaged` pools all their projectors in one mixture with one factor a
 * modality (as published for CLAP_g and CLAP_m); `weighed` gives each expert its own factor f_i:
 * normalise((1 - mean f) x + mean_i(f_i e_i)), which is the plain fuse where there is one expert.
 */
export interface Bond {
  id: string;
  kind: BondKind;
  /** Ids of the expert spaces. A displacement has exactly one. */
  experts: string[];
  parallel: 'averaged' | 'weighed';
  /** Modalities with a slider: those that base and expert both know. */
  modalities: Modality[];
  /** The ensembles that project: of a combination one an expert, in their order; of a displacement the base's. */
  ensembles: EnsembleUse[];
  /** Names of all their members, ensemble after ensemble, in the order of the mask ("mix", "A", "T", ...). */
  members: string[];
}

/** A base space and the bonds integrated into it, in order. */
export interface Recipe {
  id: string;
  name: string;
  /** The paper's notation, for example "Unified + c(Foley)". */
  formula: string;
  base: string;
  bonds: Bond[];
  presets: Preset[];
}

/**
 * Slider positions f in [0, 1], base to expert: `factors[bondId][modality]`. Where a bond weighs its experts apart, each
 * expert has a key of its own: `factors["<bondId>.<expert>"][modality]` (factorKeys in coefficients.ts).
 */
export type Factors = Record<string, Partial<Record<Modality, number>>>;

export interface Preset {
  name: string;
  factors: Factors;
  /** One sentence for the hint. */
  about: string;
}
