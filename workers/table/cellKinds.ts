/** Quick looks at single texts, for sniffing the dialect and the header. */
import { detectDatetime } from './datetimeDetection.ts';
import { parseNumber } from './numberFormat.ts';
import type { NumberFormat } from './types.ts';

const formats: readonly NumberFormat[] = [
  { decimalMark: '.', thousandsMark: ',', prefix: '', suffix: '' },
  { decimalMark: ',', thousandsMark: '.', prefix: '', suffix: '' },
  { decimalMark: ',', thousandsMark: ' ', prefix: '', suffix: '' },
];

/** A number as most people write it, with currency signs and percent. */
export function looksNumeric(text: string): boolean {
  const bare = text.trim().replace(/^[-+]?\s?[\p{Sc}]\s?|\s?[%\p{Sc}]$/gu, '');
  return /\d/.test(bare) && formats.some((format) => !Number.isNaN(parseNumber(bare, format)));
}

export function looksTyped(text: string): boolean {
  return looksNumeric(text) || detectDatetime([text.trim()]) !== null;
}
