import type { TableSchema } from '../../schema/types.ts';
import type { ScoredTables } from '../panel.ts';
import { check } from './check.ts';
import { formulaError } from './formulaError.ts';
import type { CheckedFormula, DomainFormula, FormulaColumn } from './formulaTypes.ts';
import { parse } from './parse.ts';

/** Formulas of one scorecard, at most. */
export const mostFormulas = 20;

/** Columns as a schema says them, for a check before there are typed rows. */
export const columnsOfSchema = ({ columns }: TableSchema): FormulaColumn[] =>
  columns
    .filter(({ treatment }) => treatment !== 'drop')
    .map(({ name, kind, treatment, category }): FormulaColumn => {
      if (treatment === 'replace') return { name, type: 'text', labels: [] };
      if (kind === 'integer' || kind === 'decimal') return { name, type: 'number', labels: [] };
      if (kind === 'datetime') return { name, type: 'datetime', labels: [] };
      return kind === 'text' || kind === 'identifier'
        ? { name, type: 'text', labels: [] }
        : { name, type: 'category', labels: category?.categories ?? [] };
    });

/** Columns of the real table, with the categories of all. */
export const columnsOf = ({ train, holdout, synthetic }: ScoredTables): FormulaColumn[] =>
  train.columns.map(({ name, type }): FormulaColumn => {
    const labels = [train, holdout, synthetic].flatMap(({ columns }) => {
      const column = columns.find((one) => one.name === name);
      return column?.type === 'category' ? column.categories : [];
    });
    return { name, type, labels: [...new Set(labels)] };
  });

const fits = (tolerance: number): boolean => tolerance > 0 && tolerance <= 1;

/** Throws `bad-settings`, with the place in the text, for a formula that does not fit the columns. */
export function checkFormula(
  { text, tolerance }: DomainFormula,
  columns: readonly FormulaColumn[],
): CheckedFormula {
  checkWords({ text, tolerance });
  return check(parse(text), columns);
}

/** The same as far as it can be said without columns. */
export function checkWords({ text, tolerance }: DomainFormula): void {
  if (!fits(tolerance)) {
    throw formulaError(0, 'The tolerance is out of range', 'Choose more than 0% and at most 100%.');
  }
  parse(text);
}
