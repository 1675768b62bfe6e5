import { memo } from 'react';
import type { Bond } from '../../recipe/types.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab } from '../shared/LabContext.tsx';
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

/** The mixture's projectors, each on or off; the last one stays on. `of` names the expert where a recipe has several bonds. */
export const MemberSwitches = memo(function MemberSwitches({
  bond,
  of,
}: {
  bond: Bond;
  of: string | undefined;
}) {
  const switched = useLab((s) => s.masks[bond.id]);
  const busy = useLab((s) => s.switching);
  const setMember = useLab((s) => s.setMember);
  const mask = switched ?? bond.members.map(() => true);
  const nOn = mask.filter(Boolean).length;
  return (
    <fieldset className={styles.members} aria-busy={busy}>
      <legend>
        {of === undefined ? 'Projectors' : `Projectors of ${of}`}{' '}
        <span className={styles.count}>{busy ? 'projecting …' : `${nOn} of ${mask.length}`}</span>
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
                if (!last && !busy) void setMember(bond.id, i, !mask[i]);
              }}
            >
              {member}
            </button>
          </Hint>
        );
      })}
    </fieldset>
  );
});
