import '@mantine/core/styles.css';
import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { until } from '../../../base/until.testing.ts';
import type { TrainRequest } from '../../../engine/training/types.ts';
import { createFakeEngine, type FakeEngine } from '../../../state/fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../../../state/store.ts';
import { createFakeMicroscope, type FakeMicroscope } from '../../../state/workshop/microscope.testing.ts';
import { LabProvider } from '../../shared/LabContext.tsx';
import MicroscopeBench from './MicroscopeBench.tsx';

let root: Root;
let host: HTMLElement;
let engine: FakeEngine;
let microscope: FakeMicroscope;
let store: LabStore;

beforeEach(async () => {
  await page.viewport(1280, 900);
  engine = createFakeEngine();
  microscope = createFakeMicroscope({ spaces: engine.spaces, manifest: engine.manifest });
  Object.assign(engine, { microscope });
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  host = document.createElement('div');
  host.style.width = '1200px';
  document.body.replaceChildren(host);
  root = createRoot(host);
});
afterEach(() => root.unmount());

function show(): void {
  const lab = { store, children: createElement(MicroscopeBench) };
  root.render(createElement(MantineProvider, null, createElement(LabProvider, lab)));
}

const card = (question: string) =>
  until(() => host.querySelector<HTMLElement>(`[data-question="${question}"]`));
const button = (within: Element, words: RegExp) =>
  until(() => [...within.querySelectorAll('button')].find(({ textContent }) => words.test(textContent)));
async function measure(question: string): Promise<HTMLElement> {
  const within = await card(question);
  (await button(within, /^Measure/)).click();
  return within;
}
async function choose(label: string, option: RegExp): Promise<void> {
  const input = await until(
    () =>
      [...host.querySelectorAll('label')].find(({ textContent }) => textContent === label)?.control as
        HTMLInputElement | undefined,
  );
  await userEvent.click(input);
  const found = await until(() =>
    [...document.querySelectorAll<HTMLElement>('[role="option"]')].find(
      (one) => option.test(one.textContent) && one.checkVisibility(),
    ),
  );
  await userEvent.click(found);
}

test('nothing is measured before it is asked for; then every question has its figures', async () => {
  show();
  await card('conflicts');
  expect(microscope.calls).toEqual([]);
  const questions = ['members', 'sizes', 'cost', 'keeps', 'conflicts'];
  for (const question of questions) await measure(question);
  for (const question of questions) {
    const within = await card(question);
    await until(() => within.querySelector('table'));
    expect(within.textContent).not.toContain('NaN');
    await button(within, /Export/);
  }
  expect(microscope.calls).toEqual(questions);
  // Charts are drawn, and say what they show.
  const labels = () =>
    [...host.querySelectorAll('svg[role="img"]')].map((one) => one.getAttribute('aria-label'));
  await until(() => labels().length === 4);
  expect(labels().join(' ')).toMatch(/7 members.*cosine.*spread.*by size/);
});

test('progress is shown, and can be taken back', async () => {
  microscope.hold();
  show();
  const within = await measure('members');
  await until(() => within.querySelector('[role="progressbar"]'));
  await until(() => within.querySelector('[role="status"]')?.textContent === 'Measuring … 50%');
  (await button(within, /^Cancel/)).click();
  await button(within, /^Measure/);
  expect(within.querySelector('[role="progressbar"]')).toBeNull();
});

test('a failure is said, and asked again', async () => {
  const held = microscope.hold();
  show();
  const within = await measure('keeps');
  held.fail(new Error('The vectors of PicText are not on the server.'));
  const alert = await until(() => within.querySelector('[role="alert"]'));
  expect(alert.textContent).toContain('The vectors of PicText are not on the server.');
  microscope.hold().release();
  (await button(within, /^Try again/)).click();
  await until(() => within.querySelector('table'));
});

