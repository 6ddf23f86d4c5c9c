/**
 * The language of figures over columns, by recursive descent:
 *
 *     formula   = product { ('+' | '-') product }
 *     product   = factor { ('*' | '/') factor }
 *     factor    = '-' factor | NUMBER | '(' formula ')' | measure
 *     measure   = 'count' '(' [condition] tail ')' | 'share' '(' condition tail ')' | 'mean' '(' column tail ')'
 *     tail      = { 'where' condition | 'by' column }, each at most once
 *     condition = conjunct { 'or' conjunct }
 *     conjunct  = negated { 'and' negated }
 *     negated   = 'not' negated | '(' condition ')' | test
 *     test      = column ( comparison value | ['not'] 'in' '(' value { ',' value } ')' | ['is'] ['not'] 'missing' )
 */
import { formulaError } from './formulaError.ts';
import { lex, type Token } from './lex.ts';
import type {
  ColumnName,
  Comparison,
  Condition,
  Literal,
  Measure,
  MeasureName,
  Operator,
  ParsedExpression,
} from './formulaTypes.ts';

const comparisons: readonly Comparison[] = ['=', '!=', '<', '<=', '>', '>='];
const measures: readonly MeasureName[] = ['count', 'share', 'mean'];
/** Words that are no column unless quoted. */
const reserved = ['where', 'by', 'and', 'or', 'not', 'in', 'is', 'missing'];
/** Brackets, `not` and `-` within each other. */
const deepest = 40;

