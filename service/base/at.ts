/**
 * An element that must be there: a missing one is a bug of ours, and a zero in its place would hide it. Not for the
 * innermost loops, which it slows, and which run over indexes that are there.
 */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const element = list[index];
  if (element !== undefined || index in list) return element as T;
  throw new RangeError(`there is no element ${index} among ${list.length}`);
}
