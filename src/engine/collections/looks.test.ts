import { expect, test } from 'vitest';
import { atlasLayout } from './looks.ts';

test.each([
  [1, 96],
  [1764, 96],
  [1765, 64],
  [4096, 64],
  [4097, 48],
  [7225, 48],
  [7226, 32],
  [16_384, 32],
  [50_000, 32],
])('%i pictures have tiles of %i px, none of which lies outside', (n, px) => {
  const { tilePx, columns, nTiles } = atlasLayout(n);
  expect(tilePx).toBe(px);
  expect(nTiles).toBe(Math.min(n, 16_384));
  expect(columns * tilePx).toBeLessThanOrEqual(4096);
  expect(Math.ceil(nTiles / columns) * tilePx).toBeLessThanOrEqual(4096);
});
