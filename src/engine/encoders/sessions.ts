/** One ONNX session at a time creates, runs or is released; whatever fails, fails alone. */
import type { InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import { LabError, messageOf, ModelError } from '../../base/errors.ts';
import { BrokenRuntimeError } from '../workers/brokenRuntime.ts';
import type { SerialLock } from '../workers/serialLock.ts';

export type Feeds = Record<string, Tensor>;

/** What of ONNX Runtime's session is used; the outputs' type is the caller's to know. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata: InferenceSession['inputMetadata'];
  readonly outputMetadata: InferenceSession['outputMetadata'];
  run(feeds: Feeds): Promise<Record<string, unknown>>;
  release(): Promise<void>;
}

/** ONNX Runtime's class: `create` is replaced by guardCreate(). */
export interface SessionClass {
  create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<Session>;
}

const BROKEN =
  /aborted\(|unreachable|out of bounds|out of memory|device (?:is |was )?lost|no available backend|initWasm/i;

/** An error of ONNX Runtime as one of ours: BrokenRuntimeError when its instance or device is gone, else ModelError. */
export function sessionError(doing: string, error: unknown): LabError {
  if (error instanceof LabError) return error;
  const message = messageOf(error);
  const broken = error instanceof WebAssembly.RuntimeError || BROKEN.test(message);
  const Class = broken ? BrokenRuntimeError : ModelError;
  return new Class(`${doing} failed: ${message}`);
}

/** The session with every run and release under the lock, and its errors as ours. */
export function guardSession(session: Session, lock: SerialLock, name: string): Session {
  const { inputNames, outputNames, inputMetadata, outputMetadata } = session;
  const guarded = <T>(doing: string, job: () => Promise<T>) =>
    lock.run(job).catch((error: unknown) => {
      throw sessionError(`${doing} ${name}`, error);
    });
  return {
    inputNames,
    outputNames,
    inputMetadata,
    outputMetadata,
    run: (feeds) => guarded('Running', () => session.run(feeds)),
    release: () => guarded('Releasing', () => session.release()),
  };
}

const FAILURE = 'bondlabFailure';

/** An error as a value: a function, because transformers.js walks through objects in search of tensors. */
function asValue(error: LabError): Record<string, unknown> {
  return { [FAILURE]: () => error };
}

/** @throws the error that stands in place of a session or of a run's outputs. */
export function throwFailure(value: unknown): void {
  const failure = (value as Record<string, unknown>)[FAILURE];
  if (typeof failure === 'function') throw (failure as () => LabError)();
}

/**
 * Replaces `create` for everyone in this worker, transformers.js included: under the lock, and with failures as values,
 * since transformers.js 4.3.1 chains its loads and its runs, and one rejection there rejects every later one
 * (backends/onnx.js, webInitChain and webInferenceChain). The caller asks throwFailure() about the session and about the
 * outputs of each run. Returns a `create` of our own that throws as usual.
 */
export function guardCreate(
  host: SessionClass,
  lock: SerialLock,
): (model: Uint8Array, options: InferenceSession.SessionOptions, name: string) => Promise<Session> {
  const plain = host.create.bind(host);
  const create = async (model: Uint8Array, options: InferenceSession.SessionOptions, name: string) => {
    try {
      return guardSession(await lock.run(() => plain(model, options)), lock, name);
    } catch (error) {
      throw sessionError(`Loading ${name}`, error);
    }
  };
  host.create = async (model, options = {}) => {
    try {
      const session = await create(model, options, 'an encoder');
      return {
        ...session,
        run: (feeds) => session.run(feeds).catch((error: LabError) => asValue(error)),
      };
    } catch (error) {
      return asValue(error as LabError) as unknown as Session;
    }
  };
  return create;
}