test('what was asked of another bond, or before the bench is left, is taken back', async () => {
  microscope.hold();
  show();
  await measure('members');
  const loading = () => Object.values(store.getState().microscope.reports.members);
  await until(() => loading().length === 1);
  store.getState().lookAt({ recipeId: 'pictext-u' });
  await until(() => loading().length === 0);
  await measure('members');
  await until(() => loading().length === 1);
  root.unmount();
  await until(() => loading().length === 0);
  expect(microscope.calls).toEqual(['members', 'members']);
  root = createRoot(host);
});

test('any recipe and bond can be looked at; the lab’s own stays', async () => {
  show();
  await choose('Recipe', /PicText_U\+\+/);
  await choose('Bond', /c\(Foley, Tone\)/);
  expect(store.getState().microscope.look).toMatchObject({
    recipeId: 'pictext-upp',
    bondId: 'c-foley-tone-pictext',
  });
  expect(store.getState().recipeId).toBe('unified-pp');
  const within = await measure('members');
  await until(() => within.textContent.includes('Tone TV'));
  expect((await card('sizes')).textContent).toContain('One against seven against fourteen');
  // Its members are switched where the recipe is in use.
  expect(within.querySelector('[role="switch"]')).toBeNull();
  (await button(within, /^Use PicText_U\+\+ there/)).click();
  await until(() => within.querySelectorAll('[role="switch"]').length === 14);
});

test('members are the lab’s own switches', async () => {
  show();
  const within = await measure('members');
  const first = await until(() => within.querySelector<HTMLInputElement>('[role="switch"]'));
  expect(first.getAttribute('aria-label')).toBe('mix on in the lab');
  first.focus();
  await userEvent.keyboard(' ');
  await until(() => store.getState().masks['c-foley']?.[0] === false);
  expect(engine.switched).toEqual([[false, true, true, true, true, true, true]]);
  await until(() => within.querySelector('tfoot')!.textContent.includes('6 on'));
});

test('fewer than three seeds are told of, and two more are queued', async () => {
  const asked: TrainRequest[] = [];
  engine.training.train = (request) => {
    asked.push(request);
    return Promise.resolve(`run-${asked.length}`);
  };
  show();
  const within = await card('sizes');
  expect(within.textContent).toContain('Training seeds: 1 (seed 1). Three show a spread.');
  (await button(within, /^Train two more seeds/)).click();
  await until(() => asked.length === 2);
  expect(asked.map(({ expert, base, settings }) => [expert, base, settings.seed])).toEqual([
    ['foley', 'unified', 2],
    ['foley', 'unified', 3],
  ]);
});

test('two experts that collide are warned of, with a way to their recipe', async () => {
  show();
  const within = await measure('conflicts');
  await until(() => within.querySelector('[role="alert"]'));
  expect(within.textContent).toMatch(/Conflict 0\.64 \[0\.60, 0\.68\]/);
  expect(within.textContent).toContain('nearest in Tone');
  (await button(within, /^See them side by side in Unified\+\+ of two/)).click();
  await until(() => store.getState().recipeId === 'unified-pp-two');
  expect(store.getState().view).toBe('lab');
});

test('experts that nothing projects into one space lead to the training', async () => {
  store.getState().lookAt({ experts: ['pictext', 'tags'] });
  show();
  const within = await card('conflicts');
  expect(within.textContent).toContain('Nothing projects both PicText and Tags into one space');
  (await button(within, /^Train what is missing/)).click();
  expect(store.getState().bench).toBe('train');
});

test('a recipe of both is begun where there is none', async () => {
  store.getState().lookAt({ experts: ['tags', 'tone'] });
  show();
  const within = await measure('conflicts');
  (await button(within, /^Build a recipe with both/)).click();
  expect(store.getState().workshop.draft).toMatchObject({
    base: 'unified',
    bonds: [{ experts: ['tags', 'tone'], ensembles: ['tags-to-unified', 'tone-to-unified'] }],
  });
  expect(store.getState().bench).toBe('recipes');
});
