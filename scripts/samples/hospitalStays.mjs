import { clamp, drawer, firstNames, isoDay, lastNames, logistic, twoDigits } from './draw.mjs';

/** @typedef {import('./draw.mjs').Draw} Draw */

const rows = 5000;
const adultAge = 16;

/** @type {Readonly<Record<string, readonly string[]>>} */
export const diagnosesOfWard = {
  Cardiology: ['Angina', 'Arrhythmia', 'Heart failure'],
  Respiratory: ['Asthma', 'COPD', 'Pneumonia'],
  Orthopaedics: ['Hip fracture', 'Knee pain', 'Back pain'],
  Paediatrics: ['Croup', 'Asthma', 'Fever'],
  Maternity: ['Delivery', 'Check-up'],
};
const plannedDiagnoses = ['Delivery', 'Check-up', 'Knee pain'];

/** @param {Draw} draw @param {number} age @param {string} sex */
function drawWard(draw, age, sex) {
  if (age < adultAge) return 'Paediatrics';
  if (sex === 'F' && age < 45 && draw.chance(0.45)) return 'Maternity';
  return draw.weighted({ Cardiology: age > 50 ? 4 : 1, Respiratory: 2.5, Orthopaedics: age > 65 ? 4 : 2 });
}

/** @param {Draw} draw @param {number} age @param {string} ward */
function drawDiagnosis(draw, age, ward) {
  return ward === 'Orthopaedics' && age > 70
    ? draw.weighted({ 'Hip fracture': 5, 'Knee pain': 1, 'Back pain': 1 })
    : draw.pick(diagnosesOfWard[ward]);
}

/** @param {Draw} draw @param {number} age @param {string} diagnosis */
function drawBmi(draw, age, diagnosis) {
  if (age < adultAge) return 16 + 2 * draw.normal();
  return 26.5 + 4.6 * draw.normal() + (diagnosis === 'Heart failure' ? 2.5 : 0);
}

/** @param {Draw} draw @param {number} age @param {string} diagnosis */
function drawSmoker(draw, age, diagnosis) {
  if (age < adultAge) return 'no';
  return draw.weighted(
    diagnosis === 'COPD' ? { yes: 5, former: 4, no: 1 } : { yes: 1.5, former: 3, no: 5.5 },
  );
}

/** @param {Draw} draw @param {number} age @param {string} diagnosis @param {boolean} emergency */
function drawStay(draw, age, diagnosis, emergency) {
  const mean = 1 + age / 14 + (diagnosis === 'Hip fracture' ? 6 : 0) + (emergency ? 1.5 : 0);
  return clamp(Math.round(draw.gamma2(mean)), 0, 90);
}

/** @param {number} age @param {number} stay @param {string} smoker @param {string} diagnosis */
const readmissionChance = (age, stay, smoker, diagnosis) =>
  logistic(
    -3 + 0.022 * age + 0.05 * stay + (smoker === 'yes' ? 0.5 : 0) + (diagnosis === 'Heart failure' ? 0.7 : 0),
  );

/** One admission. The order of the draws decides the file: keep it. @param {Draw} draw @param {number} index */
function drawAdmission(draw, index) {
  const sex = draw.chance(0.53) ? 'F' : 'M';
  const age = draw.chance(0.18)
    ? draw.integer(0, 15)
    : clamp(Math.round(58 + 19 * draw.normal()), adultAge, 99);
  const ward = drawWard(draw, age, sex);
  const diagnosis = drawDiagnosis(draw, age, ward);
  const arrivalDay = draw.integer(8400, 8760);
  const emergency = draw.chance(plannedDiagnoses.includes(diagnosis) ? 0.15 : 0.7);
  const stay = drawStay(draw, age, diagnosis, emergency);
  const bmi = drawBmi(draw, age, diagnosis);
  const smoker = drawSmoker(draw, age, diagnosis);
  const readmitted = draw.chance(readmissionChance(age, stay, smoker, diagnosis));
  const hour = twoDigits(draw.integer(0, 23));
  const minute = twoDigits(draw.integer(0, 59));
  return {
    patient_id: `P${100000 + ((index * 7919) % 900000)}`,
    name: `${draw.pick(firstNames)} ${draw.pick(lastNames)}`,
    date_of_birth: isoDay(arrivalDay - Math.floor(age * 365.25) - draw.integer(0, 364)),
    age,
    sex,
    postcode_area: draw.weighted({ N: 3, E: 3, S: 2, W: 2, NW: 1, SE: 0.2 }),
    ward,
    diagnosis,
    admitted_at: `${isoDay(arrivalDay)} ${hour}:${minute}`,
    emergency: emergency ? 'true' : 'false',
    length_of_stay: stay,
    bmi: draw.chance(emergency ? 0.22 : 0.06) ? '' : clamp(bmi, 11, 58).toFixed(1),
    smoker: draw.chance(0.04) ? '' : smoker,
    systolic_bp: age < adultAge ? '' : clamp(Math.round(112 + 0.35 * age + 13 * draw.normal()), 80, 220),
    cost_eur: (180 + 410 * stay + Math.exp(5 + 0.8 * draw.normal())).toFixed(2),
    readmitted_30d: readmitted ? 'yes' : 'no',
  };
}

/** Hospital admissions: age decides ward and diagnosis, they decide the stay, all of them the readmission. */
export function hospitalStays() {
  const draw = drawer(101);
  return Array.from({ length: rows }, (_, index) => drawAdmission(draw, index));
}

export const hospitalStaysTruth = {
  identifiers: ['patient_id', 'name', 'date_of_birth'],
  rules: [
    'age < 16 <=> ward = Paediatrics',
    'ward = Maternity => sex = F and 16 <= age < 45',
    'diagnosis belongs to its ward',
    'cost_eur >= 180 + 410 * length_of_stay',
    'systolic_bp empty <=> age < 16',
    'age agrees with date_of_birth and admitted_at within a year',
  ],
  effects: [
    'older, emergency and hip fracture stay longer',
    'COPD patients smoke',
    'readmission rises with age, stay, smoking, heart failure',
  ],
  missing: { bmi: 'more often for emergencies (not at random)', smoker: '4% at random' },
  rare: 'postcode_area SE about 2%',
};
