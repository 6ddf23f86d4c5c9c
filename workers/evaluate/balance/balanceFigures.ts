import { againstMarks, notAssessed, type FigureSpec, type Measured } from '../figures.ts';
import type { Pace } from '../pace.ts';
import { meanOf, type Panel } from '../panel.ts';
import type { Sample } from '../samples.ts';
import type { ScoreContext } from '../scorecard.ts';
import { z95 } from '../statistics/normal.ts';
import { wilsonInterval } from '../statistics/proportions.ts';
import { bootstrapSpreads, deviation, intervalOf } from '../statistics/resample.ts';
import { totalVariation } from '../tvDistance.ts';
import type { Classed } from './classed.ts';
import { rareCoverage } from './rareCategories.ts';
import {
  classCounts,
  diversityRatios,
  redrawnTable,
  withinClassDistances,
  type ClassTable,
} from './withinClass.ts';

const mixGap = 0.02;
const smallestRatio = 0.8;
const similarityTarget = 0.85;
const replicates = 15;
const diversityDraws = 10;

const spec = (id: string, unit: FigureSpec['unit'], label: string, meaning: string): FigureSpec => ({
  id: `balance.${id}`,
  card: 'balance',
  unit,
  label,
  meaning,
});

export const specs = {
  shares: spec(
    'shares',
    'share',
    'Class shares, gap',
    'Share of synthetic rows that would have to be of another class for the mix that was asked for (the real one, if none was).',
  ),
  smallest: spec(
    'smallest',
    'score',
    'Most wanting class',
    'Share of the class that falls short most, as a part of the share it should have.',
  ),
  withinClass: spec(
    'withinClass',
    'score',
    'Likeness within classes',
    'How different the columns are among rows of one class, 0 to 1, as the mean over columns and classes.',
  ),
  diversity: spec(
    'diversity',
    'score',
    'Diversity within classes',
    'Different rows among as many synthetic as real rows of a class, for the class where it is least: below 1 where a class is filled up with repeats.',
  ),
  rareCategories: spec(
    'rareCategories',
    'share',
    'Rare categories kept',
    'Share of the categories that fewer than 1 in 20 real rows have, and that as many synthetic rows have at all.',
  ),
} as const;

export const sharesOf = (counts: Float64Array): Float64Array => {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / rows);
};

export const countsOver = (tables: readonly ClassTable[]): Float64Array => {
  const total = classCounts(tables[0]);
  for (const table of tables.slice(1)) classCounts(table).forEach((count, k) => (total[k] += count));
  return total;
};

const rowsOf = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0);

export const sharesGap = async (its: Classed, { rng }: ScoreContext, pace: Pace): Promise<Measured> => {
  const counts = countsOver(its.marks.value);
  const rows = rowsOf(counts);
  const value = totalVariation(its.requested, counts);
  const random = rng.fork('shares');
  const ends = counts.slice();
  for (let k = 1; k < ends.length; k++) ends[k] += ends[k - 1];
  const [spread] = await bootstrapSpreads(replicates, pace, () => {
    const redrawn = new Float64Array(counts.length);
    for (let row = 0; row < rows; row++) {
      const at = random.int(rows);
      redrawn[ends.findIndex((end) => at < end)]++;
    }
    return [totalVariation(its.requested, redrawn)];
  });
  const held = its.asked ? [] : its.marks.ceiling;
  return {
    value,
    interval: intervalOf(value, spread),
    target: { bound: mixGap, better: 'lower' },
    ceiling: held.length > 0 ? totalVariation(its.requested, classCounts(held[0])) : NaN,
    floor: its.asked
      ? totalVariation(its.requested, classCounts(its.real))
      : totalVariation(
          its.requested,
          its.requested.map((share) => (share > 0 ? 1 : 0)),
        ),
    note: its.asked
      ? `Of “${its.column}”, against the mix that was asked for; the floor is the real mix.`
      : `Of “${its.column}”, against the real mix; the floor has all classes equal.`,
    rows,
  };
};

