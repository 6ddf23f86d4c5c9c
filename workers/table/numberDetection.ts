/** Finds the `NumberFormat` in which texts can be read and written back exactly. */
import { NumberReader } from './numberReader.ts';
import type { NumberFormat } from './types.ts';

/** What the file says about its marks where a column alone leaves it open ('1.234', '1,234'). */
export interface MarkEvidence {
  readonly decimalComma: boolean;
  readonly decimalPoint: boolean;
  readonly delimiter: string;
}

export interface NumberProposal {
  readonly format: NumberFormat;
  /** By text: can be stored as a number of that format and written back exactly. */
  readonly exact: readonly boolean[];
  /** Another meaning of the marks fits as many texts. */
  readonly ambiguous: boolean;
}

type Marks = Pick<NumberFormat, 'decimalMark' | 'thousandsMark'>;

const thousandsMarks = [',', '.', ' ', '\u00a0', '\u202f', "'"] as const;

const core = /^( *)-?([^\d-]*)(\d(?:[\d.,'\u00a0\u202f ]*\d)?)([^\d]*)$/;
const allowedPrefix = /^ *(\p{Sc}|[A-Z]{1,3}\p{Sc}|[A-Z]{3} |\p{Sc}[ \u00a0\u202f])?$/u;
const allowedSuffix =
  /^([ \u00a0\u202f]?(%|‰|\p{Sc}|°[CF]?|kg|g|mg|km|m|cm|mm|l|ml|kWh|ms|s|min|h)|[ \u00a0\u202f]\p{L}{1,6})? *$/u;

/** Null when no text has a digit in it. Text 'code' (leading zeros, more than 15 digits) in one cell also gives null. */
export function detectNumberFormat(texts: readonly string[], evidence: MarkEvidence): NumberProposal | null {
  const affixes = commonAffixes(texts);
  if (affixes === null) return null;
  const encoder = new TextEncoder();
  const cells = texts.map((text) => encoder.encode(text));
  let best: { format: NumberFormat; exact: boolean[]; count: number } | null = null;
  let ambiguous = false;
  for (const marks of candidates(affixes.marks, evidence)) {
    const format = { ...marks, prefix: affixes.prefix, suffix: affixes.suffix };
    const reader = new NumberReader(format);
    const readings = cells.map((cell) => reader.read(cell, 0, cell.length));
    if (readings.includes('code')) return null;
    const exact = readings.map((reading) => reading === 'exact');
    const count = exact.filter(Boolean).length;
    if (best !== null && count === best.count) ambiguous = true;
    if (best !== null && count <= best.count) continue;
    ambiguous = false;
    best = { format, exact, count };
  }
  return best === null || best.count === 0 ? null : { format: best.format, exact: best.exact, ambiguous };
}

/** The most frequent prefix and suffix around digits, and every mark seen between digits. */
function commonAffixes(
  texts: readonly string[],
): { readonly prefix: string; readonly suffix: string; readonly marks: ReadonlySet<string> } | null {
  const counts = new Map<string, number>();
  const marks = new Set<string>();
  for (const text of texts) {
    const match = core.exec(text);
    if (!match) continue;
    const key = `${match[1]}${match[2]}\n${match[4]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const mark of match[3].replace(/\d/g, '')) marks.add(mark);
  }
  let common = '';
  let most = 0;
  for (const [key, count] of counts) if (count > most) [common, most] = [key, count];
  if (most === 0) return null;
  const [prefix, suffix] = common.split('\n');
  return allowedPrefix.test(prefix) && allowedSuffix.test(suffix)
    ? { prefix, suffix, marks }
    : { prefix: '', suffix: '', marks };
}

/** Formats worth trying, the likelier meaning of an open case first. */
function candidates(seen: ReadonlySet<string>, evidence: MarkEvidence): Marks[] {
  const grouped = thousandsMarks.filter((mark) => seen.has(mark));
  const point: Marks[] = [{ decimalMark: '.', thousandsMark: '' }];
  const comma: Marks[] = [{ decimalMark: ',', thousandsMark: '' }];
  for (const thousandsMark of grouped) {
    if (thousandsMark !== '.') point.push({ decimalMark: '.', thousandsMark });
    if (thousandsMark !== ',') comma.push({ decimalMark: ',', thousandsMark });
  }
  if (seen.size === 0) return point;
  return prefersComma(seen, evidence) ? [...comma, ...point] : [...point, ...comma];
}

/** '1,234' alone is a decimal in a semicolon file; '1.234' alone is one unless other columns write decimal commas. */
function prefersComma(seen: ReadonlySet<string>, evidence: MarkEvidence): boolean {
  const { decimalComma, decimalPoint, delimiter } = evidence;
  if (decimalComma !== decimalPoint) return decimalComma;
  return delimiter === ';' && seen.has(',') && !decimalPoint;
}

/** What columns that can be read in one way only say about the marks of the file. */
export function markEvidence(columns: readonly (readonly string[])[], delimiter: string): MarkEvidence {
  const neutral = { decimalComma: false, decimalPoint: false, delimiter };
  let decimalComma = false;
  let decimalPoint = false;
  for (const texts of columns) {
    const proposal = detectNumberFormat(texts, neutral);
    if (proposal === null || proposal.ambiguous) continue;
    const { decimalMark } = proposal.format;
    if (!texts.some((text, i) => proposal.exact[i] && text.includes(decimalMark))) continue;
    if (decimalMark === ',') decimalComma = true;
    else decimalPoint = true;
  }
  return { decimalComma, decimalPoint, delimiter };
}
