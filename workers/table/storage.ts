/**
 * How a column is stored, decided from its distinct texts: as numbers, as datetimes or as text.
 * Whatever is decided, every cell can be given back exactly; the decision is about room and speed, and what the column
 * means is for the schema to say.
 */
import { detectDatetime, isCompactDate } from './datetimeDetection.ts';
import type { DatetimeProposal } from './datetimeDetection.ts';
import { detectNumberFormat } from './numberDetection.ts';
import type { MarkEvidence } from './numberDetection.ts';
import { parseNumber } from './numberFormat.ts';
import type { NumberFormat } from './types.ts';

export type Storage =
  | { readonly storage: 'number'; readonly format: NumberFormat }
  | ({ readonly storage: 'datetime' } & DatetimeProposal)
  | { readonly storage: 'text' };

/** Texts that often stand for "no value"; they say nothing about what the other cells are. */
const emptyWords = new Set(
  '|na|n/a|#n/a|#na|n.a.|null|nan|none|nil|missing|unknown|-|--|.|..|?|\\n|#value!|#div/0!|#ref!|nat|<na>'.split(
    '|',
  ),
);

export function looksMissing(text: string): boolean {
  return emptyWords.has(text.trim().toLowerCase());
}

/** Distinct texts looked at to choose a format. */
const sampleTexts = 2_000;

/** A column is numbers or dates while at most this share of its distinct texts is something else. */
const oddShare = 0.1;

/** Distinct texts a number or datetime column keeps besides its values. */
export const maxTokens = 1_000;

/** `texts` are distinct. `evidence` is what other columns say about decimal and thousands marks. */
export function decideStorage(texts: readonly string[], evidence: MarkEvidence): Storage {
  const sample: string[] = [];
  for (let i = 0; i < texts.length && sample.length < sampleTexts; i++) {
    if (!looksMissing(texts[i])) sample.push(texts[i]);
  }
  if (sample.length === 0) return { storage: 'text' };
  if (isCompactDate(sample)) return { storage: 'datetime', pattern: 'yyyyMMdd', exchanged: null };
  const number = detectNumberFormat(sample, evidence);
  if (number !== null && fitsNumbers(sample, number.exact, number.format)) {
    return { storage: 'number', format: number.format };
  }
  const datetime = detectDatetime(sample);
  if (datetime !== null && datetime.shaped >= (1 - oddShare) * sample.length) {
    return { storage: 'datetime', pattern: datetime.pattern, exchanged: datetime.exchanged };
  }
  return { storage: 'text' };
}

/** Most texts are exact, and nearly all of the rest at least read as numbers. */
function fitsNumbers(sample: readonly string[], exact: readonly boolean[], format: NumberFormat): boolean {
  let exactCount = 0;
  let odd = 0;
  sample.forEach((text, i) => {
    if (exact[i]) exactCount++;
    else if (Number.isNaN(parseNumber(text, format))) odd++;
  });
  return exactCount * 2 >= sample.length - odd && odd <= oddShare * sample.length && exactCount > 0;
}
