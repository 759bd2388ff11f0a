/**
 * What was worked out before, by name. Half of the most that is held came in last; of the others those are held that
 * were asked for since, so that nothing is ever cleared that is in use.
 */
export class Memo<V> {
  readonly #most: number;
  #newer = new Map<string, V>();
  #older = new Map<string, V>();
  #size = 0;

  /** @param most that is held. */
  constructor(most: number) {
    this.#most = most;
  }

  get(name: string): V | undefined {
    const newer = this.#newer.get(name);
    if (newer !== undefined) return newer;
    const older = this.#older.get(name);
    return older === undefined ? undefined : this.set(name, older);
  }

  set(name: string, value: V): V {
    this.#newer.set(name, value);
    this.grown();
    return value;
  }

  /** What is held has become more by one. */
  grown(): void {
    this.#size += 1;
    if (this.#size < this.#most / 2) return;
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#size = 0;
  }
}

/**
 * What is worked out of an object alone, for as long as that is there. Objects that are never changed, so that who asks
 * can tell no difference but the time.
 */
export function memoised<K extends object, V>(workOut: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, V>();
  return (of) => {
    const before = known.get(of);
    if (before !== undefined) return before;
    const value = workOut(of);
    known.set(of, value);
    return value;
  };
}

/** The same of the object asked about last, and of no other: what is worked out may be large. */
export function memoisedLast<K extends object, V>(workOut: (of: K) => V): (of: K) => V {
  let last: { readonly of: K; readonly value: V } | null = null;
  return (of) => {
    if (last?.of !== of) last = { of, value: workOut(of) };
    return last.value;
  };
}
