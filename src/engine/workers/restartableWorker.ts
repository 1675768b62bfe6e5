import { releaseProxy, wrap, type Remote } from 'comlink';
import { DisposedError, ModelError } from '../../base/errors.ts';
import { saysBroken } from './brokenRuntime.ts';
import { installErrorTransfer } from './comlinkErrors.ts';
import { createDeferred, type Deferred } from './deferred.ts';

export interface RestartableWorkerOptions<T> {
  /** For messages: "The encoder worker". */
  name: string;
  create(): Worker;
  /** Awaited once on each new worker before its first call. */
  start(remote: Remote<T>): Promise<void>;
  /** Called when a worker died, before its pending callers are told. */
  onDeath(reason: string): void;
}

interface Life<T> {
  worker: Worker;
  remote: Remote<T>;
  started: Promise<void>;
  /** True once `started` is over: a call is then posted in the caller's own turn, before anything that was queued for later. */
  ready: boolean;
  /** Rejects when the worker dies or is closed; never resolves. */
  death: Deferred<never>;
}

/**
 * A worker that is made at the first call, and made anew by the first call after it died. It counts as dead after an
 * uncaught error, when a call throws BrokenRuntimeError, or when kill() says so; every pending call is then rejected with
 * a ModelError. comlink's promises alone would wait for ever. Lives on the main thread.
 */
export class RestartableWorker<T> {
  readonly #options: RestartableWorkerOptions<T>;
  #life: Life<T> | undefined;
  #closed = false;

  constructor(options: RestartableWorkerOptions<T>) {
    this.#options = options;
    installErrorTransfer();
  }

  /** @throws ModelError when the worker dies meanwhile, DisposedError, or whatever the job throws. */
  async call<R>(job: (remote: Remote<T>) => Promise<R>): Promise<R> {
    if (this.#closed) throw new DisposedError(this.#options.name);
    const life = (this.#life ??= this.#begin());
    try {
      const answer = life.ready ? job(life.remote) : life.started.then(() => job(life.remote));
      return await Promise.race([answer, life.death.promise]);
    } catch (error) {
      if (!saysBroken(error)) throw error;
      this.#end(life, error.message);
      return life.death.promise;
    }
  }

  /** Ends the present worker, if there is one, as if it had died. */
  kill(reason: string): void {
    if (this.#life) this.#end(this.#life, reason);
  }

  /** Ends the worker; pending callers get a DisposedError. Later calls throw. Idempotent. */
  dispose(): void {
    this.#closed = true;
    const life = this.#life;
    if (!life) return;
    this.#stop(life);
    life.death.reject(new DisposedError(this.#options.name));
  }

  #begin(): Life<T> {
    const worker = this.#options.create();
    const remote = wrap<T>(worker);
    const death = createDeferred<never>();
    death.promise.catch(() => undefined); // a death while nobody waits is no unhandled rejection
    const started = this.#options.start(remote);
    const life: Life<T> = { worker, remote, started, ready: false, death };
    started.then(
      () => (life.ready = true),
      (error: unknown) => {
        this.#end(life, `it could not start: ${error instanceof Error ? error.message : String(error)}`);
      },
    );
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#end(life, event.message || 'its script could not be loaded');
    });
    return life;
  }

  #end(life: Life<T>, reason: string): void {
    if (life !== this.#life) return;
    this.#stop(life);
    this.#options.onDeath(reason);
    life.death.reject(
      new ModelError(`${this.#options.name} stopped: ${reason}. It is started anew: please try again.`),
    );
  }

  #stop(life: Life<T>): void {
    this.#life = undefined;
    life.remote[releaseProxy]();
    life.worker.terminate();
  }
}
