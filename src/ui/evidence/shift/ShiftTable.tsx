import type { MetricId } from '../../../math/answers.ts';
import type { Slider } from '../../../recipe/sliders.ts';
import type { HalfChoice } from '../../../state/evidence/figures.ts';
import { figureOf } from '../../../state/evidence/figures.ts';
import { bestOfLine, nearestValue } from '../../../state/evidence/shiftFigures.ts';
import { verdictOf } from '../../../state/evidence/taskFigures.ts';
import { factorsOf } from '../../../state/selectors.ts';
import type { TaskInfo } from '../../../world/types.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { changeWords, figureWords, intervalWords } from '../tasks/words.ts';
import type { ShiftCosts } from './useShiftCosts.ts';
import type { ConditionLine } from './useShift.ts';
import { placeWords } from './words.ts';
import { styles } from './styles.ts';

/** Every condition in numbers: at the slider, what it costs there, and where its best factor has gone. */
export function ShiftTable({
  lines,
  costs,
  info,
  slider,
  sliderLabel,
  metric,
  half,
}: {
  lines: readonly ConditionLine[];
  costs: ShiftCosts;
  info: TaskInfo;
  slider: Slider;
  sliderLabel: string;
  metric: MetricId;
  half: HalfChoice;
}) {
  const factors = useLab(factorsOf);
  const retry = useLab((s) => s.askShift);
  const first = lines.find(({ line }) => line !== undefined)?.line;
  return (
    <div className={styles.scroll} role="region" aria-label="Conditions in numbers" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">condition</th>
            <th scope="col">{first ? placeWords(first, factors, sliderLabel) : sliderLabel}</th>
            <th scope="col">
              against clean
              <small>95% interval</small>
            </th>
            <th scope="col">
              <Hint text="The value of this slider that is best on the validation half under this condition; of equal ones the nearest to the base.">
                <span tabIndex={0}>best factor</span>
              </Hint>
            </th>
            <th scope="col">
              there
              <small>on the test half</small>
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ condition, status, line }) => {
            const answers = line?.result[info.id];
            const best = line && bestOfLine(line, info, metric);
            const cost = costs.here.get(condition.id);
            return (
              <tr key={condition.id} data-condition={condition.id}>
                <th scope="row">
                  <Hint text={condition.about}>
                    <span tabIndex={0}>{condition.id === 'clean' ? 'clean, as it is' : condition.name}</span>
                  </Hint>
                </th>
                {line && answers ? (
                  <>
                    <td>
                      {figureWords(
                        metric,
                        figureOf(info, answers, nearestValue(line, factors), metric, half),
                      )}
                    </td>
                    <td className={styles.cost} data-verdict={cost && verdictOf(metric, cost.value)}>
                      {condition.id === 'clean' ? (
                        '–'
                      ) : cost ? (
                        <span data-stale={cost.stale || undefined}>
                          <b>{changeWords(metric, cost.value.mean)}</b>
                          <small>{intervalWords(metric, cost.value)}</small>
                        </span>
                      ) : (
                        '…'
                      )}
                    </td>
                    <td>{best ? best.value.toFixed(2) : '–'}</td>
                    <td>{figureWords(metric, best?.reported)}</td>
                  </>
                ) : (
                  <td colSpan={4} className={styles.waitingCell}>
                    {status.status === 'failed' ? (
                      <span role="alert">
                        It could not be counted: {status.message}{' '}
                        <button type="button" onClick={() => retry(condition.id, slider.id)}>
                          Try again
                        </button>
                      </span>
                    ) : status.status === 'loading' ? (
                      status.words
                    ) : (
                      'counting …'
                    )}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
