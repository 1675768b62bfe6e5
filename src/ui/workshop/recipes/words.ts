/** How spaces and ensembles are told apart in the lists of the bench. */
import type { Ensemble, Space } from '../../../recipe/types.ts';
import { inList } from '../../../state/workshop/recipesWords.ts';

const SENSES = { text: 'reads', image: 'sees', audio: 'hears' } as const;

/** "reads and hears", "nothing encoded" */
export function sensesWords({ modalities }: Space): string {
  return modalities.length === 0
    ? 'nothing is encoded into it'
    : inList(modalities.map((modality) => SENSES[modality]));
}

/** Spaces to choose from: "Foley: reads and hears". */
export function spaceOptions(spaces: readonly Space[]): { value: string; label: string }[] {
  return spaces.map((space) => ({ value: space.id, label: `${space.name}: ${sensesWords(space)}` }));
}

const ORIGINS: Record<Ensemble['origin'], string> = {
  embedded: 'ships with the lab',
  trained: 'trained here',
  imported: 'from a file',
};

/** "7 projectors, ships with the lab" */
export function ensembleWords({ members, origin }: Ensemble): string {
  return `${members.length} ${members.length === 1 ? 'projector' : 'projectors'}, ${ORIGINS[origin]}`;
}
