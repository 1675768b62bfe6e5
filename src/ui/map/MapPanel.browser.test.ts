import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { MapPanel } from './MapPanel.tsx';
import type { MapItem, MapPanelProps, MapSliceState } from './types.ts';
import { until } from '../../base/until.testing.ts';

const items: MapItem[] = [
  { id: 'a', modality: 'audio', caption: 'a low bell', group: 'bell', category: 'bells' },
  { id: 'b', modality: 'text', caption: 'bell, as a word', group: 'bell', category: 'bells' },
  { id: 'c', modality: 'image', caption: 'a bell', group: 'bell', category: 'objects', tile: 0 },
];
//     c
//  a     b
const coordinates = Float32Array.of(-0.8, 0, 0.8, 0, 0, 0.8);
const ready: MapSliceState = { status: 'ready', coordinates };

let root: Root;
let host: HTMLElement;
beforeEach(() => {
  host = document.createElement('div');
  host.style.cssText = 'width: 420px; height: 640px';
  document.body.replaceChildren(host);
  root = createRoot(host);
});
afterEach(() => root.unmount());

function props(change: Partial<MapPanelProps> = {}): MapPanelProps {
  return {
    items,
    atlas: { url: 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=', tilePx: 1, columns: 1 },
    slices: { unified: ready, current: ready, expert: { status: 'absent', reason: 'It has no ears.' } },
    looks: {
      unified: { name: 'Unified', color: 'rgb(80, 70, 229)' },
      current: { name: 'Current (0.40)', color: 'rgb(200, 80, 160)' },
      expert: { name: 'Foley', color: 'rgb(240, 160, 40)' },
    },
    rightIds: ['b', 'c'],
    pairs: Uint32Array.of(0, 1),
    sliceIds: ['unified', 'current', 'expert'],
    slice: 'unified',
    onSlice: vi.fn<MapPanelProps['onSlice']>(),
    colorMode: 'modality',
    onColorMode: vi.fn<MapPanelProps['onColorMode']>(),
    pairMode: 'none',
    onPairMode: vi.fn<MapPanelProps['onPairMode']>(),
    onPick: vi.fn<MapPanelProps['onPick']>(),
    onPlay: vi.fn<MapPanelProps['onPlay']>(),
    theme: 'light',
    reducedMotion: true,
    ...change,
  };
}

function show(change: Partial<MapPanelProps> = {}): MapPanelProps {
  const given = props(change);
  root.render(createElement(MantineProvider, null, createElement(MapPanel, given)));
  return given;
}

const canvas = () => until(() => host.querySelector('canvas'));
const spoken = () => host.querySelector('[aria-live]')!.textContent;

/** Whether the mark at a place of the picture is painted; the frame's 1 is at the narrower side less 14 px. */
function isPainted(element: HTMLCanvasElement, x: number, y: number): boolean {
  const fit = Math.min(element.clientWidth, element.clientHeight) / 2 - 14;
  const density = element.width / element.clientWidth;
  const px = (element.clientWidth / 2 + x * fit) * density;
  const py = (element.clientHeight / 2 - y * fit) * density;
  return element.getContext('2d')!.getImageData(Math.round(px), Math.round(py), 1, 1).data[3]! > 0;
}

test('paints every item at its place, and a picture of a slice that comes later', async () => {
  show();
  const element = await canvas();
  await until(() => isPainted(element, -0.8, 0));
  expect(isPainted(element, 0.8, 0)).toBe(true);
  expect(isPainted(element, 0, 0.8)).toBe(true);
  expect(isPainted(element, 0, -0.8)).toBe(false);
  const moved: MapSliceState = { status: 'ready', coordinates: Float32Array.of(0, -0.8, 0.8, 0, NaN, NaN) };
  show({ slices: { ...props().slices, current: moved }, slice: 'current' });
  await until(() => isPainted(element, 0, -0.8));
  expect(isPainted(element, 0, 0.8)).toBe(false);
});

test('arrow keys go from item to item and say what they are; Enter plays and picks', async () => {
  const { onPick, onPlay } = show({ queryId: 'b' });
  const element = await canvas();
  await until(() => isPainted(element, -0.8, 0));
  while (document.activeElement !== element) await userEvent.tab();
  await until(() => spoken()!.includes('bell, as a word, text, bells, right answer'));
  await userEvent.keyboard('{ArrowUp}');
  await until(() => spoken()!.includes('a bell, picture'));
  await userEvent.keyboard('{ArrowLeft}');
  await until(() => spoken()!.includes('a low bell, sound'));
  await userEvent.keyboard('{Enter}');
  expect(onPlay).toHaveBeenCalledExactlyOnceWith('a');
  expect(onPick).toHaveBeenCalledExactlyOnceWith('a');
});

test('a click picks the item under it, and a pointer shows its card', async () => {
  const { onPick, onPlay } = show();
  const element = await canvas();
  await until(() => isPainted(element, 0, 0.8));
  const { left, top, width, height } = element.getBoundingClientRect();
  const at = {
    clientX: left + width / 2,
    clientY: top + height / 2 - 0.8 * (Math.min(width, height) / 2 - 14),
    pointerType: 'mouse',
    bubbles: true,
  };
  element.dispatchEvent(new PointerEvent('pointermove', at));
  await until(() => host.textContent!.includes('picture · objects'));
  element.dispatchEvent(new PointerEvent('click', at));
  expect(onPick).toHaveBeenCalledExactlyOnceWith('c');
  expect(onPlay).not.toHaveBeenCalled();
});

test('each state speaks, with its way out', async () => {
  const onCancel = vi.fn<() => void>();
  const onRetry = vi.fn<() => void>();
  const states = (state: MapSliceState) => ({ slices: { ...props().slices, unified: state } });
  show({ ...states({ status: 'loading', progress: { words: 'Laying', fraction: 0.426 } }), onCancel });
  await until(() => host.textContent!.includes('Laying'));
  expect(host.querySelector('[role=progressbar]')!.getAttribute('aria-valuenow')).toBe('43');
  const button = (words: string) => [...host.querySelectorAll('button')].find((b) => b.textContent === words);
  button('Cancel')!.click();
  expect(onCancel).toHaveBeenCalledOnce();
  show({ ...states({ status: 'failed', message: 'Out of memory.' }), onRetry });
  await until(() => host.querySelector('[role=alert]')?.textContent?.includes('Out of memory.'));
  button('Try again')!.click();
  expect(onRetry).toHaveBeenCalledOnce();
  show({ slice: 'expert' });
  await until(() => host.textContent!.includes('It has no ears.'));
});
