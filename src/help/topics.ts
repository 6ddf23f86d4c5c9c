// One Markdown file a parameter. A new file here is a new topic; its name goes into the list.
import backend from './backend.md?raw';
import bounds from './bounds.md?raw';
import categories from './categories.md?raw';
import comment from './comment.md?raw';
import decimals from './decimals.md?raw';
import delta from './delta.md?raw';
import delimiter from './delimiter.md?raw';
import encoding from './encoding.md?raw';
import epsilon from './epsilon.md?raw';
import epochs from './epochs.md?raw';
import fillGaps from './fillGaps.md?raw';
import formulas from './formulas.md?raw';
import headerLine from './headerLine.md?raw';
import holdout from './holdout.md?raw';
import kAnonymity from './kAnonymity.md?raw';
import kind from './kind.md?raw';
import ledger from './ledger.md?raw';
import method from './method.md?raw';
import missing from './missing.md?raw';
import modelFile from './modelFile.md?raw';
import outside from './outside.md?raw';
import privacy from './privacy.md?raw';
import profileShare from './profileShare.md?raw';
import protect from './protect.md?raw';
import quote from './quote.md?raw';
import role from './role.md?raw';
import rows from './rows.md?raw';
import rowsPerPerson from './rowsPerPerson.md?raw';
import rowsWanted from './rowsWanted.md?raw';
import rules from './rules.md?raw';
import seed from './seed.md?raw';
import tables from './tables.md?raw';
import temperature from './temperature.md?raw';
import treatment from './treatment.md?raw';
import unit from './unit.md?raw';
import watch from './watch.md?raw';

const texts = {
  backend,
  bounds,
  categories,
  comment,
  decimals,
  delta,
  delimiter,
  encoding,
  epsilon,
  epochs,
  fillGaps,
  formulas,
  headerLine,
  holdout,
  kAnonymity,
  kind,
  ledger,
  method,
  missing,
  modelFile,
  outside,
  privacy,
  profileShare,
  protect,
  quote,
  role,
  rows,
  rowsPerPerson,
  rowsWanted,
  rules,
  seed,
  tables,
  temperature,
  treatment,
  unit,
  watch,
} as const;

export type HelpTopic = keyof typeof texts;

export const helpTopics = Object.keys(texts);

/** Markdown of a topic; its first block is a heading. */
export const helpText = (topic: HelpTopic): string => texts[topic];
