/** ROC curves of the membership attacks on logarithmic axes, as inline SVG. */
import type { RocCurve, RocFigure, RocPoint } from '../evaluate/privacy/rocCurve.ts';
import { drawing, scale } from './charts.ts';
import { html, px, type Markup } from './html.ts';

type Place = (rate: number) => number;
interface Axes {
  readonly x: Place;
  readonly y: Place;
  readonly ticks: readonly number[];
}

const [width, height] = [640, 400];
const plot = { left: 56, right: width - 14, top: 10, bottom: height - 46 } as const;
/** The axes reach one decade at least. */
const leastDomain = 0.1;

function axesOf(least: number): Axes {
  const low = Math.log10(Math.min(least, leastDomain));
  const log = (rate: number): number => Math.log10(Math.max(rate, 1e-12));
  const [x, y] = [scale([low, 0], [plot.left, plot.right]), scale([low, 0], [plot.bottom, plot.top])];
  const decades = Array.from({ length: Math.floor(-low) + 1 }, (_, i) => 10 ** -i);
  return { x: (rate) => x(log(rate)), y: (rate) => y(log(rate)), ticks: decades };
}

/** A power of ten as per cent: '100%', '1%', '0.01%'. */
const tickText = (rate: number): string => `${Number((rate * 100).toPrecision(1))}%`;

const pathOf = (
  points: readonly Pick<RocPoint, 'falsePositives' | 'truePositives'>[],
  { x, y }: Axes,
): string =>
  points
    .map((point, i) => `${i === 0 ? 'M' : 'L'}${px(x(point.falsePositives))} ${px(y(point.truePositives))}`)
    .join('');

const bandOf = ({ points }: RocCurve, axes: Axes): string => {
  const side = (end: 0 | 1) =>
    points.map(({ falsePositives, band }) => ({ falsePositives, truePositives: band[end] }));
  return `${pathOf([...side(1), ...side(0).reverse()], axes)}Z`;
};

const grid = ({ x, y, ticks }: Axes): Markup[] =>
  ticks.flatMap((tick) => [
    html`<line
      class="gridline"
      x1="${px(x(tick))}"
      x2="${px(x(tick))}"
      y1="${plot.top}"
      y2="${plot.bottom}"
    />`,
    html`<line
      class="gridline"
      x1="${plot.left}"
      x2="${plot.right}"
      y1="${px(y(tick))}"
      y2="${px(y(tick))}"
    />`,
    html`<text x="${px(x(tick))}" y="${plot.bottom + 16}" text-anchor="${tick === 1 ? 'end' : 'middle'}"
      >${tickText(tick)}</text
    >`,
    html`<text x="${plot.left - 6}" y="${px(y(tick))}" text-anchor="end" dominant-baseline="central"
      >${tickText(tick)}</text
    >`,
  ]);

/** In the lower right, where no curve of an attack that tells anything can be. */
function legend(figure: RocFigure): Markup[] {
  const lines = [
    ...figure.curves.map(({ name }, i) => ({ name, line: lineClass(i) })),
    ...(figure.allowed.length > 0 ? [{ name: 'most that the guarantee allows', line: 'roc-allowed' }] : []),
    { name: 'a guess', line: 'axis dash' },
  ];
  const left = plot.right - 220;
  return lines.flatMap(({ name, line }, i) => {
    const y = plot.bottom - 12 - (lines.length - 1 - i) * 16;
    return [
      html`<line class="${line}" x1="${left}" x2="${left + 26}" y1="${y}" y2="${y}" />`,
      html`<text x="${left + 34}" y="${y}" dominant-baseline="central">${name}</text>`,
    ];
  });
}

const lineClass = (curve: number): string => `roc roc-${String(curve % 4)}`;

const marksOf = ({ marked }: RocCurve, { x, y }: Axes, index: number): Markup | null =>
  marked &&
  html`<circle
    class="${lineClass(index)} roc-mark"
    cx="${px(x(marked.falsePositives))}"
    cy="${px(y(marked.truePositives))}"
    r="4"
  />`;

/** One line an attack with its band, the guess, and the most that the guarantee allows. */
export function rocDrawing(figure: RocFigure): Markup {
  const axes = axesOf(figure.least);
  const { x, y } = axes;
  const name = 'Share of learned rows found over share of held-out rows wrongly named, for each attack';
  return drawing(width, height, name, [
    ...grid(axes),
    html`<path class="axis dash" d="M${px(x(0))} ${px(y(0))}L${px(x(1))} ${px(y(1))}" />`,
    ...figure.curves.map(
      (curve, i) => html`<path class="roc-band roc-${String(i % 4)}" d="${bandOf(curve, axes)}" />`,
    ),
    figure.allowed.length > 0 ? html`<path class="roc-allowed" d="${pathOf(figure.allowed, axes)}" />` : null,
    ...figure.curves.map(
      (curve, i) => html`<path class="${lineClass(i)}" d="${pathOf(curve.points, axes)}" />`,
    ),
    ...figure.curves.map((curve, i) => marksOf(curve, axes, i)),
    ...legend(figure),
    html`<text x="${(plot.left + plot.right) / 2}" y="${height - 8}" text-anchor="middle"
      >held-out rows wrongly named (false alarms)</text
    >`,
  ]);
}
