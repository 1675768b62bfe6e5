import { expose } from 'comlink';

/** A Worker for Node's tests: the service answers in the same thread, behind a real message channel. */
export class FakeWorker extends EventTarget {
  terminated = false;
  readonly #near: MessagePort;
  readonly #far: MessagePort;

  constructor(service: unknown) {
    super();
    const { port1, port2 } = new MessageChannel();
    this.#near = port1;
    this.#far = port2;
    expose(service, port2);
    port1.onmessage = ({ data }: MessageEvent) => {
      this.dispatchEvent(Object.assign(new Event('message'), { data: data as unknown }));
    };
  }

  postMessage(message: unknown, transfers: Transferable[] = []): void {
    if (!this.terminated) this.#near.postMessage(message, transfers);
  }

  /** As a browser tells an uncaught error or a script that cannot be loaded. */
  crash(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
  }

  terminate(): void {
    this.terminated = true;
    this.#near.close();
    this.#far.close();
  }
}
