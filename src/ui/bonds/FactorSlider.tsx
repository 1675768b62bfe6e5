import { Slider } from '@mantine/core';
import { memo } from 'react';
import type { Slider as FactorOf } from '../../recipe/sliders.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { mixColor, mixInk, toFixed2 } from '../shared/mix.ts';
import { MODALITY_WORDS, ModalityShape } from '../shared/modality.tsx';
import { SliderRidge } from './SliderRidge.tsx';
import styles from './FactorSlider.module.css';

export interface FactorSliderProps {
  /** Which factor: one object as long as the recipe is the same. */
  slider: FactorOf;
  base: string;
  expert: string;
  /** 0 (base) .. 1 (expert) */
  factor: number;
  /** Where a double click goes. */
  home: number;
  /** Experts that this bond weighs apart; 1 where it does not. */
  nWeighed?: number;
  /** What the paper calls this position, where it counts the other way round. */
  paperFactor?: number | undefined;
}

const MARKS = [{ value: 0 }, { value: 0.25 }, { value: 0.5 }, { value: 0.75 }, { value: 1 }];

/** One factor, from base (left, indigo) to expert (right, amber); its colour is the mix at its place. */
export const FactorSlider = memo(function FactorSlider(props: FactorSliderProps) {
  const { slider: factorOf, base, expert, factor, home, nWeighed = 1, paperFactor } = props;
  const { key, modality } = factorOf;
  const setFactor = useLab((s) => s.setFactor);
  const onRelease = useLab((s) => s.releaseFactor);
  const onChange = (value: number) => setFactor(key, modality, value);
  const { slider, many } = MODALITY_WORDS[modality];
  const color = mixColor(factor);
  const inPaper = paperFactor === undefined ? '' : ` The paper writes this as ${toFixed2(paperFactor)}.`;
  const formula =
    nWeighed === 1
      ? `(1 − f) · ${base} + f · ${expert}`
      : `(1 − mean f) · ${base} + the sum of f · expert over ${nWeighed}, of which ${expert} is one`;
  const hint = `${many[0]!.toUpperCase()}${many.slice(1)} are ${formula}, then brought to unit length. f = ${toFixed2(factor)}.${inPaper} Double-click: back to ${toFixed2(home)}.`;
  // The slider answers the second press in the next frame: the reset comes after it.
  const reset = () =>
    requestAnimationFrame(() => {
      onChange(home);
      onRelease();
    });
  return (
    <div className={styles.factor} style={{ '--mix': color } as React.CSSProperties}>
      <div className={styles.head}>
        <span className={styles.modality}>
          <ModalityShape modality={modality} /> {slider}
        </span>
        <Hint text={hint}>
          <span className={styles.value} style={{ color: mixInk(factor) }} tabIndex={0}>
            {toFixed2(factor)}
          </span>
        </Hint>
      </div>
      <SliderRidge slider={factorOf} base={base} expert={expert} />
      <div className={styles.slider} onDoubleClick={reset}>
        <Slider
          min={0}
          max={1}
          step={0.01}
          value={factor}
          onChange={onChange}
          onChangeEnd={onRelease}
          marks={MARKS}
          label={null}
          thumbSize={24}
          size={10}
          thumbLabel={`${slider} factor, from ${base} to ${expert}`}
          thumbValueText={(value) => `${toFixed2(value)} of the way from ${base} to ${expert}`}
          classNames={{
            root: styles.root!,
            track: styles.track!,
            bar: styles.bar!,
            thumb: styles.thumb!,
            mark: styles.mark!,
          }}
        />
      </div>
      <div className={styles.ends}>
        <span className={styles.baseEnd}>{base}</span>
        {paperFactor !== undefined && <span className={styles.paper}>paper: {toFixed2(paperFactor)}</span>}
        <span className={styles.expertEnd}>{expert}</span>
      </div>
    </div>
  );
});
