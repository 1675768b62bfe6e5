import { Select } from '@mantine/core';
import { slidersOf, type Slider } from '../../../recipe/sliders.ts';
import { recipeOf } from '../../../state/selectors.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { MODALITY_WORDS } from '../../shared/modality.tsx';
import styles from './Landscape.module.css';

/** Which two of a recipe's factors span the map; nothing where it has only two. */
export function AxisPickers({ x, y }: { x: Slider; y: Slider }) {
  const recipe = useLab(recipeOf);
  const engine = useLab((s) => s.engine);
  const setAxes = useLab((s) => s.setAxes);
  const sliders = slidersOf(recipe);
  const nameOf = (id: string) => engine.spaces.find((space) => space.id === id)?.name ?? id;
  if (sliders.length <= 2) return null;
  const data = sliders.map(({ id, modality, experts }) => ({
    value: id,
    label: `${MODALITY_WORDS[modality].slider}, to ${experts.map(nameOf).join(' and ')}`,
  }));
  // The axis chosen for one takes the other's place where it was there: the two change places.
  const choose = (which: 'x' | 'y', id: string | null) => {
    if (id === null) return;
    const next = { x: x.id, y: y.id, [which]: id };
    setAxes(next.x === next.y ? { x: y.id, y: x.id } : next);
  };
  const picker = (which: 'x' | 'y', label: string, value: string) => (
    <Select
      size="xs"
      label={label}
      className={styles.picker}
      allowDeselect={false}
      data={data}
      value={value}
      onChange={(id) => choose(which, id)}
    />
  );
  return (
    <div className={styles.pickers}>
      {picker('x', 'Across', x.id)}
      {picker('y', 'Upwards', y.id)}
    </div>
  );
}
