import { clamp, drawer, isoDay, twoDigits } from './draw.mjs';

/** @typedef {import('./draw.mjs').Draw} Draw */

const rows = 20_000;
const accounts = 1800;

/** @param {Draw} draw @param {boolean} fraud @param {string} channel */
function drawCategory(draw, fraud, channel) {
  if (channel === 'atm') return 'cash';
  return draw.weighted(
    fraud
      ? { electronics: 5, travel: 3, groceries: 0.5, fuel: 0.5, clothing: 1 }
      : { groceries: 6, fuel: 2, clothing: 2, electronics: 1, travel: 0.6 },
  );
}

/** @param {Draw} draw @param {boolean} fraud */
function drawHour(draw, fraud) {
  if (fraud && draw.chance(0.6)) return draw.integer(0, 5);
  return clamp(Math.round(14 + 4 * draw.normal()), 0, 23);
}

/** @param {Draw} draw @param {boolean} fraud @param {string} category */
function drawAmount(draw, fraud, category) {
  if (category === 'cash') return 10 * draw.integer(1, 30);
  return Math.exp((fraud ? 5 : 3.1) + 0.9 * draw.normal());
}

/** One payment. The order of the draws decides the file: keep it. @param {Draw} draw @param {number} index */
function drawPayment(draw, index) {
  const fraud = draw.chance(0.01);
  const account = draw.integer(1, accounts);
  const channel = draw.weighted(fraud ? { online: 8, atm: 2, shop: 1 } : { online: 3, atm: 1, shop: 6 });
  const category = drawCategory(draw, fraud, channel);
  const hour = drawHour(draw, fraud);
  const amount = drawAmount(draw, fraud, category);
  const day = isoDay(8766 + draw.integer(0, 89));
  const minute = twoDigits(draw.integer(0, 59));
  const second = twoDigits(draw.integer(0, 59));
  return {
    payment_id: `T${500000 + index}`,
    account: `AC${String((account * 37) % 99991).padStart(6, '0')}`,
    when: `${day}T${twoDigits(hour)}:${minute}:${second}Z`,
    channel,
    category,
    amount: amount.toFixed(2),
    currency: draw.weighted({ EUR: 90, GBP: 6, USD: 4 }),
    country: draw.weighted(fraud ? { NL: 3, DE: 2, RO: 2, US: 3 } : { NL: 80, DE: 12, BE: 6, US: 1, RO: 1 }),
    card_present: channel === 'online' ? 0 : 1,
    balance_after: (1500 * Math.exp(0.7 * draw.normal()) - amount).toFixed(2),
    is_fraud: fraud ? 1 : 0,
  };
}

/** Card payments: 1 % fraud, instants, heavy tails, many rows an account. */
export function cardPayments() {
  const draw = drawer(303);
  return Array.from({ length: rows }, (_, index) => drawPayment(draw, index));
}

export const cardPaymentsTruth = {
  identifiers: ['payment_id', 'account (about 1,800, many rows each: protect per account, not per row)'],
  rules: [
    'channel = online <=> card_present = 0',
    'channel = atm <=> category = cash',
    'cash amounts are multiples of 10',
  ],
  effects: ['fraud: online, at night, dear, abroad'],
  imbalance: 'is_fraud about 1%',
};
