/** Names that come from people and from servers: only what cannot lead anywhere else gets into an address. */
import { InputError } from '../../../base/errors.ts';

const PART = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?$/;

/** @throws InputError unless it is "owner/name" as the hub writes it: letters, digits, "-", "_", ".", no "--" or "..". */
export function checkRepo(repo: string): string {
  const parts = repo.split('/');
  if (parts.length === 2 && parts.every((part) => PART.test(part) && !/--|\.\./.test(part))) return repo;
  throw new InputError(
    `"${repo.slice(0, 120)}" is no repository. Write its owner and name: "Xenova/clip-vit-base-patch32".`,
  );
}

/** Whether a path of a listing stays inside its repository. */
export function isPlainPath(path: string): boolean {
  // oxlint-disable-next-line no-control-regex
  if (path.length === 0 || path.length > 500 || /[\\\u0000-\u001f]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Whether a revision is a commit: what lies there never changes. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

export function asPath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
