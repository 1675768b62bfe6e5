import { transfer } from 'comlink';
import type { ProjectorWeights } from '../../math/projector.ts';
import { listenForAbort } from '../workers/abortPort.ts';
import type { BondInfo } from './bondInfo.ts';
import { exportBond, type ExportedFile } from './exportBond.ts';
import { readBondFiles, type BondsRead, type GivenFile, type ReadProgress } from './readBondFiles.ts';
import type { ExportFormat } from './types.ts';

/** readBondFiles and exportBond as the page calls them: aborts come through a port, weights and files are transferred. */
export class BondService {
  async read(
    files: readonly GivenFile[],
    onProgress: (progress: ReadProgress) => void,
    port?: MessagePort,
  ): Promise<BondsRead> {
    const { signal, close } = listenForAbort(port);
    try {
      const read = await readBondFiles(files, { onProgress, signal });
      const arrays = read.found.flatMap(({ members }) =>
        members.flatMap(({ weights }) => Object.values(weights)),
      );
      return transfer(read, [...new Set(arrays.map(({ buffer }) => buffer))]);
    } finally {
      close();
    }
  }

  export(weights: readonly ProjectorWeights[], info: BondInfo, format: ExportFormat): ExportedFile {
    const file = exportBond(weights, info, format);
    return transfer(file, [file.bytes.buffer]);
  }
}
