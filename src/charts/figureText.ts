/** Figures of the scorecard as short text, one way everywhere on the page. */
import type { Card, CardStatus, Figure, FigureUnit, Interval, Target } from '../../workers/protocol.ts';
import { formatCount, formatNumber, formatScore, formatShare } from './format.ts';

export function formatFigure(value: number, unit: FigureUnit): string {
  if (!Number.isFinite(value)) return '–';
  switch (unit) {
    case 'share':
      if (value >= 0) return formatShare(value);
      return value > -0.001 ? '>−0.1%' : `−${formatShare(-value)}`;
    case 'score':
      return formatScore(value);
    case 'count':
      return formatCount(value);
    case 'number':
      return formatNumber(value).replace('-', '−');
  }
}

export const formatInterval = (interval: Interval | null, unit: FigureUnit): string =>
  interval === null ? '–' : `${formatFigure(interval[0], unit)} to ${formatFigure(interval[1], unit)}`;

export const formatTarget = (target: Target | undefined, unit: FigureUnit): string =>
  target === undefined
    ? '–'
    : `${target.better === 'higher' ? 'at least' : 'at most'} ${formatFigure(target.bound, unit)}`;

/** Points with no decimals, losses as per cent. */
export function formatCardValue(value: number, form: Card['form']): string {
  if (!Number.isFinite(value)) return '–';
  if (form === 'points') return String(Math.round(value)).replace('-', '−');
  return formatFigure(value, 'share');
}

export const formatCardInterval = ({ interval, form }: Pick<Card, 'interval' | 'form'>): string =>
  interval === null ? '' : `${formatCardValue(interval[0], form)} to ${formatCardValue(interval[1], form)}`;

export const statusWords: Readonly<Record<CardStatus, string>> = {
  pass: 'Reached',
  fail: 'Missed',
  inconclusive: 'Undecided',
  'not-assessed': 'Not assessed',
  error: 'Failed',
  info: 'For information',
  measuring: 'Measuring',
};

/** What a status means, in a sentence. */
export const statusMeanings: Readonly<Record<CardStatus, string>> = {
  pass: 'The whole 95% interval keeps the target.',
  fail: 'The whole 95% interval misses the target.',
  inconclusive: 'The target lies within the 95% interval: these rows cannot decide.',
  'not-assessed': 'There was nothing to measure it by.',
  error: 'It could not be computed.',
  info: 'It has no target.',
  measuring: 'Its figures are being computed.',
};

/** A figure as one sentence, for those who do not see the table. */
export const figureSentence = ({ label, value, unit, interval, status }: Figure): string =>
  `${label}: ${formatFigure(value, unit)}${interval ? ` (${formatInterval(interval, unit)})` : ''}, ${statusWords[status].toLowerCase()}.`;
