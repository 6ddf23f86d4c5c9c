import type { SampleConditions } from '../../encode/conditionTypes.ts';
import { refusal } from '../../encode/codec.ts';
import type { ColumnDraws } from '../../encode/marginalDecoder.ts';
import type { MarginalCodec } from '../../encode/marginalCodec.ts';

/** How rows are made under conditions: which column first, which then, and the rest. */
export interface RowPlan {
  /** How codes become cells. */
  readonly draws: readonly ColumnDraws[];
  /** Column that is made before all others, from `leadShares` and no other column. */
  readonly lead: number;
  readonly leadShares: Float64Array;
  /** Whether the lead's shares are what was asked for, rather than what the model has. */
  readonly rebalanced: boolean;
  /** Further columns under conditions, in order. */
  readonly conditioned: readonly number[];
  /** All other columns, in order. */
  readonly rest: readonly number[];
}

/**
 * Columns under conditions come first, so that the others can follow from them. Throws `bad-settings`, naming the
 * column, for conditions that do not fit or that no row can fulfil.
 * @param temperature the first column is drawn like the others, from its shares to the power of 1 / temperature; shares
 *   that were asked for stay
 */
export function planRows(
  codec: MarginalCodec,
  order: readonly number[],
  conditions: SampleConditions | undefined,
  temperature: number,
): RowPlan {
  const { shares, names } = codec;
  const draws = codec.draws(conditions);
  const rebalanced = draws.findIndex(({ wanted }) => wanted !== undefined);
  const allowed = (column: number): Float64Array => {
    const { kept, wanted } = draws[column];
    return wanted ?? tempered(shares[column], temperature).map((share, code) => share * (kept?.[code] ?? 1));
  };
  const limited = order.filter((column) => column !== rebalanced && draws[column].kept !== undefined);
  for (const column of limited) refuseEmpty(names[column], allowed(column));
  if (rebalanced >= 0) refuseUnseen(names[rebalanced], allowed(rebalanced), shares[rebalanced]);
  const [lead, ...conditioned] = [...(rebalanced >= 0 ? [rebalanced] : []), ...limited];
  const first = lead ?? order[0];
  return {
    draws,
    lead: first,
    leadShares: allowed(first),
    rebalanced: rebalanced >= 0,
    conditioned,
    rest: order.filter((column) => column !== first && !conditioned.includes(column)),
  };
}

const tempered = (shares: Float64Array, temperature: number): Float64Array =>
  temperature === 1 ? shares : shares.map((share) => share ** (1 / temperature));

function refuseEmpty(name: string, shares: Float64Array): void {
  if (shares.some((share) => share > 0)) return;
  throw refusal(
    name,
    'has none of the allowed values in the model',
    'Allow more values: what is asked for was too rare to be learned.',
  );
}

function refuseUnseen(name: string, wanted: Float64Array, shares: Float64Array): void {
  if (wanted.every((share, code) => share === 0 || shares[code] > 0)) return;
  throw refusal(
    name,
    'cannot have a share of a value that the model gives no probability',
    'Ask for none of this value, or drop other conditions.',
  );
}
