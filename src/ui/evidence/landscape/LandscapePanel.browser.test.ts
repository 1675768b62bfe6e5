import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { createFakeEngine } from '../../../state/fakeEngine.testing.ts';
import { factorsOf } from '../../../state/selectors.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../../../state/store.ts';
import { LabProvider } from '../../shared/LabContext.tsx';
import LandscapePanel from './LandscapePanel.tsx';
import { until } from '../../../base/until.testing.ts';

let root: Root;
let host: HTMLElement;
let store: LabStore;
let release: ReturnType<typeof vi.fn<() => void>>;

const pad = () => host.querySelector<HTMLElement>('[role="application"]')!;
const chart = () => pad().querySelector('svg')!;
const now = () => factorsOf(store.getState())['c-foley'];

beforeEach(async () => {
  const engine = createFakeEngine();
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  release = vi.fn<() => void>(store.getState().releaseFactor);
  store.setState({ releaseFactor: release });
  host = document.createElement('div');
  host.style.width = '1100px';
  document.body.replaceChildren(host);
  root = createRoot(host);
  const lab = { store, children: createElement(LandscapePanel) };
  root.render(createElement(MantineProvider, null, createElement(LabProvider, lab)));
  store.getState().open();
  // The outline is drawn when all comparisons are done; from then on the map stays.
  await until(() => /Outlined on the map: \d+ of 441/.test(host.textContent));
  await until(() => host.querySelector('[role="application"] svg [data-ring]'));
});
afterEach(() => root.unmount());

/** A pointer over the place of two factors: the cells' edges are the gradient strips beside them. */
function pointer(type: string, x: number, y: number, pointerType = 'mouse'): void {
  const box = chart().getBoundingClientRect();
  const side = box.width - 58 - 14;
  const share = (factor: number) => (factor + 0.045) / (1.025 + 0.045);
  const event = new PointerEvent(type, {
    bubbles: true,
    pointerId: 1,
    pointerType,
    clientX: box.left + 58 + share(x) * side,
    clientY: box.top + 14 + (1 - share(y)) * side,
  });
  pad().setPointerCapture = () => undefined;
  (pad().querySelector('svg') ?? pad()).dispatchEvent(event);
}

test('a drag moves both factors as it goes, and the map under it is not drawn anew', async () => {
  const before = chart();
  pointer('pointerdown', 0.2, 0.3);
  expect(now()).toEqual({ audio: 0.2, text: 0.3 });
  pointer('pointermove', 0.63, 0.8);
  expect(now()).toEqual({ audio: 0.63, text: 0.8 });
  pointer('pointerup', 0.63, 0.8);
  pointer('pointermove', 0.1, 0.1);
  expect(now()).toEqual({ audio: 0.63, text: 0.8 });
  await expect.poll(() => host.textContent).toContain('Audio 0.10 · Text 0.10');
  expect(chart()).toBe(before);
});

test('a drag that the browser takes away comes to rest where it was; a finger that scrolls has dragged nothing', () => {
  pointer('pointerdown', 0.2, 0.3);
  pointer('pointercancel', 0.2, 0.3);
  expect(release).toHaveBeenCalledTimes(1);
  pointer('pointermove', 0.6, 0.6);
  expect(now()).toEqual({ audio: 0.2, text: 0.3 });
  pointer('pointerdown', 0.7, 0.7, 'touch');
  pointer('pointercancel', 0.7, 0.7, 'touch');
  expect(release).toHaveBeenCalledTimes(1);
});

test('a finger that scrolls over the map moves nothing; a tap does', () => {
  pointer('pointerdown', 0.5, 0.5, 'touch');
  pointer('pointermove', 0.5, 0.8, 'touch');
  pointer('pointerup', 0.5, 0.8, 'touch');
  expect(now()).toEqual({ audio: 0, text: 0 });
  pointer('pointerdown', 0.5, 0.5, 'touch');
  pointer('pointerup', 0.5, 0.5, 'touch');
  expect(now()).toEqual({ audio: 0.5, text: 0.5 });
});

test('keys step both factors, and the line above says where they are', async () => {
  pad().focus();
  await userEvent.keyboard('{ArrowRight}{ArrowUp}{Shift>}{ArrowUp}{/Shift}');
  expect(now()).toEqual({ audio: 0.05, text: 0.06 });
  await expect.poll(() => host.querySelector('[aria-live]')!.textContent).toContain('Audio 0.05 · Text 0.05');
  await userEvent.keyboard('{End}{PageUp}');
  expect(now()).toEqual({ audio: 1, text: 1 });
});

test('the chart says what it shows, and the button goes to the best', async () => {
  expect(chart().getAttribute('role')).toBe('img');
  expect(chart().getAttribute('aria-label')).toMatch(
    /^R@1 of sound → text over audio factor and text factor/,
  );
  const starred = /Best on the validation half at Audio (\d\.\d+) · Text (\d\.\d+)/.exec(
    chart().getAttribute('aria-label')!,
  )!;
  pointer('pointerdown', 0.9, 0.9);
  pointer('pointerup', 0.9, 0.9);
  await userEvent.click(host.querySelector('aside button')!);
  expect(now()).toEqual({ audio: Number(starred[1]), text: Number(starred[2]) });
});
