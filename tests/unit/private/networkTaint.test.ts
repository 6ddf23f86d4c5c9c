import { describe, expect, test } from 'vitest';
import type { Job } from '../../../workers/protocol.ts';
import { BlindMechanisms } from '../../support/blindMechanisms.ts';
import { privateNetworks } from '../../support/privateMethods.ts';
import { confirmed, csvOf, rowsOf, wildRow } from '../../support/privateTable.ts';
import { differences, privateJob, proposed, type Released, released } from '../../support/released.ts';

/* As taint.test.ts, for the methods that are trained by DP-SGD: fewer tables, because training takes its time. */

const [rows, patients] = [240, 60];
const other = rowsOf(1, rows, patients);
const tables = [rowsOf(0, rows, patients), other.with(3, { ...other[3], ...wildRow })].map(csvOf);

describe.each(privateNetworks)('blind to rows, %s releases the same bytes', (method) => {
  test('for persons, whatever the rows', { timeout: 180_000 }, async () => {
    const person = { column: 'patient_id', rowsPerPerson: 3 };
    const job: Job = {
      ...privateJob,
      method,
      backend: 'cpu',
      epochs: 2,
      privacy: { epsilon: 10, delta: 1e-10, person, profileShare: null },
    };
    const schema = confirmed(await proposed(tables[0]));
    const results: Released[] = [];
    for (const csv of tables) {
      results.push(
        await released({
          csv,
          job,
          confirm: () => schema,
          mechanisms: (events, charge) => new BlindMechanisms(events, charge),
        }),
      );
    }
    expect(results[0].firstTable.split('\n').length).toBeGreaterThan(150);
    expect(differences(results[0], results[1])).toEqual([]);
  });
});
