import { describe, expect, it } from 'vitest';
import type { RowsWanted } from '../../../workers/encode/conditionTypes.ts';
import { checkConditions } from '../../../workers/synthesizers/conditions.ts';

describe('the form of conditions', () => {
  const parsed = (json: string): RowsWanted => JSON.parse(json);
  it.each([
    ['{}'],
    ['{"columns":[]}'],
    [
      '{"columns":[{"column":"a","missing":"allowed","interval":[1,1]},{"column":"b","categories":["x"]},{"column":"c"}]}',
    ],
    ['{"shares":{"column":"a","shares":[{"value":"x","share":0},{"value":null,"share":3}]}}'],
    ['{"shares":{"column":"a","shares":"equal"}}'],
  ])('is accepted: %s', (json) => {
    expect(() => checkConditions(parsed(json))).not.toThrow();
  });

  it.each([
    ['{"columns":7}', /not a list/],
    ['{"columns":[null]}', /names no column/],
    ['{"columns":[{"column":""}]}', /names no column/],
    ['{"columns":[{"column":"a"},{"column":"a"}]}', /“a” has two conditions/],
    ['{"columns":[{"column":"a","categories":[]}]}', /“a” allows no category/],
    ['{"columns":[{"column":"a","categories":[1]}]}', /“a” allows no category/],
    ['{"columns":[{"column":"a","categories":"x"}]}', /“a” allows no category/],
    ['{"columns":[{"column":"a","interval":[2,1]}]}', /“a” has no valid interval/],
    ['{"columns":[{"column":"a","interval":[1]}]}', /“a” has no valid interval/],
    ['{"columns":[{"column":"a","interval":[1,null]}]}', /“a” has no valid interval/],
    ['{"columns":[{"column":"a","interval":[1,2],"categories":["x"]}]}', /both/],
    ['{"columns":[{"column":"a","missing":true}]}', /says of missing cells/],
    ['{"columns":[{"column":"a","missing":"only","interval":[1,2]}]}', /missing cells only/],
    ['{"shares":null}', /names no column/],
    ['{"shares":{"column":"a","shares":[]}}', /has no shares/],
    ['{"shares":{"column":"a","shares":"even"}}', /has no shares/],
    ['{"shares":{"column":"a","shares":[{"value":1,"share":1}]}}', /no category/],
    ['{"shares":{"column":"a","shares":[{"value":"x","share":1},{"value":"x","share":1}]}}', /twice/],
    ['{"shares":{"column":"a","shares":[{"value":"x","share":0}]}}', /no distribution/],
    ['{"shares":{"column":"a","shares":[{"value":"x","share":-1}]}}', /no distribution/],
    ['{"shares":{"column":"a","shares":[null]}}', /no category/],
  ])('is refused: %s', (json, why) => {
    expect(() => checkConditions(parsed(json))).toThrow(why);
    expect(() => checkConditions(parsed(json))).toThrow(expect.objectContaining({ code: 'bad-settings' }));
  });

  it('may leave an interval open at an end', () => {
    expect(() => checkConditions({ columns: [{ column: 'a', interval: [-Infinity, 3] }] })).not.toThrow();
    expect(() => checkConditions({ columns: [{ column: 'a', interval: [NaN, 3] }] })).toThrow(
      /valid interval/,
    );
  });
});
