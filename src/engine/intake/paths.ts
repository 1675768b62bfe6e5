/** Paths of dropped files: names, never places. */

/** Control characters (as \p{Cc}), and those that turn the direction of what is read after them. */
const UNSEEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * A path as the lab writes it: "/" between its parts, composed letters (Unicode NFC), without a drive, a root, ".", ".." and
 * characters that are not seen. ".." takes back a part, and never more than there are. "" where nothing is left.
 */
export function plainPath(path: string): string {
  const parts: string[] = [];
  for (const part of path
    .replaceAll('\\', '/')
    .replace(/^[a-z]:(?=\/|$)/i, '')
    .replace(UNSEEN, '')
    .split('/')) {
    const name = part.trim();
    if (name === '..') parts.pop();
    else if (name !== '' && name !== '.') parts.push(name);
  }
  return parts.join('/').normalize('NFC');
}

/** Whether a file is one that systems leave beside others: .DS_Store, __MACOSX/…, Thumbs.db, and all that begin with a dot. */
export function isHidden(path: string): boolean {
  return path
    .split('/')
    .some((part) => part.startsWith('.') || /^(__MACOSX|Thumbs\.db|ehthumbs\.db|desktop\.ini)$/i.test(part));
}

/** "images/dog.tar.png" -> its folder "images", its name, its stem "dog.tar" and its extension "png", in lower case. */
export function partsOf(path: string): { folder: string; name: string; stem: string; extension: string } {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const dot = name.lastIndexOf('.');
  return {
    folder: path.slice(0, Math.max(0, slash)),
    name,
    stem: dot > 0 ? name.slice(0, dot) : name,
    extension: dot > 0 ? name.slice(dot + 1).toLowerCase() : '',
  };
}
