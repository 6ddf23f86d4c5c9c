/**
 * The graphical-model engine on a table the shape of Adult (48,842 x 14, up to 100 values a column): counting, a pass of
 * belief propagation, the fit by passes beside plain mirror descent, all pairs of a fitted model, a million rows drawn.
 *
 *     npm run bench -- pgm
 */
import { tableText } from '../../scripts/printTable.mjs';
import { bundled } from '../../scripts/bundled.mjs';

/** @type {typeof import('./pgm/figures.ts')} */
const { fitFigures, speedFigures } = await bundled('tests/bench/pgm/figures.ts');
console.log(tableText(await speedFigures()));
console.log('\nObjective after a number of passes of belief propagation\n');
console.log(tableText(await fitFigures()));
