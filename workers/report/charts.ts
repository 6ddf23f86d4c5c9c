/** Drawings of a report, as inline SVG. Each has a name for those who do not see it. */
import type { Card } from '../evaluate/cardTypes.ts';
import type { Associations, Overlay } from '../evaluate/types.ts';
import { html, px, type Markup } from './html.ts';
import { percent } from './texts.ts';

/** Linear scale onto pixels, kept within them. */
export const scale = (
  from: readonly [number, number],
  to: readonly [number, number],
): ((value: number) => number) => {
  const span = from[1] - from[0] || 1;
  const share = (value: number): number => Math.min(1, Math.max(0, (value - from[0]) / span));
  return (value) => to[0] + share(value) * (to[1] - to[0]);
};

export const drawing = (
  width: number,
  height: number,
  name: string,
  inside: readonly (Markup | null)[],
): Markup =>
  html`<svg
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="img"
    aria-label="${name}"
  >
    ${inside}
  </svg>`;

/** Lines that fill a synthetic bar; each drawing that has one defines it. */
export const hatch = (id: string): Markup =>
  html`<pattern id="${id}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"
    ><line class="s-hatch" x1="1" x2="1" y1="0" y2="5"
  /></pattern>`;

/** The score of a card on its scale, with interval and target. */
export function cardBar(card: Card): Markup {
  const { form, value, interval, target, label } = card;
  const most = form === 'points' ? 100 : Math.max(target.bound * 4, value || 0, interval?.[1] ?? 0, 0.01);
  const least = form === 'points' ? 0 : Math.min(-target.bound, value || 0, interval?.[0] ?? 0);
  const x = scale([least, most], [6, 234]);
  const at = x(target.bound);
  const good = target.better === 'higher' ? [at, 234] : [6, at];
  return drawing(240, 20, `${label}, target and interval`, [
    html`<rect class="track" x="0.5" y="7" width="239" height="6" rx="3" />`,
    html`<rect class="g-fill" x="${px(good[0])}" y="7" width="${px(good[1] - good[0])}" height="6" />`,
    html`<line class="axis" x1="${px(at)}" x2="${px(at)}" y1="2" y2="18" />`,
    interval &&
      html`<line class="i-line" x1="${px(x(interval[0]))}" x2="${px(x(interval[1]))}" y1="10" y2="10" />`,
    Number.isFinite(value) ? html`<circle class="i-fill" cx="${px(x(value))}" cy="10" r="4.5" />` : null,
  ]);
}

/** Outline of a histogram, with upright sides. */
function steps(
  edges: readonly number[],
  shares: readonly number[],
  x: (v: number) => number,
  y: (v: number) => number,
): string {
  const path = shares.map(
    (share, bin) => `${bin === 0 ? 'M' : 'L'}${px(x(edges[bin]))} ${px(y(share))}H${px(x(edges[bin + 1]))}`,
  );
  return path.join('');
}

function numericOverlay(overlay: Exclude<Overlay, { type: 'category' }>): Markup {
  const { edges, real, synthetic, column } = overlay;
  const x = scale([edges[0], edges[edges.length - 1]], [4, 276]);
  const y = scale([0, Math.max(1e-9, ...real, ...synthetic)], [96, 6]);
  const name = `${column}: shares of real (solid) and synthetic (dashed) rows`;
  return drawing(280, 100, name, [
    html`<line class="axis" x1="4" x2="276" y1="96" y2="96" />`,
    html`<path class="r-line" d="${steps(edges, real, x, y)}" />`,
    html`<path class="s-line" d="${steps(edges, synthetic, x, y)}" />`,
  ]);
}

/** Bars of a category at most; the rest is in the table behind. */
const mostBars = 12;

function categoryOverlay(overlay: Extract<Overlay, { type: 'category' }>, id: string): Markup {
  const labels = overlay.labels.slice(0, mostBars);
  const shares = labels.flatMap((_, i) => [overlay.real[i], overlay.synthetic[i]]);
  const y = scale([0, Math.max(1e-9, ...shares)], [0, 88]);
  const band = 272 / Math.max(1, labels.length);
  const wide = Math.min(28, band * 0.38);
  const bars = labels.flatMap((_, i) => {
    const middle = 4 + (i + 0.5) * band;
    const [real, synthetic] = [y(overlay.real[i]), y(overlay.synthetic[i])];
    return [
      html`<rect
        class="r-fill"
        x="${px(middle - wide)}"
        y="${px(96 - real)}"
        width="${px(wide)}"
        height="${px(real)}"
      />`,
      html`<rect
        class="s-box"
        fill="url(#${id})"
        x="${px(middle)}"
        y="${px(96 - synthetic)}"
        width="${px(wide)}"
        height="${px(synthetic)}"
      />`,
    ];
  });
  return drawing(280, 100, `${overlay.column}: shares of real (filled) and synthetic (hatched) rows`, [
    hatch(id),
    html`<line class="axis" x1="4" x2="276" y1="96" y2="96" />`,
    ...bars,
  ]);
}

