/**
 * What is true of a setting on the card: whether it runs, what nvidia-smi shows at its peak, and the least device that
 * it runs on.
 */
import { smallestCap } from '../../benchmarks/gpu/bisect.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { setTotalMiB, startPeak, usedMiB } from './state-file.ts';
import { collect, generate } from './webui-api.ts';
import type { Outcome } from './webui-api.ts';

/** Of the need: what bisection may leave open. */
const PRECISION = 0.002;
/** How far beyond the card a need is looked for, and in which steps. */
const MOST_CARDS = 1.4;
const CARD_STEP = 1.1;
/** Beside a guess, tried first: a good one spares most of the bisection. */
const BESIDE = [0.004, 0.02, 0.08];

export interface Trial {
  outcome: Outcome;
  /** All that was in use, others included; null where it did not run. */
  peakMiB: number | null;
}

export class Truth {
  readonly #url: string;
  readonly #stateFile: string;
  readonly #cardMiB: number;
  runs = 0;

  constructor(url: string, stateFile: string, cardMiB: number) {
    this.#url = url;
    this.#stateFile = stateFile;
    this.#cardMiB = cardMiB;
  }

  /** On the card as it is. */
  onCard(settings: GenerationSettings): Promise<Trial> {
    return this.#try(settings, this.#cardMiB);
  }

  /**
   * The least device, in MiB, on which the setting runs; null where that is far more than the card. Success is taken to
   * be monotonic. `guessMiB` (an estimate, say) only saves tries.
   */
  async need(settings: GenerationSettings, first: Trial, guessMiB: number | null): Promise<number | null> {
    const runsOn = async (mib: number) => (await this.#try(settings, mib)).outcome === 'ok';
    const untriedMiB = first.peakMiB === null ? null : Math.ceil(first.peakMiB) + 2;
    let enoughMiB = untriedMiB ?? (await this.#enough(runsOn));
    if (enoughMiB === null) return null;
    let tooLittleMiB =
      first.peakMiB === null ? Math.max(this.#cardMiB, enoughMiB / CARD_STEP) : usedMiB(this.#stateFile, 'now');
    for (const share of guessMiB === null ? [] : BESIDE) {
      for (const mib of [guessMiB ?? 0].flatMap((guess) => [guess * (1 + share), guess * (1 - share)])) {
        if (mib <= tooLittleMiB || mib >= enoughMiB || enoughMiB - tooLittleMiB <= PRECISION * enoughMiB) continue;
        if (await runsOn(mib)) enoughMiB = mib;
        else tooLittleMiB = mib;
      }
    }
    const foundMiB = (await smallestCap(tooLittleMiB, enoughMiB, PRECISION, runsOn)).enoughMiB;
    // Where attention slices its work by what is free, a device of the peak's size makes more slices than the card, or
    // none that fit.
    return foundMiB !== untriedMiB || (await runsOn(foundMiB))
      ? foundMiB
      : (await smallestCap(foundMiB, this.#cardMiB, PRECISION, runsOn)).enoughMiB;
  }

  async #enough(runsOn: (mib: number) => Promise<boolean>): Promise<number | null> {
    for (let mib = this.#cardMiB * CARD_STEP; mib <= this.#cardMiB * MOST_CARDS; mib *= CARD_STEP) {
      if (await runsOn(mib)) return mib;
    }
    return null;
  }

  async #try(settings: GenerationSettings, totalMiB: number): Promise<Trial> {
    this.runs += 1;
    setTotalMiB(this.#stateFile, totalMiB);
    startPeak(this.#stateFile);
    try {
      const outcome = await generate(this.#url, settings);
      const peakMiB = outcome === 'ok' ? usedMiB(this.#stateFile, 'peak') : null;
      if (outcome === 'oom') await collect(this.#url);
      return { outcome, peakMiB };
    } finally {
      setTotalMiB(this.#stateFile, this.#cardMiB);
    }
  }
}
