/** What held and what did not, in the order in which it was looked at. */

export interface CheckResult {
  title: string;
  passed: boolean;
  /** What was seen where it passed, why not where it failed; empty where there is nothing to add. */
  detail: string;
}

export class Checks {
  readonly results: CheckResult[] = [];
  readonly #onResult: (result: CheckResult) => void;

  constructor(onResult: (result: CheckResult) => void) {
    this.#onResult = onResult;
  }

  /** `title` is a fact; `detail` says what was seen. */
  add(title: string, passed: boolean, detail = ''): void {
    const result = { title, passed, detail };
    this.results.push(result);
    this.#onResult(result);
  }

  equal(title: string, seen: unknown, expected: unknown): void {
    const [seenText, expectedText] = [JSON.stringify(seen), JSON.stringify(expected)];
    this.add(
      title,
      seenText === expectedText,
      seenText === expectedText ? '' : `${seenText}, expected ${expectedText}`,
    );
  }

  /** Runs a part of the test; what it throws is a failure of that part, and the parts after it still run. */
  async part(title: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.add(title, false, error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  get passed(): number {
    return this.results.filter(({ passed }) => passed).length;
  }

  get failed(): number {
    return this.results.length - this.passed;
  }
}
