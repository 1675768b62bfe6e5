import type { Ensemble } from '../../recipe/types.ts';
import type { PseudoPairShares, SoundReport, WorldFigures } from '../../world/figures.ts';
import { Bar, ScrollTable, Section } from './parts.tsx';
import styles from './Figures.module.css';

/** What is known of the sounds before any encoder: the task must not be a trick. */
export function Sounds({ report }: { report: SoundReport }) {
  const { numbers, nearestNeighbours, nearestMean, chance, nConcepts, nTrain, nTest } = report;
  const rows = [
    { name: 'nearest known sound', ...nearestNeighbours },
    { name: 'nearest mean of a kind', ...nearestMean },
  ];
  return (
    <Section id="figures-sounds" title="What plain numbers of a sound already tell">
      <p className={styles.lead}>
        No encoder: {numbers.length} numbers ({numbers.join(', ')}) name which of {nConcepts} concepts an
        unheard sound is of. {nTest.toLocaleString('en')} sounds, named after {nTrain.toLocaleString('en')}{' '}
        others.
      </p>
      <ScrollTable label="Naming sounds by plain numbers" narrow>
        <thead>
          <tr>
            <th scope="col">named by</th>
            <th scope="col">first is right</th>
            <th scope="col">among five</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, top1, top5 }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {[top1, top5].map((value, i) => (
                <td key={i}>
                  <span className={styles.cell}>
                    {value.toFixed(3)} <Bar value={value} />
                  </span>
                </td>
              ))}
            </tr>
          ))}
          <tr className={styles.quiet}>
            <th scope="row">a guess</th>
            <td>{chance.toFixed(3)}</td>
            <td>{Math.min(1, 5 * chance).toFixed(3)}</td>
          </tr>
        </tbody>
      </ScrollTable>
    </Section>
  );
}

const STARTS: Readonly<Record<string, string>> = { A: 'sounds', T: 'texts', V: 'pictures' };
const PAIRS = [
  { id: 'text-audio', name: 'text – sound' },
  { id: 'text-image', name: 'text – picture' },
  { id: 'audio-image', name: 'sound – picture' },
] as const;

/** How many of the pseudo-pairs that trained the projectors are of one thing. */
export function PseudoPairs({
  pairs,
  ensembles,
}: {
  pairs: WorldFigures['pseudoPairs'];
  ensembles: readonly Ensemble[];
}) {
  return (
    <Section id="figures-pairs" title="Pseudo-pairs: how many are true">
      <p className={styles.lead}>
        Projectors learn from neighbours found by embeddings alone. Labels only count here, afterwards: the
        share of pairs whose two items are of one thing.
      </p>
      <div className={styles.pair}>
        {ensembles
          .filter(({ id }) => pairs[id])
          .map(({ id, name }) => (
            <div key={id}>
              <h4 className={styles.subtitle}>{name}</h4>
              <Shares label={`True pseudo-pairs of ${name}`} shares={pairs[id]} />
            </div>
          ))}
      </div>
    </Section>
  );
}

function Shares({ label, shares }: { label: string; shares: PseudoPairShares | undefined }) {
  return (
    <ScrollTable label={label}>
      <thead>
        <tr>
          <th scope="col">starting from</th>
          {PAIRS.map(({ id, name }) => (
            <th key={id} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Object.entries(STARTS).map(([letter, name]) => (
          <tr key={letter}>
            <th scope="row">{name}</th>
            {PAIRS.map(({ id }) => {
              const share = shares?.[letter]?.[id];
              return (
                <td key={id}>
                  {share === undefined ? (
                    '–'
                  ) : (
                    <span className={styles.cell}>
                      {share.toFixed(2)} <Bar value={share} />
                    </span>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}
