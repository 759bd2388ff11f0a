/**
 * What lies between two positions that follow each other, counted in positions: near ones may show the same figures.
 */
const STRIDE = 3;

/**
 * Where to drag a slider to so that each time something changes: a change that shows nothing new can be waited for, for
 * ever.
 * @param shown what is shown at each position that is to be used.
 * @param start where the slider stands.
 * @returns `changes` positions, each with other figures than the one before; null where all positions show the same.
 */
export function positionsThatChange(
  shown: ReadonlyMap<number, string>,
  start: number,
  changes: number,
): number[] | null {
  const positions = [...shown.keys()];
  const chosen: number[] = [];
  let at = start;
  for (let index = Math.max(0, positions.indexOf(start)); chosen.length < changes;) {
    const steps = positions.findIndex(
      (_, more) => shown.get(positions[(index + STRIDE + more) % positions.length] ?? at) !== shown.get(at),
    );
    if (steps === -1) return null;
    index = (index + STRIDE + steps) % positions.length;
    at = positions[index] ?? at;
    chosen.push(at);
  }
  return chosen;
}
