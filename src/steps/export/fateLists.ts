import type { ColumnSchema } from '../../../workers/protocol.ts';

export interface FateList {
  readonly title: string;
  readonly text: string;
  readonly names: readonly string[];
  /** Whose data it is: drawn in that side's colour and line. */
  readonly side: 'real' | 'synthetic' | 'none';
}

/** What became of the columns, one list a treatment; treatments no column has are left out. */
export function fateLists(columns: readonly ColumnSchema[]): FateList[] {
  const named = (treatment: ColumnSchema['treatment']): string[] =>
    columns.filter((column) => column.treatment === treatment).map((column) => column.name);
  const lists: readonly FateList[] = [
    {
      title: 'Synthetic: learned',
      text: 'New values drawn from the model.',
      names: named('learn'),
      side: 'synthetic',
    },
    {
      title: 'Synthetic: replaced',
      text: 'Fresh values of the same format, with no link to the real ones.',
      names: named('replace'),
      side: 'synthetic',
    },
    {
      title: 'Real: kept as it is',
      text: 'The same value in every row of your file.',
      names: named('keep'),
      side: 'real',
    },
    { title: 'Left out', text: 'Not in the file.', names: named('drop'), side: 'none' },
  ];
  return lists.filter(({ names }) => names.length > 0);
}
