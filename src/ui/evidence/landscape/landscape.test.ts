import { expect, test } from 'vitest';
import type { Grid } from '../../../state/types.ts';
import type { TaskInfo } from '../../../world/types.ts';
import { outlineOf } from './outline.ts';
import { stepOf, toFactor } from './pad.ts';
import { placeLabels, type LabelledMark } from './placeLabels.ts';
import { heatColor, heatScale } from './scale.ts';
import { changeWords, figureWords, signOfChange, waitingWords } from './words.ts';

test('the scale runs from the worst to the best, whichever way is better', () => {
  const recall = heatScale([0.2, NaN, 0.6], 'R1')!;
  expect([recall.worst, recall.best]).toEqual([0.2, 0.6]);
  expect([recall.at(0.2), recall.at(0.6), recall.at(0.9), recall.at(0.1)]).toEqual([0, 1, 1, 0]);
  const median = heatScale([40, 10], 'MedR')!;
  expect([median.worst, median.best, median.at(40), median.at(10)]).toEqual([40, 10, 0, 1]);
});

test('one value has a colour, none has no scale', () => {
  expect(heatScale([0.3, 0.3], 'R1')!.at(0.3)).toBe(0.5);
  expect(heatScale([NaN], 'R1')).toBeUndefined();
  expect(heatColor(1)).toBe('color-mix(in oklab, var(--bl-up) 100.0%, var(--bl-surface))');
});

test('keys step both factors and stop at the ends', () => {
  const here = { x: 0.98, y: 0.02 };
  expect(stepOf('ArrowRight', false, here)).toEqual({ x: 1, y: 0.02 });
  expect(stepOf('ArrowLeft', true, here)).toEqual({ x: 0.97, y: 0.02 });
  expect(stepOf('ArrowDown', false, here)).toEqual({ x: 0.98, y: 0 });
  expect(stepOf('Home', false, here)).toEqual({ x: 0, y: 0.02 });
  expect(stepOf('PageUp', false, here)).toEqual({ x: 0.98, y: 1 });
  expect(stepOf('a', false, here)).toBeUndefined();
  expect(toFactor(0.1 + 0.2)).toBe(0.3);
});

const frame = { left: 0, top: 0, right: 400, bottom: 300 };
const mark = (x: number, y: number): LabelledMark => ({ x, y, radiusPx: 5, widthPx: 60 });

test('a label stands to the right, and to the left at the right edge', () => {
  expect(placeLabels([mark(100, 100)], frame, 16)[0]!.anchor).toBe('start');
  expect(placeLabels([mark(390, 100)], frame, 16)[0]).toEqual({ anchor: 'end', dx: -10, dy: 0 });
});

test('labels of marks side by side do not lie on each other', () => {
  const marks = [mark(100, 100), mark(130, 100), mark(115, 110)];
  const boxes = placeLabels(marks, frame, 16).map(({ anchor, dx, dy }, i) => {
    const left = marks[i]!.x + dx - { start: 0, middle: 30, end: 60 }[anchor];
    return { left, right: left + 60, top: marks[i]!.y + dy - 8, bottom: marks[i]!.y + dy + 8 };
  });
  for (const [i, a] of boxes.entries()) {
    for (const b of boxes.slice(i + 1)) {
      const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
      expect(apart).toBe(true);
    }
  }
});

test('a change is written with its sign and its interval', () => {
  expect(changeWords('R1', { mean: 0.0834, low: 0.05, high: 0.12 })).toBe('+0.083 [+0.050, +0.120]');
  expect(changeWords('MedR', { mean: -3, low: -5, high: 0 })).toBe('−3 [−5, ±0]');
  expect([figureWords('R1', 0.41234), figureWords('MedR', 7), figureWords('R1', NaN)]).toEqual([
    '0.412',
    '7',
    '–',
  ]);
});

test('a change is for the better only where its interval says so', () => {
  expect(signOfChange('R1', { mean: 0.1, low: 0.05, high: 0.2 })).toBe('up');
  expect(signOfChange('MedR', { mean: 4, low: 1, high: 6 })).toBe('down');
  expect(signOfChange('R1', { mean: 0.1, low: 0, high: 0.2 })).toBe('same');
});

test('the outline goes round a region once, its straight edges in one piece', () => {
  // ##.
  // #..
  const inside = [true, false, false, true, true, false];
  expect(outlineOf(inside, 3, 2)).toEqual([
    { x1: 0, y1: 0, x2: 1, y2: 0 },
    { x1: 1, y1: 1, x2: 2, y2: 1 },
    { x1: 0, y1: 2, x2: 2, y2: 2 },
    { x1: 0, y1: 0, x2: 0, y2: 2 },
    { x1: 1, y1: 0, x2: 1, y2: 1 },
    { x1: 2, y1: 1, x2: 2, y2: 2 },
  ]);
  expect(outlineOf([false, false], 2, 1)).toEqual([]);
});

test('a label keeps clear of the points around its mark', () => {
  const points = Array.from({ length: 6 }, (_, i) => ({ x: 110 + i * 10, y: 100, radiusPx: 4 }));
  expect(placeLabels([mark(100, 100)], frame, 16, points)[0]!.anchor).not.toBe('start');
});

test('a half without queries is said to be empty, and not to be counted for ever', () => {
  const infoOf = (id: TaskInfo['id'], halves: TaskInfo['halves']) => ({ id, halves }) as TaskInfo;
  const grid = {
    settings: Array(441).fill({}),
    result: { 'audio>text': {}, 'text>audio': {} },
  } as unknown as Grid;
  const [full, empty] = [infoOf('audio>text', ['test']), infoOf('text>audio', ['validation'])];
  expect(waitingWords(grid, [full, empty], 'test')).toBe(
    'No query of text → sound is on the test half: choose another half, or a larger sample.',
  );
  expect(waitingWords(grid, [full, infoOf('image>text', [])], 'test')).toBe(
    'Counting picture → text at 441 settings …',
  );
});
