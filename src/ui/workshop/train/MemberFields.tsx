import { Checkbox } from '@mantine/core';
import type { TrainRequest } from '../../../engine/training/types.ts';
import { MEMBERS } from '../../../recipe/embedded.ts';
import type { Space } from '../../../recipe/types.ts';
import { memberChoices } from '../../../state/workshop/trainForm.ts';
import { Hint } from '../../shared/Hint.tsx';
import { styles } from './styles.ts';

/** The subsets of pseudo-pairs, one projector each, with what each starts from. */
export function MemberFields(props: {
  form: TrainRequest;
  problem: string | undefined;
  spaces: readonly Space[];
  onChange: (form: TrainRequest) => void;
}) {
  const { form, problem, spaces, onChange } = props;
  const choices = memberChoices(form, spaces);
  const set = (member: string, on: boolean) => {
    const chosen = new Set(form.members);
    if (on) chosen.add(member);
    else chosen.delete(member);
    // In the order of the mask, whatever was pressed first.
    onChange({ ...form, members: MEMBERS.filter((one) => chosen.has(one)) });
  };
  const possible = choices.filter(({ whyNot }) => whyNot === undefined).map(({ member }) => member);
  const all = possible.every((member) => form.members.includes(member));
  return (
    <fieldset className={styles.members}>
      <legend>
        <Hint text="A mixture of projectors: each sees the pairs that start from other modalities, so each errs in its own way; their mean errs less (FreeBind, section 3.3).">
          <span className={styles.hinted} tabIndex={0}>
            Members: a projector each, from
          </span>
        </Hint>
        <button
          type="button"
          className={styles.link}
          onClick={() => onChange({ ...form, members: all ? possible.slice(0, 1) : possible })}
        >
          {all ? 'one alone' : possible.length === MEMBERS.length ? 'all seven' : 'all'}
        </button>
      </legend>
      {choices.map(({ member, about, whyNot }) => (
        <Checkbox
          key={member}
          size="xs"
          data-member={member}
          checked={form.members.includes(member)}
          // One that cannot be had but is chosen can still be left out.
          disabled={whyNot !== undefined && !form.members.includes(member)}
          onChange={(event) => set(member, event.currentTarget.checked)}
          label={
            <>
              <b>{member}</b> {whyNot ?? about}
            </>
          }
        />
      ))}
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
