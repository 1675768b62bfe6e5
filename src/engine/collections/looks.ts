/** How a collection looks and sounds in lists: one picture of all tiles, and the waveforms. */
import { CapabilityError, throwIfAborted } from '../../base/errors.ts';
import { lookOf, thumbnail, TILE_PX as LARGEST_PX } from '../intake/media/look.ts';

/** How tiles lie in the picture of all of them: row by row. */
export interface AtlasLayout {
  tilePx: number;
  columns: number;
  /** Pictures beyond these have no tile. */
  nTiles: number;
}

/** Makes the looks of a collection; tests pass a fake. */
export interface LookMaker {
  /** The picture of all tiles, and which pictures could be drawn. @throws AbortedError */
  atlas(
    pictures: readonly Blob[],
    layout: AtlasLayout,
    options: LookOptions,
  ): Promise<{ blob: Blob; drawn: boolean[] }>;
  /** A waveform; undefined where the sound cannot be read. */
  waveform(blob: Blob): Promise<{ peaks: Uint8Array; durationS: number } | undefined>;
}

export interface LookOptions {
  signal?: AbortSignal | undefined;
  /** Called after each picture. */
  onDone?: () => void;
}

/** Browsers draw and keep canvases of this side everywhere. */
const MAX_SIDE_PX = 4096;
const TILES_PX = [LARGEST_PX, 64, 48, 32] as const;

/** The largest tiles with which n pictures fit one canvas: 96 px to 1,764 pictures, 64 to 4,096, 48 to 7,225, 32 to 16,384. */
export function atlasLayout(n: number): AtlasLayout {
  const perSide = (px: number) => Math.floor(MAX_SIDE_PX / px);
  const tilePx = TILES_PX.find((px) => perSide(px) ** 2 >= n) ?? TILES_PX.at(-1)!;
  const nTiles = Math.min(n, perSide(tilePx) ** 2);
  return { tilePx, columns: Math.max(1, Math.ceil(Math.sqrt(nTiles))), nTiles };
}

/** The looks as a browser makes them: one picture at a time is decoded beside the page's thread and drawn small. */
export function createLookMaker(): LookMaker {
  return {
    async atlas(pictures, { tilePx, columns, nTiles }, { signal, onDone }) {
      const rows = Math.max(1, Math.ceil(nTiles / columns));
      const canvas = new OffscreenCanvas(columns * tilePx, rows * tilePx);
      const context = canvas.getContext('2d');
      if (!context)
        throw new CapabilityError('This browser gives no 2-D canvas, so pictures cannot be shown.');
      const drawn: boolean[] = [];
      for (const [i, picture] of pictures.slice(0, nTiles).entries()) {
        throwIfAborted(signal);
        // A picture that cannot be read has an empty tile; encoding it will say why.
        const small = await thumbnail(picture).catch(() => undefined);
        if (small) {
          context.drawImage(small, (i % columns) * tilePx, Math.floor(i / columns) * tilePx, tilePx, tilePx);
          small.close();
        }
        drawn.push(small !== undefined);
        onDone?.();
      }
      throwIfAborted(signal);
      return { blob: await canvas.convertToBlob({ type: 'image/webp', quality: 0.9 }), drawn };
    },
    waveform: (blob) =>
      lookOf('audio', blob).then(
        (look) => (look?.modality === 'audio' ? look : undefined),
        () => undefined,
      ),
  };
}
