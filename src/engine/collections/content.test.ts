import { afterEach, expect, test, vi } from 'vitest';
import { endingOfType, hashOf, shortHash, textContent } from './content.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const bytes = (...values: number[]) => Uint8Array.from(values).buffer;

test('content is named by SHA-256', async () => {
  expect(await hashOf(new TextEncoder().encode('abc').buffer)).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(await shortHash('abc')).toBe('ba7816bf8f01');
});

test('where the page has no SHA-256, content has another name, which lengths and bytes tell apart', async () => {
  vi.stubGlobal('crypto', {});
  const names = await Promise.all(
    [bytes(), bytes(0), bytes(0, 0), bytes(1), bytes(0, 1), bytes(0, 0, 0, 0, 1)].map(hashOf),
  );
  expect(new Set(names).size).toBe(6);
  expect(await hashOf(bytes(0, 1))).toBe(names[4]);
});

test('a text is trimmed, cut at 300 characters, and never in the midst of one', () => {
  expect(textContent('  a bell \n')).toBe('a bell');
  expect(textContent(' \t')).toBeUndefined();
  expect(textContent('x'.repeat(400))).toBe('x'.repeat(300));
  expect(textContent(`${'x'.repeat(299)}\u{1F514}`)).toBe('x'.repeat(299));
  expect(textContent(`${'x'.repeat(298)}\u{1F514}y`)).toBe(`${'x'.repeat(298)}\u{1F514}`);
});

test.each([
  ['image/jpeg', 'jpg'],
  ['audio/ogg', 'ogg'],
  ['audio/webm;codecs=opus', 'weba'],
  ['image/svg+xml', 'svg'],
  ['', 'bin'],
  ['text/html', 'bin'],
])('a file of type "%s" ends in %s', (type, ending) => {
  expect(endingOfType(type)).toBe(ending);
});
