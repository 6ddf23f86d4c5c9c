import { HomespunError } from '../errors.ts';
import type { CategoryProfile } from '../profile/types.ts';
import type { Column } from '../table/types.ts';
import { mostCommon, sharesWithMissing, type CodeCodec } from './codec.ts';

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
  return {
    name,
    size: shares.length,
    missing: missingCode,
    shares,
    encode: (column) => categoryCodes(column).map((code) => (code < 0 ? blank : code)),
    decode: (codes) => ({
      type: 'category',
      name,
      categories,
      codes: codes.map((code) => (code === missingCode ? -1 : code)),
    }),
  };
}
