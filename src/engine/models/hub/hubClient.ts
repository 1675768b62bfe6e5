/**
 * The hub's layout over HTTP (https://huggingface.co/docs/hub/api):
 * <address>/api/models/<repo>/revision/main names the commit, .../tree/<commit>?recursive=true lists its files with sizes and SHA-256,
 * <address>/<repo>/resolve/<commit>/<path> sends one, from any byte on. A mirror without the first two is asked for the file names
 * that encoders have.
 */
import { FormatError, InputError, MissingFileError, NetworkError } from '../../../base/errors.ts';
import { ask } from './answers.ts';
import { readLicence } from './licence.ts';
import { asPath, isCommit, isPlainPath } from './names.ts';
import { GRAPH_NAMES, PLAIN_FILES } from './layout.ts';
import {
  readBody,
  readText,
  Setback,
  type Listing,
  type Opened,
  type RepoFile,
  type RepoSource,
} from './source.ts';
import { retried, watched, type Patience } from './stall.ts';

const MAX_FILES = 10_000;
const PROBES_AT_ONCE = 6;
const LISTING_TRIES = 3;

export class HubClient implements RepoSource {
  readonly name: string;
  readonly #address: string;
  readonly #mayLackApi: boolean;
  readonly #patience: Patience;

  /** `address` without a slash at its end. */
  constructor(address: string, mayLackApi: boolean, patience: Patience) {
    this.#address = address;
    this.#mayLackApi = mayLackApi;
    // A person waits for a listing: a host that cannot be reached is to be said soon.
    this.#patience = { ...patience, tries: Math.min(LISTING_TRIES, patience.tries) };
    this.name = new URL(address).host;
  }

