import { formulaError } from './formulaError.ts';

/**
 * `name`: in backticks, a column. `either`: in double quotes, a column or a value by its place. `text`: in single
 * quotes, a value.
 */
export type TokenType = 'word' | 'number' | 'date' | 'name' | 'either' | 'text' | 'symbol' | 'end';

export interface Token {
  readonly type: TokenType;
  /** Without quotes; symbols in their one spelling. */
  readonly text: string;
  /** 0-based place of its first character. */
  readonly position: number;
}

/** Longer ones are refused: the parser calls itself. */
export const longestFormula = 2000;

const patterns: readonly (readonly [TokenType, RegExp])[] = [
  ['date', /\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?(?![\p{L}\p{N}_-])/uy],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}\p{N}_.])/uy],
  ['word', /[\p{L}_][\p{L}\p{M}\p{N}_]*(?:\.[\p{L}\p{M}\p{N}_]+)*/uy],
  ['symbol', /<=|>=|!=|<>|==|[=<>(),+\-*/]/y],
];

const quotes: ReadonlyMap<string, TokenType> = new Map([
  ['`', 'name'],
  ['"', 'either'],
  ["'", 'text'],
]);
const spellings: ReadonlyMap<string, string> = new Map([
  ['==', '='],
  ['<>', '!='],
]);

/** A quoted text from its opening quote on; a doubled quote stands for one. */
function quoted(
  text: string,
  position: number,
  type: TokenType,
): { readonly token: Token; readonly end: number } {
  const quote = text[position];
  let inside = '';
  for (let at = position + 1; at < text.length; at++) {
    if (text[at] !== quote) inside += text[at];
    else if (text[at + 1] === quote) inside += text[at++];
    else return { token: { type, text: inside, position }, end: at + 1 };
  }
  throw formulaError(position, 'A quote is opened here and not closed', `Write ${quote} at its end.`);
}

function plain(text: string, position: number): { readonly token: Token; readonly end: number } {
  for (const [type, pattern] of patterns) {
    pattern.lastIndex = position;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    return {
      token: { type, text: spellings.get(found) ?? found, position },
      end: position + found.length,
    };
  }
  const character = String.fromCodePoint(text.codePointAt(position) ?? 0);
  throw /\d/.test(character)
    ? formulaError(
        position,
        'A number here runs into other characters',
        "Put values that are no plain numbers in single quotes: '3b'.",
      )
    : formulaError(
        position,
        `“${character}” has no meaning in a formula`,
        'Column names with such characters go in backticks, values in single quotes.',
      );
}

/** The words of a formula, with an `end` after the last. Throws `bad-settings` with the place. */
export function lex(text: string): Token[] {
  if (text.length > longestFormula) {
    throw formulaError(
      longestFormula,
      'The formula is too long',
      `Keep it below ${longestFormula} characters.`,
    );
  }
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    if (/\s/u.test(text[position])) {
      position += 1;
      continue;
    }
    const quote = quotes.get(text[position]);
    const { token, end } = quote ? quoted(text, position, quote) : plain(text, position);
    tokens.push(token);
    position = end;
  }
  return [...tokens, { type: 'end', text: '', position: text.length }];
}
