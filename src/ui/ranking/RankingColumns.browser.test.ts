import { MantineProvider } from '@mantine/core';
import { createElement, type FunctionComponent } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { createFakeEngine } from '../../state/fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../../state/store.ts';
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

/** The page's columns over a tiny world of six sounds. */
async function open() {
  const engine = createFakeEngine();
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  const store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  store.getState().open();
  const lab = createElement(Lab, { store }, createElement(RankingColumns));
  root.render(createElement(MantineProvider, null, lab));
  await vi.waitFor(() => expect(rows()).toHaveLength(6));
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
