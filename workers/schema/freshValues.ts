import { hash32 } from '../random/rng.ts';
import { FAMILY_NAMES, GIVEN_NAMES } from './madeUpNames.ts';
import type { IdentifierAlphabet, IdentifierPart } from './types.ts';

type Run = Extract<IdentifierPart, { readonly alphabet: IdentifierAlphabet }>;

/** Largest space that is permuted: two Feistel halves of 26 bits stay exact in doubles. */
const SPACE_LIMIT = 2 ** 52;

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = UPPER.toLowerCase();
const DIGITS = '0123456789';
const ALPHABETS: Readonly<Record<IdentifierAlphabet, string>> = {
  '0': DIGITS,
  '1': DIGITS,
  A: UPPER,
  a: LOWER,
  h: `${DIGITS}abcdef`,
  H: `${DIGITS}ABCDEF`,
  X: DIGITS + UPPER,
  w: DIGITS + LOWER,
  x: DIGITS + UPPER + LOWER,
};

/** Characters a part may be written with; null for literals and words. */
export const charactersOf = (part: IdentifierPart): string | null =>
  'alphabet' in part ? ALPHABETS[part.alphabet] : null;

/** One independent choice: text `render(i)` for i in 0..size-1, all different. */
interface Slot {
  readonly size: number;
  readonly render: (choice: number) => string;
  /** Takes arbitrary characters: values differ by other slots. */
  readonly free?: boolean;
}

const literal = (text: string): Slot => ({ size: 1, render: () => text });
const characters = (list: string): Slot => ({ size: list.length, render: (choice) => list[choice] });

const fixedLength = (alphabet: IdentifierAlphabet, length: number): Slot[] =>
  Array.from({ length }, (_, i) =>
    characters(alphabet === '1' && i === 0 && length > 1 ? '123456789' : ALPHABETS[alphabet]),
  );

const sizeAt = (alphabet: IdentifierAlphabet, length: number): number =>
  fixedLength(alphabet, length).reduce((size, slot) => size * slot.size, 1);

const renderAll = (slots: readonly Slot[], choice: number): string => {
  let text = '';
  for (let i = slots.length - 1; i >= 0; i--) {
    text = slots[i].render(choice % slots[i].size) + text;
    choice = Math.floor(choice / slots[i].size);
  }
  return text;
};

/** All texts of `min` to `max` characters as one choice: shorter ones first. */
function variableLength(alphabet: IdentifierAlphabet, min: number, max: number): Slot {
  const lengths = Array.from({ length: max - min + 1 }, (_, i) => fixedLength(alphabet, min + i));
  const sizes = lengths.map((_, i) => sizeAt(alphabet, min + i));
  return {
    size: sizes.reduce((sum, size) => sum + size, 0),
    render: (choice) => {
      let i = 0;
      while (choice >= sizes[i]) choice -= sizes[i++];
      return renderAll(lengths[i], choice);
    },
  };
}

/** A variable length can be told from the finished text when what follows starts with a character of no such part. */
function endsClearly(alphabet: IdentifierAlphabet, next: IdentifierPart | undefined): boolean {
  if (next === undefined) return true;
  return 'literal' in next && next.literal !== '' && !ALPHABETS[alphabet].includes(next.literal[0]);
}

const words = (word: 'given' | 'family', second: number): Slot => {
  const list = word === 'given' ? GIVEN_NAMES : FAMILY_NAMES;
  return {
    size: list.length,
    render: (choice) => (second < 0 ? list[choice] : `${list[choice]}-${list[second]}`),
  };
};

/** Slots of a format. Tier 0 is the format itself; each further tier is a little longer, for tables that need more. */
function slotsOf(parts: readonly IdentifierPart[], tier: number): Slot[] {
  const grows = parts.findLastIndex((part) => !('literal' in part));
  return parts.flatMap((part, i) => {
    if ('literal' in part) return [literal(part.literal)];
    const extra = i === grows ? tier : 0;
    if ('word' in part) return wordSlots(part.word, extra);
    if (extra > 0) return fixedLength(part.alphabet, part.max + extra);
    if (part.min < part.max && endsClearly(part.alphabet, parts[i + 1])) return variableSlots(part);
    return fixedLength(part.alphabet, part.max);
  });
}

