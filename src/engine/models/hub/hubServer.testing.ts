/** A server in the hub's layout, for tests: it serves repositories from memory and misbehaves as it is told. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';

export type Fault =
  /** Sends so many bytes of what was asked for, then nothing more. */
  | { kind: 'stall'; after: number }
  /** Sends so many bytes, then breaks the connection. */
  | { kind: 'cut'; after: number }
  /** One bit is wrong. */
  | { kind: 'corrupt' }
  | { kind: 'status'; status: number; retryAfterS?: number }
  /** Sends files from the start only. */
  | { kind: 'ignore-range' }
  /** A page, as servers send for addresses that they do not know; `disguised` with a binary content type. */
  | { kind: 'html'; disguised?: boolean }
  /** Ends early, and means it. */
  | { kind: 'short'; by: number };

export interface HubRequest {
  method: string;
  path: string;
  range: string | undefined;
}

export type RepoContent = Record<string, Uint8Array<ArrayBuffer>>;

export interface HubServerOptions {
  /** Answers no questions about repositories: files only. */
  noApi?: boolean;
  /** Names no commit. */
  unpinned?: boolean;
  /** Entries a page of a listing. */
  pageSize?: number;
  /** What the card of a repository says. */
  licence?: string;
  /** Refuses HEAD. */
  noHead?: boolean;
  /** Sends its start page, with status 200, for what it does not have. */
  startPage?: boolean;
  /** Entries that a listing has besides. */
  odd?: readonly unknown[];
}

export interface HubServer {
  address: string;
  /** Everything that was asked for, in order. */
  requests: HubRequest[];
  repos: Record<string, RepoContent>;
  options: HubServerOptions;
  /** Misbehaves for paths that end so, a number of times. */
  fault(pathEnd: string, fault: Fault, times?: number): void;
  wellAgain(): void;
  close(): Promise<void>;
}

/** A folder's files by their paths. */
export function readFolder(folder: string): RepoContent {
  const content: RepoContent = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    if (statSync(path).isFile()) content[relative(folder, path)] = new Uint8Array(readFileSync(path));
  }
  return content;
}

