/** The encoders of kept models and single graphs of one worker: loaded at first use, probed, kept while there is room. */
import { LabError, messageOf, ModelError, throwIfAborted } from '../../../base/errors.ts';
import { meanDirection } from '../../encoders/inputs.ts';
import { saysBroken } from '../../workers/brokenRuntime.ts';
import { SerialLock } from '../../workers/serialLock.ts';
import type { Backend } from '../../types.ts';
import type { DryRun, OwnEncoder } from '../types.ts';
import { probeEncoder, type Choice } from './probe.ts';
import type { LoadedEncoder, OwnRuntime } from './runtime.ts';
import { sampleInput } from './samples.ts';
import type { DecodedInput, TowerSource } from './tower.ts';

/** What changed of an encoder; fields that are not there stay as they were. */
export type OwnStatus = Pick<OwnEncoder, 'id' | 'state'> &
  Partial<Pick<OwnEncoder, 'backend' | 'probe' | 'message'>>;

export interface Wanted {
  source: TowerSource;
  /** Takes this backend without a probe, and no other when it fails. */
  pinned?: Backend;
  /** What an earlier probe chose. */
  known?: Choice;
}

interface Loaded {
  stamp: string;
  bytes: number;
  loading: Promise<LoadedEncoder>;
}

/** Graphs that are kept loaded, in bytes of their files: those that were not used for longest go first. */
const MAX_LOADED_BYTES = 1_500_000_000;
const HEAD = 8;

export class OwnEncoderJob {
  readonly #runtime: OwnRuntime;
  readonly #onStatus: (status: OwnStatus) => void | Promise<void>;
  /** In the order of their last use. */
  readonly #loaded = new Map<string, Loaded>();
  /** One load or run at a time, whole: what runs cannot be let go. */
  readonly #lock = new SerialLock();
  readonly #notes = new Map<string, string | undefined>();

  constructor(runtime: OwnRuntime, onStatus: (status: OwnStatus) => void | Promise<void>) {
    this.#runtime = runtime;
    this.#onStatus = onStatus;
  }

