import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import { MODALITIES, type Modality } from '../../../base/modality.ts';
import type { ArrayInfo, ArrayMapping } from '../../../engine/intake/types.ts';
import {
  isVectors,
  LIST_USES,
  useOf,
  withNewSpace,
  withUse,
  type ArrayUse,
  type ListUse,
} from '../../../state/data/mapping.ts';
import { checkWords, DTYPE_WORDS, shapeWords } from '../../../state/data/words.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { MODALITY_WORDS } from '../../shared/modality.tsx';
import { styles } from '../styles.ts';

/** Of very many arrays the first are drawn; the others are a click away. */
const N_SHOWN = 60;

const UNUSED = { value: 'unused', label: 'Not used' };
const USE_WORDS: Readonly<Record<ListUse, string>> = { captions: 'Captions', labels: 'Labels', ids: 'Ids' };
const VECTOR_USES = [
  ...MODALITIES.map((modality) => ({
    value: modality as string,
    label: capital(MODALITY_WORDS[modality].many),
  })),
  UNUSED,
];
const LIST_CHOICES = [
  ...LIST_USES.flatMap((use) =>
    MODALITIES.map((modality) => ({
      value: `${use} ${modality}`,
      label: `${USE_WORDS[use]} of the ${MODALITY_WORDS[modality].many}`,
    })),
  ),
  { value: 'halves', label: 'Halves: validation or test' },
  UNUSED,
];

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}

/** Every array with its shape, what was found in its rows, and what it is used as. */
export function ArraysTable({ arrays, mapping }: { arrays: readonly ArrayInfo[]; mapping: ArrayMapping }) {
  const [all, setAll] = useState(false);
  const shown = all ? arrays : arrays.slice(0, N_SHOWN);
  return (
    <div className={styles.scroll}>
      <table className={`${styles.table} ${styles.arrays}`}>
        <thead>
          <tr>
            <th scope="col">Array</th>
            <th scope="col">Found in it</th>
            <th scope="col">It holds</th>
            <th scope="col">In the space</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((array) => (
            <tr key={array.key}>
              <th scope="row">
                <span className={styles.path}>{array.key}</span>
                <small>
                  {shapeWords(array.shape)} {DTYPE_WORDS[array.dtype]}
                </small>
              </th>
              <td>
                <Checks array={array} />
              </td>
              {isVectors(array) ? (
                <VectorCells array={array} mapping={mapping} />
              ) : (
                <ListCell array={array} mapping={mapping} />
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < arrays.length && (
        <Button size="xs" variant="subtle" onClick={() => setAll(true)}>
          Show all {arrays.length} arrays
        </Button>
      )}
    </div>
  );
}

function Checks({ array }: { array: ArrayInfo }) {
  const checks = checkWords(array);
  if (checks.length === 0) {
    const { sample } = array;
    return <small>{sample ? sample.slice(0, 3).join(' · ') : 'all rows are well'}</small>;
  }
  return (
    <ul className={styles.checks}>
      {checks.map(({ severity, words }) => (
        <li key={words} data-severity={severity}>
          {words}
        </li>
      ))}
    </ul>
  );
}

const NEW = 'a new space';

function VectorCells({ array, mapping }: { array: ArrayInfo; mapping: ArrayMapping }) {
  const setIntake = useLab((s) => s.setIntake);
  const use = useOf(mapping, array.key);
  const [, dim] = array.shape;
  const fitting = mapping.spaces.filter((space) => space.dim === dim);
  const vectors = use.kind === 'vectors' ? use : undefined;
  const hold = (value: string) => {
    if (value === UNUSED.value) return setIntake({ mapping: withUse(mapping, array, { kind: 'unused' }) });
    const modality = value as Modality;
    const spaceId = vectors?.spaceId ?? fitting[0]?.id;
    setIntake({
      mapping:
        spaceId === undefined
          ? withNewSpace(mapping, array, modality)
          : withUse(mapping, array, { kind: 'vectors', modality, spaceId }),
    });
  };
  const move = (spaceId: string) => {
    if (!vectors) return;
    const { modality } = vectors;
    setIntake({
      mapping:
        spaceId === NEW
          ? withNewSpace(mapping, array, modality)
          : withUse(mapping, array, { kind: 'vectors', modality, spaceId }),
    });
  };
  return (
    <>
      <td>
        <Select
          size="xs"
          aria-label={`What ${array.key} holds`}
          allowDeselect={false}
          data={VECTOR_USES}
          value={vectors?.modality ?? UNUSED.value}
          onChange={(value) => value && hold(value)}
        />
      </td>
      <td>
        {vectors && (
          <Select
            size="xs"
            aria-label={`Space of ${array.key}`}
            allowDeselect={false}
            data={[
              ...fitting.map(({ id, name }) => ({ value: id, label: name })),
              { value: NEW, label: 'A new space' },
            ]}
            value={vectors.spaceId}
            onChange={(value) => value && move(value)}
          />
        )}
      </td>
    </>
  );
}

function ListCell({ array, mapping }: { array: ArrayInfo; mapping: ArrayMapping }) {
  const setIntake = useLab((s) => s.setIntake);
  const use = useOf(mapping, array.key);
  const value = 'modality' in use ? `${use.kind} ${use.modality}` : use.kind;
  return (
    <td colSpan={2}>
      <Select
        size="xs"
        aria-label={`What ${array.key} holds`}
        allowDeselect={false}
        data={LIST_CHOICES}
        value={value}
        onChange={(next) => {
          if (!next) return;
          const [kind, modality] = next.split(' ') as [ListUse, Modality];
          const plain = next === 'unused' || next === 'halves';
          const wanted: ArrayUse = plain ? { kind: next } : { kind, modality };
          setIntake({ mapping: withUse(mapping, array, wanted) });
        }}
      />
    </td>
  );
}
