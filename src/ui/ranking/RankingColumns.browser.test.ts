import { MantineProvider } from '@mantine/core';
import { createElement, type FunctionComponent } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { createFakeEngine } from '../../state/fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../../state/store.ts';
import type { Column, LabState } from '../../state/types.ts';
import { LabProvider } from '../shared/LabContext.tsx';
import { RankingColumns } from './RankingColumns.tsx';

/** createElement takes children as arguments of its own. */
const Lab = LabProvider as FunctionComponent<{ store: LabStore }>;

let root: Root;
let host: HTMLElement;
beforeEach(() => {
  host = document.createElement('main');
  host.style.cssText = 'width: 900px';
  document.body.replaceChildren(host);
  root = createRoot(host);
});
afterEach(() => root.unmount());

/** The store with the first rows alone in its columns, so that others stand further down. */
function cutTo(nRows: number, store: LabStore): LabStore {
  const cut = (column: Column): Column =>
    column.kind === 'ranked' ? { ...column, rows: column.rows.slice(0, nRows) } : column;
  const known = new WeakMap<object, LabState['ranking']>();
  const cutRanking = (ranking: LabState['ranking']) => {
    if (ranking.status !== 'ready') return ranking;
    const { base, current, expert } = ranking.value;
    const value = { ...ranking.value, base: cut(base), current: cut(current), expert: cut(expert) };
    const made = known.get(ranking) ?? { ...ranking, value };
    known.set(ranking, made);
    return made;
  };
  const getState = () => ({ ...store.getState(), ranking: cutRanking(store.getState().ranking) });
  return { ...store, getState };
}

/** The page's columns over a tiny world of six sounds, `nRows` of them in the columns. */
async function open(nRows = 6) {
  const engine = createFakeEngine();
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  const store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  store.getState().open();
  const lab = createElement(Lab, { store: cutTo(nRows, store) }, createElement(RankingColumns));
  root.render(createElement(MantineProvider, null, lab));
  await vi.waitFor(() => expect(rows()).toHaveLength(nRows));
  return store;
}

const rows = () => [...host.querySelectorAll<HTMLElement>('[data-column="current"] li')];
const rowOf = (id: string) => rows().find((row) => row.dataset.id === id)!;
const scoreOf = (row: HTMLElement) => row.querySelector<HTMLButtonElement>('button[aria-label^="Score"]')!;
const why = () => host.querySelector<HTMLElement>('[aria-label="What the score is made of"]');
const numbers = () =>
  [...why()!.querySelectorAll('dd')].map((shown) =>
    Number(shown.textContent.replace('−', '-').replace('±', '')),
  );
const rankOf = (row: HTMLElement) => Number(row.getAttribute('aria-posinset'));

/** The score shown, then its parts, which sum to it as they are written. */
function checkSum() {
  const [score, ...parts] = numbers();
  expect(parts).toHaveLength(4);
  expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(score!, 9);
  return score!;
}

test('a score opens with Enter, its parts sum to it and follow the slider, and Escape closes it', async () => {
  const store = await open();
  const { id } = rows()[2]!.dataset;
  const score = scoreOf(rowOf(id!));
  expect(score).toHaveAttribute('aria-expanded', 'false');
  score.focus();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(why()).not.toBeNull());
  expect(score).toHaveAttribute('aria-expanded', 'true');
  expect(why()!.closest('li')).toBe(rowOf(id!));
  const before = checkSum();
  store.getState().setFactor('c-foley', 'audio', 0.8);
  store.getState().setFactor('c-foley', 'text', 0.6);
  await vi.waitFor(() => expect(numbers()[0]).not.toBe(before));
  // Three digits in the split, two in the row.
  expect(Math.abs(checkSum() - Number(scoreOf(rowOf(id!)).textContent))).toBeLessThan(0.0056);
  expect(why()!.closest('li')).toBe(rowOf(id!));
  await userEvent.keyboard('{Escape}');
  await vi.waitFor(() => expect(why()).toBeNull());
  expect(scoreOf(rowOf(id!))).toHaveFocus();
});

test('one explanation at a time; rows below it make room, and another query closes it', async () => {
  const store = await open();
  const top = (row: HTMLElement) => row.getBoundingClientRect().top;
  const [first, second, third] = rows() as [HTMLElement, HTMLElement, HTMLElement];
  await userEvent.click(scoreOf(first));
  await vi.waitFor(() => expect(top(second)).toBeGreaterThanOrEqual(top(first) + why()!.offsetHeight));
  await userEvent.click(scoreOf(third));
  await vi.waitFor(() => expect(why()!.closest('li')).toBe(third));
  expect(host.querySelectorAll('[aria-label="What the score is made of"]')).toHaveLength(1);
  store.getState().askItem('text', 1);
  await vi.waitFor(() => expect(why()).toBeNull());
});

