/** Asks what would help, once the controls rest on settings that do not surely fit, or of which nothing is known. */
import type { Clock } from '../../service/base/clock.ts';
import type { AdviceResult } from '../../service/protocol/advice.ts';
import type { EstimateResult, RequestedSettings } from '../../service/protocol/estimate.ts';
import type { AdviceDesk } from '../advice-desk.ts';
import type { TabName } from '../settings.ts';

/** Advice costs the sidecar a hundred estimates: not while a slider is dragged. */
const REST_MS = 250;
/** Readings waver by less. A first picture tells a card's laws: it moves more, and earlier advice holds no longer. */
const MOVED_MIB = 12;

export class Remedies {
  readonly #tab: TabName;
  readonly #clock: Clock;
  readonly #desk: AdviceDesk;
  readonly #changed: () => void;
  #timer: { clear(): void } | null = null;
  /** Settings, verdict and set-up that were asked about. */
  #about = '';
  /** What they lacked then; null where that is not known. */
  #lackedMiB: number | null = null;
  #advice: AdviceResult | null = null;

  constructor(tab: TabName, clock: Clock, desk: AdviceDesk, changed: () => void) {
    this.#tab = tab;
    this.#clock = clock;
    this.#desk = desk;
    this.#changed = changed;
  }

  /** About the settings last given. */
  get advice(): AdviceResult | null {
    return this.#advice;
  }

  /**
   * @param settings null where there is nothing to ask about.
   * @param keyHash of the set-up: of another one other things help.
   */
  update(settings: RequestedSettings | null, result: EstimateResult | null, keyHash: string | null): void {
    const verdict = verdictOf(result);
    const needed = settings !== null && verdict !== null && verdict !== 'fits';
    const about = needed ? JSON.stringify([settings, verdict, keyHash]) : '';
    const lackedMiB = lackedBy(result);
    const isSame = about === this.#about;
    if (isSame && Math.abs((lackedMiB ?? 0) - (this.#lackedMiB ?? 0)) <= MOVED_MIB) return;
    // Until what has moved is answered, what stands there stays.
    const advice = isSame ? this.#advice : null;
    this.forget();
    this.#about = about;
    this.#lackedMiB = lackedMiB;
    this.#advice = advice;
    if (settings === null || !needed) return;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      this.#desk.ask(this.#tab, 'remedies', settings, (answer) => {
        if (this.#about !== about) return;
        this.#advice = answer;
        this.#changed();
      });
    }, REST_MS);
  }

  /** After a new connection it is asked anew. */
  forget(): void {
    this.#timer?.clear();
    this.#timer = null;
    this.#about = '';
    this.#lackedMiB = null;
    this.#advice = null;
  }
}

/** `not-calibrated`: an option in force may be why nothing is known. Null where no advice can be. */
function verdictOf(result: EstimateResult | null): string | null {
  if (result?.status === 'estimated') return result.verdict;
  return result?.status === 'not-calibrated' ? result.status : null;
}

/** Negative where something is left over. */
function lackedBy(result: EstimateResult | null): number | null {
  return result?.status === 'estimated' ? result.required.highMiB - result.usableMiB : null;
}
