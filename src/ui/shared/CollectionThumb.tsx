import { memo } from 'react';
import type { Modality } from '../../base/modality.ts';
import { ItemThumb } from './ItemThumb.tsx';
import { useLab } from './LabContext.tsx';
import { atlasOf, lookOf } from './itemLook.ts';

/** The thumb of an item of the collection, drawn once: it looks the same at every rank. */
export const CollectionThumb = memo(function CollectionThumb(props: {
  modality: Modality;
  index: number;
  sizePx: number;
}) {
  const engine = useLab((s) => s.engine);
  const item = lookOf(engine, props.modality, props.index);
  return <ItemThumb item={item} atlas={atlasOf(engine)} sizePx={props.sizePx} />;
});
