/** Reads the embeddings of the collection under a changed condition: public/world/shift/<condition>.safetensors. */
import { FormatError, InputError } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { normaliseRows } from '../../math/sphere.ts';
import { conditionPath, CONDITIONS, conditionTensors } from '../../world/conditions.ts';
import { fetchFile } from './fetchFile.ts';

export interface ConditionVectors {
  /** The modality that is changed; of the others, the collection's own vectors hold. */
  modality: Modality;
  nItems: number;
  /** Unit rows [nItems, dim] in each space that knows the modality, by its id. */
  bySpace: Record<string, Float32Array>;
  /** Means [nItems, dOut] of the unit outputs of all members of an ensemble, not normalised, by their name (projectedName). */
  byEnsemble: Record<string, Float32Array>;
}

/**
 * The vectors of a condition, from half precision to float32.
 * @param nItems how many items of the changed modality the collection has; left out: as many as the file's first tensor has
 * @throws InputError on an id without a file ("clean", or unknown); MissingFileError, AbortedError as fetchFile; FormatError
 *   when a tensor is missing, of another shape, or holds a number that is not finite.
 */
export async function readCondition(
  assetUrl: (path: string) => string,
  id: string,
  nItems?: number,
  signal?: AbortSignal,
): Promise<ConditionVectors> {
  const modality = CONDITIONS.find((condition) => condition.id === id)?.modality;
  if (!modality) {
    const ids = CONDITIONS.flatMap((one) => (one.modality ? [one.id] : []));
    throw new InputError(
      `There are no stored vectors of the condition "${id}"; there are ${ids.join(', ')}.`,
    );
  }
  const path = conditionPath(id);
  const stored = readSafetensors(await fetchFile(assetUrl(path), signal));
  const wrong = (message: string) => new FormatError(`${path} ${message}. Rebuild it with "npm run world".`);
  const out: ConditionVectors = { modality, nItems: nItems ?? -1, bySpace: {}, byEnsemble: {} };
  for (const { name, kind, dim } of conditionTensors(modality)) {
    const tensor = stored.get(name);
    if (!tensor) throw wrong(`holds no tensor "${name}"`);
    if (out.nItems < 0) out.nItems = tensor.shape[0] ?? 0;
    const { shape, data } = tensor;
    if (shape.length !== 2 || shape[0] !== out.nItems || shape[1] !== dim)
      throw wrong(`holds "${name}" [${shape.join(', ')}], needed is [${out.nItems}, ${dim}]`);
    if (!data.every(Number.isFinite)) throw wrong(`holds a number in "${name}" that is not finite`);
    if (kind === 'space') out.bySpace[name] = normaliseRows(data, dim);
    else out.byEnsemble[name] = data;
  }
  return out;
}
