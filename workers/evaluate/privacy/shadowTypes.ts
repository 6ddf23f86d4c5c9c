import type { Table } from '../../table/types.ts';

/**
 * Learns from these rows of the table alone, with the settings that are audited, and returns synthetic rows. `shadow` is
 * the number of the fit. How many rows there are is to be told as if all were there.
 */
export type ShadowFit = (kept: Int32Array, shadow: number) => Promise<Table>;

export interface ShadowSize {
  /** Rows, or persons, whose presence is decided by coins. */
  readonly canaries: number;
  /** Fits: half of them teach the attack, half are judged. */
  readonly shadows: number;
}

/** What attacking shadow models showed. Exact figures of real rows: the owner's only. */
export interface ShadowAudit extends ShadowSize {
  /** Lower bound of epsilon, 95 %. */
  readonly epsilon: number;
  readonly claimed: { readonly epsilon: number; readonly delta: number } | null;
  /** Guesses that gave the bound, and how many of them were right. */
  readonly guesses: number;
  readonly right: number;
  /** The largest bound that as many guesses could have given: all of them right. */
  readonly mostShown: number;
  /** Real rows that the shadow models learned from, canaries included. */
  readonly rows: number;
  readonly seconds: number;
}

/** Whether a deep audit can be run here, and how long it would take. */
export interface AuditPlan extends ShadowSize {
  readonly seconds: number;
  /** Why it cannot be run; null where it can. */
  readonly reason: string | null;
}
