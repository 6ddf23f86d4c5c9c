/** Numbers of a report as text. */
import type { Card, CardStatus } from '../evaluate/cardTypes.ts';
import type { FigureUnit, Interval, Target } from '../evaluate/figureTypes.ts';

const minus = (text: string): string => text.replace(/^-(?=[0.]*%?$)/, '').replace('-', '−');

export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const size = Math.abs(share) * 100;
  if (size > 0 && size < 0.1) return `${share < 0 ? '−' : ''}<0.1%`;
  return minus(`${(share * 100).toFixed(1)}%`);
}

export const score = (value: number): string => (Number.isFinite(value) ? minus(value.toFixed(3)) : '–');

export function figure(value: number, unit: FigureUnit): string {
  if (!Number.isFinite(value)) return '–';
  switch (unit) {
    case 'share':
      return percent(value);
    case 'score':
      return score(value);
    case 'count':
      return count(value);
    case 'number':
      return minus(String(Number(value.toPrecision(4))));
  }
}

export const interval = (ends: Interval | null, unit: FigureUnit): string =>
  ends === null ? '–' : `${figure(ends[0], unit)} to ${figure(ends[1], unit)}`;

export const target = (of: Target | undefined, unit: FigureUnit): string =>
  of === undefined ? '–' : `${of.better === 'higher' ? 'at least' : 'at most'} ${figure(of.bound, unit)}`;

export const cardValue = (value: number, form: Card['form']): string =>
  !Number.isFinite(value) ? '–' : form === 'points' ? minus(String(Math.round(value))) : percent(value);

export const statusWords: Readonly<Record<CardStatus, string>> = {
  pass: '✓ Reached',
  fail: '✕ Missed',
  inconclusive: '≈ Undecided',
  'not-assessed': '– Not assessed',
  error: '! Failed',
  info: 'i For information',
  measuring: '… Not finished',
};
