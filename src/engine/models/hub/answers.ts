/** A server's answer, or the want of one, as an error that says what to do. */
import { AbortedError, messageOf, MissingFileError, NetworkError } from '../../../base/errors.ts';
import { refusePage, Setback, StartOver } from './source.ts';

/**
 * Sends a request without cookies or cache; gives the answer when it is a good one.
 * @throws Setback (no network, 429, 5xx), StartOver (416), MissingFileError (404, HTML), NetworkError (401, 403, other), AbortedError
 */
export async function ask(
  url: string,
  what: string,
  host: string,
  init: RequestInit & { signal: AbortSignal },
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      ...init,
    });
  } catch (error) {
    if (init.signal.aborted) throw new AbortedError();
    throw unreachable(host, error);
  }
  if (!response.ok) {
    // Nothing of the body is wanted.
    await response.body?.cancel().catch(() => undefined);
    throw refusal(response, what, host);
  }
  if (response.headers.get('Content-Type')?.startsWith('text/html')) {
    await response.body?.cancel().catch(() => undefined);
    refusePage(what);
  }
  return response;
}

/** The network gave no answer, or broke off while one came. */
export function unreachable(host: string, error: unknown): Setback {
  const offline = globalThis.navigator?.onLine === false;
  return new Setback(
    offline
      ? `This device is offline, so ${host} cannot be reached. Models that are kept work without a network.`
      : `${host} could not be reached (${messageOf(error)}). Check the network, or whether the host lets other sites read ` +
          'it (CORS), then try again. Models that are kept work without a network.',
  );
}

function refusal(response: Response, what: string, host: string): NetworkError | MissingFileError {
  const { status } = response;
  if (status === 404 || status === 410) {
    return new MissingFileError(
      `${what} does not exist (status ${status}). Check the spelling, capitals too.`,
    );
  }
  if (status === 401 || status === 403) {
    return new NetworkError(
      `${host} refuses ${what} (status ${status}): it does not exist, is private, or asks for a consent that is given when ` +
        'signed in. The lab sends no password: download it yourself and choose its folder as the host.',
    );
  }
  if (status === 416) return new StartOver(`${what} is shorter than what was fetched of it: it changed.`);
  if (status === 429) {
    return new Setback(
      `${host} says that it was asked too often (status 429). Go on in a few minutes: what came so far is kept.`,
      retryAfterMs(response),
    );
  }
  if (status >= 500 || status === 408) {
    return new Setback(
      `${host} has trouble of its own (status ${status}). Go on later: what came so far is kept.`,
      retryAfterMs(response),
    );
  }
  return new NetworkError(`${host} answered ${what} with status ${status}.`);
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('Retry-After') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}
