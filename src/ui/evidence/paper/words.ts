/** What a chart says in one sentence. */
import { signed } from '../../shared/mix.ts';
import { changeOf, groupsOf, type ChartData } from './chartData.ts';

/**
 * "ImageBind++ (AT) against ImageBind, in points: audio–text +33.26 and +12.85; ...", the changes of a model against the
 * base by group of columns. Undefined when the model is not in the chart.
 */
export function changeWords(chart: ChartData, modelId: string, digits: number): string | undefined {
  const row = chart.rows.find((one) => one?.id === modelId);
  const base = chart.rows.find((one) => one?.id === chart.baseId);
  if (!row || !base) return undefined;
  const said = groupsOf(chart).flatMap((group) => {
    const changes = chart.columns.flatMap((column, c) => {
      const change = column.group === group ? changeOf(chart, row, c) : null;
      return change === null ? [] : [signed(change, digits)];
    });
    return changes.length === 0 ? [] : [`${group} ${inList(changes)}`];
  });
  return said.length === 0 ? undefined : `${row.name} against ${base.name}, in points: ${said.join('; ')}.`;
}

function inList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`;
}