const variableSize = (alphabet: IdentifierAlphabet, min: number, max: number): number => {
  let size = 0;
  for (let length = min; length <= max; length++) size += sizeAt(alphabet, length);
  return size;
};

/** A part of variable length: one choice of all its texts, or where those are too many a start and a free ending. */
function variableSlots(part: Run): Slot[] {
  const { alphabet, min, max } = part;
  if (variableSize(alphabet, min, max) <= 2 ** 40) return [variableLength(alphabet, min, max)];
  if (sizeAt(alphabet, min) < 2 ** 32) return fixedLength(alphabet, max);
  const ending = (choice: number): string => {
    const length = choice % (max - min + 1);
    const list = ALPHABETS[alphabet];
    return Array.from({ length }, (_, i) => list[hash32(`${choice}/${i}`) % list.length]).join('');
  };
  return [...fixedLength(alphabet, min), { size: 2 ** 32, render: ending, free: true }];
}

/** Beyond the plain names come double names, then numbered ones. */
function wordSlots(word: 'given' | 'family', tier: number): Slot[] {
  const list = word === 'given' ? GIVEN_NAMES : FAMILY_NAMES;
  if (tier === 0) return [words(word, -1)];
  if (tier <= list.length) return [words(word, tier - 1)];
  return [words(word, -1), literal(` ${tier - list.length}`)];
}

const round = (half: number, key: number, seed: number): number => {
  let h = Math.imul(half ^ seed, 0x85ebca6b) + key;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** A seeded permutation of 0..size-1 (balanced Feistel network, walking cycles back into range). */
export function feistel(size: number, seed: number): (index: number) => number {
  const halfBits = Math.max(1, Math.ceil(Math.log2(Math.max(2, size)) / 2));
  const half = 2 ** halfBits;
  return (index) => {
    let value = index;
    do {
      let left = Math.floor(value / half);
      let right = value % half;
      for (let key = 1; key <= 4; key++) {
        const next = (left + (round(right, key * 0x9e3779b1, seed) % half)) % half;
        left = right;
        right = next;
      }
      value = left * half + right;
    } while (value >= size);
    return value;
  };
}

/** One tier of a format: how many texts it has and the text of each index. */
interface Tier {
  readonly size: number;
  readonly text: (index: number) => string;
}

function tierOf(parts: readonly IdentifierPart[], tier: number, seed: number): Tier {
  const slots = slotsOf(parts, tier);
  const indexed = slots.map(() => false);
  let size = 1;
  // Slots are filled from the right while the space stays exact; what is left over takes arbitrary characters.
  for (let i = slots.length - 1; i >= 0; i--) {
    if (slots[i].free || size * slots[i].size > SPACE_LIMIT) continue;
    indexed[i] = true;
    size *= slots[i].size;
  }
  const permute = feistel(size, seed + tier);
  const text = (index: number): string => {
    let rest = permute(index);
    let written = '';
    for (let i = slots.length - 1; i >= 0; i--) {
      const slot = slots[i];
      const choice = indexed[i] ? rest % slot.size : hash32(`${index}/${i}`, seed) % slot.size;
      if (indexed[i]) rest = Math.floor(rest / slot.size);
      written = slot.render(choice) + written;
    }
    return written;
  };
  return { size, text };
}

/**
 * Fresh values of a format: a different text for every index 0, 1, 2, …, without limit, in an order set by the seed.
 * Knows the format only, never the values of the file. When the format has too few values the text grows longer.
 */
export function freshValues(parts: readonly IdentifierPart[], seed: number): (index: number) => string {
  const varies = parts.some((part) => !('literal' in part));
  const format: readonly IdentifierPart[] = varies ? parts : [...parts, { alphabet: '1', min: 6, max: 6 }];
  const tiers: Tier[] = [];
  return (index) => {
    let rest = index;
    for (let tier = 0; ; tier++) {
      tiers[tier] ??= tierOf(format, tier, seed);
      if (rest < tiers[tier].size) return tiers[tier].text(rest);
      rest -= tiers[tier].size;
    }
  };
}
