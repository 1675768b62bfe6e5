/** The licence that a model's card names. */

/** From the hub's answer about a model, or from the card itself (README.md with its front matter). */
export function readLicence(of: unknown): string | undefined {
  if (typeof of === 'string') return fromCard(of);
  if (typeof of !== 'object' || of === null) return undefined;
  const { cardData, tags } = of as Record<string, unknown>;
  const card = (cardData ?? {}) as Record<string, unknown>;
  if (card.license === 'other' && typeof card.license_name === 'string') return short(card.license_name);
  if (typeof card.license === 'string') return short(card.license);
  const tag = Array.isArray(tags)
    ? tags.find((t): t is string => typeof t === 'string' && t.startsWith('license:'))
    : undefined;
  return tag === undefined ? undefined : short(tag.slice('license:'.length));
}

function fromCard(card: string): string | undefined {
  const front = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1];
  if (front === undefined) return undefined;
  const value = (key: string) => new RegExp(`^${key}:[ \\t]*["']?([^"'\\r\\n]+)`, 'm').exec(front)?.[1];
  const license = value('license');
  const name = value('license_name');
  const told = license?.trim() === 'other' && name !== undefined ? name : license;
  return told === undefined ? undefined : short(told);
}

function short(text: string): string {
  return text.trim().slice(0, 80);
}
