/** The collection's items in the form in which the exported encoders take them, from the build's cache. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../../src/base/errors.ts';
import type { WorldManifest } from '../../../src/world/types.ts';
import { readEmoji } from '../source.ts';
import { PICTURE_VALUES, SOUND_VALUES, type TestItems } from './measureQuantization.ts';

/** Straight RGBA [64, 64, 4] on white -> [3, 64, 64] in [-1, 1], at `offset` of out. */
export function pixelValuesInto(rgba: Uint8Array, out: Float32Array, offset: number): void {
  const nPixels = rgba.length / 4;
  for (let i = 0; i < nPixels; i++) {
    const alpha = rgba[i * 4 + 3]! / 255;
    for (let c = 0; c < 3; c++)
      out[offset + c * nPixels + i] = (rgba[i * 4 + c]! * alpha + 255 * (1 - alpha)) / 127.5 - 1;
  }
}

/** Pictures of the collection in the unseen style, its sounds and its captions, in the manifest's order. */
export async function readTestItems(cacheDir: string): Promise<TestItems> {
  const manifest = JSON.parse(await readFile(join(cacheDir, 'collection.json'), 'utf8')) as WorldManifest;
  const rgba = await readFile(join(cacheDir, 'pictures/twemoji.rgba'));
  const indexOf = new Map(readEmoji().map(({ hexcode }, i) => [hexcode, i]));
  const pictures = new Float32Array(manifest.image.length * PICTURE_VALUES);
  const tileBytes = 64 * 64 * 4;
  manifest.image.forEach(({ hexcode }, i) => {
    const at = indexOf.get(hexcode)! * tileBytes;
    pixelValuesInto(rgba.subarray(at, at + tileBytes), pictures, i * PICTURE_VALUES);
  });
  const mel = await readFile(join(cacheDir, 'sounds/test.mel'));
  const sounds = new Float32Array(new Uint8Array(mel).buffer);
  if (sounds.length !== manifest.audio.length * SOUND_VALUES)
    throw new InputError(
      `sounds/test.mel holds ${sounds.length / SOUND_VALUES} sounds, the collection ${manifest.audio.length}: run sounds-test anew.`,
    );
  return { texts: manifest.text.map(({ caption }) => caption), pictures, sounds };
}
