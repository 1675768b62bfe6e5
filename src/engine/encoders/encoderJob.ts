import { InputError, messageOf, ModelError, throwIfAborted } from '../../base/errors.ts';
import { saysBroken } from '../workers/brokenRuntime.ts';
import type { Backend, EncoderStatus } from '../types.ts';
import { checkPrepared, meanDirection, type PreparedInput } from './inputs.ts';
import { chooseBackend, PROBE_TOWER, type Choice } from './probe.ts';
import type { EncoderRuntime, EnsembleRef, LoadedEnsemble, LoadedTower } from './runtime.ts';
import { checkEnsembleId, PRECISIONS, towerOf } from './towers.ts';

export interface EncoderJobOptions {
  /** Takes this backend without a probe, and no other when it fails. */
  backend?: Backend;
  /** Why it is pinned, in words; goes into the status. */
  reason?: string;
  /** Awaited, so that a caller who has an answer, or an error, finds the status that belongs to it. */
  onStatus: (status: EncoderStatus) => void | Promise<void>;
}

interface Loaded<T> {
  model: T;
  choice: Choice;
}

/** Rows of an ensemble's input that run at once: between two chunks other calls get their turn. */
const CHUNK_ROWS = 256;

/**
 * The encoders and ensembles of one worker. Models are loaded at first use and kept; a failed load is forgotten, so that
 * the next call tries again. Loads and calls may overlap: the runtime lets one session at a time create or run.
 */
export class EncoderJob {
  readonly #runtime: EncoderRuntime;
  readonly #options: EncoderJobOptions;
  #choice: Promise<Choice> | undefined;
  readonly #towers = new Map<string, Promise<Loaded<LoadedTower>>>();
  /** What the status of a tower says of its last input. */
  readonly #notes = new Map<string, string | undefined>();
  readonly #ensembles = new Map<string, Promise<Loaded<LoadedEnsemble>>>();

  constructor(runtime: EncoderRuntime, options: EncoderJobOptions) {
    this.#runtime = runtime;
    this.#options = options;
  }

