import { MantineProvider } from '@mantine/core';
import { createElement, type FunctionComponent } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, onTestFinished, test } from 'vitest';
import { page } from 'vitest/browser';
import { createFakeEngine } from '../../state/fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../../state/store.ts';
import { LabProvider } from '../shared/LabContext.tsx';
import { Memory } from './Memory.tsx';

/** createElement takes children as arguments of its own. */
const Lab = LabProvider as FunctionComponent<{ store: LabStore }>;

test('what half-precision planes gave up is named where it is taken back', async () => {
  const engine = createFakeEngine();
  const { memory } = engine.device();
  engine.device = () => ({ ...createFakeEngine().device(), memory: { ...memory, planes: 'float16' } });
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  const store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  const host = document.body.appendChild(document.createElement('main'));
  const root = createRoot(host);
  onTestFinished(() => {
    root.unmount();
    host.remove();
  });
  root.render(createElement(MantineProvider, null, createElement(Lab, { store }, createElement(Memory))));
  await page.getByRole('button', { name: /^Planes/ }).click();
  const precision = page.getByRole('radiogroup', { name: 'Precision of the planes' });
  await expect.element(precision.getByRole('radio', { name: 'half' })).toBeChecked();
});
