import { Button } from '@mantine/core';
import { memo } from 'react';
import { valueAt } from '../../../recipe/sliders.ts';
import { meanOf } from '../../../state/selectors.ts';
import { mixColor, toFixed2 } from '../../shared/mix.ts';
import { taskWords } from '../../shared/modality.tsx';
import type { TaskId } from '../../../world/types.ts';
import { axisNames, figureWords, placeWords } from '../landscape/words.ts';
import type { CloudParts } from './cloudOptions.ts';
import shared from '../Panel.module.css';
import styles from './Tradeoff.module.css';

/**
 * The settings of the front in the order in which it was chosen, from the best in one task to the best in the other, with what they
 * reach on the half that is shown; each can be gone to.
 */
export const FrontTable = memo(function FrontTable(props: {
  parts: CloudParts;
  task: TaskId;
  versus: TaskId;
  hovered: number | undefined;
  onHover: (setting: number | undefined) => void;
  onGo: (setting: number) => void;
}) {
  const { parts, task, versus, hovered, onHover, onGo } = props;
  const { grid, tradeoff, metric } = parts;
  const axes = [grid.x, grid.y];
  return (
    <div className={styles.scroll} role="region" aria-label="Settings on the front" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            {axisNames(axes).map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">{taskWords(task)}</th>
            <th scope="col">{taskWords(versus)}</th>
            <th scope="col">
              <span className={shared.unseen}>Go there</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tradeoff.front
            .map((setting) => tradeoff.points[setting]!)
            .map(({ setting, a, b }) => {
              const factors = grid.settings[setting]!;
              return (
                <tr
                  key={setting}
                  data-read={setting === hovered}
                  onPointerEnter={() => onHover(setting)}
                  onPointerLeave={() => onHover(undefined)}
                >
                  {axes.map((slider, i) => (
                    <td key={slider.id}>
                      {i === 0 && (
                        <span className={styles.swatch} style={{ background: mixColor(meanOf(factors)) }} />
                      )}
                      {toFixed2(valueAt(factors, slider))}
                    </td>
                  ))}
                  <td>{figureWords(metric, a)}</td>
                  <td>{figureWords(metric, b)}</td>
                  <td>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={`Go to ${placeWords(factors, axes)}`}
                      onClick={() => onGo(setting)}
                    >
                      Go
                    </Button>
                  </td>
                </tr>
              );
            })}
        </tbody>
      </table>
    </div>
  );
});
