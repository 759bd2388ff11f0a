/** What has to be undone at the end, however the test ends: last in, first out. */

type Undo = () => void | Promise<void>;

export class Cleanup {
  readonly #undos: Undo[] = [];
  readonly #onFailure: (error: unknown) => void;
  #running: Promise<void> | null = null;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  add(undo: Undo): void {
    this.#undos.push(undo);
  }

  /** A second call waits for the first. One failure does not keep the others from being tried. */
  run(): Promise<void> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll(): Promise<void> {
    for (let undo = this.#undos.pop(); undo !== undefined; undo = this.#undos.pop()) {
      try {
        await undo();
      } catch (error) {
        this.#onFailure(error);
      }
    }
  }
}
