import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sharedFile } from '../schema/tables.ts';

/** One case of a file of known values; null is missing or undefined. */
export interface Known<T> {
  readonly id: string;
  readonly metric: string;
  readonly inputs: T;
  readonly params: Readonly<Record<string, number>>;
  readonly expected: unknown;
  readonly tol: number;
}

const fixture = new URL('../../fixtures/assessmentValues.json', import.meta.url);
/** The whole file, of which the fixture is a part; null where it is not there. */
const whole = sharedFile('golden/eval_golden.json');
const files = [fixture, ...(whole === null ? [] : [whole])].map((path) => readFileSync(path, 'utf8'));

const casesOf = <T>(metric: string): Known<T>[] => {
  const found = new Map<string, Known<T>>();
  for (const file of files) {
    const { cases }: { cases: Known<T>[] } = JSON.parse(file);
    for (const known of cases) if (known.metric === metric) found.set(known.id, known);
  }
  return [...found.values()];
};

/** Metrics that were checked. */
export const covered = new Set<string>();

/** Every number that was computed is the expected one; what was not computed is not looked at. */
const matches = (computed: unknown, expected: unknown, tolerance: number): void => {
  if (typeof computed === 'number') {
    if (Number.isNaN(computed)) expect(expected).toBeNull();
    else expect(Math.abs(computed - Number(expected))).toBeLessThanOrEqual(tolerance);
  } else if (Array.isArray(computed)) {
    expect(expected).toHaveLength(computed.length);
    if (Array.isArray(expected)) computed.forEach((value, i) => matches(value, expected[i], tolerance));
  } else if (typeof computed === 'object' && computed !== null) {
    for (const [name, value] of Object.entries(computed)) {
      expect(expected).toHaveProperty(name);
      const its = Object.entries(Object(expected)).find(([other]) => other === name);
      matches(value, its?.[1], tolerance);
    }
  } else expect(computed).toBe(expected);
};

/** Checks all cases of a metric. */
export function check<T>(metric: string, compute: (inputs: T, known: Known<T>) => unknown): void {
  covered.add(metric);
  it.each(casesOf<T>(metric).map((known) => [known.id, known] as const))(
    `${metric}: %s`,
    async (_, known) => {
      matches(await compute(known.inputs, known), known.expected, known.tol);
    },
  );
}

/** Metrics of the whole file; null where it is not there. */
export const allMetrics: readonly string[] | null =
  whole === null ? null : metricsOf(files[files.length - 1]);

function metricsOf(file: string): string[] {
  const { cases }: { cases: Known<unknown>[] } = JSON.parse(file);
  return [...new Set(cases.map(({ metric }) => metric))];
}
