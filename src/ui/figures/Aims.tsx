import type { Aim, AimCheck } from '../../world/aims.ts';
import { directionWords, DirectionName, ScrollTable, Section } from './parts.tsx';
import styles from './Figures.module.css';

const MARKS = { reached: '✓', missed: '✕', 'not measured': '–' } as const;

function Mark({ status }: { status: Aim['status'] }) {
  return (
    <span className={styles.mark} data-status={status}>
      <span aria-hidden="true">{MARKS[status]}</span> {status}
    </span>
  );
}

/** Each aim, whether it was reached, and the figures that say so; every comparison behind it on demand. */
export function Aims({ aims }: { aims: readonly Aim[] }) {
  return (
    <Section id="figures-aims" title="What the aims say">
      <ul className={styles.aims}>
        {aims.map((aim) => (
          <li key={aim.id}>
            <Mark status={aim.status} />
            <div>
              <p className={styles.aim}>{aim.title}.</p>
              <Told aim={aim} />
              {aim.checks.length > 1 && <Checks aim={aim} />}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The comparisons that decide: every one that fails where all must hold, else the tightest, or the best where one is enough. */
function Told({ aim: { status, need, checks, decisive } }: { aim: Aim }) {
  if (!decisive) return <p className={styles.note}>The world was built without what this compares.</p>;
  const missed = status === 'missed' && need === 'all' ? checks.filter(({ reached }) => !reached) : [];
  if (missed.length > 0) return missed.map((check) => <Said key={keyOf(check)} check={check} />);
  const word = checks.length === 1 ? '' : need === 'one' ? 'Best: ' : 'Tightest: ';
  return <Said check={decisive} word={word} />;
}

const keyOf = ({ place, direction }: AimCheck) => `${place} ${direction}`;

function Said({ check: { place, direction, text }, word = '' }: { check: AimCheck; word?: string }) {
  return (
    <p className={styles.decisive}>
      {word}
      {direction && `${directionWords(direction)}, `}
      {place}: <b>{text}</b>
    </p>
  );
}

function Checks({ aim: { title, checks } }: { aim: Aim }) {
  const nReached = checks.filter(({ reached }) => reached).length;
  return (
    <details className={styles.checks}>
      <summary>
        {nReached} of {checks.length} comparisons hold
      </summary>
      <ScrollTable label={`${title}: every comparison`}>
        <tbody>
          {checks.map((check) => (
            <tr key={keyOf(check)}>
              <th scope="row">{check.direction && <DirectionName direction={check.direction} />}</th>
              <td className={styles.words}>{check.place}</td>
              <td className={styles.words}>{check.text}</td>
              <td>
                <Mark status={check.reached ? 'reached' : 'missed'} />
              </td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </details>
  );
}
