import { transfer } from 'comlink';
import type { Modality } from '../../base/modality.ts';
import { listenForAbort } from '../workers/abortPort.ts';
import { IntakeReader, type IntakeFile, type ReadOptions, type SortedFiles } from './arrays/intakeReader.ts';
import type { MadeCollection, NewItems } from './arrays/makeCollection.ts';
import type { ArrayMapping } from './types.ts';

type OnProgress = NonNullable<ReadOptions['onProgress']>;

/** IntakeReader as the page calls it: aborts come through a port, rows are transferred. */
export class IntakeService {
  readonly #reader = new IntakeReader();

  async sort(files: readonly IntakeFile[], onProgress: OnProgress, port?: MessagePort): Promise<SortedFiles> {
    const { signal, close } = listenForAbort(port);
    try {
      return await this.#reader.sort(files, { signal, onProgress });
    } finally {
      close();
    }
  }

  async make(
    id: string,
    mapping: ArrayMapping,
    onProgress: OnProgress,
    port?: MessagePort,
  ): Promise<MadeCollection> {
    const { signal, close } = listenForAbort(port);
    try {
      const made = await this.#reader.make(id, mapping, { signal, onProgress });
      const rows = made.collection.vectors.flatMap((space) => Object.values(space.rows));
      return transfer(
        made,
        rows.map(({ buffer }) => buffer),
      );
    } finally {
      close();
    }
  }

  items<M extends Modality>(id: string, modality: M, from: number, to: number): NewItems[M] {
    return this.#reader.items(id, modality, from, to);
  }

  forget(id: string): void {
    this.#reader.forget(id);
  }
}
