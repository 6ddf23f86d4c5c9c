/** What assessments show besides their figures. */
import type { AssessmentDetails } from '../evaluate/assessedTypes.ts';
import type { AttackRates } from '../evaluate/privacy/risk.ts';
import type { RocFigure } from '../evaluate/privacy/rocCurve.ts';
import type { ShadowAudit } from '../evaluate/privacy/shadowTypes.ts';
import type { Rate, TargetUtility } from '../evaluate/utility/utilityTypes.ts';
import { intervalDrawing, type IntervalGroup } from './charts.ts';
import { domainSections } from './domainSection.ts';
import { html, table, type Cell, type Markup } from './html.ts';
import type { Section } from './parts.ts';
import { rocDrawing } from './rocDrawing.ts';
import * as texts from './texts.ts';

const numbers = (...values: readonly string[]): Cell[] => values.map((text) => ({ text, number: true }));
const head = (first: string, ...rest: readonly string[]): Cell[] => [{ text: first }, ...numbers(...rest)];

const rate = ({ value, interval }: Rate): string =>
  Number.isFinite(value)
    ? `${texts.percent(value)} (${texts.percent(interval[0])} to ${texts.percent(interval[1])})`
    : '–';

function learnersOf({ column, measure, trivial, learners }: TargetUtility): Markup {
  const groups: IntervalGroup[] = learners.map(({ label, real, synthetic }) => ({
    label,
    marks: [
      { series: 'real', name: 'trained on real rows', ...real },
      { series: 'synthetic', name: 'trained on synthetic rows', ...synthetic },
    ],
  }));
  const rows = learners.map(({ label, real, synthetic, loss }): Cell[] => [
    { text: label },
    ...numbers(texts.score(real.value), texts.score(synthetic.value), texts.percent(loss.value)),
    ...numbers(texts.interval(loss.interval, 'share')),
  ]);
  const drawn = intervalDrawing(
    groups,
    [Math.min(trivial, ...learners.map(({ synthetic }) => synthetic.interval[0])), 1],
    `${measure} of models of ${column}, trained on real (circles) and synthetic (diamonds) rows`,
    texts.score,
  );
  return html`<figure>
      ${drawn}
      <figcaption>
        ${measure} on held-out real rows, with 95% intervals: circles trained on real rows, diamonds on
        synthetic ones.
      </figcaption>
    </figure>
    ${table(`Models of ${column}`, head('Model', 'Real', 'Synthetic', 'Loss', '95% of the loss'), rows)}`;
}

function classesOf({ column, classes }: TargetUtility): Markup | null {
  if (classes.length === 0) return null;
  const rows = classes.map(({ label, testRows, recall, precision }): Cell[] => [
    { text: label },
    ...numbers(texts.count(testRows), rate(recall.real), rate(recall.synthetic)),
    ...numbers(rate(precision.real), rate(precision.synthetic)),
  ]);
  const names = ['Test rows', 'Recall, real', 'Recall, synthetic', 'Precision, real', 'Precision, synthetic'];
  return table(`Classes of ${column}, by the model that is best on real rows`, head('Class', ...names), rows);
}

const utilitySection = (targets: readonly TargetUtility[]): Section => ({
  id: 'models',
  title: 'Models trained on real and on synthetic rows',
  body: html`${targets.map(
    (target) =>
      html`<h3>${target.column}</h3>
        ${learnersOf(target)}${classesOf(target)}`,
  )}`,
});

/** All attacks with a control, in one list. */
export const ratesOf = ({
  inference,
  singlingOut,
  linkability,
}: NonNullable<AssessmentDetails['privacy']>): AttackRates[] =>
  [...(inference?.secrets ?? []), singlingOut?.single, singlingOut?.joint, linkability].filter(
    (rates) => rates !== null && rates !== undefined,
  );

/** Curves, and their points as a table. */
function rocOf(figure: RocFigure): Markup {
  const guaranteed = figure.allowed.length > 0;
  const rows = figure.curves.flatMap(({ name, points }) =>
    points.map(({ falsePositives, truePositives, band, allowed }): Cell[] => [
      { text: name },
      ...numbers(texts.percent(falsePositives), texts.percent(truePositives), texts.interval(band, 'share')),
      ...(guaranteed ? numbers(texts.percent(allowed)) : []),
    ]),
  );
  const names = ['False alarms', 'Found', '95%', ...(guaranteed ? ['Allowed at most'] : [])];
  return html`<figure>
      ${rocDrawing(figure)}
      <figcaption>
        Learned rows found (upwards) against held-out rows wrongly named, on logarithmic axes. Shaded: 95%
        interval of each point alone. Circles: thresholds with 1% of false alarms at most.
      </figcaption>
    </figure>
    <details>
      <summary>Points of the curves</summary>
      ${table('Points of the curves of the membership attacks', head('Attack', ...names), rows)}
    </details>`;
}

