import { expect, test } from 'vitest';
import figuresFile from '../../../../public/world/figures.json';
import type { WorldFigures } from '../../../world/figures.ts';
import { PAPER_MODELS } from '../../../world/paper/paper.ts';
import { DIRECTIONS } from '../../../world/tasks.ts';
import { changeOf, groupsOf, ourChart, paperChart, withGroups, type ChartRow } from './chartData.ts';
import { cellsOf, dotChartOptions } from './dotChart.ts';
import { ourModels } from './ours.ts';
import { ourTables, paperTables } from './tables.ts';
import { changeWords } from './words.ts';

const figures = figuresFile as unknown as WorldFigures;
const rowOf = (chart: { rows: readonly (ChartRow | null)[] }, id: string) =>
  chart.rows.find((row) => row?.id === id)!;

test('the paper’s tables: every model, every column, percent as printed', () => {
  const [retrieval, classification] = paperTables();
  expect([retrieval!.name, classification!.name]).toEqual(['paper3', 'paper4']);
  expect(retrieval!.columns).toHaveLength(13);
  expect(classification!.columns.map(({ key }) => key)).toEqual([
    'model',
    'ESC-50 top-1',
    'AudioSet mAP',
    'ImageNet top-1',
  ]);
  for (const { columns, rows } of [retrieval!, classification!]) {
    expect(rows).toHaveLength(PAPER_MODELS.length);
    for (const row of rows) expect(Object.keys(row)).toEqual(columns.map(({ key }) => key));
  }
  const row = retrieval!.rows.find(({ model }) => model === 'InternVL_IB†++ (AT)')!;
  expect(row).toMatchObject({ 'AudioCaps R@1': 43.1, 'Flickr30K R@5': 96.99 });
  expect(retrieval!.rows.find(({ model }) => model === 'CLAP_g')).toMatchObject({ 'COCO R@1': null });
});

test('our table: each space and preset between the ends, fractions of six directions', () => {
  const [ours] = ourTables(figures);
  expect(ours!.name).toBe('ours');
  expect(ours!.columns).toHaveLength(1 + 3 * DIRECTIONS.length);
  expect(ours!.rows.map(({ model }) => model)).toEqual([
    'Unified',
    'PicText',
    'Foley',
    'Tone',
    'Unified++ (Versatile)',
    'Unified++ (AT Expertise)',
    'PicText_U (Paper)',
    'Unified++ of two (Versatile)',
    'Unified++ of two (AT Expertise)',
    'PicText_U++ (Versatile)',
    'PicText_U++ (AT Expertise)',
    'PicText_U† (Paper)',
    'PicText_U†++ (Versatile)',
    'PicText_U†++ (AT Expertise)',
    'C-MCR (Halves)',
    'Ex-MCR, ours',
  ]);
  for (const row of ours!.rows) expect(Object.keys(row)).toEqual(ours!.columns.map(({ key }) => key));
  const values = ours!.rows.flatMap((row) => Object.values(row).filter((value) => typeof value === 'number'));
  expect(Math.max(...values)).toBeLessThanOrEqual(1);
  expect(ours!.rows[2]!['audio>text R1']).toBe(figures.spaces.foley!['audio>text']!.R1);
  expect(ours!.rows[2]!['audio>image R1']).toBeNull();
});

test('the two sources share no column', () => {
  const paper = new Set(paperTables().flatMap(({ columns }) => columns.map(({ label }) => label)));
  const shared = ourTables(figures)[0]!.columns.filter(({ label }) => paper.has(label));
  expect(shared.map(({ label }) => label)).toEqual(['model']);
  const models = ourTables(figures)[0]!.rows.map(({ model }) => model);
  expect(paperTables()[0]!.rows.filter(({ model }) => models.includes(model!))).toEqual([]);
});

test('models without figures are left out, each has a counterpart in the paper', () => {
  const some = { spaces: { foley: figures.spaces.foley! }, recipes: {} };
  expect(ourModels(some).map(({ id }) => id)).toEqual(['foley']);
  for (const { like } of ourModels(figures))
    expect(PAPER_MODELS.some(({ name }) => name.startsWith(like) && like !== '')).toBe(true);
});

