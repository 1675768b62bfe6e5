/** Reads what a repository holds. */
import { FormatError, messageOf } from '../../../base/errors.ts';
import type { RepoPlan } from '../types.ts';
import { readLicence } from './licence.ts';
import { checkRepo } from './names.ts';
import { planRepo } from './plan.ts';
import { readText, type Listing, type RepoSource } from './source.ts';
import { retried, watched, type Patience } from './stall.ts';

/**
 * Lists a repository, reads its configuration and proposes how it is used.
 * @throws InputError on a name that is none, MissingFileError, NetworkError, FormatError, AbortedError
 */
export async function inspectRepo(
  source: RepoSource,
  repo: string,
  patience: Patience,
  signal: AbortSignal,
): Promise<RepoPlan> {
  checkRepo(repo);
  const listing = await source.list(repo, signal);
  const has = (path: string) => listing.files.some((file) => file.path === path);
  const text = (path: string) =>
    retried(patience, signal, () =>
      watched(patience.stallMs, signal, `${repo}/${path}`, (inner) =>
        readText(source, repo, listing.revision, path, inner),
      ),
    );
  const json = async (path: string) =>
    has(path) ? asObject(await text(path), `${repo}/${path}`) : undefined;
  const config = await json('config.json');
  const notes = config ? [] : ['config.json is missing: the model’s kind is guessed from its file names.'];
  const preprocessor = await json('preprocessor_config.json');
  let { licence } = listing;
  if (licence === undefined && has('README.md')) licence = readLicence(await text('README.md'));
  const whole: Listing = { ...listing, licence, notes: [...listing.notes, ...notes] };
  return planRepo(repo, whole, config ?? {}, preprocessor);
}

function asObject(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${what} is no JSON (${messageOf(error)}).`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormatError(`${what} is no JSON object.`);
  }
  return value as Record<string, unknown>;
}
