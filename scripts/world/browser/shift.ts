/** Embeds the collection's items changed: pictures in another style, sounds in noise. */
import { defaultDevice, init } from '@jax-js/jax';
import type { WorldCondition } from '../../../src/world/conditions.ts';
import { renderNoisyClip } from '../../../src/world/sounds/noise.ts';
import type { WorldManifest } from '../../../src/world/types.ts';
import { ENCODED_SPACES } from '../spaces.ts';
import { readJson } from './cache.ts';
import { embedAll, writeEmbeddings } from './embeddings.ts';
import { readPictures } from './pictures.ts';
import { createExtractor, toWindow } from './sounds.ts';
import { readSources } from './spaces.ts';

/** Writes embeddings/shift-<condition>/<space>.safetensors (fp32) of each condition that changes something. */
export async function embedConditions(conditions: readonly WorldCondition[]): Promise<void> {
  await init('wasm');
  defaultDevice('wasm');
  const sources = await readSources();
  const manifest = await readJson<WorldManifest>('collection.json');
  const index = new Map(sources.emoji.map(({ hexcode }, i) => [hexcode, i]));
  const extract = await createExtractor();
  for (const { id, style, snrDb } of conditions) {
    const pictures = [];
    const mels = [];
    if (style !== undefined) {
      const drawn = await readPictures(style);
      for (const { hexcode } of manifest.image) pictures.push(drawn(index.get(hexcode)!));
    }
    if (snrDb !== undefined) {
      for (const { clip } of manifest.audio) mels.push(await extract(toWindow(renderNoisyClip(clip, snrDb))));
    }
    if (pictures.length + mels.length === 0) continue;
    await writeEmbeddings(
      `shift-${id}`,
      await embedAll({ texts: [], pictures, mels }, sources, ENCODED_SPACES),
    );
    console.log(`[world] ${id}: embedded ${pictures.length} pictures, ${mels.length} sounds`);
  }
}
