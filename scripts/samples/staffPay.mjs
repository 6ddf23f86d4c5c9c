import { clamp, drawer, firstNames, isoDay, lastNames, logistic } from './draw.mjs';

/** @typedef {import('./draw.mjs').Draw} Draw */

const rows = 2500;
export const fullTimeHours = 38;

/** Thousands of euros a year at grade 1. @type {Readonly<Record<string, number>>} */
export const basePay = { Support: 24, Sales: 30, Operations: 29, Finance: 38, Engineering: 46, Legal: 52 };

const departments = { Support: 5, Sales: 5, Operations: 6, Finance: 3, Engineering: 5, Legal: 0.6 };

/** @param {Draw} draw @param {string} department */
function drawGender(draw, department) {
  return draw.weighted(
    department === 'Engineering'
      ? { woman: 2.4, man: 7.4, other: 0.2 }
      : { woman: 5.3, man: 4.5, other: 0.2 },
  );
}

/**
 * Yearly pay in euros: a base for the department, 17 % a grade, seniority, 6 % more for men, hours, and a few managers.
 * @param {Draw} draw
 * @param {{ department: string, gender: string, grade: number, years: number, hours: number, manager: boolean }} post
 */
function drawPay(draw, { department, gender, grade, years, hours, manager }) {
  const fullTime = basePay[department] * 1000 * 1.17 ** (grade - 1) + 260 * years;
  const gap = gender === 'man' ? 1.06 : 1;
  const spread = Math.exp(0.07 * draw.normal());
  return ((fullTime * gap * spread * hours) / fullTimeHours) * (manager ? 3 : 1);
}

/** @param {Draw} draw @param {string} department */
function drawBonus(draw, department) {
  if (department === 'Sales') return (4 + 3 * Math.abs(draw.normal())).toFixed(1);
  return draw.chance(0.3) ? '0.0' : '';
}

/** @param {Draw} draw @param {number} hours */
function drawContract(draw, hours) {
  if (hours < fullTimeHours) return 'part-time';
  return draw.chance(0.1) ? 'fixed-term' : 'permanent';
}

/** One employee. The order of the draws decides the file: keep it. @param {Draw} draw @param {number} index */
function drawEmployee(draw, index) {
  const department = draw.weighted(departments);
  const gender = drawGender(draw, department);
  const grade = Math.min(7, 1 + Math.floor(draw.gamma2(2.4)));
  const years = clamp(Math.round(draw.gamma2(3 + grade)), 0, 40);
  const hours = draw.chance(gender === 'woman' ? 0.34 : 0.12) ? draw.pick([16, 20, 24, 30]) : fullTimeHours;
  const manager = grade === 7 && draw.chance(0.25);
  const pay = drawPay(draw, { department, gender, grade, years, hours, manager });
  const leavingLogit = -2.1 - 0.09 * years + (hours < fullTimeHours ? 0.4 : 0) - 0.12 * (grade - 3);
  const left = draw.chance(logistic(leavingLogit));
  return {
    employee_no: String(index + 1).padStart(5, '0'),
    email: `${draw.pick(firstNames)}.${draw.pick(lastNames)}${index}@example.org`.toLowerCase(),
    department,
    gender,
    grade,
    years_service: years,
    weekly_hours: hours,
    contract: drawContract(draw, hours),
    start_date: isoDay(9000 - years * 365 - draw.integer(0, 364)),
    salary_eur: Math.round(pay),
    bonus_pct: drawBonus(draw, department),
    appraisal: draw.chance(0.08) ? '' : clamp(Math.round(3.3 + 0.8 * draw.normal()), 1, 5),
    remote_days: draw.integer(0, department === 'Engineering' ? 5 : 3),
    left_company: left ? 1 : 0,
  };
}

/** Staff pay: wide categories, a pay gap, a few very high salaries. */
export function staffPay() {
  const draw = drawer(202);
  return Array.from({ length: rows }, (_, index) => drawEmployee(draw, index));
}

export const staffPayTruth = {
  identifiers: ['employee_no (leading zeros)', 'email'],
  rules: ['weekly_hours < 38 <=> contract = part-time'],
  effects: [
    'men +6% pay at equal department, grade, years, hours',
    'pay x1.17 a grade',
    'leaving falls with years',
  ],
  missing: { bonus_pct: 'empty for most departments', appraisal: '8%' },
  outliers: 'about a quarter of grade 7 earns three times as much',
  rare: 'Legal about 2.5%, gender other about 2%',
};
