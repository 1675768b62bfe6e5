/** What a file says of the ensemble in it: words by name, in the metadata of safetensors and ONNX files alike. */
import type { Ensemble } from '../../recipe/types.ts';
import type { BondGuess } from './published.ts';

/** What of an ensemble leaves with its weights. */
export type BondInfo = Pick<Ensemble, 'id' | 'name' | 'source' | 'target' | 'members'>;

const LAYERS =
  'Linear, BatchNorm, ReLU, Linear, BatchNorm, L2; a mixture of them is normalise(mean of their unit outputs)';

/** The words, by name. `members` is a JSON list in the order of the mask. */
export function metadataOf({ id, name, source, target, members }: BondInfo): Record<string, string> {
  return {
    id,
    name,
    source,
    target,
    members: JSON.stringify(members),
    layers: LAYERS,
    method: 'FreeBind, mixture of projectors (arXiv 2405.04883, section 3.3)',
  };
}

/** What metadata says; nothing where it was not written by metadataOf. */
export function guessFrom(metadata: ReadonlyMap<string, string>): {
  title?: string;
  guess?: BondGuess;
  members?: string[];
} {
  const [title, source, target] = ['name', 'source', 'target'].map((key) => metadata.get(key)?.slice(0, 200));
  const members = listOf(metadata.get('members'));
  return {
    ...(title ? { title } : {}),
    ...(source && target ? { guess: { source, target } } : {}),
    ...(members ? { members } : {}),
  };
}

function listOf(text: string | undefined): string[] | undefined {
  if (text === undefined || text.length > 10_000) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
