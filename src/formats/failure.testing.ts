import { FormatError } from '../base/errors.ts';

/** What a job throws; undefined where it throws nothing. */
export function failureOf(job: () => unknown): unknown {
  try {
    job();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Why a file is refused. @throws Error where it is not, or where something else goes wrong. */
export function refusalOf(job: () => unknown): string {
  const failure = failureOf(job);
  if (failure instanceof FormatError) return failure.message;
  throw failure instanceof Error ? failure : new Error('The file was read.');
}

/** Whether a file is read, or refused as one of another format: never anything else. */
export function isReadOrRefused(job: () => unknown): boolean {
  const failure = failureOf(job);
  return failure === undefined || failure instanceof FormatError;
}
