import type { ColumnSchema } from '../schema/types.ts';
import { refusal } from './refusal.ts';
import type { AnonymisePlan, Generalisation, Perturbation } from './types.ts';

const instead = 'Do it after synthesis: synthetic rows may be changed freely.';

/** Why what an action does to one row depends on other rows; null where it does not. */
function dependence(action: Generalisation | Perturbation, { domain }: ColumnSchema): string | null {
  switch (action.type) {
    case 'rare':
      return 'which values are rare depends on all rows';
    case 'rank-swap':
      return 'a swap takes the value of another row';
    case 'pram':
      if (action.draw === 'shares') return 'shares of categories depend on all rows';
      return domain === 'declared' ? null : 'its list of categories was found in the rows';
    case 'noise':
      if (action.of === 'spread') return 'the spread of values depends on all rows';
      return domain === 'declared' ? null : 'its bounds were found in the rows';
    default:
      return null;
  }
}

/**
 * Refuses, for learning with differential privacy, what is done to real rows and goes by other rows. A change of one row
 * would then change others, and the sensitivities that every mechanism rests on would no longer hold. Maps of single
 * rows by declared numbers are fine (for any seed: each row draws the same numbers whatever the others hold), and so is
 * everything done to synthetic rows (post-processing). Throws `bad-settings` naming the column.
 */
export function refuseDependentActions(
  plan: AnonymisePlan,
  entries: ReadonlyMap<string, ColumnSchema>,
): void {
  if (plan.kAnonymity?.phase === 'before') {
    const message =
      'With differential privacy, real rows cannot be suppressed to k: it depends on other rows.';
    throw refusal(null, message, instead);
  }
  for (const { column, generalise, perturb } of plan.columns) {
    const entry = entries.get(column);
    for (const action of [generalise, perturb]) {
      if (!entry || action?.phase !== 'before') continue;
      const why = dependence(action, entry);
      if (why === null) continue;
      const message = `With differential privacy, “${column}” cannot be changed so before synthesis: ${why}.`;
      throw refusal(
        column,
        message,
        why.includes('found in') ? `Declare it in Columns. ${instead}` : instead,
      );
    }
  }
}
