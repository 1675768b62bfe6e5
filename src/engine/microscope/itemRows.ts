/** Rows of the items that a study looks at: own embeddings, and what each member of an ensemble makes of them. */
import { InputError, ModelError, throwIfAborted } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import { membersOf, type Members } from '../../math/members.ts';
import type { Space } from '../../recipe/types.ts';
import { classTask, fillTemplates } from '../../world/classes.ts';
import type { ClassTaskId } from '../../world/types.ts';
import type { MicroscopeSources } from './types.ts';

/** Items that are read, seen or heard: those of the collection, or classes that several prompts describe. */
export interface ItemSet {
  key: string;
  modality: Modality;
  nItems: number;
  /** 1 of plain items; the rows of prompt p of all items lie together. */
  nPrompts: number;
  /** Of classes, [nPrompts * nItems]. */
  texts: string[] | undefined;
}

/** Vectors of one study; what was asked for once is kept until it ends. */
export class ItemRows {
  readonly sources: MicroscopeSources;
  readonly #signal: AbortSignal | undefined;
  readonly #kept = new Map<string, Promise<unknown>>();

  constructor(sources: MicroscopeSources, signal: AbortSignal | undefined) {
    this.sources = sources;
    this.#signal = signal;
  }

  /** @throws InputError */
  space(id: string): Space {
    const spaces = this.sources.spaces();
    const found = spaces.find((space) => space.id === id);
    if (!found) {
      throw new InputError(`There is no space "${id}"; there are ${spaces.map((one) => one.id).join(', ')}.`);
    }
    return found;
  }

  knows(spaceId: string, modality: Modality): boolean {
    return this.space(spaceId).modalities.includes(modality);
  }

  /** The collection's items of a modality. */
  items(modality: Modality): ItemSet {
    const nItems = this.sources.manifest[modality].length;
    return { key: modality, modality, nItems, nPrompts: 1, texts: undefined };
  }

  /** The classes of a classification. @throws InputError on templates that do not fit. */
  classes(id: ClassTaskId, templates: readonly string[]): ItemSet {
    const prompts = fillTemplates(templates, classTask(this.sources.manifest, id).words);
    const texts = templates.flatMap((_, p) => prompts.map((ofClass) => ofClass[p]!));
    return { key: id, modality: 'text', nItems: prompts.length, nPrompts: templates.length, texts };
  }

  /** Unit rows of items in a space of its own. @throws InputError where it has no encoder for them. */
  own(spaceId: string, { key, modality, texts }: ItemSet): Promise<Float32Array> {
    return this.#keep(`${spaceId} ${key}`, async () => {
      const rows = texts
        ? await this.sources.encodeTexts(spaceId, texts, this.#signal)
        : (await this.sources.spaceEmbeddings(spaceId, this.#signal))[modality];
      if (!rows) throw new InputError(`${this.space(spaceId).name} has no ${modality} vectors.`);
      return rows;
    });
  }

  /**
   * What each member of an ensemble makes of items as a space embeds them.
   * @param dOut dimension of the ensemble's target
   */
  members(ensembleId: string, spaceId: string, items: ItemSet, dOut: number): Promise<Members> {
    return this.#keep(`${ensembleId} of ${spaceId} ${items.key}`, async () => {
      const x = await this.own(spaceId, items);
      const nRows = items.nItems * items.nPrompts;
      const data = await this.sources.members(ensembleId, x, this.#signal);
      const nMembers = data.length / (nRows * dOut);
      if (!Number.isInteger(nMembers) || nMembers < 1) {
        throw new ModelError(`${ensembleId} gave ${data.length} numbers for ${nRows} items of ${dOut}.`);
      }
      return membersOf(data, nMembers, dOut);
    });
  }

  #keep<T>(key: string, make: () => Promise<T>): Promise<T> {
    throwIfAborted(this.#signal);
    const known = this.#kept.get(key) as Promise<T> | undefined;
    if (known) return known;
    const made = make();
    this.#kept.set(key, made);
    return made;
  }
}
