import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { createFakeEngine } from '../../../state/fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../../../state/store.ts';
import type { Table } from '../../../state/tables.ts';
import { LabProvider } from '../../shared/LabContext.tsx';
import { ExportMenu, type ExportMenuProps } from './ExportMenu.tsx';
import { until } from '../../../base/until.testing.ts';

const table: Table = {
  name: 'bars',
  title: 'Bars of a test',
  columns: [
    { key: 'task', label: 'task' },
    { key: 'r1', label: 'R@1' },
  ],
  rows: [{ task: 'audio>text', r1: 1 / 3 }],
  notes: ['From a test.'],
};

let root: Root;
let host: HTMLElement;
let store: LabStore;
/** What was saved, by its name. */
let saved: Map<string, Promise<Blob>>;

beforeEach(() => {
  const engine = createFakeEngine();
  // Any prompts will do: the fake world counts no classes.
  engine.classComponents = async (recipeId) => (await engine.recipeData(recipeId)).components.text!;
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  host = document.createElement('div');
  document.body.replaceChildren(host);
  root = createRoot(host);
  saved = new Map();
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.set(
      this.download,
      fetch(this.href).then((answer) => answer.blob()),
    );
  });
  return () => vi.restoreAllMocks();
});
afterEach(() => root.unmount());

function show(props: Partial<ExportMenuProps> = {}) {
  const menu = createElement(ExportMenu, { name: 'bars', tables: () => [table], ...props });
  root.render(createElement(MantineProvider, null, LabProvider({ store, children: menu })));
}

const item = (name: RegExp) =>
  until(() =>
    [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')].find((one) =>
      name.test(one.textContent),
    ),
  );
async function open() {
  const button = await until(() => host.querySelector('button'));
  button.focus();
  await userEvent.keyboard('{Enter}');
}
async function choose(name: RegExp, file: string): Promise<Blob> {
  await open();
  (await item(name)).click();
  return until(() => saved.get(file));
}
const said = () => host.querySelector('[role="status"]')!.textContent;

test('the keyboard reaches every item and saves the figures', async () => {
  show();
  await open();
  await item(/^CSV/);
  await userEvent.keyboard('{ArrowDown}');
  await until(() => document.activeElement?.textContent.startsWith('CSV'));
  await userEvent.keyboard('{ArrowDown}');
  expect(document.activeElement!.textContent).toMatch(/^JSON/);
  await userEvent.keyboard('{ArrowUp}{Enter}');
  const csv = await until(() => saved.get('bondlab-bars.csv'));
  expect(await csv.text()).toBe('task,R@1\naudio>text,0.3333333333333333\n');
  await until(() => said() === 'Saved bondlab-bars.csv.');
});

test('JSON holds notes and the setting', async () => {
  show();
  const json = JSON.parse(await (await choose(/^JSON/, 'bondlab-bars.json')).text()) as Record<
    string,
    unknown
  >;
  expect(json).toMatchObject({
    table: 'bars',
    columns: table.columns,
    rows: table.rows,
    notes: table.notes,
    settings: { recipe: { id: 'unified-pp' }, factors: { 'c-foley': { text: 0, audio: 0 } } },
  });
  expect(json.bondlab).toMatch(/^\d+\.\d+\.\d+$/);
});

test('the chart leaves as SVG and PNG, and not while none is drawn', async () => {
  const holder = document.createElement('div');
  holder.innerHTML =
    '<svg viewBox="0 0 40 20" width="40" height="20" aria-label="A bar"><rect width="9" height="9"/></svg>';
  document.body.append(holder);
  show({ figure: () => holder.querySelector('svg') ?? undefined });
  const svg = await (await choose(/^SVG/, 'bondlab-bars.svg')).text();
  expect(svg).toMatch(/<title[^>]*>Bars of a test</);
  expect(svg).toMatch(
    /<desc[^>]*>A bar\nFrom a test\.\nUnified\+\+ = Unified \+ c\(Foley\); factors c-foley text 0/,
  );
  const png = new Uint8Array(await (await choose(/^PNG/, 'bondlab-bars.png')).arrayBuffer());
  expect([...png.subarray(1, 4)]).toEqual([...new TextEncoder().encode('PNG')]);
  holder.remove();
  show({ figure: () => undefined });
  await open();
  expect((await item(/^SVG/)).matches(':disabled, [data-disabled], [aria-disabled]')).toBe(true);
});

test('Python is copied or saved with the file that it reads', async () => {
  show({ python: true });
  const written: string[] = [];
  const clipboard = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation((text) => {
    written.push(text);
    return Promise.resolve();
  });
  await open();
  (await item(/^Copy as Python/)).click();
  await until(() => said().startsWith('Copied.'));
  expect(written[0]).toMatch(/^#!\/usr\/bin\/env python3\n"""Unified\+\+ = Unified \+ c\(Foley\)/);
  const file = await choose(/^Save its components/, 'bondlab-components.npz');
  expect([...new Uint8Array(await file.arrayBuffer()).subarray(0, 2)]).toEqual([0x50, 0x4b]);
  // A closed clipboard: the script is saved instead.
  clipboard.mockRejectedValue(new DOMException('no', 'NotAllowedError'));
  const script = await choose(/^Copy as Python/, 'bondlab-unified-pp.py');
  expect(await script.text()).toBe(written[0]);
});

test('an error is said on the page', async () => {
  store.getState().engine.study = () => Promise.reject(new Error('The worker is gone.'));
  show({ python: true });
  await open();
  (await item(/^Save the script/)).click();
  await until(() => store.getState().notice);
  expect(store.getState().notice).toBe('The worker is gone.');
  expect(said()).toBe('');
});
