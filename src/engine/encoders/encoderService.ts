import { transfer } from 'comlink';
import { ModelError } from '../../base/errors.ts';
import { listenForAbort } from '../workers/abortPort.ts';
import type { Backend } from '../types.ts';
import { EncoderJob, type EncoderJobOptions } from './encoderJob.ts';
import type { PreparedInput } from './inputs.ts';
import type { EncoderRuntime, EnsembleRef } from './runtime.ts';

export interface StartOptions {
  /** Address of models/, with a slash at its end. */
  modelsUrl: string;
  /** Pins the backend; without it a probe chooses. */
  backend?: Backend;
  reason?: string;
}

/** The worker's side of the encoders, for comlink: signals arrive as ports, big arrays leave by transfer. */
export class EncoderService {
  readonly #createRuntime: (modelsUrl: string, onBroken: (reason: string) => void) => EncoderRuntime;
  #job: EncoderJob | undefined;

  constructor(createRuntime: (modelsUrl: string, onBroken: (reason: string) => void) => EncoderRuntime) {
    this.#createRuntime = createRuntime;
  }

  /** Must be the first call. Both callbacks are comlink proxies. */
  start(
    { modelsUrl, ...options }: StartOptions,
    onStatus: EncoderJobOptions['onStatus'],
    onBroken: (reason: string) => void,
  ): void {
    this.#job = new EncoderJob(this.#createRuntime(modelsUrl, onBroken), { ...options, onStatus });
  }

  /** As EncoderJob.encode. */
  async encode(spaceId: string, input: PreparedInput, port: MessagePort | undefined): Promise<Float32Array> {
    const { signal, close } = listenForAbort(port);
    try {
      return moved(await this.#started().encode(spaceId, input, signal));
    } finally {
      close();
    }
  }

  /** As EncoderJob.encodeTexts. */
  async encodeTexts(
    spaceId: string,
    texts: readonly string[],
    port: MessagePort | undefined,
  ): Promise<Float32Array> {
    const { signal, close } = listenForAbort(port);
    try {
      return moved(await this.#started().encodeTexts(spaceId, texts, signal));
    } finally {
      close();
    }
  }

  /** As EncoderJob.project. */
  async project(
    ref: EnsembleRef,
    x: Float32Array,
    mask: readonly boolean[],
    port: MessagePort | undefined,
  ): Promise<Float32Array> {
    const { signal, close } = listenForAbort(port);
    try {
      return moved(await this.#started().project(ref, x, mask, signal));
    } finally {
      close();
    }
  }

  /** As EncoderJob.members. */
  async members(ref: EnsembleRef, x: Float32Array, port: MessagePort | undefined): Promise<Float32Array> {
    const { signal, close } = listenForAbort(port);
    try {
      return moved(await this.#started().members(ref, x, signal));
    } finally {
      close();
    }
  }

  #started(): EncoderJob {
    if (!this.#job) throw new ModelError('The encoder worker was called before it was started.');
    return this.#job;
  }
}

const moved = (array: Float32Array<ArrayBuffer>) => transfer(array, [array.buffer]);