  /**
   * Unit vector of an input; a sound of several windows gets the mean direction of its windows, and a text of more tokens than
   * the encoder takes is cut, which its status then says.
   * @throws InputError, MediaError, AbortedError, FormatError, ModelError, BrokenRuntimeError
   */
  encode(wanted: Wanted, input: DecodedInput, signal?: AbortSignal): Promise<Float32Array<ArrayBuffer>> {
    return this.#lock.run(async () => {
      const { id, dim, normalise } = wanted.source;
      const encoder = await this.#load(wanted);
      throwIfAborted(signal);
      const { rows, note } = await encoder.embed(input, signal);
      if (note !== this.#notes.get(id)) {
        this.#notes.set(id, note);
        await this.#onStatus({ id, state: 'ready', message: note ?? '' });
      }
      const found = rows[0]!.length;
      if (dim > 0 && found !== dim)
        throw new ModelError(
          `${id} gave vectors of ${found} numbers; its space has ${dim}. Choose another output.`,
        );
      if (!normalise) for (const row of rows) checkUnit(id, row);
      return directionOf(id, rows);
    }, signal);
  }

  /**
   * Loads an encoder that is not kept, on WebAssembly or the pinned backend, runs it once after a warm-up, and lets it go.
   * @throws as encode
   */
  dryRun({ source, pinned }: Wanted, input: DecodedInput = sampleInput(source.modality)): Promise<DryRun> {
    return this.#lock.run(async () => {
      const backend = pinned ?? 'wasm';
      const encoder = await this.#runtime.load(source, backend);
      try {
        await encoder.embed(input);
        const start = this.#runtime.nowMs();
        const { rows } = await encoder.embed(input);
        const ms = this.#runtime.nowMs() - start;
        const [row] = rows as [Float32Array];
        const unit = directionOf(source.id, rows);
        const shown = source.normalise ? unit : row;
        return { head: [...shown.subarray(0, HEAD)], dim: row.length, norm: Math.hypot(...row), ms, backend };
      } finally {
        await encoder.release();
      }
    });
  }

  /** Lets an encoder go; the next call loads it anew. */
  release(id: string): Promise<void> {
    return this.#lock.run(() => this.#drop(id));
  }

  async #drop(id: string): Promise<void> {
    const loaded = this.#loaded.get(id);
    this.#loaded.delete(id);
    this.#notes.delete(id);
    await loaded?.loading.then((encoder) => encoder.release()).catch(() => undefined);
  }

  async #load(wanted: Wanted): Promise<LoadedEncoder> {
    const { id, stamp, files } = wanted.source;
    const key = `${stamp} ${wanted.pinned ?? ''}`;
    const known = this.#loaded.get(id);
    if (known?.stamp === key) {
      this.#loaded.delete(id);
      this.#loaded.set(id, known);
      return known.loading;
    }
    await this.#drop(id);
    const bytes = [...files.values()].reduce((sum, { size }) => sum + size, 0);
    await this.#makeRoom(bytes);
    const loading = this.#loadAnew(wanted);
    this.#loaded.set(id, { stamp: key, bytes, loading });
    try {
      return await loading;
    } catch (error) {
      this.#loaded.delete(id);
      throw error;
    }
  }

  async #makeRoom(bytes: number): Promise<void> {
    let held = [...this.#loaded.values()].reduce((sum, loaded) => sum + loaded.bytes, bytes);
    for (const [id, loaded] of this.#loaded) {
      if (held <= MAX_LOADED_BYTES) return;
      held -= loaded.bytes;
      await this.#drop(id);
      await this.#onStatus({ id, state: 'not loaded', message: 'Let go to make room for others.' });
    }
  }

  async #loadAnew(wanted: Wanted): Promise<LoadedEncoder> {
    const { id } = wanted.source;
    await this.#onStatus({ id, state: 'loading', message: '' });
    try {
      const { encoder, choice } = await this.#choose(wanted);
      const words = choice.reason === '' ? {} : { probe: choice.reason };
      await this.#onStatus({ id, state: 'ready', backend: choice.backend, ...words, message: '' });
      return encoder;
    } catch (caught) {
      const error = asModelError(id, caught);
      await this.#onStatus({ id, state: 'failed', message: error.message });
      throw error;
    }
  }

  async #choose({ source, pinned, known }: Wanted): Promise<{ encoder: LoadedEncoder; choice: Choice }> {
    if (pinned)
      return { encoder: await this.#runtime.load(source, pinned), choice: { backend: pinned, reason: '' } };
    if (!known) return probeEncoder(this.#runtime, source);
    try {
      return { encoder: await this.#runtime.load(source, known.backend), choice: known };
    } catch (error) {
      if (known.backend === 'wasm' || saysBroken(error)) throw error;
      const reason = `WebAssembly: WebGPU could not load it (${messageOf(error)})`;
      return { encoder: await this.#runtime.load(source, 'wasm'), choice: { backend: 'wasm', reason } };
    }
  }
}

/** What went wrong while an encoder was loaded and tried; errors of ours pass, others are the model's. */
function asModelError(id: string, error: unknown): LabError {
  return error instanceof LabError ? error : new ModelError(`${id} could not be loaded: ${messageOf(error)}`);
}

/** @throws ModelError when a model's rows have no direction: zeros or no numbers. */
function directionOf(id: string, rows: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  try {
    return meanDirection(rows);
  } catch (error) {
    throw new ModelError(
      `${id} gave no usable vector: ${messageOf(error)} Try another precision or backend.`,
    );
  }
}

const UNIT_TOLERANCE = 0.01;

/** @throws ModelError */
function checkUnit(id: string, row: Float32Array): void {
  const norm = Math.hypot(...row);
  if (Math.abs(norm - 1) <= UNIT_TOLERANCE) return;
  throw new ModelError(
    `${id} gave a vector of length ${norm.toPrecision(3)}, and is said to give unit vectors. Add it again with "normalise".`,
  );
}
