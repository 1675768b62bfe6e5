import { IconChevronRight } from '@tabler/icons-react';
import { memo, useState } from 'react';
import type { Bond, EnsembleUse } from '../../recipe/types.ts';
import { nameIn } from '../../state/workshop/recipesWords.ts';
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

/** Each ensemble's members in the bond's mask: from (inclusive) to (exclusive). */
function groupsOf({ ensembles }: Bond): { ensemble: EnsembleUse; from: number; to: number }[] {
  let to = 0;
  return ensembles.map((ensemble) => {
    const from = to;
    to += ensemble.members.length;
    return { ensemble, from, to };
  });
}

export interface MemberSwitchesProps {
  bond: Bond;
  /** Each group says which expert it is of: a recipe may have several. */
  named: boolean;
  /** Groups open on demand. */
  folded: boolean;
}

/**
 * A bond's projectors, each on or off, one group an ensemble. The last one of what is averaged together stays on: of the whole
 * bond, or of each expert where they are weighed apart.
 */
export const MemberSwitches = memo(function MemberSwitches({ bond, named, folded }: MemberSwitchesProps) {
  const switched = useLab((s) => s.masks[bond.id]);
  const mask = switched ?? bond.members.map(() => true);
  const nOnOf = (from: number, to: number) => mask.slice(from, to).filter(Boolean).length;
  const groups = groupsOf(bond);
  return (
    <div className={styles.groups}>
      {groups.map((group) => (
        <Group
          key={group.ensemble.id}
          bond={bond}
          ensemble={group.ensemble}
          from={group.from}
          mask={mask.slice(group.from, group.to)}
          nLeft={bond.parallel === 'weighed' ? nOnOf(group.from, group.to) : nOnOf(0, mask.length)}
          named={named}
          folded={folded}
        />
      ))}
    </div>
  );
});

interface GroupProps extends MemberSwitchesProps {
  ensemble: EnsembleUse;
  /** Place of its first member in the bond's mask. */
  from: number;
  mask: readonly boolean[];
  /** Members on among which one must stay. */
  nLeft: number;
}

function Group({ bond, ensemble, from, mask, nLeft, named, folded }: GroupProps) {
  const busy = useLab((s) => s.switching);
  const setMember = useLab((s) => s.setMember);
  const expert = useLab((s) =>
    nameIn(s.spaces, bond.kind === 'combination' ? ensemble.source : ensemble.target),
  );
  const full = useLab((s) => s.ensembles.find(({ id }) => id === ensemble.id));
  const [open, setOpen] = useState(!folded);
  const shown = open || !folded;
  const title = named ? `Projectors of ${expert}` : 'Projectors';
  const nOn = mask.filter(Boolean).length;
  const count = (
    <span className={styles.count} data-partial={nOn < mask.length || undefined}>
      {busy ? 'projecting …' : `${nOn} of ${mask.length}`}
    </span>
  );
  const origin = full && full.origin !== 'embedded' && <small className={styles.origin}>{full.name}</small>;
  return (
    <fieldset className={styles.group} aria-busy={busy}>
      <legend>
        {folded ? (
          <button
            type="button"
            className={styles.fold}
            aria-expanded={open}
            onClick={() => setOpen((now) => !now)}
          >
            <IconChevronRight size={14} aria-hidden /> {title} {count}
          </button>
        ) : (
          <>
            {title} {count}
          </>
        )}
        {origin}
      </legend>
      {shown && (
        <div className={styles.members}>
          {ensemble.members.map((member, i) => {
            const last = mask[i]! && nLeft === 1;
            return (
              <Hint
                // Names may repeat; places do not change.
                key={i}
                text={last ? `${about(member)} One projector stays on.` : about(member)}
              >
                <button
                  type="button"
                  className={styles.member}
                  aria-pressed={mask[i]!}
                  aria-disabled={last || busy}
                  onClick={() => {
                    if (!last && !busy) void setMember(bond.id, from + i, !mask[i]);
                  }}
                >
                  {member}
                </button>
              </Hint>
            );
          })}
        </div>
      )}
    </fieldset>
  );
}
