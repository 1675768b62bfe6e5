import type { ConflictReport } from '../../../engine/microscope/types.ts';
import { Hint } from '../../shared/Hint.tsx';
import { MODALITY_WORDS, ModalityShape } from '../../shared/modality.tsx';
import { styles } from './styles.ts';
import { numberWords, rangeWords } from './words.ts';

/** What the score is made of, a row a shared modality. */
export function ConflictParts({ report: { modalities } }: { report: ConflictReport }) {
  const head = (words: string, about: string) => (
    <th scope="col">
      <Hint text={about}>
        <span tabIndex={0}>{words}</span>
      </Hint>
    </th>
  );
  const k = modalities[0]!.k;
  return (
    <div className={styles.scroll} role="region" aria-label="Parts of the score" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">on</th>
            {head('score', 'With its 95% interval over the items.')}
            {head(
              'same neighbours',
              `Share of an item’s ${k} nearest that both experts give, in their own spaces; below it what a random order gives.`,
            )}
            {head(
              'same order',
              'Spearman correlation between an item’s similarities to all others in either expert’s own space, mean over the items.',
            )}
            {head(
              'same place',
              'Mean cosine of an item’s two projections; below it that of different items.',
            )}
            {head(
              'confused',
              'Q: share of items whose projection by one expert lies nearer to another item’s by the other than to its own; 1 is no better than chance.',
            )}
            {head('misplaced', 'E: structure that both experts see, projected to different places.')}
          </tr>
        </thead>
        <tbody>
          {modalities.map((one) => (
            <tr key={`${one.modality} ${one.texts ?? ''}`}>
              <th scope="row">
                <span className={styles.figureName}>
                  <ModalityShape modality={one.modality} sizePx={9} />
                  {MODALITY_WORDS[one.modality].many}
                  {one.texts && ` of ${one.texts}s`}
                  <small>{one.nItems} items</small>
                </span>
              </th>
              <td>
                <b>{numberWords(one.score.mean)}</b> <small>{rangeWords(one.score)}</small>
              </td>
              <td>
                {numberWords(one.neighboursShared.mean)} {rangeWords(one.neighboursShared)}
                <small>by chance {numberWords(one.neighboursByChance, 3)}</small>
              </td>
              <td>
                {numberWords(one.rankCorrelation.mean)} {rangeWords(one.rankCorrelation)}
              </td>
              <td>
                {numberWords(one.projectedCosine.mean)} {rangeWords(one.projectedCosine)}
                <small>shuffled {numberWords(one.shuffledCosine)}</small>
              </td>
              <td>{numberWords(one.parts.confused)}</td>
              <td>{numberWords(one.parts.misplaced)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
