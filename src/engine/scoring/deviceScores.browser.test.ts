import { defaultDevice, init } from '@jax-js/jax';
import { expect, test } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { scoresFromPlanes } from '../../math/fusion.ts';
import { deviceScores } from './deviceScores.ts';

const backend = import.meta.env.BONDLAB_BACKEND as 'wasm' | 'webgpu';

test(`${backend}: agrees with the plain version to 1e-5 on sizes 1, prime and just over a tile`, async () => {
  const available = await init(backend);
  expect(available).toContain(backend);
  defaultDevice(backend);
  const random = createRandom(5);
  const draw = (n: number) => Float32Array.from({ length: n }, () => random.float() * 2 - 1);
  for (const [nQueries, nGallery, nI, nJ] of [
    [1, 1, 1, 1],
    [13, 17, 2, 2],
    [65, 129, 3, 2],
  ] as const) {
    const planes = Array.from({ length: nI * nJ }, () => draw(nQueries * nGallery));
    const w = draw(nI * nQueries);
    const v = draw(nJ * nGallery);
    const plain = scoresFromPlanes(planes, w, v, nQueries, nGallery);
    const fast = await deviceScores(planes, w, v, nQueries, nGallery);
    expect(fast.length).toBe(plain.length);
    fast.forEach((value, i) => expect(Math.abs(value - plain[i]!)).toBeLessThan(1e-5));
  }
});
