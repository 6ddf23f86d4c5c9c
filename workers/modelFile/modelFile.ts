/** A model with all that is needed to make and write rows again, without the table it was learned from. */
import { checkPlan } from '../anonymise/checkPlan.ts';
import { parsePlan } from '../anonymise/parsePlan.ts';
import type { AnonymisePlan } from '../anonymise/types.ts';
import { HomespunError } from '../errors.ts';
import type { AccountantName, PrivacyUnit, Spent } from '../privacy/types.ts';
import type { Profile } from '../profile/types.ts';
import { checkRules } from '../rules/checkRules.ts';
import { readRules } from '../rules/parseRules.ts';
import type { Rule } from '../rules/types.ts';
import type { JsonReader } from '../schema/jsonReader.ts';
import { readSchema } from '../schema/readSchema.ts';
import type { TableSchema } from '../schema/types.ts';
import { synthesizerOf } from '../synthesizers/registry.ts';
import { damaged, SavedReader } from '../synthesizers/savedModel.ts';
import type { MethodId, Model } from '../synthesizers/types.ts';
import { packContainer, unpackContainer, type Container } from './container.ts';
import { readProfile, saveProfile } from './profileParts.ts';

/** What a model file promises, as it stood when it was saved. */
export interface ModelGuarantee {
  readonly epsilon: number;
  readonly delta: number;
  readonly unit: PrivacyUnit;
  /** Of all runs on the file together. */
  readonly totals: readonly Spent[];
  /** Runs on the file without a guarantee: no total covers them. */
  readonly unprotected: number;
  /** The privacy statement, from the ledger of the file. */
  readonly statement: string;
}

/** Everything that a model file holds. */
export interface StoredModel {
  /** Of the file that was learned from. */
  readonly name: string;
  readonly model: Model;
  readonly profile: Profile;
  readonly schema: TableSchema;
  /** Protection of the rows that are made; null for none. */
  readonly plan: AnonymisePlan | null;
  /** What made rows keep, with all combinations listed. */
  readonly rules: readonly Rule[];
  /** Null for a model without differential privacy. */
  readonly guarantee: ModelGuarantee | null;
}

/** Every method there is: the compiler asks for a new one here. */
const methods: Readonly<Record<MethodId, true>> = {
  independent: true,
  copula: true,
  mst: true,
  aim: true,
  autoregressive: true,
  vae: true,
  gan: true,
};
const isMethod = (id: string): id is MethodId => id in methods;

/** What may be done with the file, for whoever finds it. */
const labelOf = (guarantee: ModelGuarantee | null): string =>
  guarantee
    ? 'Learned under differential privacy: it may be shared under the guarantee below. Rows made from it are covered too.'
    : 'Learned from real rows without a guarantee: handle it like the real file, and do not share it.';

/** What a plan does to rows that are made: what it did to those that trained is done. */
function afterOnly({ columns, kAnonymity }: AnonymisePlan): AnonymisePlan | null {
  const after = columns.flatMap(({ column, generalise, perturb }) => {
    const kept = {
      ...(generalise?.phase === 'after' && { generalise }),
      ...(perturb?.phase === 'after' && { perturb }),
    };
    return Object.keys(kept).length > 0 ? [{ column, ...kept }] : [];
  });
  const groups = kAnonymity?.phase === 'after' ? kAnonymity : null;
  return after.length > 0 || groups ? { columns: after, kAnonymity: groups } : null;
}

/** The file, in parts. */
export function writeModelFile(stored: StoredModel): Uint8Array<ArrayBuffer>[] {
  const { name, model, profile, schema, plan, rules, guarantee } = stored;
  const saved = model.save();
  const profiled = saveProfile(profile);
  const header = {
    label: labelOf(guarantee),
    guarantee,
    name,
    method: model.method,
    schema,
    profile: profiled.settings,
    plan: plan && afterOnly(plan),
    ...(rules.length > 0 && { rules }),
    settings: saved.settings,
  };
  return packContainer(header, { ...profiled.tensors, ...saved.tensors });
}

/**
 * Reads a model file, every field of it. Throws `bad-file` for what is no model file, of another version, damaged, or
 * not consistent in itself. `prepare` is called before a model that needs a compute backend is made.
 */
