import type { CardId, Figure } from './figureTypes.ts';

/** How a card is formed: which rows, by which rule, and that in a sentence. */
export interface CardRule {
  readonly id: CardId;
  readonly label: string;
  /**
   * `mean`: mean of the rows on the common scale, as points. `worst`: the row with the least points. `loss`: mean of
   * the rows as they are, shares that were lost.
   */
  readonly combine: 'mean' | 'worst' | 'loss';
  /** Rows it needs. `*` stands for any text: all rows it fits, and one at least. */
  readonly rows: readonly string[];
  /** Rows that count where they have a value: not every table has what they measure. */
  readonly where?: readonly string[];
  readonly how: string;
  readonly reference: string;
}

const scale = '100: as good as fresh real rows.';

/** In the order of the page; privacy stands apart. */
export const cardRules: readonly CardRule[] = [
  {
    id: 'similarity',
    label: 'Statistical Similarity',
    combine: 'mean',
    rows: ['similarity.columns', 'similarity.worst'],
    how: 'The mean of two scores: all columns on average, and the five columns furthest off.',
    reference: `${scale} 0: random values.`,
  },
  {
    id: 'correlation',
    label: 'Correlation Preservation',
    combine: 'mean',
    rows: ['correlation.pairs', 'correlation.links'],
    where: ['correlation.strong'],
    how: 'The mean of three scores: how often combinations of two columns occur, the strength of all links, and of the strong links alone where there are any.',
    reference: `${scale} 0: columns shuffled.`,
  },
  {
    id: 'utility',
    label: 'Utility',
    combine: 'loss',
    rows: ['utility.*.loss'],
    how: 'What models trained on synthetic rows lose against the same models trained on real rows, both tested on held-out real rows, as a share of what real rows gain over guessing.',
    reference: '0 %: as good as trained on real rows.',
  },
  {
    id: 'balance',
    label: 'Class Balance',
    combine: 'mean',
    rows: ['balance.*'],
    how: 'The mean of the scores of its rows.',
    reference: scale,
  },
  {
    id: 'quality',
    label: 'Data Quality',
    combine: 'mean',
    rows: ['quality.*'],
    how: 'The mean of the scores of its rows.',
    reference: scale,
  },
  {
    id: 'privacy',
    label: 'Privacy Protection',
    combine: 'worst',
    rows: ['privacy.*'],
    how: 'Of all attacks that were tried, the one that gains most over its control. It is in no mean with the other cards.',
    reference: '100: no attack gains anything over its control.',
  },
];

const matcher = (pattern: string): ((id: string) => boolean) => {
  if (!pattern.includes('*')) return (id) => id === pattern;
  const [start, end] = pattern.split('*');
  return (id) => id.length >= pattern.length - 1 && id.startsWith(start) && id.endsWith(end);
};

/** The rows of a card, and the patterns no row fits. */
export function rowsOf(
  { id: card, rows, where = [] }: CardRule,
  figures: readonly Figure[],
): { readonly found: readonly Figure[]; readonly missing: readonly string[] } {
  const [needed, welcome] = [rows.map(matcher), where.map(matcher)];
  const counts = ({ id, card: its, value, status }: Figure): boolean =>
    needed.some((fits) => fits(id)) ||
    (Number.isFinite(value) && welcome.some((fits) => fits(id))) ||
    (its === card && status === 'error');
  return {
    found: figures.filter(counts),
    missing: rows.filter((_, i) => !figures.some(({ id }) => needed[i](id))),
  };
}
