/** The page's end of the maps' worker. */
import { proxy, transfer } from 'comlink';
import { DisposedError, InputError } from '../../base/errors.ts';
import { placeAmong } from '../../math/placement.ts';
import { abortable } from '../workers/abortPort.ts';
import { RestartableWorker } from '../workers/restartableWorker.ts';
import type { MapService } from './mapService.ts';
import type { MapLayout, MapLayoutRequest, MapPicture, MapProgress, MapSliceInput } from './types.ts';

export interface Maps {
  /**
   * Lays every slice of a request, aligned, in the background. The same request gives the same layout.
   * @throws InputError on a request that does not fit, AbortedError at once when the signal aborts, ModelError when the
   * worker dies, DisposedError after dispose().
   */
  layout(
    request: MapLayoutRequest,
    onProgress: (progress: MapProgress) => void,
    signal?: AbortSignal,
  ): Promise<MapLayout>;
  /**
   * Re-lays only the current slice, starting from its last picture, the other slices held fixed.
   * @throws as layout(), and InputError when `last` is of another collection.
   */
  relay(
    request: MapLayoutRequest,
    last: MapLayout,
    onProgress: (progress: MapProgress) => void,
    signal?: AbortSignal,
  ): Promise<MapLayout>;
  /**
   * Where a new item would lie: weighted mean of the positions of its exact nearest items in that slice; undefined where
   * none has a position. vector [slice.dim], unit. Runs here, in about a millisecond.
   * @throws InputError when the vector or the picture does not fit the slice.
   */
  place(
    vector: Float32Array,
    slice: MapSliceInput,
    picture: MapPicture,
  ): readonly [x: number, y: number] | undefined;
  /** Ends the worker; pending callers get a DisposedError. Idempotent. */
  dispose(): void;
}

/** Creates the maps of the page. The worker starts at the first layout, and anew after it died. The caller disposes. */
export function createMaps(): Maps {
  let disposed = false;
  const worker = new RestartableWorker<MapService>({
    name: 'The map worker',
    create: () => new Worker(new URL('./maps.worker.ts', import.meta.url), { type: 'module' }),
    start: async () => {},
    onDeath: () => {},
  });

  /** Progress of a call that is over, or was taken back, is dropped. */
  const during = async (
    onProgress: (progress: MapProgress) => void,
    signal: AbortSignal | undefined,
    call: (report: (progress: MapProgress) => void) => Promise<MapLayout>,
  ) => {
    let over = false;
    try {
      return await call((progress) => {
        if (!over && !signal?.aborted) onProgress(progress);
      });
    } finally {
      over = true;
    }
  };

  return {
    layout: (request, onProgress, signal) =>
      during(onProgress, signal, (report) =>
        abortable(signal, (port) =>
          worker.call((remote) =>
            port
              ? remote.layout(request, proxy(report), transfer(port, [port]))
              : remote.layout(request, proxy(report)),
          ),
        ),
      ),
    relay: (request, last, onProgress, signal) =>
      during(onProgress, signal, (report) =>
        abortable(signal, (port) =>
          worker.call((remote) =>
            port
              ? remote.relay(request, last, proxy(report), transfer(port, [port]))
              : remote.relay(request, last, proxy(report)),
          ),
        ),
      ),
    place(vector, slice, picture) {
      if (disposed) throw new DisposedError('The map worker');
      if (vector.length !== slice.dim) {
        throw new InputError(
          `Slice ${slice.id} takes vectors of ${slice.dim} numbers; this has ${vector.length}.`,
        );
      }
      if (picture.coordinates.length * slice.dim !== 2 * slice.vectors.length) {
        throw new InputError(
          `The picture has ${picture.coordinates.length / 2} items, slice ${slice.id} ${slice.vectors.length / slice.dim}.`,
        );
      }
      return placeAmong(vector, slice.vectors, picture.coordinates, slice.dim);
    },
    dispose() {
      disposed = true;
      worker.dispose();
    },
  };
}
