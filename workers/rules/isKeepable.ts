import { HomespunError } from '../errors.ts';
import type { TableSchema } from '../schema/types.ts';
import { checkRules } from './checkRules.ts';
import type { Rule } from './types.ts';

/** Whether the columns of a schema can still say if a rule is kept: they may have been removed, or made coarser. */
export function isKeepable(rule: Rule, schema: TableSchema): boolean {
  try {
    checkRules([{ rule, source: 'declared' }], schema, true);
    return true;
  } catch (cause) {
    if (cause instanceof HomespunError) return false;
    throw cause;
  }
}
