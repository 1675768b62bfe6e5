/** Runs and experiments as they leave the page: every setting, every point. Pure. */
import { SETTING_HINTS } from '../../engine/training/settings.ts';
import type { Experiment, RunRecord, TrainRequest } from '../../engine/training/types.ts';
import type { Space } from '../../recipe/types.ts';
import type { Table } from '../tables.ts';
import { percentWords } from './trainExperiments.ts';
import { directionsOf } from './trainFigures.ts';
import { formulaWords, SETTING_KEYS, UNDAMAGED, wayWords } from './trainForm.ts';

/** Every setting of a request in the order of the form: what it is, and its value as a person reads it. */
export function requestRows(
  request: TrainRequest,
  spaces: readonly Space[],
): { name: string; value: string }[] {
  const { kind, members, mining, pool, damage = UNDAMAGED, settings, dOut } = request;
  return [
    { name: 'Bond', value: `${kind}: ${formulaWords(request, spaces)}` },
    { name: 'Projects', value: wayWords(request, spaces) },
    ...(dOut === undefined ? [] : [{ name: 'Dimension of the new space', value: `${dOut}` }]),
    { name: 'Members', value: members.join(', ') },
    {
      name: 'Pool',
      value: pool === 'embedded' ? 'embedded training pools' : 'validation half of the collection',
    },
    {
      name: 'Pairs',
      value: mining.kind === 'top-1' ? 'nearest item (top-1)' : `softmax-weighted, τ₁ ${mining.temperature}`,
    },
    ...(damage.corrupt > 0 ? [{ name: 'Spoiled pairs', value: percentWords(damage.corrupt) }] : []),
    ...(damage.keep < 1 ? [{ name: 'Pool used', value: percentWords(damage.keep) }] : []),
    ...(damage.topics < 1 ? [{ name: 'Topics used', value: percentWords(damage.topics) }] : []),
    ...SETTING_KEYS.map((key) => ({ name: SETTING_HINTS[key].name, value: `${settings[key]}` })),
  ];
}

/** The curves of a run: a row a point. */
export function curvesTable({ id, name, curves }: RunRecord): Table {
  const directions = directionsOf(curves);
  return {
    name: id,
    title: `Learning curves of ${name}`,
    columns: [
      { key: 'member', label: 'member' },
      { key: 'step', label: 'step' },
      { key: 'loss', label: 'loss, nats' },
      { key: 'learningRate', label: 'learning rate' },
      ...directions.map((direction) => ({ key: direction, label: `R@1 ${direction}, validation` })),
    ],
    rows: curves.flatMap(({ member, points }) =>
      points.map(({ step, loss, learningRate, recall }) => ({
        member,
        step,
        loss,
        learningRate,
        ...Object.fromEntries(directions.map((direction) => [direction, recall?.[direction] ?? null])),
      })),
    ),
  };
}

/** An experiment: a row a training and direction. */
export function experimentTable({ id, name, request, points }: Experiment): Table {
  return {
    name: id,
    title: name,
    columns: [
      { key: 'value', label: request.axis },
      { key: 'repeat', label: 'repeat' },
      { key: 'seed', label: 'seed' },
      { key: 'direction', label: 'direction' },
      { key: 'validation', label: 'R@1, validation' },
      { key: 'test', label: 'R@1, test' },
      { key: 'pairs', label: 'pseudo-pairs' },
      { key: 'seconds', label: 'seconds' },
    ],
    rows: points.flatMap(({ value, repeat, recall, nPairs, seconds }) =>
      Object.entries(recall).map(([direction, { validation, test }]) => ({
        value,
        repeat,
        seed: request.base.settings.seed + repeat,
        direction,
        validation,
        test,
        pairs: Object.values(nPairs).reduce((sum, n) => sum + n, 0),
        seconds,
      })),
    ),
  };
}

/** A record as JSON: everything that is kept of it, and the version of the lab that made it. */
export function recordText(record: RunRecord | Experiment, version: string): string {
  return `${JSON.stringify({ bondlab: version, ...('curves' in record ? { run: record } : { experiment: plain(record) }) }, null, 2)}\n`;
}

/** Ranks as lists: JSON writes typed arrays as objects. */
function plain(experiment: Experiment): object {
  const points = experiment.points.map(({ ranks, ...point }) => ({
    ...point,
    ranks: Object.fromEntries(Object.entries(ranks).map(([direction, own]) => [direction, [...own]])),
  }));
  return { ...experiment, points };
}
