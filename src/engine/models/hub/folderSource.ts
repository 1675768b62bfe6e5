/** Repositories in files that were chosen from disk. */
import { MissingFileError } from '../../../base/errors.ts';
import type { NamedFile } from '../../exchange/types.ts';
import { readLicence } from './licence.ts';
import { isPlainPath } from './names.ts';
import type { Listing, Opened, RepoSource } from './source.ts';

/**
 * Finds "<owner>/<name>/<path>" at any depth; where no path has the repository's name in it, "<name>/<path>"; and where exactly one
 * folder has a config.json, that one, whatever it is called.
 */
export class FolderSource implements RepoSource {
  readonly name: string;
  readonly #files: ReadonlyMap<string, Blob>;

  constructor(name: string, files: readonly NamedFile[]) {
    this.name = `the folder ${name}`;
    this.#files = new Map(
      files.map(({ path, bytes }) => [
        path.replaceAll('\\', '/').replace(/^(\.?\/)+/, ''),
        bytes instanceof Blob ? bytes : new Blob([bytes]),
      ]),
    );
  }

  list(repo: string): Promise<Listing> {
    const root = this.#rootOf(repo);
    if (root === undefined) {
      return Promise.reject(
        new MissingFileError(
          `${this.name} holds no repository "${repo}": a folder of that name with a config.json is looked for.`,
        ),
      );
    }
    const files = [...this.#files]
      .filter(([path]) => path.startsWith(root) && isPlainPath(path.slice(root.length)))
      .map(([path, { size }]) => ({ path: path.slice(root.length), bytes: size }));
    return this.#licence(root).then((licence) => ({ revision: 'folder', files, licence, notes: [] }));
  }

  async open(repo: string, _revision: string, path: string, from: number): Promise<Opened> {
    const file = this.#files.get(`${this.#rootOf(repo) ?? ''}${path}`);
    if (!file) throw new MissingFileError(`${this.name} has no ${path} of ${repo}.`);
    return { from, total: file.size, tag: tagOf(file), body: file.slice(from).stream() };
  }

  async #licence(root: string): Promise<string | undefined> {
    const card = this.#files.get(`${root}README.md`);
    return card && readLicence(await card.slice(0, 20_000).text());
  }

  /** "" or a path that ends in "/". */
  #rootOf(repo: string): string | undefined {
    const suffix = 'config.json';
    const roots = [...this.#files.keys()]
      .filter((path) => path === suffix || path.endsWith(`/${suffix}`))
      .map((path) => path.slice(0, -suffix.length));
    const name = repo.slice(repo.indexOf('/') + 1);
    const ends = (tail: string) => roots.find((root) => root === `${tail}/` || root.endsWith(`/${tail}/`));
    return ends(repo) ?? ends(name) ?? (roots.length === 1 ? roots[0] : undefined);
  }
}

function tagOf(file: Blob): string {
  return `${file.size} ${'lastModified' in file ? String(file.lastModified) : ''}`;
}
