import type { Bond } from '../../recipe/types.ts';
import { Hint } from '../shared/Hint.tsx';
import styles from './BondsPanel.module.css';

const FROM: Record<string, string> = { A: 'sounds', T: 'texts', V: 'pictures' };

/** What a member learned from, in words. */
function about(member: string): string {
  if (member === 'mix') return 'Learned from pseudo-pairs that start from sounds, texts and pictures.';
  return `Learned from pseudo-pairs that start from ${member
    .split('')
    .map((letter) => FROM[letter] ?? letter)
    .join(' and ')}.`;
}

/** The mixture's projectors, each on or off; the last one stays on. */
export function MemberSwitches(props: {
  bond: Bond;
  mask: readonly boolean[];
  busy: boolean;
  onSwitch: (member: number, on: boolean) => void;
}) {
  const { bond, mask, busy, onSwitch } = props;
  const nOn = mask.filter(Boolean).length;
  return (
    <fieldset className={styles.members} aria-busy={busy}>
      <legend>
        Projectors <span className={styles.count}>{busy ? 'projecting …' : `${nOn} of ${mask.length}`}</span>
      </legend>
      {bond.members.map((member, i) => {
        const last = mask[i]! && nOn === 1;
        return (
          <Hint key={member} text={last ? `${about(member)} One projector stays on.` : about(member)}>
            <button
              type="button"
              className={styles.member}
              aria-pressed={mask[i]!}
              aria-disabled={last || busy}
              onClick={() => {
                if (!last && !busy) onSwitch(i, !mask[i]);
              }}
            >
              {member}
            </button>
          </Hint>
        );
      })}
    </fieldset>
  );
}
