import type { PrivacyUnit } from '../privacy/types.ts';
import type { ColumnSchema } from '../schema/types.ts';
import { refusal } from './refusal.ts';
import type { AnonymisePlan, Generalisation, Perturbation } from './types.ts';

const instead = 'Do it after synthesis: synthetic rows may be changed freely.';

type Unit = PrivacyUnit['kind'];

/** Numbers are drawn row by row: where a person has a row less, all that follow get other ones. */
const drawnInOrder = 'what is drawn for a row depends on how many rows other persons have';

/** Why what an action does to the rows of one unit depends on other units; null where it does not. */
function dependence(
  action: Generalisation | Perturbation,
  { kind, domain }: ColumnSchema,
  unit: Unit,
): string | null {
  switch (action.type) {
    case 'bins':
    case 'equal-bins':
      // Decimals are counted in coarser steps where bounds are far from zero.
      return kind === 'decimal' && domain === 'found' ? 'its bounds were found in the rows' : null;
    case 'rare':
      return 'which values are rare depends on all rows';
    case 'rank-swap':
      return 'a swap takes the value of another row';
    case 'pram':
      if (action.draw === 'shares') return 'shares of categories depend on all rows';
      if (domain === 'found') return 'its list of categories was found in the rows';
      return unit === 'person' ? drawnInOrder : null;
    case 'noise':
      if (action.of === 'spread') return 'the spread of values depends on all rows';
      if (domain === 'found') return 'its bounds were found in the rows';
      return unit === 'person' ? drawnInOrder : null;
    default:
      return null;
  }
}

/**
 * Refuses, for learning with differential privacy, what is done to real rows and goes by other rows. A change of one row
 * would then change others, and the sensitivities that every mechanism rests on would no longer hold. Maps of single
 * rows by declared numbers are fine, and so is everything done to synthetic rows (post-processing). Distortion is fine
 * where rows are protected, whose number is public: for any seed each row draws the same numbers whatever the others
 * hold. It is refused where persons are. Throws `bad-settings` naming the column.
 */
export function refuseDependentActions(
  plan: AnonymisePlan,
  entries: ReadonlyMap<string, ColumnSchema>,
  unit: Unit,
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
      const why = dependence(action, entry, unit);
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
