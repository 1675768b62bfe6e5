/** One class per cause, each with a stable code; the message says what happened, the values, and what to do next. */
export class LabError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A file is damaged, cut or of another kind. */
export class FormatError extends LabError {
  constructor(message: string) {
    super('format', message);
  }
}

/** A value the caller gave cannot be used: a factor outside [0, 1], an unknown id, shapes that do not fit. */
export class InputError extends LabError {
  constructor(message: string) {
    super('input', message);
  }
}

/** A picture, sound or text of the user's own cannot be read or used. */
export class MediaError extends LabError {
  constructor(message: string) {
    super('media', message);
  }
}

/** A file that should be on the server is missing, or something else (often a page of HTML) came in its place. */
export class MissingFileError extends LabError {
  constructor(message: string) {
    super('missing-file', message);
  }
}

/** An encoder or ensemble could not be loaded or run. */
export class ModelError extends LabError {
  constructor(message: string) {
    super('model', message);
  }
}

/** The browser does not offer or allow something (microphone, audio). */
export class CapabilityError extends LabError {
  constructor(message: string) {
    super('capability', message);
  }
}

/** A server cannot be reached, refuses, or broke off: what came so far is kept. */
export class NetworkError extends LabError {
  constructor(message: string) {
    super('network', message);
  }
}

/** The browser's storage is full or closed to this page. */
export class QuotaError extends LabError {
  constructor(message: string) {
    super('quota', message);
  }
}

/** The caller took the request back. */
export class AbortedError extends LabError {
  constructor(message = 'The request was cancelled.') {
    super('aborted', message);
  }
}

/** Used after dispose(). */
export class DisposedError extends LabError {
  constructor(what: string) {
    super('disposed', `${what} was already closed.`);
  }
}

const CLASSES = {
  format: FormatError,
  input: InputError,
  media: MediaError,
  'missing-file': MissingFileError,
  model: ModelError,
  capability: CapabilityError,
  network: NetworkError,
  quota: QuotaError,
  aborted: AbortedError,
} as const;

/** Rebuilds an error that crossed a worker's border as { code, message }, as the same class. */
export function reviveError(code: string, message: string): Error {
  const Class = CLASSES[code as keyof typeof CLASSES];
  return Class ? new Class(message) : new LabError(code, message);
}

/** What of an error crosses a worker's border. */
export function flattenError(error: unknown): { code: string; message: string } {
  if (error instanceof LabError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** @throws AbortedError when the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortedError();
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
