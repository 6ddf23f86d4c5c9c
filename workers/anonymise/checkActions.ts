import type { HomespunError } from '../errors.ts';
import type { ColumnKind, ColumnSchema } from '../schema/types.ts';
import { otherCategory, prefixMap } from './categoryMaps.ts';
import { wideEnough, type BinAction } from './numberBins.ts';
import { writesYear } from './periods.ts';
import { refusal } from './refusal.ts';
import type { Generalisation, Perturbation } from './types.ts';

type Action = Generalisation | Perturbation;

const numbers: readonly ColumnKind[] = ['integer', 'decimal'];
const ordered: readonly ColumnKind[] = ['integer', 'decimal', 'datetime'];

/** Kinds of column each action is for; removal is for all. */
const kindsOf: Readonly<Record<Exclude<Action['type'], 'remove'>, readonly ColumnKind[]>> = {
  bins: numbers,
  'equal-bins': numbers,
  prefix: ['category'],
  period: ['datetime'],
  rare: ['category'],
  noise: ordered,
  pram: ['category', 'boolean'],
  'rank-swap': ordered,
};

const names: Readonly<Record<Action['type'], string>> = {
  remove: 'removal',
  bins: 'bins',
  'equal-bins': 'bins of equal width',
  prefix: 'a prefix',
  period: 'periods',
  rare: 'merging rare values',
  noise: 'noise',
  pram: 'post-randomisation',
  'rank-swap': 'rank swapping',
};

function checkFit(action: Action, { name, kind, treatment, role }: ColumnSchema): void {
  if (action.type === 'remove') {
    if (role !== 'target') return;
    throw refusal(name, `“${name}” is the target, so it cannot be removed.`, 'Give it another role first.');
  }
  if (kindsOf[action.type].includes(kind) && treatment === 'learn') return;
  const why = treatment === 'learn' ? `is of kind ${kind}` : 'is not learned';
  const message = `“${name}” ${why}, which ${names[action.type]} does not fit.`;
  throw refusal(
    name,
    message,
    `It fits columns that are learned, of kind ${kindsOf[action.type].join(' or ')}.`,
  );
}

const outOfRange = (name: string, what: string, hint: string): HomespunError =>
  refusal(name, `“${name}” has ${what}.`, hint);

/** Refuses a generalisation that does not fit its column. Throws `bad-settings`. */
export function checkGeneralisation(action: Generalisation, entry: ColumnSchema): void {
  checkFit(action, entry);
  switch (action.type) {
    case 'bins':
    case 'equal-bins':
      return checkBins(action, entry);
    case 'prefix':
      return checkPrefix(action.characters, entry);
    case 'period':
      return checkPeriod(entry);
    case 'rare':
      return checkRare(action.rows, entry);
    case 'remove':
  }
}

function checkBins(action: BinAction, entry: ColumnSchema): void {
  const { name } = entry;
  if (action.type === 'bins') {
    if (!(action.width > 0 && Number.isFinite(action.width))) {
      throw outOfRange(name, `bins of width ${action.width}`, 'Choose a width above 0.');
    }
    if (!Number.isFinite(action.origin)) {
      throw outOfRange(name, 'bins that start nowhere', 'Choose a number where a bin starts, such as 0.');
    }
  } else {
    if (!Number.isSafeInteger(action.bins) || action.bins < 1) {
      throw outOfRange(name, `${action.bins} bins`, 'Choose a whole number from 1 on.');
    }
    const { min, max } = action;
    if (!(Number.isFinite(min) && Number.isFinite(max) && min < max)) {
      throw outOfRange(
        name,
        'bins whose lower bound is not below the upper',
        'Choose two numbers, least first.',
      );
    }
  }
  if (!wideEnough(action, entry)) {
    throw outOfRange(name, 'bins narrower than the step between its values', 'Choose wider bins.');
  }
}

function checkPrefix(characters: number, { name, category, missingTokens }: ColumnSchema): void {
  if (!Number.isSafeInteger(characters) || characters < 0) {
    throw outOfRange(name, `a prefix of ${characters} characters`, 'Choose a whole number from 0 on.');
  }
  const map = prefixMap(characters);
  refuseMissingToken(name, (category?.categories ?? []).map(map), missingTokens);
}

function checkRare(rows: number, { name, missingTokens }: ColumnSchema): void {
  if (!Number.isSafeInteger(rows) || rows < 2) {
    throw outOfRange(name, `a limit of ${rows} rows for rare values`, 'Choose a whole number from 2 on.');
  }
  refuseMissingToken(name, [otherCategory], missingTokens);
}

function refuseMissingToken(name: string, categories: readonly string[], tokens: readonly string[]): void {
  if (!categories.some((category) => tokens.includes(category))) return;
  const message = `A coarser category of “${name}” would be written like a text that means missing.`;
  throw refusal(name, message, 'Change its texts that mean missing, or the action.');
}

function checkPeriod({ name, datetime }: ColumnSchema): void {
  if (datetime && writesYear(datetime.pattern)) return;
  throw outOfRange(name, 'times without a year, which have no periods', 'Choose another action.');
}

/** Refuses a distortion that does not fit its column. Throws `bad-settings`. */
export function checkPerturbation(action: Perturbation, entry: ColumnSchema): void {
  checkFit(action, entry);
  const { name } = entry;
  switch (action.type) {
    case 'noise':
      if (action.deviation > 0 && Number.isFinite(action.deviation)) return;
      throw outOfRange(name, `noise of ${action.deviation}`, 'Choose a standard deviation above 0.');
    case 'pram':
      if (action.keep >= 0 && action.keep <= 1) return;
      throw outOfRange(name, `a probability of ${action.keep} to keep a value`, 'Choose from 0 to 1.');
    case 'rank-swap':
      if (action.percent > 0 && action.percent <= 100) return;
      throw outOfRange(name, `swaps over ${action.percent} % of the ranks`, 'Choose above 0, up to 100.');
  }
}
