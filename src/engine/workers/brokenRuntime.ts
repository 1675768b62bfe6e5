import { LabError } from '../../base/errors.ts';

const CODE = 'runtime-broken';

/** The worker's WebAssembly instance or GPU device is gone: nothing more can run there, a new worker is needed. */
export class BrokenRuntimeError extends LabError {
  constructor(message: string) {
    super(CODE, message);
  }
}

/** Whether an error that came out of a worker says that the worker is beyond repair. */
export function saysBroken(error: unknown): error is LabError {
  return error instanceof LabError && error.code === CODE;
}
