import type { ActionReport, AnonymiseReport, AnonymityReport } from './types.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** The least of the numbers that are there; null where none is. */
const least = (numbers: readonly (number | null)[]): number | null => {
  const present = numbers.filter((number) => number !== null);
  return present.length === 0 ? null : Math.min(...present);
};

function joinActions(parts: readonly ActionReport[]): ActionReport {
  return {
    ...parts[0],
    changed: sum(parts.map(({ changed }) => changed)),
    rows: sum(parts.map(({ rows }) => rows)),
  };
}

function joinAnonymity(parts: readonly AnonymityReport[], partRows: number | null): AnonymityReport {
  const [rows, rowsLeft] = [sum(parts.map((part) => part.rows)), sum(parts.map((part) => part.rowsLeft))];
  const affected = sum(parts.map((part) => part.affected));
  const classes = sum(parts.map((part) => part.classes));
  const kReached = least(parts.map((part) => part.kReached));
  return {
    asked: parts[0].asked,
    kFound: Math.min(...parts.map((part) => part.kFound)),
    kReached,
    lReached: least(parts.map((part) => part.lReached)),
    classes,
    rows,
    rowsLeft,
    affected,
    share: rows === 0 ? 0 : affected / rows,
    worstRisk: kReached === null ? null : 1 / kReached,
    meanRisk: rowsLeft === 0 ? null : classes / rowsLeft,
    partRows,
    label: parts[0].label,
  };
}

/**
 * One report on a table from the reports on its parts, in which the same plan was followed. A class found in several
 * parts counts in each.
 */
export function joinReports(parts: readonly AnonymiseReport[], partRows: number | null): AnonymiseReport {
  const [first] = parts;
  const anonymity = parts.map(({ kAnonymity }) => kAnonymity).filter((part) => part !== null);
  return {
    phase: first.phase,
    actions: first.actions.map((_, at) => joinActions(parts.map(({ actions }) => actions[at]))),
    kAnonymity: anonymity.length === 0 ? null : joinAnonymity(anonymity, partRows),
  };
}
