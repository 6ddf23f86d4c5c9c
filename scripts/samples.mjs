/**
 * Makes the sample tables: `node scripts/samples.mjs` writes them where the app and the tests read them.
 * Invented rows with a known structure (truth.json), no real persons, the same bytes on every run.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cardPayments, cardPaymentsTruth } from './samples/cardPayments.mjs';
import { hospitalStays, hospitalStaysTruth } from './samples/hospitalStays.mjs';
import { staffPay, staffPayTruth } from './samples/staffPay.mjs';
import { survey, surveyTruth } from './samples/survey.mjs';

/** @param {unknown} value @param {string} delimiter */
function field(value, delimiter) {
  const text = String(value);
  const quoted = text.includes(delimiter) || /["\r\n]/.test(text);
  return quoted ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {readonly Record<string, unknown>[]} rows @param {{ delimiter: string, newline: string }} [dialect] */
function csv(rows, { delimiter, newline } = { delimiter: ',', newline: '\n' }) {
  const names = Object.keys(rows[0]);
  const lines = [names, ...rows.map((row) => names.map((name) => row[name]))];
  return lines.map((cells) => cells.map((cell) => field(cell, delimiter)).join(delimiter) + newline).join('');
}

/** Windows-1252 as far as the survey needs it: Latin-1 and the euro sign. @param {string} text */
function windows1252(text) {
  const euro = 0x80;
  return Uint8Array.from(text, (character) => (character === '€' ? euro : character.charCodeAt(0)));
}

/**
 * Every file with its place below the project's root and its bytes.
 * @returns {{ path: string, bytes: Uint8Array }[]}
 */
export function sampleFiles() {
  const utf8 = new TextEncoder();
  const truth = {
    'hospital_stays.csv': hospitalStaysTruth,
    'staff_pay.csv': staffPayTruth,
    'card_payments.csv': cardPaymentsTruth,
    'umfrage_de.csv': surveyTruth,
  };
  return [
    { path: 'static/samples/hospital_stays.csv', bytes: utf8.encode(csv(hospitalStays())) },
    { path: 'static/samples/staff_pay.csv', bytes: utf8.encode(csv(staffPay())) },
    { path: 'static/samples/card_payments.csv', bytes: utf8.encode(csv(cardPayments())) },
    {
      path: 'tests/fixtures/umfrage_de.csv',
      bytes: windows1252(csv(survey(), { delimiter: ';', newline: '\r\n' })),
    },
    { path: 'static/samples/truth.json', bytes: utf8.encode(`${JSON.stringify(truth, null, 1)}\n`) },
  ];
}

/** @param {string} root */
function writeSamples(root) {
  for (const { path, bytes } of sampleFiles()) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
    console.log(`${path}: ${bytes.length} bytes`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeSamples(fileURLToPath(new URL('..', import.meta.url)));
}
