import type { IdentifierDomain } from './types.ts';
import type { NameHints } from './columnName.ts';

/** Something personal that values look like. */
export type Likeness = NonNullable<IdentifierDomain['looksLike']>;

const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** Luhn check digit of payment cards. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** ISO 13616: the rearranged number leaves 1 on division by 97. */
function isIban(text: string): boolean {
  const plain = text.replace(/ /g, '');
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(plain)) return false;
  let remainder = 0;
  for (const character of plain.slice(4) + plain.slice(0, 4)) {
    const value = parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

const isCard = (text: string): boolean =>
  /^\d(?:[ -]?\d){11,18}$/.test(text) && digitsOf(text).length >= 13 && passesLuhn(digitsOf(text));
const isIp = (text: string): boolean =>
  /^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) || (/^[0-9a-f:]{3,39}$/i.test(text) && text.split(':').length >= 4);
const isDateLike = (text: string): boolean => /^\d{4}-\d\d?-\d\d?|^\d\d?[./-]\d\d?[./-]\d{2,4}\b/.test(text);
const isPhone = (text: string): boolean => {
  const digits = digitsOf(text).length;
  return (
    /^[+(]?\d[\d\s()./-]*(?:(?:x|ext\.?) ?\d+)?$/i.test(text) &&
    digits >= 7 &&
    digits <= 20 &&
    !isDateLike(text)
  );
};
const isPostcode = (text: string): boolean => /^[A-Z0-9][A-Z0-9 -]{2,9}$/i.test(text) && /\d/.test(text);
/** Letters that a name is written with: 'Anne-Marie', "O'Neill", 'J.', 'van'. */
const isNameWord = (word: string): boolean => /^\p{L}[\p{L}\p{M}'’.-]*$/u.test(word);
const isCapitalised = (word: string): boolean => /^\p{Lu}/u.test(word);

/** 'Ada Lovelace', 'Lovelace, Ada', 'Lovelace, Mrs. Ada (Byron)'. */
function isFullName(text: string): boolean {
  const words = text
    .replace(/["(),/]/g, ' ')
    .trim()
    .split(/\s+/);
  return (
    words.length >= 2 &&
    words.length <= 14 &&
    words.every(isNameWord) &&
    isCapitalised(words[0]) &&
    isCapitalised(words[words.length - 1])
  );
}
const isSingleName = (text: string): boolean => {
  const words = text.trim().split(/\s+/);
  return words.length <= 4 && words.every(isNameWord) && text.length <= 40;
};

const ALWAYS: readonly (readonly [Likeness, (text: string) => boolean])[] = [
  ['email', (text) => /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/.test(text)],
  ['url', (text) => /^(?:https?:\/\/|www\.)\S+$/i.test(text)],
  ['uuid', (text) => /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(text)],
  ['ip', isIp],
  ['iban', isIban],
  ['card', isCard],
  ['ssn', (text) => /^\d{3}-\d{2}-\d{4}$/.test(text)],
];

const share = (texts: readonly string[], test: (text: string) => boolean): number => {
  let hits = 0;
  for (const text of texts) if (test(text.trim())) hits++;
  return texts.length === 0 ? 0 : hits / texts.length;
};

/**
 * What nine in ten of the texts look like, or null.
 * @param texts distinct texts without missing tokens; a sample of some thousands is enough
 */
export function likenessOf(texts: readonly string[], hints: NameHints): Likeness | null {
  for (const [likeness, test] of ALWAYS) if (share(texts, test) >= 0.9) return likeness;
  const plus = share(texts, (text) => text.startsWith('+'));
  if ((hints.phone || plus >= 0.8) && share(texts, isPhone) >= 0.8) return 'phone';
  if (hints.postcode && share(texts, isPostcode) >= 0.9) return 'postcode';
  if (share(texts, (text) => /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i.test(text)) >= 0.9) return 'postcode';
  if (hints.personName === 'full' && share(texts, isFullName) >= 0.7) return 'name';
  if (hints.person && share(texts, isFullName) >= 0.9) return 'name';
  if (hints.personName !== null && share(texts, isSingleName) >= 0.8) return 'name';
  return null;
}