  async list(repo: string, signal: AbortSignal): Promise<Listing> {
    let info: unknown;
    try {
      info = (await this.#json(`/api/models/${repo}/revision/main`, signal)).value;
    } catch (error) {
      if (error instanceof MissingFileError && this.#mayLackApi) return this.#probe(repo, signal);
      if (error instanceof MissingFileError) throw this.#noSuchRepo(repo, error);
      throw error;
    }
    const sha = isRecord(info) ? info.sha : undefined;
    const revision = typeof sha === 'string' && isCommit(sha) ? sha : 'main';
    return {
      revision,
      files: await this.#tree(repo, revision, signal),
      licence: readLicence(info),
      notes: revision === 'main' ? [UNPINNED] : [],
    };
  }

  async open(
    repo: string,
    revision: string,
    path: string,
    from: number,
    signal: AbortSignal,
  ): Promise<Opened> {
    const response = await this.#ask(this.#fileUrl(repo, revision, path), `${repo}/${path}`, {
      // Always asked for as a range: then no server compresses it on the way, and sizes and places stay those of the file.
      headers: { Range: `bytes=${from}-` },
      signal,
    });
    const partial = response.status === 206;
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '');
    const begin = range ? Number(range[1]) : partial ? from : 0;
    const length = numberOf(response.headers.get('Content-Length'));
    const encoded = (response.headers.get('Content-Encoding') ?? 'identity') !== 'identity';
    const told = range && range[2] !== '*' ? Number(range[2]) : undefined;
    return {
      from: begin,
      total: told ?? (length === undefined || encoded ? undefined : begin + length),
      tag: response.headers.get('ETag') ?? undefined,
      body: response.body ?? emptyBody(),
    };
  }

  async #tree(repo: string, revision: string, signal: AbortSignal): Promise<RepoFile[]> {
    const files: RepoFile[] = [];
    let next: string | undefined = `/api/models/${repo}/tree/${encodeURIComponent(revision)}?recursive=true`;
    while (next !== undefined && files.length < MAX_FILES) {
      const { value, link }: { value: unknown; link: string | undefined } = await this.#json(next, signal);
      if (!Array.isArray(value)) {
        throw new FormatError(`${this.name} answered the question for ${repo}’s files with no list.`);
      }
      files.push(...value.slice(0, MAX_FILES).flatMap(readEntry));
      next = link;
    }
    return files;
  }

  /** The file names that encoders have, each asked for. */
  async #probe(repo: string, signal: AbortSignal): Promise<Listing> {
    const config = await this.#head(repo, 'main', 'config.json', signal);
    if (!config) {
      throw new MissingFileError(
        `${this.name} has no repository "${repo}", or lays it out otherwise: ` +
          `${this.#fileUrl(repo, 'main', 'config.json')} does not exist.`,
      );
    }
    const { revision } = config;
    const found = new Map<string, RepoFile>([['config.json', config.file]]);
    const probe = async (paths: string[]) => {
      for (let i = 0; i < paths.length; i += PROBES_AT_ONCE) {
        const some = paths.slice(i, i + PROBES_AT_ONCE);
        const heads = await Promise.all(some.map((path) => this.#head(repo, revision, path, signal)));
        for (const head of heads) if (head) found.set(head.file.path, head.file);
      }
    };
    await probe([...PLAIN_FILES, ...GRAPH_NAMES].filter((path) => path !== 'config.json'));
    await probe([...found.keys()].filter((path) => path.endsWith('.onnx')).map((path) => `${path}_data`));
    const readme = await this.#readme(repo, revision, signal);
    const notes = [`${this.name} lists no files: the usual names were tried.`];
    if (!isCommit(revision)) notes.push(UNPINNED);
    return { revision, files: [...found.values()], licence: readLicence(readme), notes };
  }

  /** What a host says of a file without sending it; undefined where it has none. */
  async #head(
    repo: string,
    revision: string,
    path: string,
    signal: AbortSignal,
  ): Promise<{ revision: string; file: RepoFile } | undefined> {
    const url = this.#fileUrl(repo, revision, path);
    let headers: Headers;
    try {
      ({ headers } = await this.#tried(`${repo}/${path}`, signal, (inner) =>
        this.#ask(url, `${repo}/${path}`, { method: 'HEAD', signal: inner }),
      ));
    } catch (error) {
      if (error instanceof MissingFileError) return undefined;
      if (!(error instanceof NetworkError) || error instanceof Setback) throw error;
      return this.#openAndClose(repo, revision, path, signal);
    }
    const bytes = numberOf(headers.get('X-Linked-Size') ?? headers.get('Content-Length')) ?? 0;
    const file: RepoFile = { path, bytes };
    const sha256 = /^(?:W\/)?"([0-9a-f]{64})"$/.exec(headers.get('X-Linked-ETag') ?? '')?.[1];
    if (sha256) file.sha256 = sha256;
    const commit = headers.get('X-Repo-Commit') ?? '';
    return { revision: isCommit(commit) ? commit : revision, file };
  }

  /** As #head, where a host does not know that question. */
  async #openAndClose(repo: string, revision: string, path: string, signal: AbortSignal) {
    try {
      const { total, body } = await this.#tried(`${repo}/${path}`, signal, (inner) =>
        this.open(repo, revision, path, 0, inner),
      );
      await body.cancel().catch(() => undefined);
      return { revision, file: { path, bytes: total ?? 0 } };
    } catch (error) {
      if (error instanceof MissingFileError) return undefined;
      throw error;
    }
  }

  async #readme(repo: string, revision: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      return await this.#tried(`${repo}/README.md`, signal, (inner) =>
        readText(this, repo, revision, 'README.md', inner),
      );
    } catch (error) {
      if (error instanceof MissingFileError || error instanceof FormatError) return undefined;
      throw error;
    }
  }

  async #json(path: string, signal: AbortSignal): Promise<{ value: unknown; link: string | undefined }> {
    const url = this.#address + path;
    return this.#tried(url, signal, async (inner) => {
      const response = await this.#ask(url, url, { signal: inner });
      const text = await readBody(response.body ?? emptyBody(), 'listing.json', url);
      try {
        return { value: JSON.parse(text) as unknown, link: this.#nextOf(response) };
      } catch {
        throw new FormatError(`${url} answered with something that is no JSON.`);
      }
    });
  }

  /** The next page of a listing, as a path of this host: no other is followed. */
  #nextOf(response: Response): string | undefined {
    const given = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
    if (given === undefined) return undefined;
    let url: URL;
    try {
      url = new URL(given, response.url);
    } catch {
      return undefined;
    }
    const own = new URL(this.#address);
    const prefix = `${own.pathname.replace(/\/$/, '')}/api/models/`;
    if (url.origin !== own.origin || !url.pathname.startsWith(prefix)) return undefined;
    return url.pathname.slice(prefix.length - '/api/models/'.length) + url.search;
  }

  #tried<T>(what: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return retried(this.#patience, signal, () => watched(this.#patience.stallMs, signal, what, work));
  }

  #ask(url: string, what: string, init: RequestInit & { signal: AbortSignal }): Promise<Response> {
    return ask(url, `${what} on ${this.name}`, this.name, init);
  }

  #fileUrl(repo: string, revision: string, path: string): string {
    return `${this.#address}/${repo}/resolve/${encodeURIComponent(revision)}/${asPath(path)}`;
  }

  #noSuchRepo(repo: string, { message }: Error): MissingFileError {
    return new MissingFileError(`${this.name} has no repository "${repo}": ${message}`);
  }
}

const UNPINNED =
  'The host names no commit: should the model change while it is fetched, it has to be begun anew.';

/** @throws InputError on an address that is none. Gives it without a slash at its end. */
export function checkAddress(address: string, base: string | undefined = globalThis.location?.href): string {
  let url: URL;
  try {
    url = new URL(address.trim(), base);
  } catch {
    throw new InputError(
      `"${address.slice(0, 200)}" is no address. Write it as "https://mirror.example.org".`,
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new InputError(`The address of a mirror begins with https:// or http://, not with ${url.protocol}`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new InputError('The address of a mirror has no name, password, "?" or "#".');
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

function readEntry(entry: unknown): RepoFile[] {
  if (!isRecord(entry) || entry.type !== 'file') return [];
  const { path, size, oid, lfs } = entry;
  if (typeof path !== 'string' || !isPlainPath(path)) return [];
  const file: RepoFile = { path, bytes: typeof size === 'number' && size > 0 ? Math.floor(size) : 0 };
  if (isRecord(lfs)) {
    if (typeof lfs.size === 'number' && lfs.size > 0) file.bytes = Math.floor(lfs.size);
    if (typeof lfs.oid === 'string' && /^[0-9a-f]{64}$/.test(lfs.oid)) file.sha256 = lfs.oid;
  } else if (typeof oid === 'string' && isCommit(oid)) {
    file.gitSha1 = oid;
  }
  return [file];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}

function emptyBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}
