import type { ColumnView, Sketch } from '../protocol.ts';
import { distinctNumbers } from './distinct.ts';
import { cellReader } from '../table/cellText.ts';
import type { CategoryColumn, DatetimeColumn, NumberColumn, RawColumn, RawTable } from '../table/types.ts';
import { scanTexts, scanValues } from './scan.ts';
import { rawColumnOf, typedColumn } from './toTable.ts';
import type { ColumnSchema, TableSchema } from './types.ts';

const BINS = 24;
const TOP_CATEGORIES = 12;
const EXAMPLES = 4;
/** Longer texts are cut: an example is to be glanced at. */
const EXAMPLE_CHARACTERS = 120;
/** Rows looked at for examples. */
const EXAMPLE_ROWS = 1000;

/** A small picture of every column for the Columns step, in schema order. */
export const viewsOf = (raw: RawTable, schema: TableSchema): ColumnView[] =>
  schema.columns.map((entry) => viewOf(rawColumnOf(raw, entry.name), entry));

function viewOf(raw: RawColumn, entry: ColumnSchema): ColumnView {
  const measured =
    entry.number || entry.datetime || entry.category ? measureTyped(raw, entry) : measure(raw, entry);
  return { name: entry.name, ...measured, examples: examplesOf(raw, entry), fate: fateOf(entry) };
}

type Measured = Pick<ColumnView, 'sketch' | 'distinct' | 'missing'>;

function measureTyped(raw: RawColumn, entry: ColumnSchema): Measured {
  const { column } = typedColumn(raw, entry);
  return column.type === 'category' ? measureCategories(column) : measureValues(column, entry);
}

function measureCategories({ codes, categories }: CategoryColumn): Measured {
  const counts = new Int32Array(categories.length);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing++;
    else counts[code]++;
  }
  const order = Array.from(categories.keys()).sort((a, b) => counts[b] - counts[a] || a - b);
  const top = order.slice(0, TOP_CATEGORIES);
  const shown = top.reduce((sum, code) => sum + counts[code], 0);
  const sketch: Sketch = {
    type: 'category',
    labels: top.map((code) => categories[code]),
    counts: top.map((code) => counts[code]),
    others: codes.length - missing - shown,
  };
  return { sketch, distinct: counts.filter((count) => count > 0).length, missing };
}

function measureValues({ type, values }: NumberColumn | DatetimeColumn, entry: ColumnSchema): Measured {
  const { min, max } = entry.number ?? entry.datetime ?? { min: 0, max: 0 };
  const edges = edgesOf(min, max, entry.kind === 'integer');
  const counts = new Array<number>(edges.length - 1).fill(0);
  const perUnit = counts.length / (edges[edges.length - 1] - edges[0]);
  let missing = 0;
  for (const value of values) {
    if (Number.isNaN(value)) {
      missing++;
      continue;
    }
    counts[Math.min(counts.length - 1, Math.floor((value - edges[0]) * perUnit))]++;
  }
  const sketch: Sketch = { type: type === 'number' ? 'numeric' : 'datetime', edges, counts };
  const scale = entry.number ? 10 ** Math.min(8, entry.number.decimals) : 1;
  return { sketch, distinct: distinctNumbers(values, { min, max, scale }, false).values.length, missing };
}

/** Edges of equal bins; a bin holds the same number of integers wherever it stands. */
function edgesOf(min: number, max: number, whole: boolean): number[] {
  const width = whole ? Math.max(1, Math.ceil((max - min + 1) / BINS)) : (max - min) / BINS || 1;
  const bins = whole ? Math.max(1, Math.ceil((max - min + 1) / width)) : BINS;
  return Array.from({ length: bins + 1 }, (_, i) => min + i * width);
}

/** Counts of a column that is never learned. */
function measure(raw: RawColumn, { missingTokens }: ColumnSchema): Measured {
  const tokens = new Set(missingTokens);
  if (raw.storage === 'text') {
    const { texts, counts } = scanTexts(raw);
    const found = texts.map((text, i) => (tokens.has(text) ? counts[i] : 0)).filter((count) => count > 0);
    return {
      sketch: { type: 'none' },
      distinct: texts.length - found.length,
      missing: found.reduce((sum, count) => sum + count, 0),
    };
  }
  const scan = scanValues(raw);
  const absent = scan.tokens.filter(({ text }) => tokens.has(text));
  return {
    sketch: { type: 'none' },
    distinct: scan.values.length + scan.tokens.length - absent.length,
    missing: absent.reduce((sum, { count }) => sum + count, 0),
  };
}

function examplesOf(raw: RawColumn, { missingTokens }: ColumnSchema): string[] {
  const text = cellReader(raw);
  const rows = raw.storage === 'text' ? raw.codes.length : raw.values.length;
  const found = new Set<string>();
  for (let row = 0; row < Math.min(rows, EXAMPLE_ROWS) && found.size < EXAMPLES; row++) {
    const example = text(row);
    if (missingTokens.includes(example)) continue;
    found.add(example.length > EXAMPLE_CHARACTERS ? `${example.slice(0, EXAMPLE_CHARACTERS)}…` : example);
  }
  return [...found];
}

/** What will happen to a column, in one sentence. */
export function fateOf({ kind, treatment, category, identifier }: ColumnSchema): string {
  if (treatment === 'drop') {
    return kind === 'text' ? 'Left out: free text can point at people.' : 'Left out of the output.';
  }
  if (identifier) {
    if (identifier.sequential) return 'Never learned: the output counts on by itself.';
    const repeat = identifier.unique ? 'a fresh value in every row' : 'fresh values that repeat as often';
    return `Never learned: replaced by ${repeat}, in the same format.`;
  }
  if (kind === 'text') return 'Never learned: a placeholder stands in every row.';
  if (treatment === 'keep') {
    return category?.categories.length === 0
      ? 'Kept without values.'
      : 'Kept as it is, the same in every row.';
  }
  switch (kind) {
    case 'category':
    case 'boolean':
      return 'Learned: the output has the same values, about as often.';
    case 'datetime':
      return 'Learned: the output has dates within the same span.';
    default:
      return 'Learned: the output has numbers within the same bounds.';
  }
}
