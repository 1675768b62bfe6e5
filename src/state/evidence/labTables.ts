/** Tables of the lab's own face: the kept settings, and the rankings of the query that is asked. */
import { slidersOf, valueAt } from '../../recipe/sliders.ts';
import { factorsOf, rankedExpert, spaceName } from '../selectors.ts';
import type { Table } from '../tables.ts';
import type { LabState } from '../types.ts';
import { tableNotes } from './tableNotes.ts';
import { column, sliderColumns, type Row } from './tableParts.ts';

/** The settings that were kept, of every recipe. */
export function snapshotsTable(state: LabState): Table {
  const { recipes, snapshots } = state;
  const used = recipes.filter(({ id }) => snapshots.some(({ recipeId }) => recipeId === id));
  // Recipes share bonds, and with them sliders.
  const sliders = [...new Map(used.flatMap(slidersOf).map((slider) => [slider.id, slider])).values()];
  return {
    name: 'snapshots',
    title: 'Kept settings',
    columns: [
      column('name', 'name'),
      column('recipe', 'recipe'),
      column('formula', 'formula'),
      ...sliderColumns(sliders),
      column('members', 'members switched on, where some are off'),
    ],
    rows: snapshots.map(({ name, recipeId, factors, masks }): Row => {
      const recipe = recipes.find(({ id }) => id === recipeId)!;
      const own = slidersOf(recipe).map(({ id }) => id);
      const members = recipe.bonds.flatMap(({ id, members: names }) =>
        masks[id] ? [`${id}: ${names.filter((_, i) => masks[id]![i]).join(' ')}`] : [],
      );
      return {
        name,
        recipe: recipeId,
        formula: recipe.formula,
        ...Object.fromEntries(
          sliders.map((slider) => [slider.id, own.includes(slider.id) ? valueAt(factors, slider) : null]),
        ),
        members: members.length > 0 ? members.join('; ') : null,
      };
    }),
    notes: ['Factors run from 0 (base) to 1 (expert).'],
  };
}

/** The present query’s rankings: their first rows and every right answer. */
export function rankingTable(state: LabState): Table {
  const { engine, query, gallery, ranking } = state;
  const columns =
    ranking.status === 'ready'
      ? ([
          ['base', ranking.value.base],
          ['current', ranking.value.current],
          [`${spaceName(state, rankedExpert(state))}, own space`, ranking.value.expert],
        ] as const)
      : [];
  const rows = columns.flatMap(([name, found]): Row[] => {
    if (found.kind === 'absent') return [];
    const below = found.right.filter(({ rank }) => rank > found.rows.length);
    return [...found.rows, ...below].map(({ id, index, rank, score, right }) => ({
      ranking: name,
      rank,
      id,
      caption: engine.manifest[gallery][index]!.caption,
      score,
      right: right ? 1 : 0,
    }));
  });
  const asked = query.kind === 'item' ? engine.manifest[query.modality][query.index]!.id : query.label;
  return {
    name: 'ranking',
    title: `${gallery} for ${asked}`,
    columns: [
      column('ranking', 'ranking'),
      column('rank', 'rank'),
      column('id', 'item'),
      column('caption', 'caption'),
      column('score', 'cosine'),
      column('right', 'right (1: yes)'),
    ],
    rows,
    notes: [
      `Query: ${asked} (${query.modality}).`,
      ...(ranking.status === 'ready' ? [`Gallery: ${ranking.value.nGallery} items (${gallery}).`] : []),
      ...tableNotes(state, { factors: factorsOf(state) }),
    ],
  };
}
