import { beforeEach, expect, test } from 'vitest';
import { standaloneSvg, type StandaloneSvg } from './standaloneSvg.ts';
import { toPng } from './toPng.ts';

const SHEET = `
  .ground { --tone: oklch(0.52 0.21 278); --ink: rgb(10, 20, 30); background: rgb(250, 240, 230); color: var(--ink); }
  .ground[data-dark] { --tone: oklch(0.8 0.15 72); --ink: rgb(230, 230, 240); background: rgb(16, 16, 24); }
  .chart { font-family: 'Courier New', monospace; font-size: 12px; font-variant-numeric: tabular-nums; }
  .chart .bar { fill: var(--tone); }
  .chart .gone { display: none; }`;

/** A bar at (10, 10) of 30 x 30, a pale one at (50, 10), words, and something that is not shown. */
const CHART = `
  <svg class="chart" width="100" height="60" viewBox="0 0 100 60" aria-label="Two bars" tabindex="0">
    <style>.chart { display: block }</style>
    <defs><linearGradient id="g"><stop offset="0" stop-color="var(--tone)"/></linearGradient></defs>
    <g class="group" fill="currentColor" style="stroke: none">
      <rect class="bar" x="10" y="10" width="30" height="30"><title>first</title></rect>
      <rect x="50" y="10" width="30" height="30" style="fill: color-mix(in srgb, var(--ink) 50%, transparent)"/>
      <text x="10" y="55" fill="var(--ink)">R@1</text>
      <rect class="gone" x="0" y="0" width="100" height="60"/>
    </g>
  </svg>`;
const WORDS = { title: 'Bars & lines', about: 'From <a> test' };

let ground: HTMLElement;
beforeEach(() => {
  document.body.innerHTML = `<style>${SHEET}</style><div class="ground">${CHART}</div>`;
  ground = document.querySelector<HTMLElement>('.ground')!;
});

const made = () => standaloneSvg(ground.querySelector<SVGSVGElement>('.chart')!, WORDS);
const parsed = ({ text }: StandaloneSvg) => new DOMParser().parseFromString(text, 'image/svg+xml');

/** Colour of a pixel of the chart, by its own coordinates. */
async function pixels(svg: StandaloneSvg): Promise<(x: number, y: number) => number[]> {
  const bitmap = await createImageBitmap(await toPng(svg));
  expect([bitmap.width, bitmap.height]).toEqual([2 * svg.widthPx, 2 * svg.heightPx]);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  const margin = (svg.widthPx - 100) / 2;
  return (x, y) => [...context.getImageData(2 * (x + margin), 2 * (y + margin), 1, 1).data];
}

test('a file of its own: no sheet, no variable, no colour that only browsers know', () => {
  const svg = made();
  expect(svg.text).not.toMatch(/var\(|oklch|class=|<style|color-mix|currentColor|tabindex/);
  const root = parsed(svg).documentElement;
  expect(root.querySelector('parsererror')).toBeNull();
  expect(root.children[0]!.textContent).toBe('Bars & lines');
  expect(root.children[1]!.textContent).toBe('From <a> test');
  expect(root.getAttribute('aria-labelledby')).toBe(`${root.children[0]!.id} ${root.children[1]!.id}`);
  expect(root.getAttribute('font-family')).toMatch(/Courier New/);
  expect(root.querySelector('text')!.getAttribute('fill')).toBe('rgb(10, 20, 30)');
  expect(root.querySelector('stop')!.getAttribute('stop-color')).toMatch(/^rgb/);
  // The ground and the two bars; what was hidden is gone, a mark's own title stays.
  expect(root.querySelectorAll('rect')).toHaveLength(3);
  expect(root.querySelector('rect > title')!.textContent).toBe('first');
});

test('half of a colour is an opacity', () => {
  const pale = parsed(made()).querySelectorAll('rect')[2]!;
  expect(pale.getAttribute('fill')).toMatch(/^rgb\(/);
  expect(Number(pale.getAttribute('fill-opacity'))).toBeCloseTo(0.5, 2);
});

test.each(['light', 'dark'])('the picture looks as the page does, %s', async (theme) => {
  ground.toggleAttribute('data-dark', theme === 'dark');
  const at = await pixels(made());
  const background = theme === 'dark' ? [16, 16, 24, 255] : [250, 240, 230, 255];
  expect(at(-10, -10)).toEqual(background);
  expect(at(95, 5)).toEqual(background);
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  context.fillStyle = getComputedStyle(ground.querySelector('.bar')!).fill;
  context.fillRect(0, 0, 1, 1);
  const bar = [...context.getImageData(0, 0, 1, 1).data];
  expect(at(25, 25)).toEqual(bar);
  const ink = theme === 'dark' ? [230, 230, 240] : [10, 20, 30];
  // Half the ink over the ground; one step of 256 for its rounding.
  at(65, 25)
    .slice(0, 3)
    .forEach((value, i) => expect(Math.abs(value - (ink[i]! + background[i]!) / 2)).toBeLessThanOrEqual(1.5));
});

test('the chart on the page stays as it was', () => {
  const before = ground.innerHTML;
  made();
  expect(ground.innerHTML).toBe(before);
});
