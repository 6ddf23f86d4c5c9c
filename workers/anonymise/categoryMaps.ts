import type { ColumnSchema } from '../schema/types.ts';
import type { CategoryColumn } from '../table/types.ts';

/** What becomes of each category: old text to new text. */
export type TextMap = (category: string) => string;

export const otherCategory = '(other)';

/** The first `characters` characters, and one '*' where there were more, so that lengths do not tell. */
export function prefixMap(characters: number): TextMap {
  return (category) => {
    const all = Array.from(category);
    return all.length > characters ? `${all.slice(0, characters).join('')}*` : category;
  };
}

/** Categories in fewer than `rows` rows of the column become '(other)'. */
export function rareMap({ codes, categories }: CategoryColumn, rows: number): TextMap {
  const counts = new Uint32Array(categories.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  const common = new Set(categories.filter((_, code) => counts[code] >= rows));
  return (category) => (common.has(category) ? category : otherCategory);
}

/** Texts a dictionary has after the map, in order of first appearance, and the new code of each old one. */
function recoded(categories: readonly string[], map: TextMap): { texts: string[]; newCodes: Int32Array } {
  const codeOf = new Map<string, number>();
  const newCodes = Int32Array.from(categories, (category) => {
    const text = map(category);
    const code = codeOf.get(text) ?? codeOf.size;
    codeOf.set(text, code);
    return code;
  });
  return { texts: [...codeOf.keys()], newCodes };
}

export function mapCategories(column: CategoryColumn, map: TextMap): CategoryColumn {
  const { texts, newCodes } = recoded(column.categories, map);
  return {
    ...column,
    categories: texts,
    codes: column.codes.map((code) => (code < 0 ? -1 : newCodes[code])),
  };
}

/** The entry with the categories its mapped column has. */
export function mappedEntry(entry: ColumnSchema, map: TextMap): ColumnSchema {
  const { category } = entry;
  return category
    ? { ...entry, category: { ...category, categories: recoded(category.categories, map).texts } }
    : entry;
}
