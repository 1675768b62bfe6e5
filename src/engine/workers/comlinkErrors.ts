import { transferHandlers } from 'comlink';
import { flattenError, reviveError } from '../../base/errors.ts';

interface Thrown {
  value: unknown;
}

/**
 * Replaces comlink's way to carry what a call throws: { code, message } crosses, and arrives as the class it was.
 * Both the page and the worker must call this before their first comlink call; calling it again changes nothing.
 */
export function installErrorTransfer(): void {
  const standard = transferHandlers.get('throw');
  if (!standard) throw new Error('comlink no longer has a handler named "throw".');
  transferHandlers.set('throw', {
    // comlink marks what was thrown with a symbol that it keeps to itself: only its own test can see it.
    canHandle: (value): value is unknown => standard.canHandle(value),
    serialize: (thrown) => [flattenError((thrown as Thrown).value), []],
    deserialize(flat) {
      const { code, message } = flat as ReturnType<typeof flattenError>;
      throw reviveError(code, message);
    },
  });
}
