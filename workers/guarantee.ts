/** What a fitted model guarantees, by the ledger of its file as it stands. */
import type { ModelGuarantee } from './modelFile/modelFile.ts';
import { spent, unprotectedRuns } from './privacy/ledger.ts';
import type { LedgerBook } from './privacy/ledgerBook.ts';
import { privacyStatement } from './privacy/privacyStatement.ts';
import { outsideFacts, publicFacts } from './privatePlan.ts';
import type { PrivacyReport } from './protocol.ts';
import type { ChosenRule } from './rules/types.ts';
import type { TableSchema } from './schema/types.ts';
import type { Fitted } from './stageTypes.ts';

/** The price of a private fit by the events it executed, and the file's ledger with it. Null without a budget. */
export async function privacyReport(
  { budget, schema }: Fitted,
  book: LedgerBook,
): Promise<PrivacyReport | null> {
  if (!budget) return null;
  const { delta, unit, epsilon } = budget;
  return { epsilon, delta, unit, schema, ledger: await book.view(delta) };
}

/** With the statement in words; `schema` and `rules` are those the person confirmed. Null without a budget. */
export async function guaranteeOf(
  { budget }: Fitted,
  schema: TableSchema,
  rules: readonly ChosenRule[],
  book: LedgerBook,
): Promise<ModelGuarantee | null> {
  if (!budget) return null;
  const { delta, unit, epsilon } = budget;
  const scope = { delta, publicFacts: publicFacts(schema, unit, rules), outside: outsideFacts };
  const ledger = await book.read();
  const statement = privacyStatement(ledger, scope).join('\n');
  const totals = spent(ledger, delta);
  return { epsilon, delta, unit, totals, unprotected: unprotectedRuns(ledger), statement };
}
