import { displayScore, type Marks } from './displayScore.ts';
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
  readonly marks: Marks;
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
    marks: 'measured',
    rows: ['similarity.columns', 'similarity.worst'],
    where: ['similarity.mmd'],
    how: 'The mean of three scores: all columns on average, the five columns furthest off, and whole rows (maximum mean discrepancy) where rows can be told from shuffled ones at all.',
    reference: `${scale} 0: a table that knows nothing.`,
  },
  {
    id: 'correlation',
    label: 'Correlation Preservation',
    combine: 'mean',
    marks: 'measured',
    rows: ['correlation.pairs', 'correlation.links'],
    where: ['correlation.related', 'correlation.triples'],
    how: 'The mean of the scores of pairs of columns, of three columns at once, of the strength of all links, and of the links between related columns alone where there are any.',
    reference: `${scale} 0: columns shuffled.`,
  },
  {
    id: 'utility',
    label: 'Utility',
    combine: 'loss',
    marks: 'measured',
    rows: ['utility.best*'],
    how: 'How much worse the best model trained on synthetic rows predicts held-out real rows than the best one trained on real rows: the share of its score that is lost, as a mean over the columns to predict.',
    reference: '0%: as good as trained on real rows.',
  },
  {
    id: 'balance',
    label: 'Class Balance',
    combine: 'mean',
    marks: 'natural',
    rows: ['balance.shares'],
    where: ['balance.smallest', 'balance.withinClass', 'balance.diversity'],
    how: 'The mean of four scores: the shares of classes, the size of the smallest, how alike rows are to real ones within each class, and how diverse they are there.',
    reference: scale,
  },
  {
    id: 'quality',
    label: 'Data Quality',
    combine: 'mean',
    marks: 'natural',
    rows: ['quality.validity', 'quality.missing', 'quality.duplicates'],
    where: ['quality.missingPatterns', 'quality.keys', 'quality.rules'],
    how: 'The mean of the scores of valid cells, of missing cells and which are missing together, of repeated rows, and of unique keys and of rows that keep the rules between columns where there are any.',
    reference: '100: every cell valid, gaps and repeats as in real rows.',
  },
  {
    id: 'privacy',
    label: 'Privacy Protection',
    combine: 'worst',
    marks: 'attack',
    rows: ['privacy.membership'],
    where: [
      ...['privacy.inference', 'privacy.inferenceWorst', 'privacy.singlingOut', 'privacy.singlingOutSingle'],
      ...['privacy.linkability', 'privacy.reidentification'],
    ],
    how: 'Of all attacks that were tried, the one that gains most over its control, by the sure end of its interval; one too rough to clear even rows never seen counts only where it surely gains. It is in no mean with the other cards.',
    reference:
      '100: no attack gains anything. It says that these attacks did not succeed, not that none would.',
  },
];

const matcher = (pattern: string): ((id: string) => boolean) => {
  if (!pattern.includes('*')) return (id) => id === pattern;
  const [start, end] = pattern.split('*');
  return (id) => id.length >= pattern.length - 1 && id.startsWith(start) && id.endsWith(end);
};

/** The rows of a card, and the patterns no row fits. */
export function rowsOf(
  { id: card, rows, where = [], marks }: CardRule,
  figures: readonly Figure[],
): { readonly found: readonly Figure[]; readonly missing: readonly string[] } {
  const [needed, welcome] = [rows.map(matcher), where.map(matcher)];
  const counts = (figure: Figure): boolean => {
    const { id, card: its, status } = figure;
    return (
      needed.some((fits) => fits(id)) ||
      (displayScore(figure, marks) !== null && welcome.some((fits) => fits(id))) ||
      (its === card && status === 'error')
    );
  };
  return {
    found: figures.filter(counts),
    missing: rows.filter((_, i) => !figures.some(({ id }) => needed[i](id))),
  };
}
