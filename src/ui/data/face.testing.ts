/** A face to look at, over an engine that a test has in its hands. */
import '@mantine/core/styles.css';
import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { onTestFinished } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { until } from '../../base/until.testing.ts';
import type { CollectionInfo } from '../../engine/collections/types.ts';
import { SPACES } from '../../recipe/embedded.ts';
import type { DataTab, ThroughText } from '../../state/data/types.ts';
import { createFakeEngine, type FakeEngine } from '../../state/fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../../state/store.ts';
import { LabProvider } from '../shared/LabContext.tsx';
import { CollectionMenu } from '../shell/CollectionMenu.tsx';
import DataWorkspace from './DataWorkspace.tsx';

export const OWN: CollectionInfo = {
  id: 'own-1',
  name: 'Birds',
  createdAt: '2026-05-01T10:00:00Z',
  origin: 'media',
  counts: { text: 300, image: 180, audio: 1 },
  spaces: [{ space: SPACES[0]!, encoded: { text: 300, image: 120 }, origin: 'Encoded here: int8' }],
  bytes: 84e6,
  ready: true,
};

export interface Face {
  engine: FakeEngine;
  store: LabStore;
  host: HTMLElement;
  /** Collections that a lab was opened over, and spaces that were bound. */
  used: string[];
  bound: ThroughText[];
  said: () => string;
}

/** Shows the face with the menu of collections above it, until the test is over. */
export async function showFace(tab: DataTab): Promise<Face> {
  // A list of choices is hidden where its field is out of sight.
  await page.viewport(1280, 900);
  const engine = createFakeEngine();
  const used: string[] = [];
  const bound: ThroughText[] = [];
  const note =
    <T>(list: T[]) =>
    (one: T) => {
      list.push(one);
      return Promise.resolve();
    };
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  const settings = defaultSettings(engine, query, engine.opening.gallery);
  const store = createLabStore(
    engine,
    { ...settings, view: 'data', dataTab: tab },
    {
      useCollection: note(used),
      bindThroughText: note(bound),
      estimateRoom: () => Promise.resolve({ used: 1e9, quota: 3.5e9 }),
    },
  );
  const host = document.createElement('div');
  host.style.width = '1200px';
  document.body.replaceChildren(host);
  const root = createRoot(host);
  onTestFinished(() => root.unmount());
  const lab = {
    store,
    children: [createElement(CollectionMenu, { key: 1 }), createElement(DataWorkspace, { key: 2 })],
  };
  root.render(createElement(MantineProvider, null, createElement(LabProvider, lab)));
  await until(() => host.querySelector('h2'));
  return { engine, store, host, used, bound, said: () => host.textContent };
}

/** A button by its name as it is read out. */
export const button = (name: RegExp, within: ParentNode = document): Promise<HTMLButtonElement> =>
  until(() =>
    [...within.querySelectorAll('button')].find((one) =>
      name.test(one.getAttribute('aria-label') ?? one.textContent),
    ),
  );

/** A field by its label. */
export const field = (label: RegExp): Promise<HTMLInputElement> =>
  until(() => {
    const named = [...document.querySelectorAll('input')].find((one) => label.test(one.ariaLabel ?? ''));
    const labelled = [...document.querySelectorAll('label')].find((one) => label.test(one.textContent));
    return named ?? (labelled?.control as HTMLInputElement | null | undefined);
  });

/** Chooses of a list. */
export async function choose(label: RegExp, option: RegExp): Promise<void> {
  await userEvent.click(await field(label));
  const found = await until(() =>
    [...document.querySelectorAll<HTMLElement>('[role="option"]')].find(
      (one) => option.test(one.textContent) && one.checkVisibility(),
    ),
  );
  await userEvent.click(found);
}

/** Fills a field in. */
export async function fill(label: RegExp, text: string): Promise<void> {
  await userEvent.fill(await field(label), text);
}

export const menuItem = (words: RegExp): Promise<HTMLElement> =>
  until(() =>
    [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')].find((one) =>
      words.test(one.textContent),
    ),
  );

/** Drops files as a person would. */
export function drop(target: EventTarget, ...files: File[]): void {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(file);
  for (const kind of ['dragover', 'drop']) {
    target.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer }));
  }
}
