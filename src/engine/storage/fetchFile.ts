import { AbortedError, messageOf, MissingFileError, throwIfAborted } from '../../base/errors.ts';

/**
 * The bytes of a file of the site.
 * @throws MissingFileError when it is absent, out of reach, or a page of HTML came in its place; AbortedError.
 */
export async function fetchFile(url: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  throwIfAborted(signal);
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (error) {
    if (signal?.aborted) throw new AbortedError();
    throw new MissingFileError(
      `${url} could not be fetched (${messageOf(error)}). Check that the server still runs, then reload.`,
    );
  }
  if (!response.ok) {
    throw new MissingFileError(
      `${url} is not on the server (status ${response.status}). Rebuild it with "npm run world", then reload.`,
    );
  }
  if (response.headers.get('Content-Type')?.startsWith('text/html')) {
    throw new MissingFileError(
      `${url} answered with a page of HTML instead of the file: the server sends its start page for missing files. ` +
        'Serve the app with "npm start".',
    );
  }
  return response.arrayBuffer();
}

/** A JSON file of the site. @throws as fetchFile; MissingFileError too when it is no JSON. */
export async function fetchJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const bytes = await fetchFile(url, signal);
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as T;
  } catch {
    throw new MissingFileError(
      `${url} is damaged: it is no JSON. Rebuild it with "npm run world", then reload.`,
    );
  }
}
