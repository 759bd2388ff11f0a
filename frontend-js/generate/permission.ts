/** Whether a press of Generate is asked about: once, always for these settings, or never. */

/** What of `localStorage` is used here; without one nothing is kept. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const OFF = 'headroom-generate-warning-off';

export class Permission {
  readonly #shelf: Shelf | null;
  /** Settings that were passed for good, until the page is loaded again. */
  readonly #passed = new Set<string>();
  #off: boolean;
  onChange: () => void = () => {};

  constructor(shelf: Shelf | null) {
    this.#shelf = shelf;
    this.#off = shelf?.getItem(OFF) === 'yes';
  }

  get off(): boolean {
    return this.#off;
  }

  /** Kept by the browser. */
  set off(off: boolean) {
    this.#off = off;
    this.onChange();
    try {
      this.#shelf?.setItem(OFF, off ? 'yes' : 'no');
    } catch {
      // Full, or forbidden: then it holds for this page.
    }
  }

  passAlways(settings: unknown): void {
    this.#passed.add(JSON.stringify(settings));
  }

  asks(settings: unknown): boolean {
    return !this.#off && !this.#passed.has(JSON.stringify(settings));
  }
}

/** null where the browser forbids it. */
export function shelfOf(world: { readonly localStorage: Shelf }): Shelf | null {
  try {
    return world.localStorage;
  } catch {
    return null;
  }
}
