import { Checkbox } from '@mantine/core';
import type { Modality } from '../../base/modality.ts';
import type { Space } from '../../recipe/types.ts';
import { knownOf } from '../../state/data/encodeChoice.ts';
import { modalityWords } from '../../state/workshop/recipesWords.ts';
import { ModalityShape } from '../shared/modality.tsx';
import { styles } from './styles.ts';

interface EncodeChoiceProps {
  legend: string;
  spaces: readonly Space[];
  counts: Readonly<Record<Modality, number>>;
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** Spaces to encode in; those that know nothing of what is there cannot be chosen. */
export function EncodeChoice({ legend, spaces, counts, chosen, onChange }: EncodeChoiceProps) {
  return (
    <fieldset className={styles.encoders}>
      <legend>{legend}</legend>
      {spaces.map((space) => {
        const known = knownOf(space, counts);
        const words =
          known.length > 0
            ? `reads the ${modalityWords(known)}`
            : `reads ${modalityWords(space.modalities)}: there are none`;
        return (
          <Checkbox
            key={space.id}
            size="sm"
            label={
              <span className={styles.encoder}>
                <b>{space.name}</b>
                <span className={styles.shapes}>
                  {space.modalities.map((modality) => (
                    <ModalityShape key={modality} modality={modality} sizePx={11} />
                  ))}
                </span>
                <small>{words}</small>
              </span>
            }
            disabled={known.length === 0}
            checked={chosen.includes(space.id)}
            onChange={({ currentTarget: { checked } }) =>
              onChange(checked ? [...chosen, space.id] : chosen.filter((id) => id !== space.id))
            }
          />
        );
      })}
    </fieldset>
  );
}
