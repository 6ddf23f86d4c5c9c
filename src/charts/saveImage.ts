/** Saves a chart as a picture: its drawings as they look now, with title, legend and caption, free of the page's styles. */

const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stop-color',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'stroke-opacity',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
  'shape-rendering',
] as const;

const MARGIN = 20;
const HEAD = 64;
const FOOT = 36;
const NAMESPACE = 'http://www.w3.org/2000/svg';

/** One line of a legend, where a series is more than all real or all synthetic rows. */
export interface PictureSeries {
  readonly name: string;
  /** Custom property of its colour, without the dashes. */
  readonly colour: 'real' | 'synthetic' | 'ink-soft' | 'ink-faint';
  readonly dashes?: string;
  /** Path of its mark, around 0, 0. */
  readonly mark?: string;
}

export interface PictureText {
  readonly title: string;
  readonly caption: string;
  /** Name and mark of each series, in order. */
  readonly series: readonly ('real' | 'synthetic' | PictureSeries)[];
}

const plainSeries: Readonly<Record<'real' | 'synthetic', PictureSeries>> = {
  real: { name: 'real rows', colour: 'real' },
  synthetic: { name: 'synthetic rows', colour: 'synthetic', dashes: '5 3' },
};

/** Pixels of a character of 12 px, on average and a little more. */
const letter = 6.6;
/** Of the title, bold and of 16 px. */
const titleLetter = 9.6;
const lineHeight = 18;

/** A copy of a drawing whose colours and fonts are written into it. */
function withStyles(source: SVGElement): SVGElement {
  const copy = source.cloneNode(true);
  if (!(copy instanceof SVGElement)) return source;
  const originals = [source, ...source.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  originals.forEach((original, i) => {
    const computed = getComputedStyle(original);
    const target = copies[i];
    target.removeAttribute('class');
    target.removeAttribute('style');
    for (const name of STYLES) target.setAttribute(name, computed.getPropertyValue(name));
  });
  return copy;
}

function put(parent: Element, name: string, attributes: Record<string, string | number>, text = ''): Element {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  parent.append(element);
  return element;
}

/** Words on lines of at most `width` pixels. */
export function wrapped(text: string, width: number): string[] {
  const most = Math.max(1, Math.floor(width / letter));
  return text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) {
      return [...lines.slice(0, -1), `${last} ${word}`];
    }
    return [...lines, word];
  }, []);
}

interface LegendPlace {
  readonly series: PictureSeries;
  readonly left: number;
  readonly line: number;
}

/** The series one after the other, on as many lines as they need. */
export function legendPlaces(series: PictureText['series'], width: number): LegendPlace[] {
  let [left, line] = [0, 0];
  return series.map((named) => {
    const its = typeof named === 'string' ? plainSeries[named] : named;
    const room = 30 + its.name.length * letter + 16;
    if (left > 0 && left + room > width) [left, line] = [0, line + 1];
    const place = { series: its, left, line };
    left += room;
    return place;
  });
}

function writeLegend(root: Element, places: readonly LegendPlace[], style: CSSStyleDeclaration): void {
  for (const { series, left: from, line } of places) {
    const left = MARGIN + from;
    const y = 46 + line * lineHeight;
    const stroke = style.getPropertyValue(`--${series.colour}`);
    put(root, 'line', {
      x1: left,
      x2: left + 24,
      y1: y,
      y2: y,
      style: `stroke: ${stroke}`,
      'stroke-width': 2,
      'stroke-dasharray': series.dashes ?? 'none',
    });
    if (series.mark) {
      const place = `translate(${left + 12} ${y})`;
      put(root, 'path', { d: series.mark, transform: place, style: `stroke: ${stroke}`, fill: 'none' });
    }
    put(root, 'text', { x: left + 30, y: y + 4, 'font-size': 12, fill: style.color }, series.name);
  }
}

/** Puts every drawing inside `stage` where it stands, below a title and above a caption. */
function compose(stage: HTMLElement, text: PictureText): SVGElement {
  const frame = stage.getBoundingClientRect();
  const style = getComputedStyle(stage);
  // A long title has the room it needs.
  const inner = Math.max(frame.width, text.title.length * titleLetter);
  const legend = legendPlaces(text.series, inner);
  const captions = wrapped(text.caption, inner);
  const head = HEAD + (legend.at(-1)?.line ?? 0) * lineHeight;
  const foot = FOOT + (captions.length - 1) * lineHeight;
  const [width, height] = [inner + 2 * MARGIN, frame.height + head + foot];
  const root = document.createElementNS(NAMESPACE, 'svg');
  root.setAttribute('xmlns', NAMESPACE);
  root.setAttribute('width', String(width));
  root.setAttribute('height', String(height));
  root.setAttribute('viewBox', `0 0 ${width} ${height}`);
  root.setAttribute('font-family', 'system-ui, sans-serif');
  put(root, 'rect', { width, height, fill: getComputedStyle(document.body).backgroundColor });
  put(root, 'text', { x: MARGIN, y: 28, 'font-size': 16, 'font-weight': 600, fill: style.color }, text.title);
  writeLegend(root, legend, style);
  for (const drawing of stage.querySelectorAll('svg')) {
    const place = drawing.getBoundingClientRect();
    const copy = withStyles(drawing);
    copy.setAttribute('x', String(place.left - frame.left + MARGIN));
    copy.setAttribute('y', String(place.top - frame.top + head));
    copy.setAttribute('width', String(place.width));
    copy.setAttribute('height', String(place.height));
    root.append(copy);
  }
  captions.forEach((line, i) => {
    const y = height - 14 - (captions.length - 1 - i) * lineHeight;
    put(root, 'text', { x: MARGIN, y, 'font-size': 12, fill: style.color }, line);
  });
  resolveColours(root, stage);
  return root;
}

/** `light-dark()` means nothing outside a page: replaces it by the colour it stands for now. */
function resolveColours(root: SVGElement, stage: HTMLElement): void {
  const probe = document.createElement('span');
  // A colour on its way from the one before would be read as that one.
  probe.style.setProperty('transition', 'none', 'important');
  stage.append(probe);
  for (const element of root.querySelectorAll('[style]')) {
    probe.style.color = element.getAttribute('style')?.replace(/^stroke:\s*/, '') ?? '';
    element.setAttribute('stroke', getComputedStyle(probe).color);
    element.removeAttribute('style');
  }
  probe.remove();
}

function download(blob: Blob, fileName: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 10_000);
}

const asBlob = (root: SVGElement): Blob =>
  new Blob([new XMLSerializer().serializeToString(root)], { type: 'image/svg+xml' });

export function saveSvg(stage: HTMLElement, text: PictureText, name: string): void {
  download(asBlob(compose(stage, text)), `${name}.svg`);
}

/** Twice the size on the page, so that it prints well. */
export async function savePng(stage: HTMLElement, text: PictureText, name: string): Promise<void> {
  const root = compose(stage, text);
  const address = URL.createObjectURL(asBlob(root));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.width * 2);
    canvas.height = Math.round(image.height * 2);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => {
      canvas.toBlob(done, 'image/png');
    });
    if (blob) download(blob, `${name}.png`);
  } finally {
    URL.revokeObjectURL(address);
  }
}
