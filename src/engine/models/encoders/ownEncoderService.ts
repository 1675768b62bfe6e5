/** The worker's side of own encoders, for comlink: signals arrive as ports, bitmaps and arrays are moved. */
import { transfer } from 'comlink';
import { MediaError, ModelError } from '../../../base/errors.ts';
import { listenForAbort } from '../../workers/abortPort.ts';
import type { DryRun, EncoderProposal } from '../types.ts';
import { OwnEncoderJob, type OwnStatus, type Wanted } from './ownEncoderJob.ts';
import { proposeEncoder, type GivenFiles } from './proposal.ts';
import type { OwnRuntime } from './runtime.ts';
import type { DecodedInput, SentInput } from './tower.ts';

export class OwnEncoderService {
  readonly #createRuntime: (onBroken: (reason: string) => void) => OwnRuntime;
  #job: OwnEncoderJob | undefined;

  constructor(createRuntime: (onBroken: (reason: string) => void) => OwnRuntime) {
    this.#createRuntime = createRuntime;
  }

  /** Must be the first call. Both callbacks are comlink proxies. */
  start(onStatus: (status: OwnStatus) => void | Promise<void>, onBroken: (reason: string) => void): void {
    this.#job = new OwnEncoderJob(this.#createRuntime(onBroken), onStatus);
  }

  /** As OwnEncoderJob.encode. */
  async encode(wanted: Wanted, input: SentInput, port: MessagePort | undefined): Promise<Float32Array> {
    const { signal, close } = listenForAbort(port);
    try {
      const vector = await this.#started().encode(wanted, decoded(input), signal);
      return transfer(vector, [vector.buffer]);
    } finally {
      close();
    }
  }

  /** As OwnEncoderJob.dryRun. */
  dryRun(wanted: Wanted, input: SentInput | undefined): Promise<DryRun> {
    return this.#started().dryRun(wanted, input && decoded(input));
  }

  /** As proposeEncoder. */
  propose(files: GivenFiles): Promise<EncoderProposal> {
    return proposeEncoder(files);
  }

  /** As OwnEncoderJob.release. */
  release(id: string): Promise<void> {
    return this.#started().release(id);
  }

  #started(): OwnEncoderJob {
    if (!this.#job) throw new ModelError('The worker of own encoders was called before it was started.');
    return this.#job;
  }
}

/** A bitmap's pixels, read here so that the page does not wait for them. @throws MediaError */
function decoded(input: SentInput): DecodedInput {
  if (input.modality !== 'image') return input;
  const { bitmap } = input;
  try {
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) throw new MediaError('This browser gives no 2-D canvas, so pictures cannot be read.');
    context.drawImage(bitmap, 0, 0);
    return {
      modality: 'image',
      picture: { width, height, data: context.getImageData(0, 0, width, height).data },
    };
  } finally {
    bitmap.close();
  }
}
