/** Writes the unpaired training pools for the browser. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../../../src/formats/safetensors.ts';
import { DIMS } from '../../../src/recipe/embedded.ts';
import { ENCODED_SPACES } from '../spaces.ts';
import { readTensors } from './world.ts';

/** Writes pool.json, the vectors of every space in half precision, and the atlas to outDir. Returns the bytes written. */
export async function publishPool(options: { cacheDir: string; outDir: string }): Promise<number> {
  const { cacheDir, outDir } = options;
  await mkdir(outDir, { recursive: true });
  const manifest = await readFile(join(cacheDir, 'embeddings/pool/pool.json'));
  await writeFile(join(outDir, 'pool.json'), manifest);
  await copyFile(join(cacheDir, 'pool-atlas.webp'), join(outDir, 'atlas.webp'));
  let bytes = manifest.length;
  for (const id of ENCODED_SPACES) {
    const own = await readTensors(join(cacheDir, `embeddings/pool/${id}.safetensors`));
    const tensors = [...own].map(
      ([modality, data]) => [modality, { shape: [data.length / DIMS[id], DIMS[id]], data }] as const,
    );
    const file = writeSafetensors(Object.fromEntries(tensors), 'F16');
    await writeFile(join(outDir, `${id}.safetensors`), file);
    bytes += file.length;
  }
  return bytes;
}
