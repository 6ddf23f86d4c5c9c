import { partsOf, readAdult } from '../../unit/evaluate/adult.ts';
import { cardsOf } from './assess.ts';

/** How often each card and each figure had each status. */
export interface Tally {
  readonly cards: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly failedFigures: Readonly<Record<string, number>>;
}

/** Cards of tables whose three parts are rows of the same source: none of them should fail. */
export async function sameSource(path: string, tables: number, rows: number): Promise<Tally> {
  const { table, schema } = await readAdult(path);
  const cards: Record<string, Record<string, number>> = {};
  const failedFigures: Record<string, number> = {};
  for (let seed = 0; seed < tables; seed++) {
    const [train, holdout, synthetic] = partsOf(table, [rows, rows, rows], `cards ${seed}`);
    const { assessed } = await cardsOf({ train, holdout, synthetic }, schema, seed);
    for (const { id, status } of assessed.headline.cards) {
      cards[id] ??= {};
      cards[id][status] = (cards[id][status] ?? 0) + 1;
    }
    for (const { id, status } of assessed.figures) {
      if (status === 'fail') failedFigures[id] = (failedFigures[id] ?? 0) + 1;
    }
  }
  return { cards, failedFigures };
}
