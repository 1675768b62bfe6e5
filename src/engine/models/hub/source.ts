/** What a host of repositories has to offer: a listing, and files from any byte on. */
import { FormatError, MissingFileError, NetworkError } from '../../../base/errors.ts';

/** A file of a repository as its host lists it. */
export interface RepoFile {
  path: string;
  /** 0 where the host does not tell. */
  bytes: number;
  sha256?: string;
  /** SHA-1 of "blob <bytes>\0" and the content: git's name for files that lie in it as they are. */
  gitSha1?: string;
}

export interface Listing {
  /** Commit, or "main" where the host pins none. */
  revision: string;
  files: readonly RepoFile[];
  licence: string | undefined;
  notes: readonly string[];
}

/** A file's bytes from `from` on. */
export interface Opened {
  /** 0 where the host sends files from the start only. */
  from: number;
  /** Bytes of the whole file, where told. */
  total: number | undefined;
  /** Changes when the content does (ETag). */
  tag: string | undefined;
  body: ReadableStream<Uint8Array>;
}

export interface RepoSource {
  /** For messages: "huggingface.co". */
  readonly name: string;
  /** @throws MissingFileError, NetworkError, FormatError, AbortedError; Setback where another try may help. */
  list(repo: string, signal: AbortSignal): Promise<Listing>;
  /** @throws as list */
  open(repo: string, revision: string, path: string, from: number, signal: AbortSignal): Promise<Opened>;
}

/** A failure that may pass: the same request is worth another try. */
export class Setback extends NetworkError {
  /** How long the host asks to be left alone. */
  readonly waitMs: number;
  constructor(message: string, waitMs = 0) {
    super(message);
    this.waitMs = waitMs;
  }
}

/** What is kept of a file no longer fits the host's: it has to be begun anew. */
export class StartOver extends NetworkError {}

const TEXT_LIMIT = 4_000_000;

/** Whether a file of JSON or a graph begins as a page of HTML or XML does. */
export function looksLikePage(path: string, start: Uint8Array): boolean {
  if (!/\.(json|onnx)$/.test(path)) return false;
  return /^\s*<(!doctype|html|head|\?xml)/i.test(new TextDecoder().decode(start.subarray(0, 64)));
}

/** @throws MissingFileError always */
export function refusePage(what: string): never {
  throw new MissingFileError(
    `${what} answered with a page of HTML instead of the file. The address is none of a hub, or a network's sign-in page ` +
      'stands before it: open the address in a new window, then try again.',
  );
}

/**
 * A small text file.
 * @throws FormatError beyond 4 MB, MissingFileError for a page of HTML, and as RepoSource.open
 */
export async function readText(
  source: RepoSource,
  repo: string,
  revision: string,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  const { body } = await source.open(repo, revision, path, 0, signal);
  return readBody(body, path, `${repo}/${path} on ${source.name}`);
}

/** A body as text, within bounds. @throws FormatError, MissingFileError */
export async function readBody(
  body: ReadableStream<Uint8Array>,
  path: string,
  what: string,
): Promise<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let n = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    if (n === 0 && looksLikePage(path, value)) {
      await reader.cancel().catch(() => undefined);
      refusePage(what);
    }
    n += value.length;
    if (n > TEXT_LIMIT) {
      await reader.cancel().catch(() => undefined);
      throw new FormatError(
        `${what} is larger than ${TEXT_LIMIT / 1e6} MB, which no such file is: it is not read.`,
      );
    }
    text += decoder.decode(value, { stream: true });
  }
}