test('a pinned item is listed with its ranks, moves with the slider, and is let go', async () => {
  const store = await open();
  const last = rows().at(-1)!;
  const { id } = last.dataset;
  await userEvent.click(last.querySelector('button[aria-label*="Pin: "]')!);
  const pinned = () => host.querySelector<HTMLElement>(`[aria-label="Pinned items"] tr[data-id="${id}"]`);
  await vi.waitFor(() => expect(pinned()).not.toBeNull());
  const ranks = () =>
    [...pinned()!.querySelectorAll('td')].slice(0, 3).map((cell) => parseInt(cell.textContent.slice(1)));
  expect(ranks().slice(0, 2)).toEqual([6, 6]);
  for (const audio of [0.5, 1]) {
    store.getState().setFactor('c-foley', 'audio', audio);
    await vi.waitFor(() => expect(ranks()[1]).toBe(rankOf(rowOf(id!))));
    expect(pinned()!.querySelector('svg[aria-label*="best"]')!.getAttribute('aria-label')).toContain(
      `now ${ranks()[1]} at ${audio.toFixed(2)}`,
    );
  }
  expect(ranks()[0]).toBe(6);
  await userEvent.click(pinned()!.querySelector('button[aria-label^="Unpin"]')!);
  await vi.waitFor(() => expect(pinned()).toBeNull());
  expect(store.getState().pins).toEqual([]);
});

const further = () => host.querySelector<HTMLElement>('[role="group"][aria-label^="Further down"]');
const pins = () => [...host.querySelectorAll<HTMLElement>('[aria-label="Pinned items"] tbody tr')];
const unpinOf = (pin: HTMLElement) => pin.querySelector<HTMLButtonElement>('button[aria-label^="Unpin"]')!;
const rankButton = (row: HTMLElement) => row.querySelector<HTMLButtonElement>('button[aria-label*="Pin: "]')!;

test('what is explained further down closes to the button that opened it, by Escape and by its score', async () => {
  const store = await open(2);
  const place = () => host.querySelector<HTMLButtonElement>('button[aria-label$="further down"]');
  const rightRank = () => {
    const { ranking } = store.getState();
    return ranking.status === 'ready' && ranking.value.current.kind === 'ranked'
      ? ranking.value.current.right[0]!.rank
      : 0;
  };
  for (let index = 0; index < 6 && rightRank() <= 2; index++) {
    store.getState().askItem('text', index);
    await vi.waitFor(() => expect(rightRank()).toBeGreaterThan(0));
  }
  await vi.waitFor(() => expect(place()).not.toBeNull());
  for (const key of ['{Escape}', '{Enter}']) {
    await userEvent.click(place()!);
    await vi.waitFor(() => expect(further()).not.toBeNull());
    scoreOf(further()!).focus();
    await userEvent.keyboard(key);
    await vi.waitFor(() => expect(why()).toBeNull());
    expect(place()).toHaveFocus();
  }
});

test('an explained item that leaves the list, and comes back, keeps the focus and leaves the page where it is', async () => {
  const store = await open(2);
  const scroll = vi.spyOn(Element.prototype, 'scrollIntoView');
  const [key, modality] = ['c-foley', 'audio'] as const;
  const leaves = rows().find(({ dataset }) => {
    const index = Number(dataset.id!.split(':')[1]);
    return (
      store
        .getState()
        .prepared()!
        .explain({ [key]: { audio: 1 } }, index).rank > 2
    );
  })!;
  const { id } = leaves.dataset;
  await userEvent.click(scoreOf(leaves));
  await vi.waitFor(() => expect(why()).not.toBeNull());
  expect(scroll).toHaveBeenCalledTimes(1);
  const part = () => why()!.querySelectorAll('dd')[1]!;
  part().focus();
  store.getState().setFactor(key, modality, 1);
  await vi.waitFor(() => expect(further()?.dataset.id).toBe(id));
  expect(part()).toHaveFocus();
  store.getState().setFactor(key, modality, 0);
  await vi.waitFor(() => expect(why()!.closest('li')?.dataset.id).toBe(id));
  expect(part()).toHaveFocus();
  expect(scroll).toHaveBeenCalledTimes(1);
  scroll.mockRestore();
});

test('a pin let go hands the focus to the next, the last one to its rank or to the heading', async () => {
  const store = await open(2);
  const [first, second] = rows().map(({ dataset }) => dataset.id!) as [string, string];
  const hidden = [0, 1, 2, 3, 4, 5].find((i) => !host.querySelector(`li[data-id="audio:${i}"]`))!;
  for (const id of [first, second]) store.getState().togglePin('audio', Number(id.split(':')[1]));
  await vi.waitFor(() => expect(pins()).toHaveLength(2));
  unpinOf(pins()[0]!).focus();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(pins()).toHaveLength(1));
  expect(unpinOf(pins()[0]!)).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(pins()).toHaveLength(0));
  expect(rankButton(rowOf(second))).toHaveFocus();
  store.getState().togglePin('audio', hidden);
  await vi.waitFor(() => expect(pins()).toHaveLength(1));
  unpinOf(pins()[0]!).focus();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(pins()).toHaveLength(0));
  expect(host.querySelector('[data-column="current"] h3')).toHaveFocus();
});

test('a button that is pressed keeps its name', async () => {
  const store = await open();
  const [row] = rows() as [HTMLElement];
  const { id } = row.dataset;
  const play = row.querySelector<HTMLButtonElement>('button[aria-label^="Play: "]')!;
  const names = [play, rankButton(row)].map((button) => button.getAttribute('aria-label'));
  store.setState({ playing: id! });
  await userEvent.click(rankButton(row));
  await vi.waitFor(() => expect(pins()).toHaveLength(1));
  for (const [i, button] of [play, rankButton(row)].entries()) {
    expect(button).toHaveAttribute('aria-pressed', 'true');
    expect(button.getAttribute('aria-label')).toBe(names[i]);
  }
});
