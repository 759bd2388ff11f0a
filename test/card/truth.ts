/**
 * What is true of a setting on the card: whether it runs, what nvidia-smi shows at its peak, and the least device that
 * it runs on.
 */
import { median } from 'simple-statistics';
import { smallestCap } from '../../benchmarks/gpu/bisect.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { setTotalMiB, startPeak, usedMiB } from './state-file.ts';
import { collect, generate } from './webui-api.ts';
import type { Outcome } from './webui-api.ts';

/** Of the need: what bisection may leave open. */
const PRECISION = 0.002;
/** How far above a guess that is less than the card, which was too little, it is tried whether it runs there. */
const BELOW_REACH = 0.02;
/** How far beyond the card a need is looked for, and in which steps. */
const MOST_CARDS = 1.4;
const CARD_STEP = 1.1;
/** Beside a guess, tried first: the first two leave no more open than bisection may. */
const BESIDE = [0.001, 0.004, 0.02, 0.08];
/** Guesses are mostly off by the same share: that of so many of the last ones. */
const LAST_GUESSES = 9;

export interface Trial {
  outcome: Outcome;
  /** All that was in use, others included; null where it did not run. */
  peakMiB: number | null;
}

export class Truth {
  readonly #url: string;
  readonly #stateFile: string;
  readonly #cardMiB: number;
  readonly #shares: number[] = [];
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
    const corrected = guessMiB === null ? null : this.corrected(guessMiB);
    const needMiB = await this.#bisected(settings, first, corrected);
    // What is found ends what bisection leaves open; the truth lies in it.
    if (guessMiB !== null && needMiB !== null) this.#shares.push((needMiB * (1 - PRECISION / 2)) / guessMiB);
    return needMiB;
  }

  /** Off by what earlier guesses were off by. It changes which tries are made, not what is found. */
  corrected(guessMiB: number): number {
    return this.#shares.length === 0 ? guessMiB : guessMiB * median(this.#shares.slice(-LAST_GUESSES));
  }

  async #bisected(settings: GenerationSettings, first: Trial, guessMiB: number | null): Promise<number | null> {
    const runsOn = async (mib: number) => (await this.#try(settings, mib)).outcome === 'ok';
    const untriedMiB = first.peakMiB === null ? null : Math.ceil(first.peakMiB) + 2;
    const bounds =
      untriedMiB === null
        ? ((await this.#belowTheCard(runsOn, guessMiB)) ?? (await this.#beyondTheCard(runsOn, guessMiB)))
        : { enoughMiB: untriedMiB, tooLittleMiB: usedMiB(this.#stateFile, 'now') };
    if (bounds === null) return null;
    let { enoughMiB, tooLittleMiB } = bounds;
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

  /** Attention that slices by what is free may fail on the card and run on a smaller device, in more slices. */
  async #belowTheCard(
    runsOn: (mib: number) => Promise<boolean>,
    guessMiB: number | null,
  ): Promise<{ enoughMiB: number; tooLittleMiB: number } | null> {
    const mib = (guessMiB ?? Infinity) * (1 + BELOW_REACH);
    if (mib >= this.#cardMiB || !(await runsOn(mib))) return null;
    return { enoughMiB: mib, tooLittleMiB: usedMiB(this.#stateFile, 'now') };
  }

  /** Of settings that the card is too small for. */
  async #beyondTheCard(
    runsOn: (mib: number) => Promise<boolean>,
    guessMiB: number | null,
  ): Promise<{ enoughMiB: number; tooLittleMiB: number } | null> {
    const mostMiB = this.#cardMiB * MOST_CARDS;
    const aboveGuessMiB = (guessMiB ?? 0) * (1 + (BESIDE[0] ?? 0));
    let tooLittleMiB = this.#cardMiB;
    let mib = aboveGuessMiB > tooLittleMiB && aboveGuessMiB <= mostMiB ? aboveGuessMiB : tooLittleMiB * CARD_STEP;
    for (; mib <= mostMiB; mib *= CARD_STEP) {
      if (await runsOn(mib)) return { enoughMiB: mib, tooLittleMiB };
      tooLittleMiB = mib;
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
