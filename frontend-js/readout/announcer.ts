/** Says what changed to a screen reader, once the person has paused. */
import type { Clock } from '../../service/protocol/clock.ts';

const QUIET_MS = 600;

export class Announcer {
  readonly #clock: Clock;
  readonly #say: (text: string) => void;
  #saidFor: string | null = null;
  #timer: { clear(): void } | null = null;

  constructor(clock: Clock, say: (text: string) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  /** `subject`: what the text is about. Drifting figures about the same subject are not said again. */
  update(subject: string, text: string): void {
    this.hold();
    if (subject === this.#saidFor) return;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      this.#saidFor = subject;
      this.#say(text);
    }, QUIET_MS);
  }

  /** The subject is changing: nothing more about the old one. */
  hold(): void {
    this.#timer?.clear();
    this.#timer = null;
  }
}
