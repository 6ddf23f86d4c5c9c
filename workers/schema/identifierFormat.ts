import type { NameHints } from './columnName.ts';
import type { Likeness } from './personal.ts';
import type { IdentifierAlphabet, IdentifierPart } from './types.ts';

/** Fewer values than this do not show what all values share: their letters and digits stay variable. */
const ENOUGH_FOR_LITERALS = 20;

/** Longer runs are cut: an identifier is not a text. */
const LONGEST_RUN = 64;

/** A run of characters of one class over all values seen so far. */
interface Run {
  readonly kind: 'digits' | 'upper' | 'lower' | 'literal';
  /** The text where it is the same in all values. */
  text: string | null;
  min: number;
  max: number;
  leadingZero: boolean;
}

const kindOf = (code: number): Run['kind'] => {
  if (code >= 48 && code <= 57) return 'digits';
  if (code >= 65 && code <= 90) return 'upper';
  return code >= 97 && code <= 122 ? 'lower' : 'literal';
};

/** Cuts a text into runs of digits, upper-case, lower-case and other characters. */
function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  for (let start = 0; start < text.length;) {
    const kind = kindOf(text.charCodeAt(start));
    let end = start + 1;
    while (end < text.length && kindOf(text.charCodeAt(end)) === kind) end++;
    const piece = text.slice(start, end);
    const leadingZero = kind === 'digits' && piece.length > 1 && piece[0] === '0';
    runs.push({ kind, text: piece, min: piece.length, max: piece.length, leadingZero });
    start = end;
  }
  return runs;
}

/** What runs two texts share for one to widen the other: the same classes, and the same other characters. */
const shapeOf = (runs: readonly Run[]): string =>
  runs.map((run) => (run.kind === 'literal' ? JSON.stringify(run.text) : run.kind)).join(' ');

function widen(runs: readonly Run[], more: readonly Run[]): void {
  runs.forEach((run, i) => {
    if (run.text !== more[i].text) run.text = null;
    run.min = Math.min(run.min, more[i].min);
    run.max = Math.max(run.max, more[i].max);
    run.leadingZero ||= more[i].leadingZero;
  });
}

/** The most common shape with its runs widened over all texts of that shape, and the share of texts it covers. */
function commonShape(texts: readonly string[]): { runs: readonly Run[]; share: number } {
  const shapes = new Map<string, { runs: Run[]; count: number }>();
  for (const text of texts) {
    const runs = runsOf(text);
    const shape = shapeOf(runs);
    const known = shapes.get(shape);
    if (known === undefined) {
      if (shapes.size < 1000) shapes.set(shape, { runs, count: 1 });
    } else {
      widen(known.runs, runs);
      known.count++;
    }
  }
  let best: { runs: readonly Run[]; count: number } = { runs: [], count: 0 };
  for (const shape of shapes.values()) if (shape.count > best.count) best = shape;
  return { runs: best.runs, share: best.count / Math.max(1, texts.length) };
}

const ALPHABETS = { digits: '0', upper: 'A', lower: 'a' } as const;

const lengths = (min: number, max: number): { min: number; max: number } => ({
  min: Math.min(LONGEST_RUN, Math.max(1, Math.min(min, max))),
  max: Math.min(LONGEST_RUN, max),
});

function partOf(run: Run, fixed: boolean): IdentifierPart {
  if (run.kind === 'literal') return { literal: run.text ?? '' };
  if (fixed && run.text !== null) return { literal: run.text };
  const nonZero = run.kind === 'digits' && !run.leadingZero && run.max > 1;
  return { alphabet: nonZero ? '1' : ALPHABETS[run.kind], ...lengths(run.min, run.max) };
}

/** All texts as one run of the smallest alphabet that holds them all, unless the alphabet is given. */
function oneRun(texts: readonly string[], known?: IdentifierAlphabet): IdentifierPart {
  let min = Infinity;
  let max = 1;
  for (const text of texts) {
    min = Math.min(min, text.length);
    max = Math.max(max, text.length);
  }
  const any = (pattern: RegExp): boolean => texts.some((text) => pattern.test(text));
  const alphabet = known ?? smallestAlphabet(any(/\d/), any(/[A-Z]/), any(/[a-z]/), any(/[g-z]/i));
  return { alphabet, ...lengths(min, max) };
}