/** @param id unique within the page, for the pattern */
export const overlayDrawing = (overlay: Overlay, id: string): Markup =>
  overlay.type === 'category' ? categoryOverlay(overlay, id) : numericOverlay(overlay);

/** One bar of a group: a value with its interval. */
export interface IntervalMark {
  readonly series: 'real' | 'synthetic';
  readonly name: string;
  readonly value: number;
  readonly interval: readonly [number, number] | null;
}

export interface IntervalGroup {
  readonly label: string;
  readonly marks: readonly IntervalMark[];
}

const row = 18;

/** Values with their intervals: real rows filled circles on solid lines, synthetic ones diamonds on dashed lines. */
export function intervalDrawing(
  groups: readonly IntervalGroup[],
  domain: readonly [number, number],
  name: string,
  write: (value: number) => string = percent,
): Markup {
  const labelRoom = 210;
  const width = 640;
  const x = scale(domain, [labelRoom, width - 16]);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => domain[0] + share * (domain[1] - domain[0]));
  const lines = groups.reduce((sum, { marks }) => sum + marks.length, 0);
  const height = lines * row + groups.length * 8 + 26;
  let y = 6;
  const drawn = groups.flatMap(({ label, marks }) => {
    const top = y;
    y += marks.length * row + 8;
    return [
      html`<text
        x="${labelRoom - 10}"
        y="${px(top + (marks.length * row) / 2)}"
        text-anchor="end"
        dominant-baseline="central"
        >${label.slice(0, 34)}</text
      >`,
      ...marks.map((mark, i) => intervalMark(mark, x, top + (i + 0.5) * row)),
    ];
  });
  return drawing(width, height, name, [
    ...ticks.flatMap((tick) => [
      html`<line class="gridline" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="2" y2="${height - 20}" />`,
      html`<text x="${px(x(tick))}" y="${height - 6}" text-anchor="middle">${write(tick)}</text>`,
    ]),
    ...drawn,
  ]);
}

function intervalMark(
  { series, value, interval }: IntervalMark,
  x: (v: number) => number,
  y: number,
): Markup {
  const letter = series === 'real' ? 'r' : 's';
  const whisker =
    interval &&
    html`<line
      class="${letter}-line"
      x1="${px(x(interval[0]))}"
      x2="${px(x(interval[1]))}"
      y1="${px(y)}"
      y2="${px(y)}"
    />`;
  if (!Number.isFinite(value)) return html`${whisker}`;
  const at = x(value);
  const point =
    series === 'real'
      ? html`<circle class="r-fill" cx="${px(at)}" cy="${px(y)}" r="5" />`
      : html`<path class="s-fill" d="M${px(at)} ${px(y - 6)}l6 6-6 6-6-6z" />`;
  return html`${whisker}${point}`;
}

/** Purple for negative, green for positive links: told apart from the colours of real and synthetic rows. */
const linkColour = (value: number): string => {
  const strength = Math.round(Math.min(1, Math.abs(value)) * 100);
  return `color-mix(in oklab, ${value < 0 ? '#6a2c91' : '#0b6b4f'} ${String(strength)}%, var(--surface))`;
};

/** A square map of links, in the order of its columns. */
export function heatDrawing(columns: readonly string[], values: readonly number[], name: string): Markup {
  const d = columns.length;
  const labels = d <= 30 ? 96 : 0;
  const cell = Math.max(3, Math.min(22, 300 / Math.max(1, d)));
  const size = labels + cell * d + 2;
  const cells = values.map((value, i) =>
    Number.isFinite(value)
      ? html`<rect
          x="${px(labels + (i % d) * cell)}"
          y="${px(Math.floor(i / d) * cell)}"
          width="${px(cell)}"
          height="${px(cell)}"
          style="fill:${linkColour(value)}"
        />`
      : null,
  );
  const names = labels
    ? columns.map(
        (column, i) =>
          html`<text
            x="${labels - 6}"
            y="${px((i + 0.5) * cell)}"
            text-anchor="end"
            dominant-baseline="central"
            >${column.slice(0, 15)}</text
          >`,
      )
    : [];
  return drawing(size, cell * d + 2, name, [...names, ...cells]);
}

export const differenceOf = ({ real, synthetic }: Pick<Associations, 'real' | 'synthetic'>): number[] =>
  real.map((value, i) => synthetic[i] - value);