export async function readModelFile(file: Uint8Array, prepare: () => Promise<void>): Promise<StoredModel> {
  const { header, tensors } = unpackContainer(file);
  const method = header.at('method').oneOf(Object.keys(methods).filter(isMethod));
  const schema = schemaOf(header);
  const profile = readProfile(new SavedReader(header.at('profile'), tensors));
  checkColumns(profile, schema);
  const guarantee = header.at('guarantee').value === null ? null : guaranteeOf(header.at('guarantee'));
  const plan = planOf(header, schema, guarantee);
  const rules = rulesOf(header, schema);
  const synthesizer = synthesizerOf(method);
  if (synthesizer.meta.neural) await prepare();
  const model = await modelOf(method, { header, tensors }, profile);
  return { name: header.at('name').text(), model, profile, schema, plan, rules, guarantee };
}

/** Whatever a damaged file makes a codec throw, it is the file that is wrong. */
async function modelOf(method: MethodId, { header, tensors }: Container, profile: Profile): Promise<Model> {
  try {
    return await synthesizerOf(method).load(new SavedReader(header.at('settings'), tensors), profile);
  } catch (cause) {
    if (cause instanceof HomespunError && cause.code === 'bad-file') throw cause;
    throw damaged('its model does not fit its columns');
  }
}

function schemaOf(header: JsonReader): TableSchema {
  try {
    return readSchema(header.at('schema'));
  } catch (cause) {
    if (cause instanceof HomespunError && cause.code === 'bad-schema') {
      throw damaged(`its schema is not valid (${cause.message.replace(/\.$/, '')})`);
    }
    throw cause;
  }
}

/** The learned columns of the schema are those of the profile, in order and of one kind. */
function checkColumns({ columns }: Profile, schema: TableSchema): void {
  const learned = schema.columns.filter(({ treatment }) => treatment === 'learn');
  const fits =
    learned.length === columns.length &&
    learned.every(({ name, category, datetime }, c) => {
      const column = columns[c];
      if (column.name !== name) return false;
      if (column.type === 'category') return category !== undefined;
      return category === undefined && (column.holds === 'datetime') === (datetime !== undefined);
    });
  if (!fits) throw damaged('its columns do not fit its schema');
}

function planOf(
  header: JsonReader,
  schema: TableSchema,
  guarantee: ModelGuarantee | null,
): AnonymisePlan | null {
  const { value } = header.at('plan');
  if (value === null) return null;
  try {
    const plan = parsePlan(JSON.stringify(value));
    checkPlan(plan, schema, guarantee?.unit.kind ?? null);
    return plan;
  } catch (cause) {
    if (cause instanceof HomespunError) throw damaged('its protection plan does not fit its columns');
    throw cause;
  }
}

/** Files of a model without rules, and those from before there were any, have none. */
function rulesOf(header: JsonReader, schema: TableSchema): Rule[] {
  const rules = header.optional<Rule[]>('rules', [], readRules);
  try {
    // As strictly as with a guarantee: a file has no rows from which combinations left open could be read.
    checkRules(
      rules.map((rule) => ({ rule, source: 'declared' })),
      schema,
      true,
    );
    return rules;
  } catch (cause) {
    if (cause instanceof HomespunError) throw damaged('its rules do not fit its columns');
    throw cause;
  }
}

const accountants: readonly AccountantName[] = ['rdp', 'pld', 'analytic-gaussian'];

function guaranteeOf(reader: JsonReader): ModelGuarantee {
  const guarantee = {
    epsilon: reader.at('epsilon').number(),
    delta: reader.at('delta').number(),
    unit: unitOf(reader.at('unit')),
    totals: reader.at('totals').list().map(spentOf),
    unprotected: SavedReader.whole(reader.at('unprotected'), 0, 1_000_000_000),
    statement: reader.at('statement').text(),
  };
  if (!(guarantee.epsilon > 0 && guarantee.delta > 0 && guarantee.delta < 1)) {
    throw damaged('its guarantee is none');
  }
  return guarantee;
}

function unitOf(reader: JsonReader): PrivacyUnit {
  const kind = reader.at('kind').oneOf(['row', 'person']);
  if (kind === 'row') return { kind };
  const rowsPerPerson = SavedReader.whole(reader.at('rowsPerPerson'), 1, 1_000_000);
  return { kind, column: reader.at('column').text(), rowsPerPerson };
}

const spentOf = (reader: JsonReader): Spent => ({
  unit: reader.at('unit').oneOf(['row', 'person']),
  ...(reader.has('column') && { column: reader.at('column').text() }),
  // A bound that does not hold is infinite, which JSON writes as null.
  epsilon: reader.at('epsilon').value === null ? Infinity : reader.at('epsilon').number(),
  accountant: reader.at('accountant').oneOf(accountants),
});
