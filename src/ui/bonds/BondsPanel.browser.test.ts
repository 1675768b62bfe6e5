import { MantineProvider } from '@mantine/core';
import { createElement, type FunctionComponent } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { createFakeEngine, type FakeEngine } from '../../state/fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../../state/store.ts';
import { LabProvider } from '../shared/LabContext.tsx';
import { BondsPanel } from './BondsPanel.tsx';

const WAIT = { timeout: 30_000 };
/** createElement takes children as arguments of its own. */
const Lab = LabProvider as FunctionComponent<{ store: LabStore }>;

let root: Root;
let host: HTMLElement;
let engine: FakeEngine;
let store: LabStore;

beforeEach(async () => {
  // The suite's frame is narrow: the panel is looked at as on a wide page.
  await page.viewport(1200, 900);
  engine = createFakeEngine();
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  host = document.createElement('aside');
  host.style.width = '280px';
  document.body.replaceChildren(host);
  root = createRoot(host);
});
afterEach(() => root.unmount());

async function show(recipeId: string): Promise<void> {
  await store.getState().chooseRecipe(recipeId);
  root.render(createElement(MantineProvider, null, createElement(Lab, { store }, createElement(BondsPanel))));
  await expect.poll(() => host.querySelector('[aria-label="Presets"]'), WAIT).not.toBeNull();
}
const sliders = () =>
  [...host.querySelectorAll('[role="slider"]')].map((one) => one.getAttribute('aria-label'));
const drawings = () =>
  [...host.querySelectorAll('svg[role="img"]')].map((one) => one.getAttribute('aria-label')!.split('.')[0]);

test('every slider of several bonds names what stands before its bond', async () => {
  await show('pictext-upp');
  expect(sliders()).toEqual([
    'Text factor, from Unified to PicText',
    'Image factor, from Unified to PicText',
    'Text factor, from PicText_U so far to Foley and Tone',
    'Audio factor, from PicText_U so far to Foley and Tone',
  ]);
  expect(drawings()).toEqual([
    'Unified and PicText, joined by a displacement bond',
    'PicText_U so far and Foley and Tone, joined by a combination bond',
  ]);
});

test('a base that is made of its experts: the first bond has no slider, and says so', async () => {
  await show('c-mcr');
  expect(sliders()).toEqual(['Text factor, from PicText, projected to Foley']);
  expect(host.textContent).toContain(
    'c(PicText) brings its texts and pictures, projected, and has no slider',
  );
  expect(host.textContent).toContain('its sounds stand alone');
});

test('a modality that only the expert knows is drawn at the expert', async () => {
  await show('ex-mcr');
  expect(host.querySelector('svg[role="img"]')).toHaveAccessibleName(/texts 0%, pictures 0%, sounds 100%/);
  expect(host.textContent).toContain('Foley’s sounds stand alone');
});

test('many members are folded away, a group an expert, and switched one by one', async () => {
  await show('pictext-upp');
  expect(host.querySelectorAll('button[aria-pressed][class*="member"]')).toHaveLength(0);
  const groups = ['Projectors of PicText', 'Projectors of Foley', 'Projectors of Tone'];
  for (const name of groups) await expect.element(page.getByRole('button', { name })).toBeInTheDocument();
  await userEvent.click(page.getByRole('button', { name: 'Projectors of Tone' }));
  // Tone's second is the bond's ninth.
  await userEvent.click(page.getByRole('button', { name: 'A', exact: true }));
  await expect.poll(() => store.getState().masks['c-foley-tone-pictext']?.indexOf(false), WAIT).toBe(8);
  await expect.element(page.getByRole('button', { name: 'Projectors of Tone 6 of 7' })).toBeInTheDocument();
  await expect.element(page.getByRole('button', { name: 'Projectors of Foley 7 of 7' })).toBeInTheDocument();
});

test.each([
  ['averaged', false],
  ['weighed', true],
] as const)('of experts %s, the last of one may go: %s', async (parallel, stays) => {
  const made = engine.library.create({
    name: 'Mine',
    base: 'unified',
    bonds: [{ kind: 'combination', experts: ['foley', 'tone'], parallel }],
  });
  await show(made.id);
  const bondId = made.bonds[0]!.id;
  for (let i = 0; i < 6; i++) await store.getState().setMember(bondId, i, false);
  await userEvent.click(page.getByRole('button', { name: 'Projectors of Foley' }));
  const last = () => host.querySelector('button[aria-pressed="true"][class*="member"]')!;
  await expect.poll(() => last().getAttribute('aria-disabled'), WAIT).toBe(String(stays));
});
