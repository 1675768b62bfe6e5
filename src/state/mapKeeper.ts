/** Keeps the map: one layout at a time; the current slice is laid anew, from its last picture, when a drag is released. */
import type { StoreApi } from 'zustand';
import { AbortedError, messageOf } from '../base/errors.ts';
import type { MapLayout, MapLayoutRequest, MapSliceId } from '../engine/maps/types.ts';
import type { LabEngine } from '../engine/types.ts';
import { shownEnds } from '../recipe/coefficients.ts';
import { fuseVectors, mapRequest } from './mapRequest.ts';
import type { Rankings } from './rankings.ts';
import { factorsOf, recipeOf, settingOf } from './selectors.ts';
import type { LabState, Query } from './types.ts';

export interface MapKeeper {
  /** Lays all slices of the recipe in use. */
  lay(): void;
  /** Lays the current slice anew, where the map was laid before; else the layout under way is followed by it. */
  relay(): void;
  cancel(): void;
  /** Ends it with the lab: nothing is laid from here on. */
  close(): void;
}

type OwnPositions = Partial<Record<MapSliceId, readonly [x: number, y: number]>>;

/** Keys on a slider release it at every step: the map waits until they pause. */
const RELAY_DELAY_MS = 200;

export function createMapKeeper(engine: LabEngine, store: StoreApi<LabState>, rankings: Rankings): MapKeeper {
  let controller: AbortController | undefined;
  let last: { layout: MapLayout; request: MapLayoutRequest; recipeId: string; setting: string } | undefined;
  let asked = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Never rejects: an own query that cannot be placed has no place, and the map stays. */
  const placeOwn = async () => {
    const { query, map, recipeId } = store.getState();
    const laid = last;
    if (query.kind !== 'own' || map.status !== 'ready' || laid?.recipeId !== recipeId) {
      return store.setState({ ownPositions: undefined });
    }
    const positions = await positionsOf(query, laid).catch(() => undefined);
    if (store.getState().query === query && last === laid) store.setState({ ownPositions: positions });
  };
  const positionsOf = async (
    query: Query & { kind: 'own' },
    { layout, request, recipeId }: NonNullable<typeof last>,
  ): Promise<OwnPositions> => {
    const state = store.getState();
    const recipe = recipeOf(state);
    const encoded = await rankings.own(query.key, recipeId);
    const { components } = await engine.recipeData(recipeId);
    const set = components[query.modality];
    const ends = shownEnds(recipe, engine.spaces);
    const vectors: Partial<Record<MapSliceId, Float32Array | undefined>> = {
      unified: encoded.bySpace[ends.base],
      current:
        set &&
        fuseVectors(
          recipe,
          query.modality,
          { ...set, nItems: 1, data: encoded.components },
          factorsOf(state),
        ),
      expert: encoded.bySpace[ends.expert],
    };
    const out: OwnPositions = {};
    for (const slice of request.slices) {
      const vector = vectors[slice.id];
      const picture = layout.pictures[slice.id];
      const place = vector && picture && engine.maps.place(vector, slice, picture);
      if (place) out[slice.id] = place;
    }
    return out;
  };

  const run = async (fresh: boolean) => {
    controller?.abort();
    const mine = new AbortController();
    controller = mine;
    const { recipeId } = store.getState();
    const factors = factorsOf(store.getState());
    const setting = settingOf(store.getState());
    const before = last?.recipeId === recipeId ? last : undefined;
    const kept = before?.layout;
    const keep = kept && { last: kept };
    store.setState({
      map: { status: 'working', progress: { words: 'Gathering the vectors', fraction: 0 }, ...keep },
    });
    try {
      const request = await mapRequest(engine, recipeId, factors);
      mine.signal.throwIfAborted();
      const onProgress = (progress: { words: string; fraction: number }) => {
        if (controller === mine) store.setState({ map: { status: 'working', progress, ...keep } });
      };
      const layout =
        fresh || !kept
          ? await engine.maps.layout(request, onProgress, mine.signal)
          : await engine.maps.relay(request, kept, onProgress, mine.signal);
      if (controller !== mine) return;
      last = { layout, request, recipeId, setting };
      store.setState({ map: { status: 'ready', layout, setting, recipeId }, mapFactors: factors });
      if (settingOf(store.getState()) !== setting) await run(false);
      else await placeOwn();
    } catch (error) {
      if (controller !== mine) return;
      if (error instanceof AbortedError || mine.signal.aborted) {
        store.setState({
          map: before
            ? { status: 'ready', layout: before.layout, setting: before.setting, recipeId }
            : { status: 'idle' },
        });
        await placeOwn();
      } else {
        store.setState({ map: { status: 'failed', message: messageOf(error), ...keep } });
      }
    }
  };

  store.subscribe((now, before) => {
    if (now.query !== before.query) void placeOwn();
  });

  const relayNow = () => {
    if (!asked) return;
    const { map, recipeId } = store.getState();
    // A first layout under way sees at its end that the factors moved on.
    if (map.status === 'working' && !map.last) return;
    if (map.status === 'ready' && map.recipeId === recipeId && map.setting === settingOf(store.getState()))
      return;
    if (last?.recipeId === recipeId) void run(false);
  };

  return {
    lay() {
      asked = true;
      void run(true);
    },
    relay() {
      clearTimeout(timer);
      timer = setTimeout(relayNow, RELAY_DELAY_MS);
    },
    cancel: () => controller?.abort(),
    close() {
      asked = false;
      clearTimeout(timer);
      controller?.abort();
    },
  };
}
