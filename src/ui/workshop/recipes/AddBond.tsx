import { Button, Menu } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Parts, RecipeDraft } from '../../../recipe/build.ts';
import type { BondKind } from '../../../recipe/types.ts';
import { additions, type Addition } from '../../../state/workshop/recipesDraft.ts';
import { sensesWords } from './words.ts';
import { styles } from './styles.ts';

interface AddBondProps {
  draft: RecipeDraft;
  parts: Parts;
  onChange: (draft: RecipeDraft) => void;
}

const KINDS: { kind: BondKind; label: string; about: string }[] = [
  {
    kind: 'combination',
    label: 'Add a combination',
    about: 'The expert is projected into what is built so far.',
  },
  {
    kind: 'displacement',
    label: 'Add a displacement',
    about: 'The base is projected into the expert’s space.',
  },
];

/** A further bond, in sequence after the others: every space, and why it cannot be where it cannot. */
export function AddBond({ draft, parts, onChange }: AddBondProps) {
  return (
    <div className={styles.add}>
      {KINDS.map(({ kind, label, about }) => (
        <SpaceMenu
          key={kind}
          label={label}
          about={about}
          choices={() => additions(draft, kind, parts)}
          onChoose={({ bond }) => onChange({ ...draft, bonds: [...draft.bonds, bond] })}
        />
      ))}
    </div>
  );
}

/** A menu of spaces; those that cannot be chosen say why in their place. */
export function SpaceMenu({
  label,
  called = label,
  about,
  choices,
  onChoose,
  quiet = false,
}: {
  label: string;
  /** Its whole name, where others have the same label. */
  called?: string;
  about: string;
  choices: () => Addition[];
  onChoose: (choice: Addition) => void;
  quiet?: boolean;
}) {
  return (
    <Menu position="bottom-start" width={340} withinPortal>
      <Menu.Target>
        <Button
          size="compact-sm"
          aria-label={called}
          variant={quiet ? 'subtle' : 'default'}
          leftSection={<IconPlus size={14} aria-hidden />}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={styles.menu!}>
        <Menu.Label>{about}</Menu.Label>
        {choices().map((choice) => (
          <Menu.Item
            key={choice.space.id}
            // Not disabled: that would hide the reason from the keyboard.
            aria-disabled={choice.why !== undefined || undefined}
            data-refused={choice.why !== undefined || undefined}
            closeMenuOnClick={choice.why === undefined}
            onClick={() => {
              if (choice.why === undefined) onChoose(choice);
            }}
          >
            <span className={styles.choice}>
              <b>{choice.space.name}</b>
              <small>{choice.why ?? readyWords(choice)}</small>
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function readyWords({ space, nProjectors }: Addition): string {
  const ready =
    nProjectors === 0
      ? 'nobody trained it yet'
      : `${nProjectors} ${nProjectors === 1 ? 'projector' : 'projectors'} at hand`;
  return `${sensesWords(space)}; ${ready}`;
}
