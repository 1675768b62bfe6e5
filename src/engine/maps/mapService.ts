import { transfer } from 'comlink';
import { listenForAbort } from '../workers/abortPort.ts';
import { MapJob } from './mapJob.ts';
import type { MapLayout, MapLayoutRequest, MapProgress } from './types.ts';

type Progress = (progress: MapProgress) => void;

/** MapJob as the page calls it: aborts come through a port, pictures are transferred. Lives in the maps' worker. */
export class MapService {
  readonly #job = new MapJob();

  async layout(request: MapLayoutRequest, onProgress: Progress, port?: MessagePort): Promise<MapLayout> {
    return run(port, (signal) => this.#job.layout(request, { onProgress, signal }));
  }

  async relay(
    request: MapLayoutRequest,
    last: MapLayout,
    onProgress: Progress,
    port?: MessagePort,
  ): Promise<MapLayout> {
    return run(port, (signal) => this.#job.relay(request, last, { onProgress, signal }));
  }
}

async function run(
  port: MessagePort | undefined,
  job: (signal: AbortSignal) => Promise<MapLayout>,
): Promise<MapLayout> {
  const { signal, close } = listenForAbort(port);
  try {
    const layout = await job(signal);
    return transfer(
      layout,
      Object.values(layout.pictures).map(({ coordinates }) => coordinates.buffer),
    );
  } finally {
    close();
  }
}
