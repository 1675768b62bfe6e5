/** Charts that stand alone: what the page's sheets, variables and fonts say about them is written into them. */

/** Properties that children inherit, written where they change; of those, what SVG knows as attributes. */
const INHERITED = [
  'fill',
  'fill-opacity',
  'fill-rule',
  'stroke',
  'stroke-opacity',
  'stroke-width',
  'stroke-dasharray',
  'stroke-dashoffset',
  'stroke-linecap',
  'stroke-linejoin',
  'stroke-miterlimit',
  'paint-order',
  'color',
  'font-family',
  'font-size',
  'font-style',
  'font-weight',
  'letter-spacing',
  'text-anchor',
  'dominant-baseline',
  'visibility',
  'image-rendering',
  'shape-rendering',
] as const;
/** Inherited too, but no attributes of SVG: written as style. */
const INHERITED_STYLE = ['font-variant-numeric', 'white-space'] as const;
/** Properties of an element alone, with the value that need not be written. */
const OWN = {
  opacity: '1',
  'clip-path': 'none',
  'vector-effect': 'none',
  'stop-opacity': '1',
} as const;
/** Colours, with the opacity that takes up their alpha: older readers of SVG know no rgba(). */
const COLORS: Partial<Record<string, string>> = {
  fill: 'fill-opacity',
  stroke: 'stroke-opacity',
  'stop-color': 'stop-opacity',
};
const READ: readonly string[] = [...INHERITED, ...INHERITED_STYLE, ...Object.keys(OWN), 'stop-color'];
/** Room around the chart: labels may reach over its edge. */
const MARGIN_PX = 12;
const SVG = 'http://www.w3.org/2000/svg';

export interface ChartWords {
  /** What the chart shows. */
  title: string;
  /** Where its figures come from. */
  about: string;
}

export interface StandaloneSvg {
  /** A whole file. */
  text: string;
  widthPx: number;
  heightPx: number;
}

/** What CSS knows as a colour, in sRGB: oklch() and the like are not read outside browsers. */
function createColorReader(): (color: string) => { rgb: string; alpha: number } {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
  const known = new Map<string, { rgb: string; alpha: number }>();
  return (color) => {
    const seen = known.get(color);
    if (seen) return seen;
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = context.getImageData(0, 0, 1, 1).data;
    const read = { rgb: `rgb(${r}, ${g}, ${b})`, alpha: a / 255 };
    known.set(color, read);
    return read;
  };
}

/** True of paints that are no colour: "none", a gradient. */
const isPlain = (paint: string) =>
  paint === 'none' || paint.startsWith('url(') || paint.startsWith('context-');

/**
 * A chart as a file of its own, as it looks now: computed styles written into it, in plain sRGB, on the background that it
 * stands on, with a title and a description. The chart on the page is not touched.
 */
export function standaloneSvg(chart: SVGSVGElement, { title, about }: ChartWords): StandaloneSvg {
  const readColor = createColorReader();
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const originals = [chart, ...chart.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  const gone: Element[] = [];
  const read = new Map<Element, Styles>();
  originals.forEach((original, i) => {
    const style = getComputedStyle(original);
    if (original.localName === 'style' || (style.display === 'none' && !insideDefs(original))) {
      gone.push(copies[i]!);
      return;
    }
    const styles = stylesOf(style);
    read.set(original, styles);
    writeStyle(copies[i]!, styles, read.get(original.parentElement!), readColor);
  });
  for (const element of gone) element.remove();

  const box = chart.viewBox.baseVal;
  const { width: w, height: h } = box && box.width > 0 ? box : chart.getBoundingClientRect();
  const [x, y] = box && box.width > 0 ? [box.x, box.y] : [0, 0];
  const frame = { x: x - MARGIN_PX, y: y - MARGIN_PX, width: w + 2 * MARGIN_PX, height: h + 2 * MARGIN_PX };
  for (const name of ['aria-label', 'tabindex']) copy.removeAttribute(name);
  setAttributes(copy, {
    xmlns: SVG,
    width: frame.width,
    height: frame.height,
    viewBox: `${frame.x} ${frame.y} ${frame.width} ${frame.height}`,
    role: 'img',
    'aria-labelledby': 'chart-title chart-about',
  });
  const ground = document.createElementNS(SVG, 'rect');
  setAttributes(ground, { ...frame, fill: readColor(groundOf(chart)).rgb, stroke: 'none' });
  copy.prepend(words('title', 'chart-title', title), words('desc', 'chart-about', about), ground);
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
  return { text, widthPx: frame.width, heightPx: frame.height };
}

/** Computed values by property. Read once an element: each is asked for again by its children. */
type Styles = Readonly<Record<string, string>>;

function stylesOf(style: CSSStyleDeclaration): Styles {
  return Object.fromEntries(READ.map((property) => [property, style.getPropertyValue(property)]));
}

/** Writes what differs from the parent, or all of it without one, in place of sheets and classes. */
function writeStyle(
  element: Element,
  styles: Styles,
  parent: Styles | undefined,
  readColor: ReturnType<typeof createColorReader>,
): void {
  const put = (property: string) => {
    const value = styles[property]!;
    const opacity = COLORS[property];
    if (isPlain(value) || (!opacity && property !== 'color')) {
      element.setAttribute(property, value);
      return;
    }
    const { rgb, alpha } = readColor(value);
    element.setAttribute(property, rgb);
    if (opacity) element.setAttribute(opacity, String(Number(styles[opacity]) * alpha));
  };
  const changed = (property: string) =>
    styles[property] !== parent?.[property] || element.hasAttribute(property);
  const own = Object.entries(OWN).filter(
    ([property, initial]) =>
      styles[property] !== '' && (styles[property] !== initial || element.hasAttribute(property)),
  );
  const inherited = INHERITED.filter(changed);
  const css = INHERITED_STYLE.filter(changed).map((property) => `${property}: ${styles[property]}`);
  for (const name of ['style', 'class']) element.removeAttribute(name);
  for (const [property] of own) put(property);
  // Colours last: one with an alpha of its own writes its opacity anew.
  for (const property of inherited.toSorted((x, y) => Number(x in COLORS) - Number(y in COLORS))) {
    put(property);
  }
  if (element.localName === 'stop') put('stop-color');
  if (css.length > 0) element.setAttribute('style', css.join('; '));
}

/** Gradients and clips are never displayed themselves. */
function insideDefs(element: Element): boolean {
  return (
    element.closest('defs, clipPath, linearGradient, radialGradient, marker, pattern, mask, title, desc') !==
    null
  );
}

/** The colour behind an element: the nearest background that is not transparent. */
function groundOf(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at);
    if (!/^(transparent|rgba\(0, 0, 0, 0\))$/.test(backgroundColor)) return backgroundColor;
  }
  return 'white';
}

function words(name: 'title' | 'desc', id: string, text: string): SVGElement {
  const element = document.createElementNS(SVG, name);
  element.id = id;
  element.textContent = text;
  return element;
}

function setAttributes(element: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
