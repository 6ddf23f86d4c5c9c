import { HomespunError } from '../errors.ts';
import { JsonReader } from '../schema/jsonReader.ts';
import type { Rule, RuleCell } from './types.ts';

const kinds = ['combinations', 'order', 'sum', 'one-hot'] as const;

const refusal = (message: string): HomespunError =>
  new HomespunError({ code: 'bad-settings', message, hint: 'Correct the file of rules.' });

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw refusal('The file of rules is not valid JSON.');
  }
}

/**
 * Reads rules from JSON: `{ rules: [{ kind, … }] }`, each as in `Rule`; `allowed`, `weights`, `strict` and `tolerance` may
 * be left out. Throws `bad-settings` naming the place: malformed JSON, unknown fields, values of the wrong type. Whether
 * they fit a table is for `checkRules` to say.
 */
export function parseRules(json: string): Rule[] {
  const file = new JsonReader(parseJson(json), 'the top', (expected, place) =>
    refusal(`The file of rules has no ${expected} at ${place}.`),
  ).only(['rules']);
  return readRules(file.at('rules'));
}

/** Rules from a list in a file; the reader says what is wrong in its own words. */
export const readRules = (reader: JsonReader): Rule[] => reader.list().map(ruleOf);

function ruleOf(reader: JsonReader): Rule {
  const kind = reader.at('kind').oneOf(kinds);
  switch (kind) {
    case 'combinations':
      reader.only(['kind', 'columns', 'allowed', 'weights']);
      return {
        kind,
        columns: reader.at('columns').texts(),
        allowed: reader.optional<RuleCell[][] | null>('allowed', null, allowedOf),
        ...(reader.has('weights') && {
          weights: reader
            .at('weights')
            .list()
            .map((each) => each.number()),
        }),
      };
    case 'order':
      reader.only(['kind', 'low', 'high', 'strict']);
      return {
        kind,
        low: reader.at('low').text(),
        high: reader.at('high').text(),
        strict: reader.optional('strict', false, (strict) => strict.boolean()),
      };
    case 'sum':
      reader.only(['kind', 'total', 'parts', 'tolerance']);
      return {
        kind,
        total: reader.at('total').text(),
        parts: reader.at('parts').texts(),
        ...(reader.has('tolerance') && { tolerance: reader.at('tolerance').number() }),
      };
    case 'one-hot':
      return { kind, columns: reader.only(['kind', 'columns']).at('columns').texts() };
  }
}

const allowedOf = (reader: JsonReader): RuleCell[][] | null =>
  reader.value === null ? null : reader.list().map((row) => row.list().map(cellOf));

const cellOf = (reader: JsonReader): RuleCell =>
  typeof reader.value === 'number' ? reader.number() : reader.text();