export async function startHubServer(
  repos: Record<string, RepoContent>,
  options: HubServerOptions = {},
): Promise<HubServer> {
  const requests: HubRequest[] = [];
  let faults: { pathEnd: string; fault: Fault; left: number }[] = [];
  const hub: HubServer = {
    address: '',
    requests,
    repos,
    options,
    fault: (pathEnd, fault, times = Infinity) => void faults.push({ pathEnd, fault, left: times }),
    wellAgain: () => void (faults = []),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const faultOf = (path: string) => {
    const found = faults.find(({ pathEnd, left }) => left > 0 && path.endsWith(pathEnd));
    if (found) found.left--;
    return found?.fault;
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', hub.address);
    const path = decodeURIComponent(url.pathname);
    const { range } = request.headers;
    for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    requests.push({ method: request.method ?? '', path, range });
    if (request.method === 'HEAD' && hub.options.noHead) return void response.writeHead(405).end();
    answer(hub, request, response, url, path, faultOf);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hub.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return hub;
}

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Headers': '*',
  'Access-Control-Expose-Headers':
    'X-Repo-Commit, X-Linked-Size, X-Linked-ETag, ETag, Link, Accept-Ranges, Content-Range',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

function answer(
  hub: HubServer,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  path: string,
  faultOf: (path: string) => Fault | undefined,
): void {
  const [, , , owner, name, what, revision] = path.split('/');
  if (path.startsWith('/api/models/')) {
    const fault = faultOf(path);
    if (fault?.kind === 'status') return refuse(response, fault);
    const content = hub.repos[`${owner}/${name}`];
    if (hub.options.noApi) return sendPage(response, hub.options.startPage ? 200 : 404);
    // The hub does not tell strangers whether a repository is private or none.
    if (!content) return sendJson(response, { error: 'Invalid username or password.' }, 401);
    if (what === 'revision') {
      return sendJson(response, {
        id: `${owner}/${name}`,
        ...(hub.options.unpinned ? {} : { sha: commitOf(content) }),
        ...(hub.options.licence === undefined ? {} : { cardData: { license: hub.options.licence } }),
      });
    }
    if (what === 'tree' && revision) return sendTree(hub, response, url, content);
    return sendPage(response, 404);
  }
  const resolved = /^\/(cdn\/)?([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
  const bytes = resolved && hub.repos[resolved[2]]?.[resolved[4]];
  if (!resolved || !bytes) return sendPage(response, hub.options.startPage ? 200 : 404);
  if (!hub.options.unpinned) response.setHeader('X-Repo-Commit', commitOf(hub.repos[resolved[2]]));
  if (isLarge(path) && !resolved[1]) {
    // Large files lie elsewhere.
    response.setHeader('X-Linked-Size', bytes.length);
    response.setHeader('X-Linked-ETag', `"${sha256(bytes)}"`);
    return void response.writeHead(302, { Location: `${hub.address}/cdn${path}` }).end();
  }
  // A question about a file uses no fault up.
  const fault = request.method === 'HEAD' ? undefined : faultOf(path);
  sendFile(request, response, bytes, isLarge(path), fault);
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  content: Uint8Array<ArrayBuffer>,
  large: boolean,
  fault: Fault | undefined,
): void {
  if (fault?.kind === 'status') return refuse(response, fault);
  if (fault?.kind === 'html') return sendPage(response, 200, fault.disguised);
  const bytes = fault?.kind === 'corrupt' ? corrupted(content) : content;
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const from = asked && fault?.kind !== 'ignore-range' ? Number(asked[1]) : undefined;
  response.setHeader('ETag', `"${large ? sha256(content) : gitSha1(content)}"`);
  response.setHeader('Content-Type', 'application/octet-stream');
  if (from !== undefined && from >= bytes.length) {
    return void response.writeHead(416, { 'Content-Range': `bytes */${bytes.length}` }).end();
  }
  const end = bytes.length - (fault?.kind === 'short' ? fault.by : 0);
  const rest = bytes.subarray(from ?? 0, end);
  response.setHeader('Content-Length', rest.length);
  if (from !== undefined) response.setHeader('Content-Range', `bytes ${from}-${end - 1}/${end}`);
  response.writeHead(from === undefined ? 200 : 206);
  if (request.method === 'HEAD') return void response.end();
  if (fault?.kind !== 'cut' && fault?.kind !== 'stall') return void response.end(rest);
  response.write(rest.subarray(0, fault.after), () => {
    if (fault.kind === 'cut') response.destroy();
  });
}

function sendTree(hub: HubServer, response: ServerResponse, url: URL, content: RepoContent): void {
  const size = hub.options.pageSize ?? 1000;
  const from = Number(url.searchParams.get('cursor') ?? 0);
  const entries = Object.entries(content).map(([path, bytes]) => ({
    type: 'file',
    path,
    size: bytes.length,
    oid: gitSha1(bytes),
    ...(isLarge(path) ? { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 134 } } : {}),
  }));
  const all = [
    { type: 'directory', path: 'onnx', size: 0, oid: '0'.repeat(40) },
    ...entries,
    ...(hub.options.odd ?? []),
  ];
  if (from + size < all.length) {
    const next = new URL(url);
    next.searchParams.set('cursor', String(from + size));
    response.setHeader('Link', `<${next.href}>; rel="next"`);
  }
  sendJson(response, all.slice(from, from + size));
}

function refuse(response: ServerResponse, { status, retryAfterS }: Fault & { kind: 'status' }): void {
  if (retryAfterS !== undefined) response.setHeader('Retry-After', retryAfterS);
  response.writeHead(status).end('refused');
}

function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(value));
}

function sendPage(response: ServerResponse, status: number, disguised = false): void {
  response
    .writeHead(status, {
      'Content-Type': disguised ? 'application/octet-stream' : 'text/html; charset=utf-8',
    })
    .end('<!doctype html><html><body>Sign in</body></html>');
}

/** What the hub keeps outside git. */
function isLarge(path: string): boolean {
  return path.endsWith('.onnx') || path.includes('.onnx_data');
}

function corrupted(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  copy[copy.length >> 1] ^= 1;
  return copy;
}

function commitOf(content: RepoContent): string {
  const hash = createHash('sha1');
  for (const [path, bytes] of Object.entries(content)) hash.update(path).update(bytes);
  return hash.digest('hex');
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function gitSha1(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
