import { slidersOf, valueAt } from '../../../recipe/sliders.ts';
import type { Factors, Recipe } from '../../../recipe/types.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { mixColor, toFixed2 } from '../../shared/mix.ts';
import { ModalityShape } from '../../shared/modality.tsx';
import { sliderName } from '../tasks/words.ts';
import { styles } from './styles.ts';

/** Where the sliders of a setting stand, small: from base (left) to expert (right). */
export function FactorBars({ recipe, factors }: { recipe: Recipe; factors: Factors }) {
  const spaces = useLab((s) => s.engine.spaces);
  return (
    <span className={styles.bars}>
      {slidersOf(recipe).map((slider) => {
        const value = valueAt(factors, slider);
        const name = sliderName(recipe, slider, spaces);
        return (
          <span key={slider.id} className={styles.factor} title={`${name} factor ${toFixed2(value)}`}>
            <ModalityShape modality={slider.modality} sizePx={9} />
            <span className={styles.unseen}>{name} </span>
            <i aria-hidden="true">
              <i style={{ width: `${value * 100}%`, background: mixColor(value) }} />
            </i>
            {toFixed2(value)}
          </span>
        );
      })}
    </span>
  );
}
