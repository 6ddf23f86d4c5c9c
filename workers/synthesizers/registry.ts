import { HomespunError } from '../errors.ts';
import { aim } from './aim/aim.ts';
import { autoregressive } from './autoregressive/autoregressive.ts';
import { copula } from './copula/copula.ts';
import { gan } from './gan/gan.ts';
import { independent } from './independent/fit.ts';
import { mst } from './mst/mst.ts';
import type { JobSize, MethodId, Synthesizer } from './types.ts';
import { vae } from './vae/vae.ts';

/** The methods that are built: one line each. */
const synthesizers: Partial<Record<MethodId, Synthesizer>> = {
  independent,
  copula,
  mst,
  aim,
  autoregressive,
  vae,
  gan,
};

/** Below this a neural network sees too little to learn relations from. */
const fewestNeuralRows = 100;
/** Matrix columns beyond which a network no longer trains in a tab; a numeric column counts as `numericWidth`. */
const widestMatrix = 20_000;
const numericWidth = 50;

/** Throws `bad-settings` for a method that is not built yet. */
export function synthesizerOf(id: MethodId): Synthesizer {
  const synthesizer = synthesizers[id];
  if (synthesizer) return synthesizer;
  throw new HomespunError({
    code: 'bad-settings',
    message: `The method “${id}” is not available.`,
    hint: `Choose one of: auto, ${Object.keys(synthesizers).join(', ')}.`,
  });
}

const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;

/** The method for a job of this size when the person leaves the choice, and why, in words. */
export function chooseMethod(size: JobSize): { id: MethodId; reason: string } {
  const { rows, cardinalities } = size;
  const columns = cardinalities.length;
  const width = cardinalities.reduce((sum, categories) => sum + (categories || numericWidth), 0);
  if (columns < 2) {
    return {
      id: 'independent',
      reason: 'One column has no relations to learn: it is drawn from its own shape.',
    };
  }
  if (size.private) return choosePrivate(columns);
  if (rows < fewestNeuralRows) {
    const reason = `${count(rows, 'row')} are too few to learn how columns go together: each is drawn on its own.`;
    return { id: 'independent', reason };
  }
  if (width > widestMatrix) {
    const reason = `The columns have too many categories for a neural network in a tab: each is drawn on its own.`;
    return { id: 'independent', reason };
  }
  const reason = `${count(rows, 'row')} and ${count(columns, 'column')} are enough to learn how columns go together.`;
  return { id: 'autoregressive', reason };
}

/** Columns beyond which the adaptive choice among pairs takes minutes. */
const mostAdaptiveColumns = 120;

/** Under a budget, noisy counts of few columns at a time beat training with noise, on every table we measured. */
const choosePrivate = (columns: number): { id: MethodId; reason: string } =>
  columns <= mostAdaptiveColumns
    ? {
        id: 'aim',
        reason: `Under a privacy budget, noisy counts of well-chosen combinations of the ${count(columns, 'column')} keep the most.`,
      }
    : {
        id: 'mst',
        reason: `With ${count(columns, 'column')}, a tree of the strongest pairs is what the budget and the time can carry.`,
      };
