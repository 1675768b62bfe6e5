import type { Modality } from '../../base/modality.ts';
import type { LabEngine } from '../../engine/types.ts';
import type { AtlasLook, ThumbItem } from './ItemThumb.tsx';

/** What an item of the collection looks like. */
export function lookOf(engine: LabEngine, modality: Modality, index: number): ThumbItem {
  const { manifest } = engine;
  const { caption } = manifest[modality][index]!;
  if (modality === 'image') {
    const { tile } = manifest.image[index]!;
    return tile === undefined ? { modality, caption } : { modality, caption, tile };
  }
  if (modality === 'audio') return { modality, caption, peaks: engine.peaks(index) };
  return { modality, caption };
}

export function atlasOf(engine: LabEngine): AtlasLook {
  const { tilePx, columns } = engine.manifest.atlas ?? { tilePx: 64, columns: 1 };
  return { url: engine.atlasUrl ?? '', tilePx, columns };
}
