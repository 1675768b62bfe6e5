import { releaseProxy, transfer, type Remote } from 'comlink';
import { ModelError } from '../../base/errors.ts';
import type { Space } from '../../recipe/types.ts';
import { renderClip } from '../../world/sounds/clip.ts';
import type { CollectionManifest } from '../../world/types.ts';
import { listenForAbort } from '../workers/abortPort.ts';
import type { Progress } from '../workers/told.ts';
import { createStudies, type Studies } from './studies.ts';
import type {
  ConflictReport,
  ConflictRequest,
  KeepsReport,
  KeepsRequest,
  MemberReport,
  MemberRequest,
  MicroscopeOptions,
  MicroscopeSources,
  SizeReport,
  SizeRequest,
} from './types.ts';

/** What the page serves while a study goes on; it hears the caller's abort itself. */
export type ServedSources = Pick<MicroscopeSources, 'spaceEmbeddings' | 'members' | 'encodeTexts'>;

/** What comes with the request of a study. */
export type StudyArguments = [
  spaces: readonly Space[],
  /** Comlink proxies both, which the worker lets go of at the end. */
  sources: ServedSources,
  onProgress: Progress,
  port: MessagePort | undefined,
];

/** Share of the work after which progress crosses again: a study makes tens of thousands of steps. */
const PROGRESS_STEP = 0.005;

/** The worker's side of the microscope, for comlink: sources are asked for through proxies, signals arrive as ports. */
export class MicroscopeService {
  #manifest: CollectionManifest | undefined;

  /** Must be the first call. */
  start(manifest: CollectionManifest): void {
    this.#manifest = manifest;
  }

  /** As Microscope.memberStudy. */
  memberStudy(request: MemberRequest, ...given: StudyArguments): Promise<MemberReport> {
    return this.#run(given, (studies, options) => studies.memberStudy(request, options));
  }

  /** As Microscope.sizeStudy. */
  sizeStudy(request: SizeRequest, ...given: StudyArguments): Promise<SizeReport> {
    return this.#run(given, (studies, options) => studies.sizeStudy(request, options));
  }

  /** As Microscope.conflictStudy. */
  conflictStudy(request: ConflictRequest, ...given: StudyArguments): Promise<ConflictReport> {
    return this.#run(given, (studies, options) => studies.conflictStudy(request, options));
  }

  /** As Microscope.keepsStudy. */
  keepsStudy(request: KeepsRequest, ...given: StudyArguments): Promise<KeepsReport> {
    return this.#run(given, (studies, options) => studies.keepsStudy(request, options));
  }

  /** Samples of the collection's first n synthesised sounds; none of one whose sounds are files. */
  renderSounds(n: number): Float32Array<ArrayBuffer>[] {
    const clips = this.#collection().audio.flatMap(({ clip }) => clip ?? []);
    const rendered = clips.slice(0, n).map((clip) => renderClip(clip).slice());
    return transfer(
      rendered,
      rendered.map(({ buffer }) => buffer),
    );
  }

  async #run<T>(
    [spaces, sources, onProgress, port]: StudyArguments,
    study: (studies: Studies, options: MicroscopeOptions) => Promise<T>,
  ): Promise<T> {
    const { signal, close } = listenForAbort(port);
    const studies = createStudies({
      manifest: this.#collection(),
      spaces: () => spaces,
      spaceEmbeddings: (id) => sources.spaceEmbeddings(id),
      members: (id, x) => sources.members(id, x),
      encodeTexts: (id, texts) => sources.encodeTexts(id, texts),
    });
    try {
      return await study(studies, { signal, ...(onProgress && { onProgress: inSteps(onProgress) }) });
    } finally {
      close();
      for (const one of [sources, onProgress])
        (one as Partial<Remote<object>> | undefined)?.[releaseProxy]?.();
    }
  }

  #collection(): CollectionManifest {
    if (!this.#manifest) throw new ModelError('The microscope’s worker was called before it was started.');
    return this.#manifest;
  }
}

function inSteps(onProgress: (fraction: number) => void): (fraction: number) => void {
  let next = 0;
  return (fraction) => {
    if (fraction < next) return;
    next = fraction + PROGRESS_STEP;
    onProgress(fraction);
  };
}
