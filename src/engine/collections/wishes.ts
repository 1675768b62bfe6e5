/** What a window wants of a run that another one works on: told through storage, for only that one can stop it. */
import type { Change } from './disk.ts';

/** Lies beside the runs. */
export interface Wish {
  wishFor: string;
  ending: 'paused' | 'cancelled';
}

export function isWish(value: unknown): value is Wish {
  return typeof value === 'object' && value !== null && 'wishFor' in value;
}

/** Puts a wish; of several for a run the last holds. */
export function putWish(wish: Wish): Change {
  return { table: 'runs', key: keyOfWish(wish), value: wish };
}

/** Takes a wish away. */
export function dropWish(wish: Wish): Change {
  return { table: 'runs', key: keyOfWish(wish) };
}

const keyOfWish = ({ wishFor }: Wish) => `wish for ${wishFor}`;
