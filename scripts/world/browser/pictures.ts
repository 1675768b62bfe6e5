import { STYLES, type Emoji, type Style } from '../../../src/world/pictures.ts';
import { POOL_ATLAS, type PoolManifest } from '../../../src/world/pool.ts';
import type { WorldManifest } from '../../../src/world/types.ts';
import { emojiSvg } from '../icons.ts';
import { readEmoji } from '../source.ts';
import { PICTURE_PX } from '../train/augment.ts';
import { readCache, readJson, writeCache } from './cache.ts';

const BYTES = PICTURE_PX * PICTURE_PX * 4;

async function draw(
  svg: string,
  context: OffscreenCanvasRenderingContext2D,
  x: number,
  y: number,
): Promise<void> {
  const image = new Image(PICTURE_PX, PICTURE_PX);
  image.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    await image.decode();
    context.drawImage(image, x, y, PICTURE_PX, PICTURE_PX);
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

function canvas(width: number, height: number): [OffscreenCanvas, OffscreenCanvasRenderingContext2D] {
  const made = new OffscreenCanvas(width, height);
  const context = made.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser gives no 2-D canvas.');
  return [made, context];
}

/** Draws every emoji in every style: pictures/<style>.rgba, [nEmoji, 64, 64, 4] bytes. */
export async function drawPictures(): Promise<void> {
  const emoji = readEmoji();
  const [, context] = canvas(PICTURE_PX, PICTURE_PX);
  for (const style of STYLES) {
    if ((await fetch(`/cache/pictures/${style}.rgba`, { method: 'HEAD' })).ok) continue;
    const out = new Uint8Array(emoji.length * BYTES);
    for (const [i, one] of emoji.entries()) {
      context.clearRect(0, 0, PICTURE_PX, PICTURE_PX);
      await draw(emojiSvg(one, style), context, 0, 0);
      out.set(context.getImageData(0, 0, PICTURE_PX, PICTURE_PX).data, i * BYTES);
    }
    await writeCache(`pictures/${style}.rgba`, out);
    console.log(`[world] drew ${emoji.length} pictures in ${style}`);
  }
}

/** The atlas of the page: the collection's pictures in the unseen style, row by row, lossless WebP. */
export async function drawAtlas(manifest: WorldManifest): Promise<void> {
  const byCode = new Map(readEmoji().map((emoji) => [emoji.hexcode, emoji]));
  const { columns, tilePx } = manifest.atlas;
  const [made, context] = canvas(columns * tilePx, Math.ceil(manifest.image.length / columns) * tilePx);
  for (const { hexcode, tile } of manifest.image) {
    const x = (tile % columns) * tilePx;
    await draw(emojiSvg(byCode.get(hexcode)!, 'twemoji'), context, x, Math.floor(tile / columns) * tilePx);
  }
  await writeCache('atlas.webp', await made.convertToBlob({ type: 'image/webp', quality: 1 }));
}

/** The atlas of the training pool's pictures, each in its style, row by row: the drawings that training saw, at half the size. */
export async function drawPoolAtlas(): Promise<void> {
  const { pictures } = await readJson<PoolManifest>('embeddings/pool/pool.json');
  const indexOf = new Map(readEmoji().map(({ hexcode }, i) => [hexcode, i]));
  const styles = [...new Set(pictures.map(({ style }) => style))];
  const drawn = new Map(
    await Promise.all(styles.map(async (style) => [style, await readPictures(style)] as const)),
  );
  const { columns, tilePx } = POOL_ATLAS;
  const [made, context] = canvas(columns * tilePx, Math.ceil(pictures.length / columns) * tilePx);
  const [whole, wholeContext] = canvas(PICTURE_PX, PICTURE_PX);
  context.imageSmoothingQuality = 'high';
  for (const [tile, { hexcode, style }] of pictures.entries()) {
    const pixels = drawn.get(style)!(indexOf.get(hexcode)!);
    wholeContext.putImageData(new ImageData(pixels, PICTURE_PX, PICTURE_PX), 0, 0);
    const [x, y] = [(tile % columns) * tilePx, Math.floor(tile / columns) * tilePx];
    context.drawImage(whole, x, y, tilePx, tilePx);
  }
  await writeCache('pool-atlas.webp', await made.convertToBlob({ type: 'image/webp', quality: 0.8 }));
}

/** Pixels of every emoji in one style, in the order of readEmoji(). */
export async function readPictures(style: Style): Promise<(index: number) => Uint8ClampedArray<ArrayBuffer>> {
  const all = await readCache(`pictures/${style}.rgba`);
  return (index) => new Uint8ClampedArray(all, index * BYTES, BYTES);
}

export type { Emoji };
