/**
 * Keeps what a screen reader finds in step with what is shown; what is new is said aloud once the person has paused.
 */
import type { Clock } from '../../service/base/clock.ts';

const QUIET_MS = 600;

export class Announcer {
  readonly #clock: Clock;
  readonly #write: (text: string, aloud: boolean) => void;
  #saidFor: string | null = null;
  #timer: { clear(): void } | null = null;

  /** `write`: replaces the words. */
  constructor(clock: Clock, write: (text: string, aloud: boolean) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** `subject`: what the text is about. Figures that drift about the same subject are put right without a word. */
  update(subject: string, text: string): void {
    this.#timer?.clear();
    this.#timer = null;
    if (subject === this.#saidFor) return this.#write(text, false);
    this.hold();
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      this.#saidFor = subject;
      this.#write(text, true);
    }, QUIET_MS);
  }

  /** The subject is changing: nothing more about the old one. */
  hold(): void {
    this.#timer?.clear();
    this.#timer = null;
    this.#write('', false);
  }
}
