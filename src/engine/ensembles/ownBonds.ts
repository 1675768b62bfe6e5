/** Every space and ensemble at hand: those that ship with the lab, and what was trained or imported in this browser. */
import type { Ensemble, Space } from '../../recipe/types.ts';
import type { BondFiles } from '../exchange/bondFiles.ts';
import type { Parts } from '../../recipe/build.ts';
import type { OwnEnsemble, Training } from '../training/types.ts';

export class OwnBonds {
  readonly training: Training;
  readonly #files: Pick<BondFiles, 'export'>;
  #own: readonly OwnEnsemble[] = [];
  readonly #base: Parts;
  #ensembles: readonly Ensemble[];
  #spaces: readonly Space[];
  /** Addresses of graphs by ensemble, with the members that they hold. */
  readonly #urls = new Map<string, { key: string; url: Promise<string> }>();
  readonly #listeners = new Set<(changed: readonly string[]) => void>();
  readonly #stop: () => void;

  /** `files` makes the graphs; the caller disposes it. `base` is what the collection has without the user's own. */
  constructor(training: Training, files: Pick<BondFiles, 'export'>, base: Parts) {
    this.training = training;
    this.#files = files;
    this.#base = base;
    this.#ensembles = base.ensembles;
    this.#spaces = base.spaces;
    this.#stop = training.onChange(() => this.#follow());
    this.#follow();
  }

  /** The same list as long as nothing changes. */
  spaces(): readonly Space[] {
    return this.#spaces;
  }

  /** The same list as long as nothing changes. */
  ensembles(): readonly Ensemble[] {
    return this.#ensembles;
  }

  /**
   * Calls back with the ids of ensembles that came, went, or have other members, or none where spaces alone are others; returns
   * the unsubscriber.
   */
  onChange(listener: (changed: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Address of the graph (float32) of an ensemble of the user's own, or of what was lent; undefined of any other. @throws as Training.weights() and BondFiles.export(). */
  async url(id: string): Promise<string | undefined> {
    const own = this.#own.find((one) => one.id === id);
    if (!own) return this.#urls.get(id)?.url;
    const key = keyOf(own);
    const known = this.#urls.get(id);
    if (known?.key === key) return known.url;
    this.#release(id);
    const made = { key, url: this.#graphUrl(own) };
    this.#urls.set(id, made);
    made.url.catch(() => {
      if (this.#urls.get(id) === made) this.#urls.delete(id);
    });
    return made.url;
  }

  /** Makes a graph known to the encoders under an id that no ensemble has, once: for measuring. */
  lend(id: string, model: Uint8Array<ArrayBuffer>): void {
    if (this.#urls.has(id)) return;
    this.#urls.set(id, { key: 'lent', url: Promise.resolve(URL.createObjectURL(new Blob([model]))) });
  }

  dispose(): void {
    this.#stop();
    this.#listeners.clear();
    for (const id of this.#urls.keys()) this.#release(id);
    this.training.dispose();
  }

  async #graphUrl(own: OwnEnsemble): Promise<string> {
    const weights = await this.training.weights(own.id);
    const { bytes } = await this.#files.export(weights, own, 'onnx-fp32');
    return URL.createObjectURL(new Blob([bytes]));
  }

  #release(id: string): void {
    const known = this.#urls.get(id);
    this.#urls.delete(id);
    void known?.url.then((url) => URL.revokeObjectURL(url)).catch(() => undefined);
  }

  #follow(): void {
    const before = new Map(this.#own.map((one) => [one.id, JSON.stringify(one)]));
    const now = this.training.ensembles();
    const changed = now.filter((one) => before.get(one.id) !== JSON.stringify(one)).map(({ id }) => id);
    const gone = [...before.keys()].filter((id) => now.every((one) => one.id !== id));
    const spaces = this.#newSpaces(now);
    const newSpaces = JSON.stringify(spaces) !== JSON.stringify(this.#spaces.slice(this.#base.spaces.length));
    const newEnsembles = changed.length + gone.length > 0;
    if (!newSpaces && !newEnsembles) return;
    for (const id of gone) this.#release(id);
    if (newEnsembles) {
      this.#own = now;
      this.#ensembles = [...this.#base.ensembles, ...now];
    }
    if (newSpaces) this.#spaces = [...this.#base.spaces, ...spaces];
    for (const listener of this.#listeners) listener([...changed, ...gone]);
  }

  /** The spaces that joint trainings made: nothing is encoded into them. */
  #newSpaces(own: readonly OwnEnsemble[]): Space[] {
    const joint = this.training.runs().filter(({ request }) => request.kind === 'joint');
    return joint.flatMap(({ id, name }) => {
      const into = own.find(({ target }) => target === id);
      if (!into) return [];
      const about =
        'A new space that two spaces were trained into together. Nothing is encoded into it, only projected.';
      return [{ id, name, about, dim: into.dOut, modalities: [] }];
    });
  }
}

/** Names what an ensemble's graph is made of. */
function keyOf({ members, runId, imported }: OwnEnsemble): string {
  return JSON.stringify([members, runId, imported]);
}
