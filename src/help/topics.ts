// One Markdown file a parameter. A new file here is a new topic; its name goes into the list.
import backend from './backend.md?raw';
import bounds from './bounds.md?raw';
import categories from './categories.md?raw';
import comment from './comment.md?raw';
import decimals from './decimals.md?raw';
import delimiter from './delimiter.md?raw';
import encoding from './encoding.md?raw';
import epochs from './epochs.md?raw';
import formulas from './formulas.md?raw';
import headerLine from './headerLine.md?raw';
import holdout from './holdout.md?raw';
import kAnonymity from './kAnonymity.md?raw';
import kind from './kind.md?raw';
import method from './method.md?raw';
import missing from './missing.md?raw';
import privacy from './privacy.md?raw';
import protect from './protect.md?raw';
import quote from './quote.md?raw';
import role from './role.md?raw';
import rows from './rows.md?raw';
import seed from './seed.md?raw';
import tables from './tables.md?raw';
import treatment from './treatment.md?raw';
import watch from './watch.md?raw';

const texts = {
  backend,
  bounds,
  categories,
  comment,
  decimals,
  delimiter,
  encoding,
  epochs,
  formulas,
  headerLine,
  holdout,
  kAnonymity,
  kind,
  method,
  missing,
  privacy,
  protect,
  quote,
  role,
  rows,
  seed,
  tables,
  treatment,
  watch,
} as const;

export type HelpTopic = keyof typeof texts;

export const helpTopics = Object.keys(texts);

/** Markdown of a topic; its first block is a heading. */
export const helpText = (topic: HelpTopic): string => texts[topic];
