import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers; the same seed gives the same stream everywhere. */
export interface Random {
  /** Uniform in [0, 1). */
  float(): number;
  /** Uniform integer in [0, n), n >= 1. */
  int(n: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** One element, uniformly. @throws RangeError on an empty list. */
  pick<T>(list: readonly T[]): T;
  /** A new list in random order (Fisher-Yates). */
  shuffled<T>(list: readonly T[]): T[];
}

/** Creates the stream of a seed (a 32-bit integer) from pure-rand's xoroshiro128+. */
export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed | 0);
  const float = () => uniformFloat64(generator);
  const int = (n: number) => Math.floor(float() * n);
  return {
    float,
    int,
    normal: () => Math.sqrt(-2 * Math.log(1 - float())) * Math.cos(2 * Math.PI * float()),
    pick(list) {
      if (list.length === 0) throw new RangeError('Cannot pick from an empty list.');
      return list[int(list.length)]!;
    },
    shuffled(list) {
      const out = list.slice();
      for (let i = out.length - 1; i > 0; i--) {
        const j = int(i + 1);
        [out[i], out[j]] = [out[j]!, out[i]!];
      }
      return out;
    },
  };
}

/** A 32-bit seed from a string (FNV-1a), so that every thing drawn has a stream of its own. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash | 0;
}
