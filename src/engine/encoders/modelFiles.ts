import { MissingFileError } from '../../base/errors.ts';
import { fetchFile } from '../storage/fetchFile.ts';
import { SerialLock } from '../workers/serialLock.ts';

const LESS_THAN = 0x3c;

/**
 * The bytes of a model's file.
 * @throws MissingFileError when it is absent or a page of HTML came in its place, whatever type the server gives it.
 */
export async function fetchModelFile(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await fetchFile(url));
  if (bytes[0] === LESS_THAN)
    throw new MissingFileError(
      `${url} answered with a page of HTML or XML instead of the file. Serve the app with "npm start".`,
    );
  return bytes;
}

/**
 * Hands transformers.js the files of a model. Left alone, it takes any answer but a 404 for the file, hides why one is
 * missing, and remembers for ever that one was missing; so all files of a load are fetched first, and it gets them, and
 * nothing else, from memory.
 */
export class ModelFiles {
  /** For env.localModelPath: stands for the folder of the models. No URL, since it looks for those on a hub only. */
  static readonly ROOT = '/bondlab-models/';
  readonly #modelsUrl: string;
  readonly #loading = new SerialLock();
  #held: ReadonlyMap<string, Uint8Array<ArrayBuffer>> = new Map();

  /** @param modelsUrl address of the folder, with a slash at its end */
  constructor(modelsUrl: string) {
    this.#modelsUrl = modelsUrl;
  }

  /**
   * Fetches files of a repository side by side, then runs a load, one at a time, that finds them.
   * @throws MissingFileError that names the file, or whatever the load throws.
   */
  async load<T>(repo: string, paths: readonly string[], load: () => Promise<T>): Promise<T> {
    const files = await Promise.all(
      paths.map(async (path): Promise<[string, Uint8Array<ArrayBuffer>]> => [
        `${ModelFiles.ROOT}${repo}/${path}`,
        await fetchModelFile(`${this.#modelsUrl}${repo}/${path}`),
      ]),
    );
    return this.#loading.run(async () => {
      this.#held = new Map(files);
      try {
        return await load();
      } finally {
        this.#held = new Map();
      }
    });
  }

  /** For env.fetch: the files of the present load; 404 for every other. */
  readonly answer = (input: string | URL): Promise<Response> => {
    const bytes = this.#held.get(String(input));
    return Promise.resolve(
      bytes
        ? new Response(bytes, { headers: { 'Content-Length': String(bytes.length) } })
        : new Response(null, { status: 404 }),
    );
  };
}
