import type { OwnCollections } from '../collections/collections.ts';
import { readSaved } from '../collections/readSaved.ts';
import { looksSaved, savedPath } from '../collections/savedFormat.ts';
import type { LabEngine } from '../types.ts';
import { createIntakeDesk } from './intakeDesk.ts';
import { createIntakeFiles } from './intakeFiles.ts';
import type { IntakeDesk } from './types.ts';

/** The desk of the page, over its collections; `lab` is the engine in use. Lasts as long as the page. */
export function openIntakeDesk(
  collections: OwnCollections,
  lab: () => Pick<LabEngine, 'exchange' | 'training'>,
): IntakeDesk {
  return createIntakeDesk({
    collections,
    exchange: () => lab().exchange,
    removeEnsemble: (id) => lab().training.removeEnsemble(id),
    saved: { path: savedPath, looksLike: looksSaved, read: readSaved },
    files: createIntakeFiles(),
  });
}
