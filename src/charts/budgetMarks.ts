/** Geometry of a stacked bar: the share of a budget that each planned release takes. Pure. */
import type { ReleaseView } from '../../workers/protocol.ts';
import { formatShare } from './format.ts';
import type { ChartTable } from './tables.ts';

export interface BudgetSegment {
  readonly purpose: string;
  /** Of all releases together, 0..1. */
  readonly share: number;
  readonly x: number;
  readonly width: number;
  /** Whether its number can stand in it. */
  readonly numbered: boolean;
  /** How strong its colour is, 0..1: neighbours differ. */
  readonly strength: number;
}

const gap = 2;
/** Pixels a number needs. */
const numberRoom = 18;
const strengths = [1, 0.3, 0.85, 0.15] as const;

/** Segments of a bar `width` pixels long, in plan order; a release that costs next to nothing keeps a pixel. */
export function budgetSegments(releases: readonly ReleaseView[], width: number): BudgetSegment[] {
  const total = releases.reduce((sum, { share }) => sum + share, 0);
  const room = Math.max(0, width - gap * (releases.length - 1));
  let x = 0;
  return releases.map(({ purpose, share }, i) => {
    const part = total > 0 ? share / total : 1 / releases.length;
    const segment = {
      purpose,
      share: part,
      x,
      width: Math.max(1, part * room),
      numbered: part * room >= numberRoom,
      strength: strengths[i % strengths.length],
    };
    x += segment.width + gap;
    return segment;
  });
}

const uses = new Intl.NumberFormat('en');

/** The plan as a table: what for, how, how often, what share of the budget. */
export function releaseTable(releases: readonly ReleaseView[]): ChartTable {
  return {
    head: ['Purpose', 'Mechanism', 'Uses', 'Share'],
    rows: releases.map(({ purpose, mechanism, planned, share }) => [
      purpose,
      mechanism,
      uses.format(planned),
      formatShare(share),
    ]),
  };
}