export const mostWanting = (its: Classed): Measured => {
  const counts = countsOver(its.marks.value);
  const [rows, wanted, made] = [rowsOf(counts), sharesOf(its.requested), sharesOf(counts)];
  const ratios = Array.from(wanted, (share, k) => (share > 0 ? made[k] / share : Infinity));
  const worst = ratios.indexOf(Math.min(...ratios));
  const [low, high] = wilsonInterval(counts[worst], rows);
  return {
    value: ratios[worst],
    interval: [low / wanted[worst], high / wanted[worst]],
    target: { bound: smallestRatio, better: 'higher' },
    note: `“${its.labels[worst]}”.`,
    rows,
  };
};

export const likeness = async (its: Classed, { rng }: ScoreContext, pace: Pace): Promise<Measured> => {
  const { real, marks } = its;
  const over = (tables: readonly ClassTable[]): number =>
    meanOf(tables.map((table) => meanOf(withinClassDistances(real, table))));
  const { value, ceiling, floor } = {
    value: over(marks.value),
    ceiling: over(marks.ceiling),
    floor: over(marks.floor),
  };
  if (Number.isNaN(value)) return notAssessed('No class has enough rows in both tables.');
  const random = rng.fork('within');
  const [spread] = await bootstrapSpreads(replicates, pace, () => [
    meanOf(withinClassDistances(redrawnTable(real, random), redrawnTable(marks.value[0], random))),
  ]);
  return {
    value,
    interval: intervalOf(value, spread),
    ...againstMarks(similarityTarget, { ceiling, floor }),
    ceiling,
    floor,
    rows: real.classes.codes.length + marks.value[0].classes.codes.length,
  };
};

export const diversitiesOf = (
  its: Classed,
  made: ClassTable | undefined,
  { rng }: ScoreContext,
): number[][] =>
  its.labels.map((label, code) =>
    made ? diversityRatios(its.real, made, code, diversityDraws, rng.fork(`diversity ${label}`)) : [],
  );

/** Of half samples, whose spread is about the error of the whole (Shao and Wu 1989, delete-half jackknife). */
export const diversity = (its: Classed, context: ScoreContext): Measured => {
  const ratios = diversitiesOf(its, its.marks.value[0], context);
  const means = ratios.map(meanOf);
  const least = means.reduce((at, mean, k) => (Number.isNaN(means[at]) || mean < means[at] ? k : at), 0);
  if (Number.isNaN(means[least])) return notAssessed('No class has enough rows in both tables.');
  const error = z95 * deviation(ratios[least]);
  const ceiling = Math.min(
    ...diversitiesOf(its, its.marks.ceiling[0], context).map(meanOf).filter(Number.isFinite),
  );
  const best = Number.isFinite(ceiling) ? Math.min(1, ceiling) : 1;
  return {
    value: means[least],
    interval: [Math.max(0, means[least] - error), means[least] + error],
    target: { bound: similarityTarget * best, better: 'higher' },
    ceiling: Number.isFinite(ceiling) ? ceiling : NaN,
    note: `“${its.labels[least]}”.`,
    rows: its.real.classes.codes.length + its.marks.value[0].classes.codes.length,
  };
};

export const rare = async (panel: Panel, { rng }: ScoreContext, pace: Pace): Promise<Measured> => {
  const over = (samples: readonly Sample[]): number =>
    meanOf(samples.map((sample) => rareCoverage(panel.real, sample, null)));
  const value = over(panel.synthetic);
  if (Number.isNaN(value)) return notAssessed('No category is rare in the real rows.', panel.rows);
  const random = rng.fork('rare');
  const [spread] = await bootstrapSpreads(replicates, pace, () => [
    rareCoverage(panel.real, panel.synthetic[0], random),
  ]);
  const ceiling = over(panel.holdout);
  return {
    value,
    interval: intervalOf(value, spread),
    target: { bound: similarityTarget * (Number.isNaN(ceiling) ? 1 : ceiling), better: 'higher' },
    ceiling,
    rows: panel.rows,
  };
};