function attacksSection(privacy: NonNullable<AssessmentDetails['privacy']>): Section {
  const rows = ratesOf(privacy).map(({ name, attacks, attack, control, risk, interval }): Cell[] => [
    { text: name },
    ...numbers(texts.count(attacks), texts.percent(attack), texts.percent(control), texts.percent(risk)),
    ...numbers(texts.interval(interval, 'share')),
  ]);
  const members = (privacy.membership ?? []).map(({ name, auc, interval, found, falsePositives }): Cell[] => [
    { text: name },
    ...numbers(texts.score(auc), texts.interval(interval, 'score'), texts.percent(found)),
    ...numbers(texts.percent(falsePositives)),
  ]);
  const body = html`${table(
    'Attacks on learned rows, and the same on held-out rows',
    head('Attack', 'Tries', 'Right', 'Control', 'Risk', '95%'),
    rows,
  )}
  ${
    members.length > 0
      ? table(
          'Telling learned rows from held-out ones (AUC 0.5 is guessing)',
          head('Attack', 'AUC', '95%', 'Found', 'False alarms'),
          members,
        )
      : null
  }${privacy.roc && rocOf(privacy.roc)}`;
  return { id: 'attacks', title: 'Attacks beside their controls', body };
}

function summarySection({ summaries }: NonNullable<AssessmentDetails['similarity']>): Section {
  const numeric = summaries.filter(({ type }) => type === 'number');
  const rows = numeric.flatMap(({ column, real, synthetic }) =>
    [
      { name: `${column}, real`, its: real },
      { name: `${column}, synthetic`, its: synthetic },
    ].map(({ name, its }): Cell[] => [
      { text: name },
      ...[its.mean, its.deviation, its.min, its.lowerQuartile, its.median, its.upperQuartile, its.max].map(
        (value) => ({ text: texts.figure(value, 'number'), number: true }),
      ),
      ...numbers(texts.percent(its.missing)),
    ]),
  );
  const names = ['Mean', 'Deviation', 'Least', 'Quarter', 'Median', 'Three quarters', 'Most', 'Missing'];
  return {
    id: 'summary',
    title: 'Summary statistics',
    body: table('Numeric columns', head('Column', ...names), rows),
  };
}

/** What attacking shadow models showed. */
function auditSection({
  epsilon,
  claimed,
  canaries,
  shadows,
  rows,
  guesses,
  right,
  mostShown,
}: ShadowAudit): Section {
  const lines: readonly (readonly [string, string])[] = [
    ['Epsilon at least (95%)', texts.figure(epsilon, 'number')],
    ['Epsilon guaranteed', claimed ? texts.figure(claimed.epsilon, 'number') : 'none'],
    ['Most that this audit could show', texts.figure(mostShown, 'number')],
    ['Right guesses', `${texts.count(right)} of ${texts.count(guesses)}`],
    ['Shadow models, half of them judged', texts.count(shadows)],
    ['Rows or persons in by a coin', texts.count(canaries)],
    ['Real rows', texts.count(rows)],
  ];
  const body = html`<p class="soft">
      The same method with the same settings, fitted over and over without a random half of the rows that are
      hardest to hide; an attack guessed from synthetic rows which were in. A bound above the guarantee would
      refute it (by chance in 1 of 20 audits at most); one far below shows only that this attack saw nothing.
    </p>
    ${table(
      'What was shown',
      head('What', 'Value'),
      lines.map(([what, text]): Cell[] => [{ text: what }, ...numbers(text)]),
    )}`;
  return { id: 'deep-audit', title: 'Deep audit', body };
}

/** One section for each assessment that has something to show. */
export const detailSections = ({
  similarity,
  utility,
  privacy,
  domain,
  shadow,
}: AssessmentDetails): Section[] => [
  ...domainSections(domain),
  ...(utility && utility.length > 0 ? [utilitySection(utility)] : []),
  ...(privacy && ratesOf(privacy).length > 0 ? [attacksSection(privacy)] : []),
  ...(shadow ? [auditSection(shadow)] : []),
  ...(similarity && similarity.summaries.some(({ type }) => type === 'number')
    ? [summarySection(similarity)]
    : []),
];
