import { SegmentedControl, TextInput } from '@mantine/core';
import type { ArrayMapping, MappedSpace } from '../../../engine/intake/types.ts';
import { withPairs, withRole, withSpaceName } from '../../../state/data/mapping.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from '../styles.ts';

const ROLES: { value: MappedSpace['role']; label: string }[] = [
  { value: 'base', label: 'Base' },
  { value: 'expert', label: 'Expert' },
  { value: 'other', label: 'Other' },
];

/** Names and roles of the spaces, and which rows belong together. */
export function SpacesForm({ mapping }: { mapping: ArrayMapping }) {
  const setIntake = useLab((s) => s.setIntake);
  return (
    <div className={styles.spacesForm}>
      {mapping.spaces.map(({ id, name, dim, role }, i) => (
        // The id follows the name as it is typed: the place stays.
        <div key={i} role="group" aria-label={`Space ${i + 1}`}>
          <TextInput
            size="xs"
            label={`Space of ${dim} numbers`}
            value={name}
            onChange={({ currentTarget }) =>
              setIntake({ mapping: withSpaceName(mapping, id, currentTarget.value) })
            }
          />
          <SegmentedControl
            size="xs"
            aria-label={`Role of ${name}`}
            data={ROLES}
            value={role}
            onChange={(next) => setIntake({ mapping: withRole(mapping, id, next) })}
          />
        </div>
      ))}
      <div>
        <span className={styles.label} id="pairs-label">
          Rows belong together by
        </span>
        <SegmentedControl
          size="xs"
          aria-labelledby="pairs-label"
          data={[
            { value: 'rows', label: 'their place' },
            { value: 'ids', label: 'equal ids' },
          ]}
          value={mapping.pairs.kind}
          onChange={(kind) => setIntake({ mapping: withPairs(mapping, kind) })}
        />
      </div>
    </div>
  );
}
