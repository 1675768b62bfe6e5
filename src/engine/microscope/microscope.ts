/** The page's end of the microscope: studies that count run in a worker, what they need is served from here. */
import { proxy, transfer, type Remote } from 'comlink';
import { abortable } from '../workers/abortPort.ts';
import { RestartableWorker } from '../workers/restartableWorker.ts';
import { told } from '../workers/told.ts';
import { costStudy } from './costStudy.ts';
import type { MicroscopeService, ServedSources, StudyArguments } from './microscopeService.ts';
import type { Microscope, MicroscopeOptions, MicroscopeSources } from './types.ts';

export interface MicroscopeClient extends Omit<Microscope, 'costSubjects'> {
  /** Samples of the collection's first n sounds, rendered in the worker. @throws ModelError, DisposedError, AbortedError. */
  renderSounds(n: number, signal?: AbortSignal): Promise<Float32Array<ArrayBuffer>[]>;
  /** Ends the worker; pending callers get a DisposedError. Idempotent. */
  dispose(): void;
}

const createWorker = () => new Worker(new URL('./microscope.worker.ts', import.meta.url), { type: 'module' });

/**
 * Creates the microscope over what the engine gives. The worker starts at the first study, and anew after it died; costs are
 * timed here, since what they time is the encoders' worker. Studies that overlap share the worker. The caller disposes.
 * @param create makes the worker (tests give another)
 */
export function createMicroscope(
  sources: MicroscopeSources,
  create: () => Worker = createWorker,
): MicroscopeClient {
  const worker = new RestartableWorker<MicroscopeService>({
    name: 'The microscope’s worker',
    create,
    start: (remote) => remote.start(sources.manifest),
    onDeath: () => {},
  });

  /** Makes a study's call with what it needs beside its request. */
  const study = <T>(
    { signal, onProgress }: MicroscopeOptions = {},
    call: (remote: Remote<MicroscopeService>, ...given: StudyArguments) => Promise<T>,
  ): Promise<T> =>
    abortable(signal, (port) =>
      worker.call((remote) =>
        told(onProgress, (progress) =>
          call(remote, sources.spaces(), served(sources, signal), progress, port && transfer(port, [port])),
        ),
      ),
    );

  return {
    memberStudy: (request, options) =>
      study(options, (remote, ...given) => remote.memberStudy(request, ...given)),
    sizeStudy: (request, options) =>
      study(options, (remote, ...given) => remote.sizeStudy(request, ...given)),
    conflictStudy: (request, options) =>
      study(options, (remote, ...given) => remote.conflictStudy(request, ...given)),
    keepsStudy: (request, options) =>
      study(options, (remote, ...given) => remote.keepsStudy(request, ...given)),
    costStudy,
    renderSounds: (n, signal) => abortable(signal, () => worker.call((remote) => remote.renderSounds(n))),
    dispose: () => worker.dispose(),
  };
}

/** What the worker asks for: embeddings are copied, since the page keeps them; what was made for it alone is moved. */
function served(sources: MicroscopeSources, signal: AbortSignal | undefined): ServedSources {
  const moved = (rows: Float32Array) => transfer(rows, [rows.buffer as ArrayBuffer]);
  return proxy({
    spaceEmbeddings: (id: string) => sources.spaceEmbeddings(id, signal),
    members: async (id: string, x: Float32Array) => moved(await sources.members(id, x, signal)),
    encodeTexts: async (id: string, texts: readonly string[]) =>
      moved(await sources.encodeTexts(id, texts, signal)),
  });
}
