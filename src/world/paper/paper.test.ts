import { expect, test } from 'vitest';
import freebind from './freebind.json';
import { PAPER_CLASSIFICATION, PAPER_MODELS, PAPER_RETRIEVAL, PAPER_SOURCE, paperValue } from './paper.ts';

test('every printed model stands in the list once, with a figure or a gap in every column', () => {
  for (const [table, file] of [
    [PAPER_RETRIEVAL, freebind.retrieval],
    [PAPER_CLASSIFICATION, freebind.classification],
  ] as const) {
    const printed = Object.keys(file).filter((key) => key !== 'columns');
    expect(PAPER_MODELS.map(({ id }) => id).toSorted()).toEqual(printed.toSorted());
    for (const values of table.values.values()) expect(values).toHaveLength(table.columns.length);
  }
});

test('columns tell data set, measure and kind', () => {
  expect(PAPER_RETRIEVAL.columns[5]).toEqual({
    id: 'VGG-SS R@5',
    dataset: 'VGG-SS',
    measure: 'R@5',
    kind: 'audio–image',
  });
  expect(PAPER_RETRIEVAL.columns.some(({ kind }) => kind === 'classification')).toBe(false);
  expect(PAPER_CLASSIFICATION.columns.every(({ kind }) => kind === 'classification')).toBe(true);
});

test('figures are found by model and column; what is not printed is null', () => {
  expect(paperValue(PAPER_RETRIEVAL, 'ImageBind++ (AT)', 'Clotho R@1')).toBe(19.49);
  expect(paperValue(PAPER_RETRIEVAL, 'CLAP_m', 'COCO R@1')).toBeNull();
  expect(paperValue(PAPER_CLASSIFICATION, 'ImageBind', 'AudioSet mAP')).toBe(13.96);
  expect(paperValue(PAPER_RETRIEVAL, 'nobody', 'Clotho R@1')).toBeNull();
  expect(PAPER_SOURCE).toContain('arXiv 2405.04883');
});

test('colours run from the base to the experts; earlier work has none', () => {
  const at = (id: string) => PAPER_MODELS.find((one) => one.id === id)!;
  expect(at('ImageBind').factor).toBe(0);
  expect(at('CLAP_g').factor).toBe(1);
  expect(at('ImageBind++ (Ver.)').factor).toBeCloseTo(0.3, 10);
  expect(at('ImageBind++ (AT)').factor).toBeCloseTo(0.65, 10);
  expect(at('C-MCR')).toEqual({ id: 'C-MCR', name: 'C-MCR', role: 'earlier' });
});
