import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../../../src/formats/safetensors.ts';
import { DIMS } from '../../../src/recipe/embedded.ts';
import { readEmoji } from '../source.ts';
import { makeWordTable } from './encoder.ts';

/** Writes vocabulary/tags.json and weights/tags.safetensors ("text/pieces" [nPieces, dim]). Returns the number of pieces. */
export async function makeTags(cacheDir: string): Promise<number> {
  const { pieces, vectors } = makeWordTable(readEmoji(), DIMS.tags);
  for (const folder of ['vocabulary', 'weights']) await mkdir(join(cacheDir, folder), { recursive: true });
  await writeFile(join(cacheDir, 'vocabulary/tags.json'), JSON.stringify(pieces));
  const tensor = { shape: [pieces.length, DIMS.tags], data: vectors };
  await writeFile(join(cacheDir, 'weights/tags.safetensors'), writeSafetensors({ 'text/pieces': tensor }));
  return pieces.length;
}
