import { expect, test, vi } from 'vitest';
import { InputError, NetworkError } from '../../base/errors.ts';
import { createLazyDesk } from './lazyDesk.ts';
import type { Intake, IntakeDesk } from './types.ts';

const INTAKE = { id: 'intake-1' } as Intake;
const fakeDesk = (forget: (id: string) => void = () => undefined): IntakeDesk => ({
  understand: () => Promise.resolve(INTAKE),
  problemOf: () => 'It does not fit.',
  keep: () => Promise.reject(new InputError('Nothing to keep.')),
  forget,
});

test('a desk is loaded by the first files, once, and says what it says', async () => {
  const forget = vi.fn<(id: string) => void>();
  const load = vi.fn<() => Promise<IntakeDesk>>(() => Promise.resolve(fakeDesk(forget)));
  const desk = createLazyDesk(load);
  desk.forget('intake-1');
  expect(load).not.toHaveBeenCalled();
  const [first] = await Promise.all([desk.understand([]), desk.understand([])]);
  expect(first).toBe(INTAKE);
  expect(desk.problemOf(INTAKE, {} as never)).toBe('It does not fit.');
  await expect(desk.keep(INTAKE)).rejects.toThrow(InputError);
  desk.forget('intake-1');
  expect(forget).toHaveBeenCalledExactlyOnceWith('intake-1');
  expect(load).toHaveBeenCalledOnce();
});

test('where its code cannot be had it says so, and the next drop tries again', async () => {
  const load = vi.fn<() => Promise<IntakeDesk>>();
  load.mockRejectedValueOnce(new TypeError('Failed to fetch dynamically imported module'));
  load.mockResolvedValueOnce(fakeDesk());
  const desk = createLazyDesk(load);
  await expect(desk.understand([])).rejects.toThrow(NetworkError);
  expect(await desk.understand([])).toBe(INTAKE);
});
