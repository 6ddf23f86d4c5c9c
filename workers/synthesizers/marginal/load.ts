import { MarginalCodec } from '../../encode/marginalCodec.ts';
import { cellsOf } from '../../pgm/cliques.ts';
import { junctionTree } from '../../pgm/junctionTree.ts';
import { checkState } from '../../pgm/model.ts';
import type { ModelState } from '../../pgm/types.ts';
import type { Profile } from '../../profile/types.ts';
import { damaged, type SavedReader } from '../savedModel.ts';
import type { MethodId } from '../types.ts';
import { MarginalModel } from './model.ts';

/** Cells of the junction tree that a fit never comes near: a file with more would only fill the memory. */
const mostTreeCells = 50_000_000;

/** A graphical model that was saved. Throws `bad-file` for potentials that do not fit the profile's codes. */
export async function loadMarginal(
  method: MethodId,
  saved: SavedReader,
  profile: Profile,
): Promise<MarginalModel> {
  const codec = new MarginalCodec(profile);
  const { sizes } = codec;
  const cliques = saved.settings
    .at('cliques')
    .list()
    .map((clique) => clique.list().map((column) => column.number()));
  const known = cliques.every((clique) =>
    clique.every((column, i) => column in sizes && !(column <= clique[i - 1])),
  );
  if (!known) throw damaged('it names columns that it does not have');
  const cells = cliques.map((clique) => cellsOf(sizes, clique));
  const all = saved.float64(
    'potentials',
    cells.reduce((sum, count) => sum + count, 0),
  );
  let at = 0;
  const potentials = cells.map((count) => all.subarray(at, (at += count)));
  const state: ModelState = { sizes, total: saved.settings.at('total').number(), cliques, potentials };
  checkState(state);
  if (junctionTree(sizes, cliques).cells > mostTreeCells) throw damaged('its tables are too large');
  return new MarginalModel(method, codec, state);
}