const inMeasure = 'Write for example share(readmitted = yes) or mean(stay_days where ward = Surgery).';
const valueHint = "Write a number, a word, a date like 2024-01-31, or a text in single quotes: 'two words'.";

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = lex(text);
  }

  formula(): ParsedExpression {
    const first = this.#peek();
    if (first.type === 'end') throw formulaError(first.position, 'The formula is empty', inMeasure);
    const expression = this.#sum();
    const next = this.#peek();
    if (next.type !== 'end') {
      throw this.#unexpected(
        next,
        'Two figures are joined by +, -, * or /; rows are chosen inside the brackets.',
      );
    }
    return expression;
  }

  #sum(): ParsedExpression {
    return this.#operations(['+', '-'], () => this.#product());
  }

  #product(): ParsedExpression {
    return this.#operations(['*', '/'], () => this.#factor());
  }

  /** Operations of one rank, from the left. */
  #operations(operators: readonly Operator[], part: () => ParsedExpression): ParsedExpression {
    let left = part();
    for (;;) {
      const { position, text, type } = this.#peek();
      const operator = type === 'symbol' ? operators.find((one) => one === text) : undefined;
      if (operator === undefined) return left;
      this.#at += 1;
      left = { kind: 'operation', operator, left, right: part(), position };
    }
  }

  #factor(): ParsedExpression {
    if (this.#takeSymbol('-')) return { kind: 'negative', of: this.#deeper(() => this.#factor()) };
    if (this.#takeSymbol('(')) {
      const inside = this.#deeper(() => this.#sum());
      this.#close();
      return inside;
    }
    const token = this.#next();
    if (token.type === 'number') return { kind: 'number', value: Number(token.text) };
    const name = token.type === 'word' ? measures.find((one) => one === token.text.toLowerCase()) : undefined;
    if (name === undefined) throw this.#unexpected(token, `A figure is count, share or mean. ${inMeasure}`);
    const open = this.#next();
    if (open.text !== '(' || open.type !== 'symbol') {
      throw this.#unexpected(open, `After ${name} comes an opening bracket: ${name}(…).`);
    }
    return this.#measure(name, token.position);
  }

  #measure(measure: MeasureName, position: number): Measure<Condition, ColumnName> {
    const column = measure === 'mean' ? this.#column() : null;
    const hasCondition =
      measure === 'share' || (measure === 'count' && !this.#isTail() && !this.#isSymbol(')'));
    const condition = hasCondition ? this.#condition() : null;
    let [where, by]: [Condition | null, ColumnName | null] = [null, null];
    while (this.#isTail()) {
      const word = this.#next();
      const isWhere = word.text.toLowerCase() === 'where';
      if ((isWhere ? where : by) !== null) {
        const hint = isWhere ? 'Join conditions by “and”.' : 'Group by one column.';
        throw formulaError(word.position, `A second “${word.text}” in one figure`, hint);
      }
      if (isWhere) where = this.#condition();
      else by = this.#column();
    }
    this.#close();
    return { kind: 'measure', measure, condition, column, where, by, position };
  }

  #condition(): Condition {
    let left = this.#conjunct();
    while (this.#takeWord('or')) left = { kind: 'or', left, right: this.#conjunct() };
    return left;
  }

  #conjunct(): Condition {
    let left = this.#negated();
    while (this.#takeWord('and')) left = { kind: 'and', left, right: this.#negated() };
    return left;
  }

  #negated(): Condition {
    if (this.#takeWord('not')) return { kind: 'not', of: this.#deeper(() => this.#negated()) };
    if (this.#takeSymbol('(')) {
      const inside = this.#deeper(() => this.#condition());
      this.#close();
      return inside;
    }
    return this.#test();
  }

  #test(): Condition {
    const column = this.#column();
    const token = this.#peek();
    const operator = token.type === 'symbol' ? comparisons.find((one) => one === token.text) : undefined;
    if (operator !== undefined) {
      this.#at += 1;
      return this.#compare(column, operator, token.position);
    }
    this.#takeWord('is');
    const negated = this.#takeWord('not');
    const test = this.#missingOrIn(column);
    return negated ? { kind: 'not', of: test } : test;
  }

  #compare(column: ColumnName, operator: Comparison, position: number): Condition {
    const equal = operator === '=' || operator === '!=';
    if (equal && this.#takeWord('missing')) {
      const test: Condition = { kind: 'missing', column };
      return operator === '=' ? test : { kind: 'not', of: test };
    }
    return { kind: 'compare', column, operator, position, value: this.#value() };
  }

  #missingOrIn(column: ColumnName): Condition {
    if (this.#takeWord('missing')) return { kind: 'missing', column };
    if (this.#takeWord('in')) return { kind: 'in', column, values: this.#list() };
    throw this.#unexpected(this.#peek(), 'After a column comes =, !=, <, <=, >, >=, in (…), or is missing.');
  }

  #list(): Literal[] {
    if (!this.#takeSymbol('(')) {
      throw this.#unexpected(this.#peek(), 'Write the values in brackets: in (a, b).');
    }
    const values = [this.#value()];
    while (this.#takeSymbol(',')) values.push(this.#value());
    this.#close();
    return values;
  }

  #value(): Literal {
    const negative = this.#isSymbol('-') ? this.#next() : null;
    const { type, text, position } = this.#next();
    if (negative !== null) {
      if (type === 'number') return { text: `-${text}`, form: 'number', position: negative.position };
      throw formulaError(negative.position, 'A minus stands before no number', valueHint);
    }
    if (type === 'word' && reserved.includes(text.toLowerCase())) {
      const hint = `If a value is called so, write it in single quotes: '${text}'.`;
      throw formulaError(position, `A value is expected here, and “${text}” is a word of the language`, hint);
    }
    if (type === 'number' || type === 'date' || type === 'word') return { text, form: type, position };
    if (type === 'text' || type === 'either') return { text, form: 'quoted', position };
    throw this.#unexpected({ type, text, position }, valueHint);
  }

  #column(): ColumnName {
    const token = this.#next();
    const { type, text, position } = token;
    if (type === 'word' && reserved.includes(text.toLowerCase())) {
      const hint = `If a column is called so, write it in backticks: \`${text}\`.`;
      throw formulaError(
        position,
        `A column is expected here, and “${text}” is a word of the language`,
        hint,
      );
    }
    if (type === 'word' || type === 'name' || type === 'either') return { name: text, position };
    throw this.#unexpected(token, 'Write the name of a column here, in backticks if it has blanks or signs.');
  }

  #close(): void {
    const token = this.#next();
    if (token.type === 'symbol' && token.text === ')') return;
    throw this.#unexpected(token, 'Close the bracket here, or join what follows by and, or, where or by.');
  }

  #deeper<T>(work: () => T): T {
    if (this.#depth >= deepest) {
      throw formulaError(this.#peek().position, 'There are too many brackets within each other', 'Split it.');
    }
    this.#depth += 1;
    const result = work();
    this.#depth -= 1;
    return result;
  }

  #peek(): Token {
    return this.#tokens[this.#at];
  }

  /** The end is never passed. */
  #next(): Token {
    const token = this.#peek();
    if (token.type !== 'end') this.#at += 1;
    return token;
  }

  #isSymbol(symbol: string): boolean {
    const { type, text } = this.#peek();
    return type === 'symbol' && text === symbol;
  }

  #takeSymbol(symbol: string): boolean {
    const is = this.#isSymbol(symbol);
    if (is) this.#at += 1;
    return is;
  }

  #isWord(word: string): boolean {
    const { type, text } = this.#peek();
    return type === 'word' && text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    const is = this.#isWord(word);
    if (is) this.#at += 1;
    return is;
  }

  #isTail(): boolean {
    return this.#isWord('where') || this.#isWord('by');
  }

  #unexpected({ type, text, position }: Token, hint: string) {
    const what = type === 'end' ? 'The formula ends too early' : `“${text}” is not expected here`;
    return formulaError(position, what, hint);
  }
}

/** The tree of a formula. Throws `bad-settings` with the place, and what to write there. */
export const parse = (text: string): ParsedExpression => new Parser(text).formula();
