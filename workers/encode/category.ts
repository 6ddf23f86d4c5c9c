import { HomespunError } from '../errors.ts';
import type { CategoryProfile } from '../profile/types.ts';
import type { Column } from '../table/types.ts';
import { mostCommon, refusal, sharesWithMissing, type CodeCodec } from './codec.ts';

export const categoryCodes = (column: Column): Int32Array => {
  if (column.type === 'category') return column.codes;
  throw new HomespunError({
    code: 'bad-schema',
    message: `Column “${column.name}” was profiled as a category but holds another type.`,
    column: column.name,
  });
};

/** Codes of a category column: the categories as they are, then missing. */
export function categoryCodec({ name, categories, mass, missing }: CategoryProfile): CodeCodec {
  const shares = sharesWithMissing(mass, missing);
  const missingCode = shares.length > categories.length ? categories.length : -1;
  const blank = missingCode < 0 ? mostCommon(shares) : missingCode;
  const decode = (codes: Int32Array): Column => ({
    type: 'category',
    name,
    categories,
    codes: codes.map((code) => (code === missingCode ? -1 : code)),
  });
  return {
    name,
    size: shares.length,
    missing: missingCode,
    shares,
    encode: (column) => categoryCodes(column).map((code) => (code < 0 ? blank : code)),
    decode,
    within: (condition) => {
      const kept = new Float64Array(shares.length).fill(condition.missing === 'only' ? 0 : 1);
      if (condition.interval) {
        throw refusal(
          name,
          'holds categories: an interval does not fit',
          'Name the categories that are allowed.',
        );
      }
      if (condition.categories) {
        kept.fill(0);
        condition.categories.forEach((text, i) => (kept[codeOfText(text, categories, name, i)] = 1));
      }
      if (missingCode >= 0) kept[missingCode] = condition.missing === undefined ? 0 : 1;
      return { kept, decode };
    },
  };
}

/** Code of a category by its text. Throws `bad-settings` for one that is unknown, naming it by its place in the request. */
export function codeOfText(
  text: string,
  categories: readonly string[],
  column: string,
  place: number,
): number {
  const code = categories.indexOf(text);
  if (code >= 0) return code;
  throw refusal(
    column,
    `has no such category as number ${place + 1} of those asked for`,
    'Choose among the categories that the schema lists after the run, written exactly so.',
  );
}
