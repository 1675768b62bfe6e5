/** The CSS colour of a factor in [0, 1]: indigo at the base, amber at the expert, mixed in OKLCH between. */
export function mixColor(factor: number): string {
  return `color-mix(in oklch, var(--bl-expert) ${(factor * 100).toFixed(1)}%, var(--bl-base))`;
}

/** The same for text on the page: dark enough (or light enough) to read in either theme. */
export function mixInk(factor: number): string {
  return `color-mix(in oklch, var(--bl-expert-ink) ${(factor * 100).toFixed(1)}%, var(--bl-base-ink))`;
}

/** "0.37"; a fraction or factor with two decimals. */
export function toFixed2(value: number): string {
  return value.toFixed(2);
}

/** "+0.12", "−0.03", "±0.00": a change with its sign, as a person writes it. */
export function signed(change: number, digits = 2): string {
  const text = Math.abs(change).toFixed(digits);
  if (Number(text) === 0) return `±${text}`;
  return `${change > 0 ? '+' : '−'}${text}`;
}
