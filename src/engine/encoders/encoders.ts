/** The page's side of the encoders: media are decoded here, models run in one worker that is made at the first call. */
import { proxy, transfer, type Remote } from 'comlink';
import { DisposedError, throwIfAborted } from '../../base/errors.ts';
import { abortable } from '../workers/abortPort.ts';
import { RestartableWorker } from '../workers/restartableWorker.ts';
import type { Backend, EncoderStatus } from '../types.ts';
import type { EncoderService, StartOptions } from './encoderService.ts';
import type { EncoderInput, PreparedInput } from './inputs.ts';
import type { EnsembleRef } from './runtime.ts';
import { prepareInput, readText } from './media.ts';
import { TextRows } from './textRows.ts';
import { ENCODER_IDS } from './towers.ts';

export interface Encoders {
  /**
   * Unit vector of one own input in one space. Takes a Blob or what prepareInput() made of it; also samples and pixels of
   * the collection's own items. A Blob is decoded once, however many spaces it is encoded in.
   * @throws InputError, MediaError, CapabilityError, MissingFileError, ModelError, AbortedError, DisposedError.
   */
  encode(spaceId: string, input: EncoderInput, signal?: AbortSignal): Promise<Float32Array>;
  /**
   * Unit rows [texts.length, dim] of texts in one space, each the same as encode() gives. They go to the worker in batches,
   * after each of which `onProgress` hears the share that is done, in [0, 1]; a text is encoded once, however many calls
   * want it. @throws as encode().
   */
  encodeTexts(
    spaceId: string,
    texts: readonly string[],
    signal?: AbortSignal,
    onProgress?: (fraction: number) => void,
  ): Promise<Float32Array>;
  /**
   * Mean [n, dOut] of the unit outputs of an ensemble's members that are on, not normalised, for unit rows x [n, dIn].
   * @throws InputError, MissingFileError, ModelError, AbortedError, DisposedError.
   */
  project(
    ensembleId: string,
    x: Float32Array,
    mask: readonly boolean[],
    signal?: AbortSignal,
  ): Promise<Float32Array>;
  /** The unit output of every member, [n, nMembers, dOut], for unit rows x [n, dIn]. @throws as project(). */
  members(ensembleId: string, x: Float32Array, signal?: AbortSignal): Promise<Float32Array>;
  /** By "unified/audio", "foley-to-unified", ...: state, backend, precision, reason in words. */
  status(): Record<string, EncoderStatus>;
  /** Calls back whenever status() changes; returns the unsubscriber. */
  onStatus(listener: () => void): () => void;
  /** Ends the worker; pending calls get a DisposedError. Idempotent. */
  dispose(): void;
}

export interface EncodersOptions {
  /** Address of a file of the site. */
  assetUrl: (path: string) => string;
  /** Address of the graph of an ensemble of the user's own; undefined of one that ships with the lab. */
  ensembleUrl?: (ensembleId: string) => Promise<string | undefined>;
  /** Pins the backend instead of probing (for tests). */
  backend?: Backend;
}

type Prepared = Promise<PreparedInput>;

const NAME = 'The encoder worker';

/** Creates the encoders; nothing is loaded before the first call. */
export function createEncoders({ assetUrl, ensembleUrl, backend }: EncodersOptions): Encoders {
  const table = new Map<string, EncoderStatus>();
  const listeners = new Set<() => void>();
  const decoded = { image: new WeakMap<Blob, Prepared>(), audio: new WeakMap<Blob, Prepared>() };
  let disposed = false;
  // After a death WebGPU is not tried again: it is the likelier cause, and a probe that kills would kill each time.
  let afterDeath: Pick<StartOptions, 'backend' | 'reason'> = {};

  const tell = (...changed: EncoderStatus[]) => {
    for (const status of changed) table.set(status.id, status);
    for (const listener of listeners) listener();
  };
  tell(...ENCODER_IDS.map((id) => ({ id, state: 'not loaded' as const })));

  const worker = new RestartableWorker<EncoderService>({
    name: NAME,
    create: () => new Worker(new URL('./encoder.worker.ts', import.meta.url), { type: 'module' }),
    async start(remote) {
      const options: StartOptions = { modelsUrl: new URL(assetUrl('models/'), location.href).href };
      await remote.start(
        backend ? { ...options, backend } : { ...options, ...afterDeath },
        proxy(tell),
        proxy((reason: string) => worker.kill(reason)),
      );
    },
    onDeath(reason) {
      textRows.clear(); // another precision gives other rows
      afterDeath = { backend: 'wasm', reason: `the encoders were restarted after a failure (${reason})` };
      tell(...ENCODER_IDS.map((id) => ({ id, state: 'not loaded' as const, message: `Stopped: ${reason}` })));
    },
  });

  /** Decodes a Blob once for all spaces; a failure is not kept. One caller's abort must not spoil the others' decoding. */
  const prepare = (input: EncoderInput): Prepared => {
    if (!('blob' in input)) return prepareInput(input);
    const kept = decoded[input.modality];
    const known = kept.get(input.blob);
    if (known) return known;
    const decoding = prepareInput(input);
    kept.set(input.blob, decoding);
    decoding.catch(() => kept.delete(input.blob));
    return decoding;
  };

  const call = <R>(
    signal: AbortSignal | undefined,
    job: (remote: Remote<EncoderService>, port: MessagePort | undefined) => Promise<R>,
  ) => {
    if (disposed) return Promise.reject(new DisposedError(NAME));
    return abortable(signal, (port) => worker.call((remote) => job(remote, port && transfer(port, [port]))));
  };

  const refOf = async (id: string): Promise<EnsembleRef> => {
    const url = await ensembleUrl?.(id);
    return url === undefined ? { id } : { id, url };
  };

  const textRows = new TextRows({
    encodeBatch: (spaceId, texts, signal) =>
      call(signal, (remote, port) => remote.encodeTexts(spaceId, texts, port)),
  });

  return {
    async encode(spaceId, input, signal) {
      throwIfAborted(signal);
      if (disposed) throw new DisposedError(NAME);
      const prepared = await prepare(input);
      return call(signal, (remote, port) => remote.encode(spaceId, prepared, port));
    },
    async encodeTexts(spaceId, texts, signal, onProgress) {
      if (disposed) throw new DisposedError(NAME);
      return textRows.encode(spaceId, texts.map(readText), signal, onProgress);
    },
    async project(ensembleId, x, mask, signal) {
      const ref = await refOf(ensembleId);
      return call(signal, (remote, port) => remote.project(ref, x, mask, port));
    },
    async members(ensembleId, x, signal) {
      const ref = await refOf(ensembleId);
      return call(signal, (remote, port) => remote.members(ref, x, port));
    },
    status: () => Object.fromEntries(table),
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      disposed = true;
      listeners.clear();
      worker.dispose();
    },
  };
}
