import { NetworkError } from '../../base/errors.ts';
import type { IntakeDesk } from './types.ts';

/**
 * A desk whose code comes with the first files: opening the page does not wait for it. Its calls throw as the desk's own, and
 * NetworkError where the code cannot be had; the next call tries again.
 */
export function createLazyDesk(load: () => Promise<IntakeDesk>): IntakeDesk {
  let opened: IntakeDesk | undefined;
  let opening: Promise<IntakeDesk> | undefined;
  const desk = () =>
    (opening ??= load().then(
      (loaded) => (opened = loaded),
      () => {
        opening = undefined;
        throw new NetworkError('The part of the lab that reads files could not be loaded: try again.');
      },
    ));
  return {
    understand: async (...given) => (await desk()).understand(...given),
    problemOf: (...given) => opened?.problemOf(...given),
    keep: async (...given) => (await desk()).keep(...given),
    forget: (intakeId) => opened?.forget(intakeId),
  };
}
