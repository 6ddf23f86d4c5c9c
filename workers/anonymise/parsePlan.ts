import { JsonReader } from '../schema/jsonReader.ts';
import { refusal } from './refusal.ts';
import type {
  AnonymisePlan,
  ColumnProtection,
  Generalisation,
  KAnonymity,
  Perturbation,
  Phase,
} from './types.ts';

const phases: readonly Phase[] = ['before', 'after'];
const hint = 'Correct the protection file.';

/**
 * Reads a plan from JSON: `{ columns: [{ column, generalise, perturb }], kAnonymity }`, each field as in `AnonymisePlan`;
 * what is not wanted may be left out. Throws `bad-settings` naming the place: malformed JSON, unknown fields, values of
 * the wrong type. Whether the plan fits a table is for `checkPlan` to say.
 */
export function parsePlan(json: string): AnonymisePlan {
  const file = new JsonReader(parseJson(json), 'the top', (expected, place) =>
    refusal(null, `The protection file has no ${expected} at ${place}.`, hint),
  ).only(['columns', 'kAnonymity']);
  return {
    columns: file.optional('columns', [], (columns) => columns.list().map(columnOf)),
    kAnonymity: orNull(file, 'kAnonymity', anonymityOf),
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw refusal(null, 'The protection file is not valid JSON.', hint);
  }
}

/** A field that may be null or absent. */
const orNull = <T>(reader: JsonReader, key: string, read: (field: JsonReader) => T): T | null =>
  reader.optional<T | null>(key, null, (field) => (field.value === null ? null : read(field)));

function columnOf(reader: JsonReader): ColumnProtection {
  reader.only(['column', 'generalise', 'perturb']);
  const generalise = orNull(reader, 'generalise', generalisationOf);
  const perturb = orNull(reader, 'perturb', perturbationOf);
  return {
    column: reader.at('column').text(),
    ...(generalise && { generalise }),
    ...(perturb && { perturb }),
  };
}

const fieldsOf: Readonly<Record<Generalisation['type'] | Perturbation['type'], readonly string[]>> = {
  remove: [],
  bins: ['width', 'origin', 'write'],
  'equal-bins': ['bins', 'min', 'max', 'write'],
  prefix: ['characters'],
  period: ['period'],
  rare: ['rows'],
  noise: ['deviation', 'of'],
  pram: ['keep', 'draw'],
  'rank-swap': ['percent'],
};

function headOf<T extends keyof typeof fieldsOf>(
  reader: JsonReader,
  types: readonly T[],
): { type: T; phase: Phase } {
  const type = reader.at('type').oneOf(types);
  reader.only(['type', 'phase', ...fieldsOf[type]]);
  return { type, phase: reader.at('phase').oneOf(phases) };
}

const generalisations = ['remove', 'bins', 'equal-bins', 'prefix', 'period', 'rare'] as const;

function generalisationOf(reader: JsonReader): Generalisation {
  const { type, phase } = headOf(reader, generalisations);
  const number = (key: string): number => reader.at(key).number();
  switch (type) {
    case 'remove':
      return { type, phase };
    case 'bins':
      return {
        type,
        phase,
        width: number('width'),
        origin: reader.optional('origin', 0, (at) => at.number()),
        write: writtenAs(reader),
      };
    case 'equal-bins':
      return {
        type,
        phase,
        bins: number('bins'),
        min: number('min'),
        max: number('max'),
        write: writtenAs(reader),
      };
    case 'prefix':
      return { type, phase, characters: number('characters') };
    case 'period':
      return {
        type,
        phase,
        period: reader.at('period').oneOf(['week', 'month', 'quarter', 'year', 'decade']),
      };
    case 'rare':
      return { type, phase, rows: number('rows') };
  }
}

const writtenAs = (reader: JsonReader): 'middle' | 'lower' =>
  reader.optional('write', 'middle', (write) => write.oneOf(['middle', 'lower']));

const perturbations = ['noise', 'pram', 'rank-swap'] as const;

function perturbationOf(reader: JsonReader): Perturbation {
  const { type, phase } = headOf(reader, perturbations);
  switch (type) {
    case 'noise':
      return {
        ...{ type, phase },
        deviation: reader.at('deviation').number(),
        of: reader.at('of').oneOf(['units', 'range', 'spread']),
      };
    case 'pram':
      return {
        type,
        phase,
        keep: reader.at('keep').number(),
        draw: reader.at('draw').oneOf(['shares', 'uniform']),
      };
    case 'rank-swap':
      return { type, phase, percent: reader.at('percent').number() };
  }
}

function anonymityOf(reader: JsonReader): KAnonymity {
  reader.only(['quasiIdentifiers', 'k', 'l', 'sensitive', 'small', 'phase']);
  return {
    quasiIdentifiers: reader.at('quasiIdentifiers').texts(),
    k: reader.at('k').number(),
    l: orNull(reader, 'l', (l) => l.number()),
    sensitive: reader.optional('sensitive', [], (names) => names.texts()),
    small: reader.at('small').oneOf(['suppress', 'blank']),
    phase: reader.at('phase').oneOf(phases),
  };
}
