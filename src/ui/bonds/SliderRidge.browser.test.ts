import { MantineProvider } from '@mantine/core';
import { createElement, type FunctionComponent } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { slidersOf } from '../../recipe/sliders.ts';
import { createFakeEngine } from '../../state/fakeEngine.testing.ts';
import { recipeOf } from '../../state/selectors.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../../state/store.ts';
import { LabProvider } from '../shared/LabContext.tsx';
import { SliderRidge } from './SliderRidge.tsx';

/** createElement takes children as arguments of its own. */
const Lab = LabProvider as FunctionComponent<{ store: LabStore }>;

test('a ridge has a short name, and its hint says the rest', async () => {
  const engine = createFakeEngine();
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  const store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  const slider = slidersOf(recipeOf(store.getState())).find(({ modality }) => modality === 'audio')!;
  const host = document.body.appendChild(document.createElement('main'));
  const root = createRoot(host);
  onTestFinished(() => {
    root.unmount();
    host.remove();
  });
  const ridge = createElement(SliderRidge, { slider, base: 'Unified', expert: 'Foley' });
  root.render(createElement(MantineProvider, null, createElement(Lab, { store }, ridge)));
  store.getState().open();
  const drawn = () => host.querySelector<HTMLElement>('[role="img"]');
  await vi.waitFor(() => expect(drawn()).not.toBeNull(), { timeout: 20_000 });
  expect(drawn()).toHaveAccessibleName(/^\S+ along the Audio slider$/);
  await userEvent.tab();
  expect(drawn()).toHaveFocus();
  await vi.waitFor(() =>
    expect(drawn()).toHaveAccessibleDescription(/along this slider from Unified to Foley .* from .* to .*\./),
  );
});
