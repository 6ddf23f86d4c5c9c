import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cardPayments } from '../../../scripts/samples/cardPayments.mjs';
import { diagnosesOfWard, hospitalStays } from '../../../scripts/samples/hospitalStays.mjs';
import { basePay, fullTimeHours, staffPay } from '../../../scripts/samples/staffPay.mjs';
import { survey } from '../../../scripts/samples/survey.mjs';
import { sampleFiles } from '../../../scripts/samples.mjs';

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const share = <T>(rows: readonly T[], holds: (row: T) => boolean): number =>
  rows.filter(holds).length / rows.length;

test.each(sampleFiles())('the committed $path is what the generator makes', ({ path, bytes }) => {
  const committed = readFileSync(new URL(`../../../${path}`, import.meta.url));
  expect(Buffer.compare(committed, Buffer.from(bytes))).toBe(0);
});

describe('hospital stays keep their planted truth', () => {
  const rows = hospitalStays();

  test('identifiers are unique, names repeat', () => {
    expect(new Set(rows.map((row) => row.patient_id)).size).toBe(rows.length);
    expect(new Set(rows.map((row) => row.name)).size).toBeLessThan(rows.length);
  });

  test('children and only children are in Paediatrics, without blood pressure', () => {
    for (const row of rows) {
      expect(row.age < 16).toBe(row.ward === 'Paediatrics');
      expect(row.age < 16).toBe(row.systolic_bp === '');
    }
  });

  test('Maternity holds women from 16 to 44', () => {
    const maternity = rows.filter((row) => row.ward === 'Maternity');
    expect(maternity.length).toBeGreaterThan(100);
    expect(maternity.every((row) => row.sex === 'F' && row.age >= 16 && row.age < 45)).toBe(true);
  });

  test('every diagnosis belongs to its ward', () => {
    expect(rows.every((row) => diagnosesOfWard[row.ward].includes(row.diagnosis))).toBe(true);
  });

  test('costs are at least 180 and 410 a day', () => {
    expect(rows.every((row) => Number(row.cost_eur) >= 180 + 410 * row.length_of_stay)).toBe(true);
  });

  test('age agrees with birth and admission within a year', () => {
    for (const row of rows) {
      const days = (Date.parse(row.admitted_at.slice(0, 10)) - Date.parse(row.date_of_birth)) / 86_400_000;
      expect(Math.abs(days / 365.25 - row.age - 0.5)).toBeLessThan(1);
    }
  });

  test('stays are longer for the old, for emergencies and for hip fractures', () => {
    const stay = (holds: (row: (typeof rows)[number]) => boolean) =>
      mean(rows.filter(holds).map((row) => row.length_of_stay));
    expect(stay((row) => row.age >= 70)).toBeGreaterThan(stay((row) => row.age < 40) + 1);
    expect(stay((row) => row.emergency === 'true')).toBeGreaterThan(
      stay((row) => row.emergency === 'false') + 0.5,
    );
    expect(stay((row) => row.diagnosis === 'Hip fracture')).toBeGreaterThan(10);
  });

  test('readmission rises with age and smoking, and missing BMI with emergency', () => {
    const readmitted = (row: (typeof rows)[number]) => row.readmitted_30d === 'yes';
    const old = rows.filter((row) => row.age >= 70);
    const young = rows.filter((row) => row.age >= 16 && row.age < 45);
    expect(share(old, readmitted)).toBeGreaterThan(share(young, readmitted) + 0.08);
    const emergencies = rows.filter((row) => row.emergency === 'true');
    const planned = rows.filter((row) => row.emergency === 'false');
    expect(share(emergencies, (row) => row.bmi === '')).toBeGreaterThan(0.18);
    expect(share(planned, (row) => row.bmi === '')).toBeLessThan(0.1);
    expect(share(rows, (row) => row.postcode_area === 'SE')).toBeCloseTo(0.0178, 2);
  });
});

describe('staff pay keeps its planted truth', () => {
  const rows = staffPay();

  test('less than full-time hours and a part-time contract are the same thing', () => {
    for (const row of rows) expect(row.weekly_hours < fullTimeHours).toBe(row.contract === 'part-time');
  });

  test('men earn 6 % more at equal department, grade, years and hours', () => {
    const logRatio = (gender: string) =>
      mean(
        rows
          .filter((row) => row.gender === gender && row.grade < 7)
          .map((row) => {
            const fullTime =
              basePay[row.department] * 1000 * 1.17 ** (row.grade - 1) + 260 * row.years_service;
            return Math.log((row.salary_eur * fullTimeHours) / row.weekly_hours / fullTime);
          }),
      );
    expect(logRatio('man') - logRatio('woman')).toBeCloseTo(Math.log(1.06), 2);
  });

  test('about a quarter of grade 7 earns three times as much', () => {
    const top = rows.filter((row) => row.grade === 7);
    const tripled = share(top, (row) => {
      const fullTime = basePay[row.department] * 1000 * 1.17 ** 6 + 260 * row.years_service;
      return (row.salary_eur * fullTimeHours) / row.weekly_hours > 2 * fullTime;
    });
    expect(tripled).toBeGreaterThan(0.15);
    expect(tripled).toBeLessThan(0.35);
  });

  test('employee numbers keep their leading zeros and leaving falls with years', () => {
    expect(rows[0].employee_no).toBe('00001');
    const left = (row: (typeof rows)[number]) => row.left_company === 1;
    const fresh = rows.filter((row) => row.years_service < 3);
    const settled = rows.filter((row) => row.years_service > 10);
    expect(share(fresh, left)).toBeGreaterThan(2 * share(settled, left));
  });
});

describe('card payments keep their planted truth', () => {
  const rows = cardPayments();

  test('online means card not present, atm means cash, cash comes in tens', () => {
    for (const row of rows) {
      expect(row.channel === 'online').toBe(row.card_present === 0);
      expect(row.channel === 'atm').toBe(row.category === 'cash');
      if (row.category === 'cash') expect(Number(row.amount) % 10).toBe(0);
    }
  });

  test('fraud is 1 %: online, at night, dear, abroad', () => {
    const fraud = rows.filter((row) => row.is_fraud === 1);
    const honest = rows.filter((row) => row.is_fraud === 0);
    const marks: ((row: (typeof rows)[number]) => boolean)[] = [
      (row) => row.channel === 'online',
      (row) => Number(row.when.slice(11, 13)) < 6,
      (row) => Number(row.amount) > 100,
      (row) => row.country !== 'NL',
    ];
    expect(fraud.length / rows.length).toBeCloseTo(0.01, 2);
    for (const mark of marks) expect(share(fraud, mark)).toBeGreaterThan(1.5 * share(honest, mark));
  });

  test('about 1,800 accounts have many rows each', () => {
    expect(new Set(rows.map((row) => row.account)).size).toBeCloseTo(1800, -2);
  });
});

test('the survey codes missing incomes as -9 and is written in Windows-1252 with CRLF', () => {
  const rows = survey();
  expect(share(rows, (row) => row['Einkommen (€)'] === -9)).toBeGreaterThan(0.12);
  expect(share(rows, (row) => row['Größe (cm)'] === '')).toBeLessThan(0.08);
  const file = sampleFiles().find(({ path }) => path.endsWith('umfrage_de.csv'));
  const text = Buffer.from(file?.bytes ?? []).toString('latin1');
  const euroInWindows1252 = '\u0080';
  expect(text.split('\r\n')[0]).toContain(`;Einkommen (${euroInWindows1252});`);
  expect(text.split('\r\n')).toHaveLength(rows.length + 2);
});
