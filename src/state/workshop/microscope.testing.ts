/** A microscope that measures nothing, for tests and for a look at the page. */
import { AbortedError } from '../../base/errors.ts';
import type { Microscope, MicroscopeOptions } from '../../engine/microscope/types.ts';
import { createDeferred } from '../../engine/workers/deferred.ts';
import {
  madeUpConflict,
  madeUpCost,
  madeUpKeeps,
  madeUpMembers,
  madeUpSizes,
  madeUpSubjects,
  type MadeUpWorld,
} from './microscopeReports.testing.ts';

export interface FakeMicroscope extends Microscope {
  /** Names of the studies that were asked for. */
  calls: string[];
  /** Holds back every answer from here on; returns what lets them go, or makes them fail. */
  hold(): { release: () => void; fail: (error: Error) => void };
}

/** A microscope of made-up reports; every study tells that half is done before it answers. */
export function createFakeMicroscope(world: MadeUpWorld): FakeMicroscope {
  const calls: string[] = [];
  let gate: Promise<void> = Promise.resolve();
  const study =
    <Request, Report>(name: string, make: (request: Request, world: MadeUpWorld) => Report) =>
    async (request: Request, { signal, onProgress }: MicroscopeOptions = {}): Promise<Report> => {
      calls.push(name);
      onProgress?.(0.5);
      const aborted = new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(new AbortedError()));
      });
      await Promise.race([gate, aborted]);
      return make(request, world);
    };
  return {
    calls,
    hold() {
      const held = createDeferred<void>();
      gate = held.promise;
      gate.catch(() => undefined);
      return { release: () => held.resolve(), fail: (error) => held.reject(error) };
    },
    memberStudy: study('members', madeUpMembers),
    sizeStudy: study('sizes', madeUpSizes),
    costSubjects: (recipe, bondId) => Promise.resolve(madeUpSubjects(recipe, bondId)),
    costStudy: study('cost', madeUpCost),
    conflictStudy: study('conflicts', madeUpConflict),
    keepsStudy: study('keeps', madeUpKeeps),
  };
}
