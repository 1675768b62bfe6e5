/** Words about a plan: what its rows are like, what its collection may be called. */
import type { ArraysPlan } from '../types.ts';
import { readName } from './names.ts';

/** What a person should know of the proposed arrays' rows. */
export function notesOfRows({ arrays, proposal }: ArraysPlan): string[] {
  return proposal.arrays.flatMap(({ key }) => {
    const checks = arrays.find((one) => one.key === key)?.checks;
    if (!checks) return [];
    const { notFinite, zero, notUnit, norms, duplicates } = checks;
    const parts = [
      notFinite > 0 && `${count(notFinite, 'row')} with NaN or infinities, left out with their partners`,
      zero > 0 && `${count(zero, 'row')} of zeros, left out with their partners`,
      notUnit > 0 &&
        `${count(notUnit, 'row')} not of unit length (${norms.map((norm) => norm.toPrecision(3)).join(' to ')}), normalised`,
      duplicates > 0 && `${count(duplicates, 'row')} equal to an earlier one`,
    ].filter((part) => part !== false);
    return parts.length > 0 ? [`“${key}”: ${parts.join('; ')}.`] : [];
  });
}

function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? '' : 's'}`;
}

/** A name for a collection, from the paths of its files: what they have in common, where it says anything. */
export function nameFrom(paths: readonly string[]): string {
  const [first = ''] = paths;
  const parts = first.split('/');
  const folder = parts.length > 1 && paths.every((path) => path.startsWith(`${parts[0]}/`)) ? parts[0]! : '';
  const stem = paths.length === 1 ? parts.at(-1)!.replace(/\.[^.]+$/, '') : '';
  const spoken = [folder.replace(/\.zip$/i, ''), stem].find(
    (one) => one !== '' && readName(one).space !== undefined,
  );
  return spoken ?? 'Own embeddings';
}