test.each(['R1', 'R5'] as const)(
  'the chart of the paper at %s: six retrievals, three classifications',
  (recall) => {
    const chart = paperChart(recall);
    expect(groupsOf(chart)).toEqual(['audio–text', 'audio–image', 'image–text', 'classification']);
    expect(chart.columns).toHaveLength(9);
    expect(rowOf(chart, 'ImageBind').values[0]).toBe(recall === 'R1' ? 9.24 : 27.47);
    expect(rowOf(chart, 'ImageBind').values[8]).toBe(76.31);
    expect(chart.rows.filter((row) => row !== null)).toHaveLength(PAPER_MODELS.length);
  },
);

test('one group alone keeps the rows that have a figure in it, and no gap at an end or twice', () => {
  const audioImage = withGroups(paperChart('R1'), ['audio–image']);
  expect(audioImage.columns.map(({ title }) => title)).toEqual(['VGG-SS', 'FlickrNet']);
  expect(audioImage.rows.some((row) => row?.id === 'CLAP_g' || row?.id === 'InternVL')).toBe(false);
  expect(rowOf(audioImage, 'ImageBind++ (Ver.)').values).toEqual([15.48, 8.01]);
  expect(audioImage.rows[0]).not.toBeNull();
  expect(audioImage.rows.at(-1)).not.toBeNull();
  const gaps = audioImage.rows.flatMap((row, i) => (row === null ? [i] : []));
  expect(gaps).toHaveLength(2);
  expect(gaps.filter((i) => audioImage.rows[i + 1] === null)).toEqual([]);
});

test('changes are points against the base; null where either is missing', () => {
  const chart = paperChart('R1');
  expect(changeOf(chart, rowOf(chart, 'ImageBind++ (AT)'), 0)).toBeCloseTo(33.26, 10);
  expect(changeOf(chart, rowOf(chart, 'CLAP_g'), 4)).toBeNull();
  expect(changeOf({ ...chart, baseId: 'none' }, rowOf(chart, 'CLAP_g'), 0)).toBeNull();
});

test('in words', () => {
  expect(changeWords(paperChart('R1'), 'ImageBind++ (AT)', 2)).toBe(
    'ImageBind++ (AT) against ImageBind, in points: audio–text +33.26 and +12.85; audio–image −2.44 and −2.05; ' +
      'image–text −9.67 and −7.52; classification +25.55, +11.39 and −1.48.',
  );
  expect(changeWords(ourChart(figures, 'R1'), 'unified-pp AT Expertise', 1)).toMatch(
    /^Unified\+\+ \(AT Expertise\) against Unified, in points: audio–text \+\d+\.\d and \+\d+\.\d; audio–image .*; image–text .*\.$/,
  );
  expect(changeWords(paperChart('R1'), 'none', 2)).toBeUndefined();
});

test('every column is drawn from 0 to its greatest figure', () => {
  const cells = cellsOf(paperChart('R1'));
  const audioCaps = cells.filter(({ columnId }) => columnId === 'AudioCaps R@1');
  expect(audioCaps.filter(({ best }) => best).map(({ row }) => row.name)).toEqual(['InternVL_IB†++ (AT)']);
  expect(audioCaps.find(({ best }) => best)!.x).toBe(1);
  expect(audioCaps.find(({ row }) => row.id === 'ImageBind')!.x).toBeCloseTo(9.24 / 43.1, 10);
  expect(audioCaps.find(({ row }) => row.id === 'InternVL')!).toMatchObject({ x: null, best: false });
});

test('ours in percent, on the axis of its own chart', () => {
  const chart = ourChart(figures, 'R5');
  expect(chart.columns.map(({ group }) => group)).toEqual([
    'audio–text',
    'audio–text',
    'audio–image',
    'audio–image',
    'image–text',
    'image–text',
  ]);
  expect(rowOf(chart, 'foley').values[0]).toBe(100 * figures.spaces.foley!['audio>text']!.R5);
  expect(dotChartOptions(chart, 700, 1).fx!.domain).toEqual(DIRECTIONS);
});
