import type { CategoryProfile, ColumnProfile, NumericProfile, Profile } from '../profile/types.ts';
import type { JsonReader } from '../schema/jsonReader.ts';
import type { SavedReader } from '../synthesizers/savedModel.ts';
import { damaged } from '../synthesizers/savedModel.ts';
import type { SavedModel, Tensor } from '../synthesizers/savedTypes.ts';

/** A profile as header fields and tensors. */
export function saveProfile({ rows, columns }: Profile): SavedModel {
  const tensors: Record<string, Tensor> = {};
  const entries = columns.map((column, c) => {
    tensors[`profile ${c} mass`] = column.mass;
    if (column.type === 'category') {
      const { type, name, categories, missing, noise } = column;
      return { type, name, categories, missing, noise };
    }
    tensors[`profile ${c} low`] = column.low;
    tensors[`profile ${c} high`] = column.high;
    const { type, name, holds, missing, step, noise } = column;
    return { type, name, holds, missing, step, noise };
  });
  return { settings: { rows, columns: entries }, tensors };
}

/** Throws `bad-file` for what is no profile. */
export function readProfile(saved: SavedReader): Profile {
  const rows = saved.settings.at('rows').number();
  if (!(rows > 0 && rows < Infinity)) throw damaged('its number of rows');
  const columns = saved.settings
    .at('columns')
    .list()
    .map((entry, c) => {
      const column = columnOf(entry, saved, c);
      if (!isDistribution(column)) throw damaged(`the shares of column “${column.name}”`);
      return column;
    });
  if (columns.length === 0) throw damaged('it has no columns');
  return { rows, columns };
}

function columnOf(entry: JsonReader, saved: SavedReader, c: number): ColumnProfile {
  const type = entry.at('type').oneOf(['category', 'numeric']);
  const name = entry.at('name').text();
  const missing = entry.at('missing').number();
  const noise = entry.has('noise') ? { noise: entry.at('noise').number() } : {};
  const mass = saved.finite(`profile ${c} mass`);
  if (type === 'category') {
    const categories = entry.at('categories').texts();
    return { type, name, categories, missing, mass, ...noise };
  }
  const holds = entry.at('holds').oneOf(['number', 'datetime']);
  const step = entry.at('step').number();
  const [low, high] = [saved.finite(`profile ${c} low`), saved.finite(`profile ${c} high`)];
  return { type, name, holds, missing, step, low, high, mass, ...noise };
}

function isDistribution(column: ColumnProfile): boolean {
  const { mass, missing, noise = 0 } = column;
  const sum = mass.reduce((total, share) => total + share, 0);
  return (
    missing >= 0 &&
    missing <= 1 &&
    noise >= 0 &&
    noise < Infinity &&
    mass.every((share) => share >= 0) &&
    (sum > 0 || missing > 0) &&
    (column.type === 'category' ? isCategorical(column) : hasPieces(column))
  );
}

const isCategorical = ({ categories, mass }: CategoryProfile): boolean =>
  categories.length === mass.length && new Set(categories).size === categories.length;

const hasPieces = ({ low, high, mass, step }: NumericProfile): boolean =>
  step > 0 &&
  step < Infinity &&
  low.length === mass.length &&
  high.length === mass.length &&
  low.every((value, i) => value <= high[i] && (i === 0 || value >= high[i - 1]));
