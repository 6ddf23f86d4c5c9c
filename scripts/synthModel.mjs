/** Model files: saved after a run of `npm run synth`, and rows made from one without the table. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { rowsWanted } from './conditionOptions.mjs';
import { InputError, take } from './synthErrors.mjs';
import { conditionsIn, guaranteeOf, rulesIn, temperatureIn } from './synthWords.mjs';

/** @typedef {import('./synthOptions.mjs').SynthOptions} SynthOptions */
/** @typedef {import('./headless.mjs').App} App */

/** Saves the model of the run, where there is one. @param {App['page']} page @param {string} path */
export async function saveModel(page, path) {
  const starting = page.waitForEvent('download', { timeout: 0 });
  starting.catch(() => undefined);
  take(await page.evaluate(() => homespun.saveModel()));
  await (await starting).saveAs(path);
}

/** Saves the table in hand. @param {App['page']} page @param {string} path */
export async function saveTable(page, path) {
  const starting = page.waitForEvent('download', { timeout: 0 });
  const [download, written] = await Promise.all([
    starting,
    page.evaluate(() => homespun.download(0)).then(take),
  ]);
  await download.saveAs(path);
  return written;
}

/** @param {App['page']} page @param {Pick<SynthOptions, 'backend'> & { fromModel: string }} options */
async function openModel(page, { fromModel, backend }) {
  await page.evaluate((choice) => homespun.prefer(choice), backend);
  await page.setInputFiles('[data-testid="file-input"]', fromModel);
  return take(await page.evaluate(() => homespun.openedModel()));
}

/**
 * The gaps of a file filled from a model.
 * @param {App} app @param {SynthOptions & { fromModel: string, impute: string }} options
 */
export async function fillFromModel({ page }, options) {
  const { fromModel, impute, seed, temperature, out } = options;
  const { fit } = await openModel(page, options);
  const input = await page.evaluateHandle(() => {
    const field = document.createElement('input');
    field.type = 'file';
    return field;
  });
  await input.setInputFiles(impute);
  const starting = page.waitForEvent('download', { timeout: 0 });
  starting.catch(() => undefined);
  const request = { seed, ...(temperature !== null && { temperature }) };
  const wish = { field: input, request };
  const { rows, filled, notices, seconds } = take(
    await page.evaluate(({ field, request: each }) => {
      const [file] = field.files ?? [];
      return homespun.impute(file, each);
    }, wish),
  );
  await (await starting).saveAs(out);
  return {
    rows,
    filled: Object.fromEntries(filled.map(({ column, cells }) => [column, cells])),
    method: fit.method,
    backend: fit.backend,
    ...(temperature !== null && temperature !== 1 && { temperature }),
    model: resolve(fromModel),
    seconds: { fill: seconds },
    notices: [
      ...notices.map(({ message }) => message),
      'Filled cells are draws, not truths. The output holds the real cells of the input: it is not synthetic, and no guarantee covers it.',
    ],
  };
}

/** @param {App} app @param {SynthOptions & { fromModel: string, rows: number }} options */
export async function sampleModel({ page }, options) {
  const { rows, seed, temperature, out, statement, fromModel } = options;
  const { fit, schema } = await openModel(page, options);
  if (statement !== null && fit.privacy === null) {
    throw new InputError('--statement: this model was learned without differential privacy.');
  }
  const conditions = rowsWanted(options, schema, true);
  const request = {
    ...{ rows, tables: 1, seed },
    ...(conditions && { conditions }),
    ...(temperature !== null && { temperature }),
  };
  const sampled = take(await page.evaluate((wish) => homespun.sample(wish), request));
  const written = await saveTable(page, out);
  const words = fit.privacy && take(await page.evaluate(() => homespun.statement()));
  if (words) writeFileSync(statement ?? `${out}.privacy.txt`, words);
  return {
    rows: sampled.rows,
    columns: sampled.columns.length,
    method: fit.method,
    backend: fit.backend,
    ...guaranteeOf(fit),
    ...temperatureIn(sampled),
    ...conditionsIn(sampled),
    ...rulesIn(sampled),
    model: resolve(fromModel),
    protected: sampled.anonymised && { before: null, after: sampled.anonymised },
    seconds: { sample: sampled.seconds, write: written.seconds },
    notices: [
      fit.privacy
        ? 'The guarantee is that of the model, as it stood when it was saved.'
        : 'The model was learned without differential privacy: its rows may repeat what is rare.',
    ],
  };
}
