/**
 * `--condition` and `--balance`: the rows that are wanted. A backslash makes the character after it plain text.
 *
 *     column=a|b        one of several categories
 *     column=10..20     numbers or dates from one end to the other; an end may be left out
 *     column=           missing cells only; an empty choice beside others (a|) allows missing cells too
 *
 *     column                          every category equally often
 *     column=value:share,value:share  in these shares; an empty value means missing
 */
import { UsageError } from './optionValues.mjs';

/** @typedef {import('../workers/protocol.ts').RowsWanted} RowsWanted */
/** @typedef {import('../workers/protocol.ts').ColumnCondition} ColumnCondition */
/** @typedef {import('../workers/protocol.ts').ColumnSchema} ColumnSchema */
/** @typedef {import('../workers/protocol.ts').TableSchema} TableSchema */
/** @typedef {{ column: string, choices: string[] }} ConditionText choices with their backslashes */
/** @typedef {{ column: string, shares: { value: string | null, share: number }[] | 'equal' }} BalanceText */

/** Pieces of a text between marks that no backslash stands before; the pieces keep their backslashes. */
function pieces(/** @type {string} */ text, /** @type {string} */ mark) {
  const found = [''];
  for (let i = 0; i < text.length; i++) {
    const last = found.length - 1;
    if (text[i] === '\\' && i + 1 < text.length) found[last] += text[i] + text[++i];
    else if (text.startsWith(mark, i)) {
      found.push('');
      i += mark.length - 1;
    } else found[last] += text[i];
  }
  return found;
}

/** @param {string} text */
const plain = (text) => text.replace(/\\(.)/gs, '$1');

/** Divides at the first plain '='. @param {string} text @returns {[string, string | null]} */
function divided(text) {
  const [column, ...rest] = pieces(text, '=');
  return [plain(column), rest.length === 0 ? null : rest.join('=')];
}

/** @param {string} text @returns {ConditionText} */
export function readCondition(text) {
  const [column, value] = divided(text);
  if (column === '' || value === null) {
    throw new UsageError('--condition takes column=value, column=a|b, column=10..20 or column=.');
  }
  return { column, choices: pieces(value, '|') };
}

/** @param {string} text @returns {BalanceText} */
export function readBalance(text) {
  const [column, value] = divided(text);
  const wrong = new UsageError('--balance takes a column, or column=value:share,value:share.');
  if (column === '') throw wrong;
  if (value === null) return { column, shares: 'equal' };
  const shares = pieces(value, ',').map((entry) => {
    const [name, share = '', ...more] = pieces(entry, ':');
    const number = Number(share);
    if (more.length > 0 || share.trim() === '' || !(number >= 0 && number < Infinity)) throw wrong;
    return { value: name === '' ? null : plain(name), share: number };
  });
  if (!shares.some(({ share }) => share > 0)) throw new UsageError('--balance: not all shares can be 0.');
  return { column, shares };
}

/**
 * What is asked for, in terms of a schema. Throws a UsageError that names the column.
 * @param {{ conditions: ConditionText[], balance: BalanceText | null }} asked
 * @param {TableSchema} schema
 * @param {boolean} allKnown the schema names every category that there will be
 * @returns {RowsWanted | undefined}
 */
export function rowsWanted({ conditions, balance }, schema, allKnown) {
  if (conditions.length === 0 && balance === null) return undefined;
  /** @param {string} option @param {string} name */
  const find = (option, name) => {
    const entry = schema.columns.find((column) => column.name === name);
    if (!entry) throw new UsageError(`${option}: the table has no column named "${name}".`);
    if (entry.treatment !== 'learn') {
      throw new UsageError(`${option}: column "${name}" is not learned, so no condition can be set on it.`);
    }
    return entry;
  };
  const columns = conditions.map((asked) => conditionOn(find('--condition', asked.column), asked, allKnown));
  if (balance) checkBalance(find('--balance', balance.column), balance, allKnown);
  return { ...(columns.length > 0 && { columns }), ...(balance && { shares: balance }) };
}

/** @param {ColumnSchema} entry @param {ConditionText} asked @param {boolean} allKnown @returns {ColumnCondition} */
function conditionOn(entry, { column, choices }, allKnown) {
  const values = choices.filter((choice) => choice !== '');
  if (values.length === 0) return { column, missing: 'only' };
  /** @type {Pick<ColumnCondition, 'missing'>} */
  const others = values.length < choices.length ? { missing: 'allowed' } : {};
  if (entry.category) {
    const categories = values.map(plain);
    checkKnown('--condition', entry, categories, allKnown);
    return { column, categories, ...others };
  }
  if (values.length > 1) {
    throw new UsageError(
      `--condition: column "${column}" holds numbers or dates: give one value or one interval.`,
    );
  }
  return { column, interval: interval(entry, values[0]), ...others };
}

/** @param {ColumnSchema} entry @param {BalanceText} balance @param {boolean} allKnown */
function checkBalance(entry, { column, shares }, allKnown) {
  if (!entry.category) {
    throw new UsageError(
      `--balance: column "${column}" holds numbers or dates; only categories can be balanced.`,
    );
  }
  if (shares === 'equal') return;
  checkKnown(
    '--balance',
    entry,
    shares.flatMap(({ value }) => (value === null ? [] : [value])),
    allKnown,
  );
}

/** @param {string} option @param {ColumnSchema} entry @param {string[]} values @param {boolean} allKnown */
function checkKnown(option, { name, category, domain }, values, allKnown) {
  if (!allKnown && domain !== 'declared') return;
  const unknown = values.find((value) => !category?.categories.includes(value));
  if (unknown !== undefined)
    throw new UsageError(`${option}: column "${name}" has no category "${unknown}".`);
}

/** @param {ColumnSchema} entry @param {string} text @returns {[number, number]} */
function interval(entry, text) {
  const [from, to = from, ...more] = pieces(text, '..').map(plain);
  const isDate = entry.kind === 'datetime';
  const wrong = new UsageError(
    isDate
      ? `--condition: column "${entry.name}" takes dates such as 2024-01-31 or 2024-01-31T12:30, or 2024-01-01..2024-01-31.`
      : `--condition: column "${entry.name}" takes a number such as 10, or an interval such as 10..20.`,
  );
  if (more.length > 0 || (from === '' && to === '')) throw wrong;
  const read = isDate ? instant : decimal;
  const low = from === '' ? -Infinity : read(from, 'first');
  const high = to === '' ? Infinity : read(to, 'last');
  if (Number.isNaN(low) || Number.isNaN(high)) throw wrong;
  if (low > high) {
    throw new UsageError(`--condition: the interval of column "${entry.name}" ends before it starts.`);
  }
  return [low, high];
}

/** @param {string} text */
const decimal = (text) => (text.trim() === '' ? NaN : Number(text));

/** A date alone means its first or last moment. @param {string} text @param {'first' | 'last'} end */
function instant(text, end) {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?$/.test(text)) return NaN;
  const whole = text.includes('T') ? text : `${text}T${end === 'first' ? '00:00:00' : '23:59:59.999'}`;
  return Date.parse(`${whole}Z`);
}
