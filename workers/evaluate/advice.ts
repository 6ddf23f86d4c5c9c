import type { Card, CardStatus, RunFacts } from './cardTypes.ts';
import type { CardId } from './figureTypes.ts';

/** Under this many held-out rows most intervals are too wide to decide. */
const fewHeldOut = 2000;
/** Suggestions at most: more would not be read. */
const mostAdvice = 4;

const withStatus = (cards: readonly Card[], ...statuses: readonly CardStatus[]): Card[] =>
  cards.filter(({ status }) => statuses.includes(status));

const names = (cards: readonly Card[]): string => {
  const labels = cards.map(({ label }) => label);
  const last = labels.pop() ?? '';
  return labels.length > 0 ? `${labels.join(', ')} and ${last}` : last;
};

/** 'Data Quality reaches its target.' and the like, in one to four sentences. */
function summaryOf(cards: readonly Card[]): string {
  const measuring = withStatus(cards, 'measuring');
  if (measuring.length === cards.length) return 'Measuring.';
  const lines: readonly (readonly [CardStatus, string, string])[] = [
    ['pass', 'reaches its target', 'reach their targets'],
    ['fail', 'misses its target', 'miss their targets'],
    ['inconclusive', 'cannot be decided at this number of rows', 'cannot be decided at this number of rows'],
    ['not-assessed', 'was not assessed', 'were not assessed'],
    ['error', 'could not be computed in full', 'could not be computed in full'],
    ['measuring', 'is still being measured', 'are still being measured'],
  ];
  return lines
    .flatMap(([status, one, many]) => {
      const those = withStatus(cards, status);
      return those.length === 0 ? [] : [`${names(those)} ${those.length === 1 ? one : many}.`];
    })
    .join(' ');
}

type Advice = (facts: RunFacts) => string | null;

const moreBudget: Advice = ({ epsilon }) =>
  epsilon === null
    ? null
    : `Spend a larger epsilon than ${String(epsilon)}: noise is then smaller, and protection weaker.`;

const declareDomains: Advice = ({ epsilon, foundColumns }) =>
  epsilon === null || foundColumns.length === 0
    ? null
    : `Declare the bounds or categories of ${listed(foundColumns)} in Columns, where they are public knowledge: what is declared costs no budget.`;

const otherMethod: Advice = ({ epsilon, method }) => {
  if (method === 'independent') {
    return `Use a method that learns links between columns, such as ${epsilon === null ? '“vae”' : '“aim”'}: “independent” keeps none.`;
  }
  if (epsilon !== null && method !== 'aim')
    return 'Try the method “aim”: under a budget it keeps most links.';
  return epsilon === null && method !== 'vae'
    ? 'Try the method “vae”, which learns all columns together.'
    : null;
};

const moreRows: Advice = ({ trainRows }) =>
  trainRows < 5000
    ? `Bring more real rows: the model learned from ${trainRows.toLocaleString('en-US')}.`
    : null;

const holdOut: Advice = ({ holdoutRows }) => {
  if (holdoutRows === 0)
    return 'Hold out some rows, such as 20 %: without them nothing has a mark to be measured by.';
  return holdoutRows < fewHeldOut
    ? `Hold out more rows than ${holdoutRows.toLocaleString('en-US')}: intervals get narrower.`
    : null;
};

const chooseTarget: Advice = ({ targets }) =>
  targets.length === 0 ? 'Choose a column that models should predict: utility is measured by it.' : null;

const moreEpochs: Advice = ({ method, epsilon }) =>
  method === 'vae' && epsilon === null ? 'Train for more epochs.' : null;

const guarantee: Advice = ({ epsilon }) =>
  epsilon === null
    ? 'Make the table under differential privacy: attacks are then bounded whatever the attacker knows.'
    : `Use a smaller epsilon than ${String(epsilon)}, or protect persons rather than rows.`;

const tryAgain: Advice = () =>
  'Look at the figures that failed for their reason, and compute them again; close other tabs if memory was short.';

const fewerRows: Advice = ({ syntheticRows, trainRows }) =>
  syntheticRows > trainRows * 1.5
    ? 'Make no more rows than the model learned from: each row tells an attacker a little more.'
    : null;

const listed = (columns: readonly string[]): string => {
  const shown = columns.slice(0, 3).map((name) => `“${name}”`);
  return `${shown.join(', ')}${columns.length > 3 ? ` and ${String(columns.length - 3)} more` : ''}`;
};

/** What may help a card that did not reach its target, most useful first. */
const remedies: Readonly<Record<CardId, readonly Advice[]>> = {
  similarity: [declareDomains, moreBudget, moreEpochs, otherMethod, moreRows],
  correlation: [otherMethod, moreBudget, declareDomains, moreEpochs, moreRows],
  utility: [otherMethod, moreBudget, moreRows, moreEpochs],
  balance: [otherMethod, moreBudget, moreRows],
  quality: [declareDomains, otherMethod],
  privacy: [guarantee, fewerRows],
};

/** Why a card could not be assessed is mostly that something was not given. */
const openQuestions = (card: Card): readonly Advice[] =>
  card.id === 'utility' || card.id === 'balance' ? [chooseTarget, holdOut] : [holdOut];

/** The outcome in words, and what could be done next. */
export function adviceOn(
  cards: readonly Card[],
  facts: RunFacts,
): { readonly summary: string; readonly next: readonly string[] } {
  const wished = [
    ...withStatus(cards, 'not-assessed').flatMap(openQuestions),
    ...withStatus(cards, 'fail').flatMap(({ id }) => remedies[id]),
    ...(withStatus(cards, 'inconclusive').length > 0 ? [holdOut, moreRows] : []),
    ...(withStatus(cards, 'error').length > 0 ? [tryAgain] : []),
  ];
  const said = wished.map((advice) => advice(facts)).filter((text) => text !== null);
  return { summary: summaryOf(cards), next: [...new Set(said)].slice(0, mostAdvice) };
}
