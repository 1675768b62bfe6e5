/** Many texts in one space: in batches, and each text once. */
import { SerialLock } from '../workers/serialLock.ts';

export interface TextRowsOptions {
  /** Unit rows [texts.length, dim] of a batch. */
  encodeBatch: (spaceId: string, texts: readonly string[], signal?: AbortSignal) => Promise<Float32Array>;
  /** Texts that are asked for at once: between two batches progress is told and an abort is heard. */
  batchSize?: number;
  /** Texts of a space that are kept after a call; the oldest go first. */
  nKept?: number;
}

/**
 * Encodes lists of texts. Calls run one after another, so that what one has encoded the next finds; a call that fails or is
 * aborted keeps the batches it has done.
 */
export class TextRows {
  readonly #options: Required<TextRowsOptions>;
  readonly #lock = new SerialLock();
  readonly #rows = new Map<string, Map<string, Float32Array>>();

  constructor({ encodeBatch, batchSize = 64, nKept = 20_000 }: TextRowsOptions) {
    this.#options = { encodeBatch, batchSize, nKept };
  }

  /**
   * Unit rows [texts.length, dim], empty of no texts.
   * @param onProgress hears the share of the texts that is encoded, in [0, 1], after each batch, and 1 at the end.
   * @throws AbortedError, or whatever encodeBatch throws.
   */
  encode(
    spaceId: string,
    texts: readonly string[],
    signal?: AbortSignal,
    onProgress?: (fraction: number) => void,
  ): Promise<Float32Array> {
    return this.#lock.run(async () => {
      const { encodeBatch, batchSize, nKept } = this.#options;
      const wanted = [...new Set(texts)];
      let rows = this.#of(spaceId);
      let missing = wanted.filter((text) => !rows.has(text));
      while (missing.length > 0) {
        const batch = missing.slice(0, batchSize);
        const encoded = await encodeBatch(spaceId, batch, signal);
        const dim = encoded.length / batch.length;
        rows = this.#of(spaceId);
        batch.forEach((text, i) => rows.set(text, encoded.slice(i * dim, (i + 1) * dim)));
        missing = wanted.filter((text) => !rows.has(text));
        onProgress?.((wanted.length - missing.length) / wanted.length);
      }
      const found = texts.map((text) => rows.get(text)!);
      for (const text of [...rows.keys()].slice(0, Math.max(0, rows.size - nKept))) rows.delete(text);
      return joined(found);
    }, signal);
  }

  /** Forgets all rows: other weights would give others. A call in progress encodes what it needs again. */
  clear(): void {
    this.#rows.clear();
  }

  #of(spaceId: string): Map<string, Float32Array> {
    const known = this.#rows.get(spaceId) ?? new Map<string, Float32Array>();
    this.#rows.set(spaceId, known);
    return known;
  }
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const dim = rows[0]?.length ?? 0;
  const out = new Float32Array(rows.length * dim);
  rows.forEach((row, i) => out.set(row, i * dim));
  return out;
}
