import { clamp, drawer, isoDay, logistic } from './draw.mjs';

/** @typedef {import('./draw.mjs').Draw} Draw */

const rows = 1200;

/** @param {number} value @param {number} decimals */
const decimalComma = (value, decimals) => value.toFixed(decimals).replace('.', ',');

/** One answer sheet. The order of the draws decides the file: keep it. @param {Draw} draw @param {number} index */
function drawAnswers(draw, index) {
  const age = clamp(Math.round(44 + 16 * draw.normal()), 18, 90);
  const satisfaction = clamp(Math.round(3.4 + 0.012 * (age - 44) + 0.9 * draw.normal()), 1, 5);
  const [year, month, day] = isoDay(8766 + draw.integer(0, 60)).split('-');
  const comments = [
    'alles gut',
    'zu teuer; aber schön',
    'sagte: "nie wieder"',
    'Öffnungszeiten prüfen',
    'keine',
  ];
  return {
    'Fragebogen-Nr.': index + 1,
    'Größe (cm)': draw.chance(0.05) ? '' : decimalComma(171 + 9 * draw.normal(), 1),
    Alter: age,
    Geschlecht: draw.weighted({ weiblich: 50, männlich: 48, divers: 2 }),
    Bundesland: draw.weighted({
      Bayern: 13,
      'Nordrhein-Westfalen': 18,
      'Baden-Württemberg': 11,
      Thüringen: 2,
      Bremen: 0.7,
    }),
    'Einkommen (€)': draw.chance(0.15) ? -9 : decimalComma(Math.exp(7.7 + 0.45 * draw.normal()), 2),
    Zufriedenheit: satisfaction,
    'Würde empfehlen': draw.chance(logistic(1.3 * (satisfaction - 3))) ? 'ja' : 'nein',
    Ausgefüllt: `${day}.${month}.${year}`,
    Kommentar: draw.chance(0.7) ? '' : draw.pick(comments),
  };
}

/** A German survey, to be written with semicolons, decimal commas, CRLF and Windows-1252. */
export function survey() {
  const draw = drawer(404);
  return Array.from({ length: rows }, (_, index) => drawAnswers(draw, index));
}

export const surveyTruth = {
  format: 'windows-1252, semicolon, CRLF, decimal comma, dd.mm.yyyy',
  identifiers: ['Fragebogen-Nr.'],
  missing: { 'Einkommen (€)': '-9 in 15%', 'Größe (cm)': 'empty in 5%' },
  effects: ['Zufriedenheit raises Würde empfehlen'],
  free_text: 'Kommentar',
};
