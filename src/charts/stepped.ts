/** Where an arrow, Home or End key leads among `count` positions from `at` (-1: none yet); null for other keys. */
export function stepped(key: string, at: number, count: number): number | null {
  const moves: Readonly<Record<string, number>> = {
    ArrowRight: at + 1,
    ArrowDown: at + 1,
    ArrowLeft: at - 1,
    ArrowUp: at - 1,
    Home: 0,
    End: count - 1,
  };
  if (count === 0 || !(key in moves)) return null;
  return Math.max(0, Math.min(count - 1, moves[key]));
}
