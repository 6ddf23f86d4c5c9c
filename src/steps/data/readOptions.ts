import type { Dialect, ReadOptions } from '../../../workers/protocol.ts';

/** What the person sets in the panel; every field has a value, first the one the reader found. */
export interface ReadForm {
  readonly encoding: string;
  readonly delimiter: string;
  readonly quote: '"' | "'";
  readonly header: 'auto' | 'line' | 'none';
  readonly headerLine: number;
  readonly comment: string;
}

export function formOf(dialect: Dialect, options: ReadOptions): ReadForm {
  const line = options.headerLine ?? dialect.preambleLines + 1;
  return {
    encoding: dialect.encoding,
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    header: !dialect.header ? 'none' : options.headerLine === undefined ? 'auto' : 'line',
    headerLine: line,
    comment: dialect.comment ?? '',
  };
}

/** The options that differ from what the reader found by itself: the rest stays open to its own judgement. */
export function optionsOf(form: ReadForm, found: ReadForm, before: ReadOptions): ReadOptions {
  return {
    ...before,
    ...(form.encoding !== found.encoding && { encoding: form.encoding }),
    ...(form.delimiter !== found.delimiter && { delimiter: form.delimiter }),
    ...(form.quote !== found.quote && { quote: form.quote }),
    ...(form.comment !== found.comment && { comment: form.comment || undefined }),
    header: form.header === 'auto' ? undefined : form.header === 'line',
    headerLine: form.header === 'line' ? form.headerLine : undefined,
  };
}
