/** The device that scores: chosen once, replaced by WebAssembly when it fails. */
import { CapabilityError, LabError, messageOf } from '../../base/errors.ts';
import type { Backend } from '../types.ts';
import { openDevice, openWasm, type ScoringDevice } from './scoringDevice.ts';

export interface DeviceChoice {
  backend: Backend;
  reason: string;
}

export interface DeviceKeeperOptions {
  open?: (() => Promise<ScoringDevice>) | undefined;
  /** The way on when a WebGPU device fails; told why. */
  fallBack?: ((why: string) => Promise<ScoringDevice>) | undefined;
  onDevice?: ((choice: DeviceChoice) => void) | undefined;
  /** Runs a job when no other uses the device. */
  inTurn: (job: () => Promise<void>) => Promise<void>;
}

/** Its methods are called in turn: one at a time. */
export class DeviceKeeper {
  readonly #options: DeviceKeeperOptions;
  #device: ScoringDevice | undefined;

  constructor(options: DeviceKeeperOptions) {
    this.#options = options;
  }

  choice(): DeviceChoice | undefined {
    return this.#device && { backend: this.#device.backend, reason: this.#device.reason };
  }

  /** The present device; opened at the first call. */
  async get(): Promise<ScoringDevice> {
    return this.#device ?? this.#use(this.#options.open ?? openDevice);
  }

  /**
   * Runs on the present device, and once more on WebAssembly when a WebGPU device fails.
   * @throws CapabilityError when WebAssembly fails; LabErrors of the run itself pass.
   */
  async attempt<T>(run: (device: ScoringDevice) => Promise<T>): Promise<T> {
    const device = await this.get();
    try {
      return await run(device); // a read from a lost device rejects
    } catch (error) {
      if (error instanceof LabError) throw error;
      if (device.backend !== 'webgpu') {
        throw new CapabilityError(`Scoring failed on WebAssembly: ${messageOf(error)}. Reload the page.`);
      }
      if (this.#device === device) await this.#leave(messageOf(error));
      return this.attempt(run);
    }
  }

  async #use(open: () => Promise<ScoringDevice>): Promise<ScoringDevice> {
    const device = await open();
    this.#device = device;
    this.#options.onDevice?.({ backend: device.backend, reason: device.reason });
    void device.lost.then((message) =>
      this.#options.inTurn(async () => {
        if (this.#device === device) await this.#leave(`the device was lost: ${message}`);
      }),
    );
    return device;
  }

  async #leave(message: string): Promise<void> {
    const why = `WebGPU failed (${message}), so WebAssembly took over.`;
    await this.#use(() => (this.#options.fallBack ?? openWasm)(why));
  }
}
