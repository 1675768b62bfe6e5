import { vi } from 'vitest';

/** Waits until a check is truthy: as long as a busy machine may need, and no longer than it takes. */
export function until<T>(check: () => T | Promise<T>): Promise<Awaited<NonNullable<T>>> {
  return vi.waitUntil(check, { timeout: 30_000 }) as Promise<Awaited<NonNullable<T>>>;
}