function smallestAlphabet(
  digits: boolean,
  upper: boolean,
  lower: boolean,
  beyondHex: boolean,
): IdentifierAlphabet {
  if (upper && lower) return 'x';
  if (upper) return digits ? (beyondHex ? 'X' : 'H') : 'A';
  if (lower) return digits ? (beyondHex ? 'w' : 'h') : 'a';
  return '0';
}

const hexOf = (texts: readonly string[]): 'h' | 'H' | undefined => {
  const long = texts.length >= 5 && texts.every((text) => text.length >= 8);
  if (!long || !texts.some((text) => /[a-f]/i.test(text))) return undefined;
  if (texts.every((text) => /^[0-9a-f]+$/.test(text))) return 'h';
  return texts.every((text) => /^[0-9A-F]+$/.test(text)) ? 'H' : undefined;
};

/**
 * Format that fresh values are drawn from: separators, and letters or digits that are the same in every value, stay;
 * all else varies within the lengths seen.
 * @param texts distinct values without missing tokens, at least one
 */
export function formatOf(texts: readonly string[]): IdentifierPart[] {
  const { runs, share } = commonShape(texts);
  if (share < 0.6 || runs.length > 24 || runs.length === 0) return [oneRun(texts, hexOf(texts))];
  const fixed = texts.length >= ENOUGH_FOR_LITERALS;
  const parts = runs.map((run) => partOf(run, fixed));
  return mergeLiterals(parts);
}

function mergeLiterals(parts: readonly IdentifierPart[]): IdentifierPart[] {
  const merged: IdentifierPart[] = [];
  for (const part of parts) {
    const before = merged.at(-1);
    if ('literal' in part && before !== undefined && 'literal' in before) {
      merged[merged.length - 1] = { literal: before.literal + part.literal };
    } else {
      merged.push(part);
    }
  }
  return merged;
}

const digits = (alphabet: '0' | '1', count: number): IdentifierPart => ({ alphabet, min: count, max: count });

/** Format of made-up values for something personal, or null where the values' own format serves. */
export function personalFormat(
  likeness: Likeness,
  texts: readonly string[],
  personName: NameHints['personName'],
): IdentifierPart[] | null {
  switch (likeness) {
    case 'email':
      return [{ literal: 'person-' }, digits('1', 6), { literal: '@example.org' }];
    case 'url':
      return [{ literal: 'https://example.org/' }, digits('1', 6)];
    case 'ip':
      return [
        { literal: '10.' },
        digits('1', 2),
        { literal: '.' },
        digits('1', 2),
        { literal: '.' },
        digits('1', 2),
      ];
    case 'name':
      return nameFormat(texts, personName);
    case 'uuid':
      return uuidFormat(texts);
    default:
      return null;
  }
}

function nameFormat(texts: readonly string[], personName: NameHints['personName']): IdentifierPart[] {
  if (personName === 'given' || personName === 'family') return [{ word: personName }];
  const commas = texts.filter((text) => text.includes(',')).length;
  const order: IdentifierPart[] = [{ word: 'given' }, { literal: ' ' }, { word: 'family' }];
  return commas * 2 > texts.length ? [{ word: 'family' }, { literal: ', ' }, { word: 'given' }] : order;
}

/** Version 4, variant 8: random, and never mistaken for another version. */
function uuidFormat(texts: readonly string[]): IdentifierPart[] {
  const alphabet = texts.some((text) => /[A-F]/.test(text)) ? 'H' : 'h';
  const hex = (count: number): IdentifierPart => ({ alphabet, min: count, max: count });
  return [
    hex(8),
    { literal: '-' },
    hex(4),
    { literal: '-4' },
    hex(3),
    { literal: '-8' },
    hex(3),
    { literal: '-' },
    hex(12),
  ];
}
