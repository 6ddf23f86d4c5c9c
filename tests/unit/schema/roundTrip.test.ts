import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { inferSchema } from '../../../workers/schema/inferSchema.ts';
import { outputTexts } from '../../../workers/schema/outputTexts.ts';
import { toTable } from '../../../workers/schema/toTable.ts';
import type { ColumnSchema, TableSchema } from '../../../workers/schema/types.ts';
import type { RawTable, Table } from '../../../workers/table/types.ts';
import { writeCsv } from '../../../workers/table/writeCsv.ts';
import { readBlob, readColumn, readPath, sharedFile } from './tables.ts';

/** The table written as the output would be, and read again. */
async function writtenAndRead(table: Table, schema: TableSchema): Promise<RawTable> {
  const control = new RunControl();
  try {
    const columns = outputTexts(table, schema, seededRng(5), 0);
    const options = { escapeFormulas: false };
    const { blob } = await writeCsv(columns, table.rows, schema.dialect, options, { control });
    return await readBlob(blob);
  } finally {
    control.close();
  }
}

/** What of a column must survive being written and read. */
function formOf({ name, kind, missingTokens, number, datetime, category, identifier }: ColumnSchema) {
  const numbers = number && { decimals: number.decimals, fixed: number.fixedDecimals, format: number.format };
  const least = number?.minDecimals;
  return {
    name,
    kind,
    missing: kind === 'identifier' ? [] : missingTokens.slice(0, 1),
    numbers,
    least,
    pattern: datetime?.pattern,
    categories: category && [...category.categories].sort(),
    identifier: identifier && { unique: identifier.unique, sequential: identifier.sequential },
  };
}

const TABLES = [
  'samples/birdstrikes.csv',
  'samples/card_payments.csv',
  'samples/hospital_stays.csv',
  'samples/penguins.csv',
  'samples/staff_pay.csv',
  'samples/umfrage_de.csv',
  'data/titanic.csv',
  'data/telco_churn.csv',
  'data/nist_acs_ma2019.csv',
  'data/airbnb_nyc_10k.csv',
  'data/nyc_taxis.csv',
  'data/student_portuguese.csv',
  'data/adult.csv',
  'data/california_housing.csv',
  'data/sparkov_cards_2k.csv',
];

describe('writing and reading again', () => {
  for (const path of TABLES) {
    const file = sharedFile(path);
    it.skipIf(file === null)(`keeps values, kinds, formats and missing tokens of ${path}`, async () => {
      const raw = await readPath(file ?? '');
      const schema = inferSchema(raw);
      const { table, notices } = toTable(raw, schema);
      expect(notices.filter(({ severity }) => severity === 'warning')).toEqual([]);
      const again = await writtenAndRead(table, schema);
      const proposed = inferSchema(again);
      const kept = schema.columns.filter(({ treatment }) => treatment !== 'drop');
      expect(proposed.columns.map(formOf)).toEqual(kept.map(formOf));
      const { table: reread } = toTable(again, { ...schema, columns: kept });
      expect(sameTables(table, reread)).toEqual([]);
    });
  }

  it('keeps the values of random columns', async () => {
    const missing = fc.constantFrom('', 'NA');
    const columns = fc.oneof(
      fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer().map(String) }, missing), {
        minLength: 3,
        maxLength: 60,
      }),
      fc.array(
        fc.integer({ min: -1e6, max: 1e6 }).map((n) => (n / 100).toFixed(2)),
        { minLength: 3, maxLength: 60 },
      ),
      fc.array(fc.constantFrom('low', 'middle, or so', 'he said "no"', 'high', ''), {
        minLength: 30,
        maxLength: 60,
      }),
      fc.array(
        fc
          .integer({ min: 0, max: 40_000 })
          .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10)),
        { minLength: 3, maxLength: 60 },
      ),
    );
    await fc.assert(
      fc.asyncProperty(columns, async (cells) => {
        const raw = await readColumn('measure', cells);
        const schema = inferSchema(raw);
        const { table } = toTable(raw, schema);
        const again = await writtenAndRead(table, schema);
        const kept = schema.columns.filter(({ treatment }) => treatment !== 'drop');
        expect(sameTables(table, toTable(again, { ...schema, columns: kept }).table)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

/** Names of columns that differ in some row. Two tables of one schema. */
function sameTables(a: Table, b: Table): string[] {
  expect(b.rows).toBe(a.rows);
  const different: string[] = [];
  a.columns.forEach((column, i) => {
    const other = b.columns[i];
    if (column.type === 'text' || other.type === 'text' || column.type !== other.type)
      different.push(column.name);
    else if (column.type === 'category') {
      if (other.type !== 'category' || column.codes.some((code, row) => code !== other.codes[row])) {
        different.push(column.name);
      }
    } else if (
      other.type === 'category' ||
      column.values.some((value, row) => !Object.is(value + 0, other.values[row] + 0))
    ) {
      different.push(column.name);
    }
  });
  return different;
}
