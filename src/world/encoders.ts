/** Which spaces have which encoders of their own, and what stored projections are called. */
import type { Modality } from '../base/modality.ts';
import type { Ensemble, Space } from '../recipe/types.ts';

/** Modalities that a space has an encoder of its own for: of a tuned space, those that it does not share. */
export function ownModalities({ modalities, tunedFrom }: Space): Modality[] {
  return modalities.filter((modality) => !tunedFrom?.shares.includes(modality));
}

/** The spaces that an ensemble projects: its source, and every space tuned from that. */
export function projectedSpaces(ensemble: Pick<Ensemble, 'source'>, spaces: readonly Space[]): Space[] {
  return spaces.filter(({ id, tunedFrom }) => [id, tunedFrom?.space].includes(ensemble.source));
}

/** Name of an ensemble's stored outputs for the vectors of a space: "a-to-b", or "a-to-b.<space>" for a space tuned from a. */
export function projectedName({ id, source }: Pick<Ensemble, 'id' | 'source'>, space: Space): string {
  return space.id === source ? id : `${id}.${space.id}`;
}
