/** How ensembles of the user's own are described. */
import type { ImportNote, OwnEnsemble } from '../../../engine/training/types.ts';
import type { Space } from '../../../recipe/types.ts';
import { isMapped } from '../../../state/workshop/mapping.ts';
import { nameIn } from '../../../state/workshop/recipesWords.ts';

export const FORMATS: Readonly<Record<ImportNote['format'], string>> = {
  torch: 'PyTorch',
  safetensors: 'safetensors',
  onnx: 'ONNX',
};

/** "Foley → Unified"; "joins no space yet". */
export function endsWords(ensemble: OwnEnsemble, spaces: readonly Space[]): string {
  if (!isMapped(ensemble, spaces)) return 'joins no space yet';
  return `${nameIn(spaces, ensemble.source)} → ${nameIn(spaces, ensemble.target)}`;
}

/** Where it came from, in a phrase. */
export function originWords({ imported, runId }: OwnEnsemble): string {
  if (imported) return `from ${imported.file}, ${FORMATS[imported.format]}`;
  return runId === undefined ? 'trained here' : `trained here, ${runId}`;
}
