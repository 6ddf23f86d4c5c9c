import type { ReadOptions } from '../../../workers/protocol.ts';

/** What the person sets in the panel; 'auto' and the empty text leave it to the reader. */
export interface ReadForm {
  readonly encoding: string;
  readonly delimiter: string;
  readonly quote: 'auto' | '"' | "'";
  readonly header: 'auto' | 'line' | 'none';
  readonly headerLine: number;
  readonly comment: string;
}

/** The panel as it stands for options given before. `headerLine` is where the header was found. */
export const formOf = (options: ReadOptions, headerLine: number): ReadForm => ({
  encoding: options.encoding ?? 'auto',
  delimiter: options.delimiter ?? 'auto',
  quote: options.quote ?? 'auto',
  header: options.header === false ? 'none' : options.headerLine === undefined ? 'auto' : 'line',
  headerLine: options.headerLine ?? headerLine,
  comment: options.comment ?? '',
});

/** Only what the person chose; the rest stays open to the reader's own judgement. */
export const optionsOf = (form: ReadForm): ReadOptions => ({
  ...(form.encoding !== 'auto' && { encoding: form.encoding }),
  ...(form.delimiter !== 'auto' && { delimiter: form.delimiter }),
  ...(form.quote !== 'auto' && { quote: form.quote }),
  ...(form.header === 'none' && { header: false }),
  ...(form.header === 'line' && { header: true, headerLine: form.headerLine }),
  ...(form.comment !== '' && { comment: form.comment }),
});
