import { useComputedColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { useCallback, useEffect, useMemo } from 'react';
import { MODALITIES } from '../../base/modality.ts';
import { MAP_SLICES, type MapSliceId } from '../../engine/maps/types.ts';
import type { Factors } from '../../recipe/types.ts';
import { captionPairs, slicesOf } from '../../state/mapRequest.ts';
import { endsOf, meanOf, recipeOf, spaceName } from '../../state/selectors.ts';
import type { LabState, MapStatus } from '../../state/types.ts';
import { atlasOf } from '../shared/itemLook.ts';
import { useLab } from '../shared/LabContext.tsx';
import { mixColor } from '../shared/mix.ts';
import { MODALITY_WORDS } from '../shared/modality.tsx';
import { meanWords } from '../shared/recipeWords.ts';
import { MapPanel } from './MapPanel.tsx';
import type { MapItem, MapSliceLook, MapSliceState } from './types.ts';

function sliceState(map: MapStatus, id: MapSliceId): MapSliceState {
  if (map.status === 'idle') return { status: 'idle' };
  const layout = map.status === 'ready' ? map.layout : map.last;
  const coordinates = layout?.pictures[id]?.coordinates;
  if (map.status === 'working') {
    return { status: 'loading', progress: map.progress, ...(coordinates && { coordinates }) };
  }
  if (map.status === 'failed') {
    return { status: 'failed', message: map.message, ...(coordinates && { coordinates }) };
  }
  return coordinates
    ? { status: 'ready', coordinates }
    : { status: 'absent', reason: 'Nothing of the collection was laid here.' };
}

const NO_FACTORS: Factors = {};

/** The right answers' ids, sorted: a drag reorders them, the map marks the same items all the while. */
function rightKeyOf({ ranking }: LabState): string {
  if (ranking.status !== 'ready' || ranking.value.current.kind !== 'ranked') return '';
  return ranking.value.current.right
    .map(({ id }) => id)
    .toSorted()
    .join('\n');
}

/** The map of the recipe in use, fed from the store. */
export default function MapView() {
  const engine = useLab((s) => s.engine);
  const map = useLab((s) => s.map);
  const query = useLab((s) => s.query);
  const rightKey = useLab(rightKeyOf);
  // The picture is of the factors it was laid at; it stays as it is while a slider moves.
  const laidAt = useLab((s) => s.mapFactors) ?? NO_FACTORS;
  const ownPositions = useLab((s) => s.ownPositions);
  const sliceIds = useLab((s) => slicesOf(recipeOf(s)));
  const slice = useLab((s) => (sliceIds.includes(s.mapSlice) ? s.mapSlice : sliceIds[0]!));
  const colorMode = useLab((s) => s.mapColor);
  const pairMode = useLab((s) => s.mapPairs);
  const playingId = useLab((s) => s.playing);
  const set = useLab((s) => s.set);
  const askItem = useLab((s) => s.askItem);
  const play = useLab((s) => s.play);
  const layMap = useLab((s) => s.layMap);
  const cancelMap = useLab((s) => s.cancelMap);
  const baseId = useLab((s) => endsOf(s).base);
  const base = useLab((s) => spaceName(s, baseId));
  const expertId = useLab((s) => endsOf(s).expert);
  const expert = useLab((s) => spaceName(s, expertId));
  const theme = useComputedColorScheme('light');
  const reducedMotion = useReducedMotion();
  const { manifest } = engine;
  const atlas = useMemo(() => atlasOf(engine), [engine]);

  useEffect(() => {
    layMap();
  }, [layMap]);

  const items = useMemo(
    () =>
      MODALITIES.flatMap((modality) =>
        manifest[modality].map((item, i): MapItem => {
          const { id, caption, group, category } = item;
          const common = { id, modality, caption, group, category };
          const tile = modality === 'image' ? manifest.image[i]!.tile : undefined;
          return tile === undefined ? common : { ...common, tile };
        }),
      ),
    [manifest],
  );
  const byId = useMemo(() => {
    const found = new Map<string, { modality: (typeof MODALITIES)[number]; index: number }>();
    for (const modality of MODALITIES) {
      manifest[modality].forEach(({ id }, index) => found.set(id, { modality, index }));
    }
    return found;
  }, [manifest]);
  const pairs = useMemo(() => captionPairs(manifest), [manifest]);
  const rightIds = useMemo(() => (rightKey === '' ? [] : rightKey.split('\n')), [rightKey]);
  /** What a slice of a space of its own leaves out. */
  const noteOf = (id: string, name: string) => {
    const known = engine.spaces.find((space) => space.id === id)!.modalities;
    const unknown = MODALITIES.filter(
      (modality) => manifest[modality].length > 0 && !known.includes(modality),
    );
    if (unknown.length === 0) return {};
    const n = unknown.reduce((sum, modality) => sum + manifest[modality].length, 0);
    return {
      note: `${name} knows no ${unknown.map((one) => MODALITY_WORDS[one].many).join(' and no ')}: ${n} items are not shown.`,
    };
  };
  const looks: Record<MapSliceId, MapSliceLook> = {
    unified: { name: base, color: 'var(--bl-base)', ...noteOf(baseId, base) },
    current:
      sliceIds.length > 1
        ? { name: `Current (${meanWords(laidAt)})`, color: mixColor(meanOf(laidAt)) }
        : { name: base, color: 'var(--bl-base)', ...noteOf(baseId, base) },
    expert: {
      name: expert,
      color: 'var(--bl-expert)',
      ...noteOf(expertId, expert),
    },
  };
  const onPick = useCallback(
    (id: string) => {
      const item = byId.get(id);
      if (item) askItem(item.modality, item.index);
    },
    [byId, askItem],
  );
  const onPlay = useCallback(
    (id: string) => {
      const item = byId.get(id);
      if (item) play(item.index);
    },
    [byId, play],
  );
  const slices = Object.fromEntries(MAP_SLICES.map((id) => [id, sliceState(map, id)])) as Record<
    MapSliceId,
    MapSliceState
  >;
  return (
    <MapPanel
      items={items}
      atlas={atlas}
      slices={slices}
      looks={looks}
      figures={map.status === 'ready' ? map.layout.figures : undefined}
      queryId={query.kind === 'item' ? manifest[query.modality][query.index]!.id : undefined}
      rightIds={rightIds}
      pairs={pairs}
      ownPoint={
        query.kind === 'own' && ownPositions
          ? { modality: query.modality, caption: query.label, positions: ownPositions }
          : undefined
      }
      sliceIds={sliceIds}
      slice={slice}
      onSlice={(mapSlice) => set({ mapSlice })}
      colorMode={colorMode}
      onColorMode={(mapColor) => set({ mapColor })}
      pairMode={pairMode}
      onPairMode={(mapPairs) => set({ mapPairs })}
      onPick={onPick}
      onPlay={onPlay}
      onCancel={map.status === 'working' ? cancelMap : undefined}
      onRetry={layMap}
      playingId={playingId}
      theme={theme}
      reducedMotion={reducedMotion}
    />
  );
}
