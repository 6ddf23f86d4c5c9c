/**
 * Codes side by side, rare ones in groups: `members` of each group. Each code has a group to itself while there are at
 * most `commonShare` of them. In a wider column, rare codes next to each other (postcodes, say, in natural order) share
 * a group up to a share of 1 / commonShare, which bounds the width of what is learned.
 */
export function groupCodes(shares: Float64Array, commonShare: number): number[][] {
  const members: number[][] = [];
  const most = shares.length <= commonShare ? 0 : 1 / commonShare;
  let open = -1;
  let openShare = 0;
  shares.forEach((share, code) => {
    if (share >= most) {
      members.push([code]);
      return;
    }
    if (open < 0 || openShare + share > most) {
      open = members.push([]) - 1;
      openShare = 0;
    }
    members[open].push(code);
    openShare += share;
  });
  return members;
}
