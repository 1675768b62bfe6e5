/** How the microscope's figures are written. */
import type { Interval } from '../../../math/bootstrap.ts';
import { inList } from '../../../state/workshop/recipesWords.ts';
import { signed } from '../../shared/mix.ts';

/** "1.2 s", "340 ms": a time with two or three figures; "–" where there is no number. */
export function msWords(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms >= 10_000) return `${Math.round(ms / 1000)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

/** "×1.3" */
export function ratioWords(ratio: number): string {
  if (!Number.isFinite(ratio)) return '–';
  return `×${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(2)}`;
}

/** "0.83", with so many decimals; "–" where there is no number. */
export function numberWords(value: number | undefined, digits = 2): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  return value.toFixed(digits).replace('-', '−');
}

/** "[0.59, 0.63]" */
export function rangeWords({ low, high }: Interval, digits = 2): string {
  return `[${numberWords(low, digits)}, ${numberWords(high, digits)}]`;
}

/** "[−0.03, +0.01]", of a change. */
export function changeRangeWords({ low, high }: Interval, digits = 2): string {
  return `[${signed(low, digits)}, ${signed(high, digits)}]`.replaceAll('±', '');
}

/** "one", "seven", "14": sizes of mixtures as a person says them. */
export function sizeWords(n: number): string {
  const said: Record<number, string> = { 1: 'one', 2: 'two', 3: 'three', 7: 'seven', 14: 'fourteen' };
  return said[n] ?? String(n);
}

const FROM: Record<string, string> = { A: 'sounds', T: 'texts', V: 'pictures' };

/** What a member of a mixture learned from. */
export function memberAbout(member: string): string {
  const letters = member === 'mix' ? ['A', 'T', 'V'] : member.split('');
  if (!letters.every((letter) => letter in FROM)) return `The projector “${member}” of the mixture.`;
  return `Learned from pseudo-pairs that start from ${inList(letters.map((letter) => FROM[letter]!))}.`;
}