  /**
   * Unit vector of an input; a sound of several windows gets the mean direction of its windows, and a text of more pieces
   * than the encoder takes is cut, which its status then says.
   * @throws InputError, MediaError, AbortedError, MissingFileError, ModelError, BrokenRuntimeError.
   */
  async encode(
    spaceId: string,
    input: PreparedInput,
    signal?: AbortSignal,
  ): Promise<Float32Array<ArrayBuffer>> {
    const spec = towerOf(spaceId, input.modality);
    checkPrepared(input);
    throwIfAborted(signal);
    const { model, choice } = await this.#load(this.#towers, spec.id, (chosen) =>
      this.#runtime.loadTower(spec, chosen.backend, PRECISIONS[chosen.backend].dtype),
    );
    const { rows, note } = await model.embed(input, signal);
    if (note !== this.#notes.get(spec.id)) {
      this.#notes.set(spec.id, note);
      await this.#tellReady(spec.id, choice, note);
    }
    for (const row of rows) {
      if (row.length !== spec.dim)
        throw new ModelError(`${spec.id} gave vectors of ${row.length} numbers; the space has ${spec.dim}.`);
    }
    return direction(spec.id, rows);
  }

  /** Unit rows [texts.length, dim] of texts, one run each, as encode() gives them. @throws as encode(). */
  async encodeTexts(
    spaceId: string,
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<Float32Array<ArrayBuffer>> {
    const { dim } = towerOf(spaceId, 'text');
    const out = new Float32Array(texts.length * dim);
    for (const [i, text] of texts.entries())
      out.set(await this.encode(spaceId, { modality: 'text', text }, signal), i * dim);
    return out;
  }

  /**
   * The unit row of every member of an ensemble, [n, nMembers, dOut], for unit rows x [n, dIn].
   * @throws InputError when the shapes do not fit; else as encode().
   */
  async members(ref: EnsembleRef, x: Float32Array, signal?: AbortSignal): Promise<Float32Array<ArrayBuffer>> {
    const { model, n } = await this.#ensemble(ref, x, signal);
    const { nMembers, dOut } = model;
    const out = new Float32Array(n * nMembers * dOut);
    await this.#eachChunk(ref, model, x, signal, (rows, start) => out.set(rows, start * nMembers * dOut));
    return out;
  }

  /**
   * Mean of the unit rows of the members that the mask switches on, [n, dOut], not normalised, so that ensembles pool
   * exactly (poolMixtures in math/projector.ts).
   * @throws InputError when the shapes do not fit or no member is on; else as encode().
   */
  async project(
    ref: EnsembleRef,
    x: Float32Array,
    mask: readonly boolean[],
    signal?: AbortSignal,
  ): Promise<Float32Array<ArrayBuffer>> {
    const { model, n } = await this.#ensemble(ref, x, signal);
    const { nMembers, dOut } = model;
    if (mask.length !== nMembers || !mask.some(Boolean))
      throw new InputError(
        `${ref.id} has ${nMembers} members, one or more on; the mask is [${mask.join(', ')}].`,
      );
    const on = mask.flatMap((isOn, k) => (isOn ? [k] : []));
    const out = new Float32Array(n * dOut);
    await this.#eachChunk(ref, model, x, signal, (rows, start) => {
      for (let i = 0; i < rows.length / (nMembers * dOut); i++) {
        for (const k of on) {
          const from = (i * nMembers + k) * dOut;
          const to = (start + i) * dOut;
          for (let d = 0; d < dOut; d++) out[to + d]! += rows[from + d]! / on.length;
        }
      }
    });
    return out;
  }

  async #ensemble(
    ref: EnsembleRef,
    x: Float32Array,
    signal: AbortSignal | undefined,
  ): Promise<{ model: LoadedEnsemble; n: number }> {
    if (ref.url === undefined) checkEnsembleId(ref.id);
    throwIfAborted(signal);
    const key = ref.url === undefined ? ref.id : `${ref.id} ${ref.url}`;
    const precision = ref.url === undefined ? undefined : 'fp32';
    if (ref.url !== undefined) this.#leave(ref.id, key);
    const { model } = await this.#load(
      this.#ensembles,
      ref.id,
      ({ backend }) => this.#runtime.loadEnsemble(ref, backend),
      { key, precision },
    );
    const { dIn } = model;
    if (x.length === 0 || x.length % dIn !== 0)
      throw new InputError(
        `${ref.id} projects rows of ${dIn} numbers; ${x.length} numbers are no such rows.`,
      );
    return { model, n: x.length / dIn };
  }

  /** Lets go of the graphs that an ensemble of the user's own had before this one: its members are others now. */
  #leave(id: string, key: string): void {
    for (const [other, loading] of this.#ensembles) {
      if (other === key || !other.startsWith(`${id} `)) continue;
      this.#ensembles.delete(other);
      // A run of it that is under way has the lock of all runs, and ends first.
      void loading.then(({ model }) => model.release()).catch(() => undefined);
    }
  }

  /** Runs rows in chunks; `take` gets [rows, nMembers, dOut] and the first of the rows. */
  async #eachChunk(
    { id }: EnsembleRef,
    model: LoadedEnsemble,
    x: Float32Array,
    signal: AbortSignal | undefined,
    take: (rows: Float32Array, start: number) => void,
  ): Promise<void> {
    const { dIn, dOut, nMembers } = model;
    const n = x.length / dIn;
    for (let start = 0; start < n; start += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, n - start);
      const chunk = await model.members(x.slice(start * dIn, (start + rows) * dIn), rows, signal);
      if (chunk.length !== rows * nMembers * dOut)
        throw new ModelError(
          `${id} gave ${chunk.length} numbers for ${rows} rows of ${nMembers} members of ${dOut}.`,
        );
      if (!chunk.every(Number.isFinite))
        throw new ModelError(
          `${id} gave no usable vector: some are no numbers. Try again, or reload the page.`,
        );
      take(chunk, start);
    }
  }

  /** The loaded model of an id, with its status told. */
  async #load<T>(
    map: Map<string, Promise<Loaded<T>>>,
    id: string,
    load: (choice: Choice) => Promise<T>,
    { key = id, precision }: { key?: string; precision?: string | undefined } = {},
  ): Promise<Loaded<T>> {
    const known = map.get(key);
    if (known) return known;
    const loading = this.#loadAnew(id, load, precision);
    map.set(key, loading);
    try {
      return await loading;
    } catch (error) {
      map.delete(key);
      throw error;
    }
  }

  async #loadAnew<T>(
    id: string,
    load: (choice: Choice) => Promise<T>,
    precision: string | undefined,
  ): Promise<Loaded<T>> {
    const { onStatus } = this.#options;
    await onStatus({ id, state: 'loading' });
    try {
      const loaded = await this.#loadChosen(load);
      await this.#tellReady(id, loaded.choice, undefined, precision);
      return loaded;
    } catch (error) {
      await onStatus({ id, state: 'failed', message: messageOf(error) });
      throw error;
    }
  }

  async #tellReady(
    id: string,
    { backend, reason }: Choice,
    message?: string,
    precision = PRECISIONS[backend].words,
  ): Promise<void> {
    const status: EncoderStatus = {
      id,
      state: 'ready',
      backend,
      precision,
      reason,
    };
    await this.#options.onStatus(message === undefined ? status : { ...status, message });
  }

  /** Loads on the chosen backend; where WebGPU cannot load this model, on WebAssembly, unless the backend is pinned. */
  async #loadChosen<T>(load: (choice: Choice) => Promise<T>): Promise<Loaded<T>> {
    const choice = await this.#choose();
    try {
      return { model: await load(choice), choice };
    } catch (error) {
      if (choice.backend === 'wasm' || this.#options.backend || saysBroken(error)) throw error;
      const instead: Choice = {
        backend: 'wasm',
        reason: `WebAssembly, int8: WebGPU could not load it (${messageOf(error)})`,
      };
      return { model: await load(instead), choice: instead };
    }
  }

  async #choose(): Promise<Choice> {
    const { backend, reason } = this.#options;
    if (backend) {
      const { words } = PRECISIONS[backend];
      const name = backend === 'wasm' ? 'WebAssembly' : 'WebGPU';
      return { backend, reason: `${name}, ${words}: ${reason ?? 'chosen by hand'}` };
    }
    this.#choice ??= this.#probe();
    return this.#choice;
  }

  /** Probes, and keeps the tower that was timed for the calls to come. */
  async #probe(): Promise<Choice> {
    const { choice, tower } = await chooseBackend(this.#runtime);
    const { id } = PROBE_TOWER;
    if (tower && this.#towers.has(id)) await tower.release();
    else if (tower) {
      this.#towers.set(id, Promise.resolve({ model: tower, choice }));
      await this.#tellReady(id, choice);
    }
    return choice;
  }
}

/** @throws ModelError when a model's rows have no direction: zeros or no numbers. */
function direction(id: string, rows: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  try {
    return meanDirection(rows);
  } catch (error) {
    throw new ModelError(`${id} gave no usable vector: ${messageOf(error)} Try again, or reload the page.`);
  }
}
