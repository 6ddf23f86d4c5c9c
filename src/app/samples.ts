/** The tables that come with the app: invented by a seeded script, free to use. Paths are relative to the page. */
export interface SampleTable {
  readonly path: string;
  readonly title: string;
  readonly about: string;
  readonly size: string;
  /** Passes over the rows of a first look: under 30 seconds on a laptop without a GPU. */
  readonly quickEpochs: number;
}

export const samples: readonly SampleTable[] = [
  {
    path: './samples/hospital_stays.csv',
    title: 'Hospital stays',
    about:
      'Wards, diagnoses, lengths of stay and costs; with names and dates of birth that must not get out.',
    size: '5,000 rows, 16 columns',
    quickEpochs: 100,
  },
  {
    path: './samples/card_payments.csv',
    title: 'Card payments',
    about:
      'Payments over three months. One in a hundred is fraud: rare, and the part everyone wants to study.',
    size: '20,000 rows, 11 columns',
    quickEpochs: 20,
  },
  {
    path: './samples/staff_pay.csv',
    title: 'Staff pay',
    about: 'Grades, contracts and salaries, with a pay gap and a few very high earners.',
    size: '2,500 rows, 14 columns',
    quickEpochs: 100,
  },
];
