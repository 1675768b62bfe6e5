import { afterEach, expect, test, vi } from 'vitest';
import { FormatError, MissingFileError } from '../../base/errors.ts';
import { fetchCurves, fetchFigures } from './figures.ts';

const assetUrl = (path: string) => `http://lab.test/${path}`;

function serve(body: string, status = 200): void {
  vi.stubGlobal('fetch', (url: string) => {
    const type = { 'Content-Type': 'application/json' };
    return Promise.resolve(
      url.startsWith('http://lab.test/world/')
        ? new Response(body, { status, headers: type })
        : new Response('', { status: 404 }),
    );
  });
}

afterEach(() => vi.unstubAllGlobals());

test('curves come as they were written', async () => {
  const point = { step: 10, loss: 5, learningRate: 0.001, seconds: 3 };
  serve(JSON.stringify({ unified: [point], pictext: [point], foley: [point] }));
  expect((await fetchCurves(assetUrl)).foley).toEqual([point]);
});

test('a missing file says which one and how to make it', async () => {
  serve('', 404);
  const failed = fetchFigures(assetUrl);
  await expect(failed).rejects.toThrow(MissingFileError);
  await expect(failed).rejects.toThrow(/world\/figures\.json.*npm run world/);
});

test('figures of another version are refused with what they lack', async () => {
  serve(JSON.stringify({ seed: 1, precision: 'fp32', esc10: null }));
  const failed = fetchFigures(assetUrl);
  await expect(failed).rejects.toThrow(FormatError);
  await expect(failed).rejects.toThrow(/lacks training, .*pseudoPairs/);
  await expect(failed).rejects.not.toThrow(/esc10/);
});

test.each(['null', '3', '[]'])('%s is no record of curves', async (body) => {
  serve(body);
  await expect(fetchCurves(assetUrl)).rejects.toThrow(/lacks unified, pictext, foley/);
});
