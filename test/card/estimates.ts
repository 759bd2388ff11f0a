/** Estimates asked as a page asks them, no faster than a page may. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { EstimateResult } from '../../service/protocol/estimate.ts';
import type { ViewerClient } from '../../tools/viewer-client.ts';
import type { Ladder } from './draw.ts';

/** 50 a second close the socket. */
const PAUSE_MS = 25;
const ANSWER_LIMIT_MS = 30_000;
/** Every so many rungs are asked first; between them only where the edge may lie. */
const COARSE = 8;
const NEAR = { least: 0.55, most: 1.7 };

export class Estimates {
  readonly #viewer: ViewerClient;
  readonly #answers = new Map<string, EstimateResult>();
  #lastId = 0;

  constructor(viewer: ViewerClient) {
    this.#viewer = viewer;
  }

  /** What was answered first: runs that came later have not taught it anything. */
  known(settings: GenerationSettings): EstimateResult | null {
    return this.#answers.get(JSON.stringify(settings)) ?? null;
  }

  async ask(settings: GenerationSettings): Promise<EstimateResult> {
    const known = this.known(settings);
    if (known !== null) return known;
    const requestId = (this.#lastId += 1);
    const answer = this.#viewer.waitFor('estimate', (message) => message.requestId === requestId, ANSWER_LIMIT_MS);
    this.#viewer.send({
      type: 'estimate',
      requestId,
      tab: settings.operation === 'img2img' ? 'img2img' : 'txt2img',
      settings,
    });
    const { result } = await answer;
    this.#answers.set(JSON.stringify(settings), result);
    await sleep(PAUSE_MS);
    return result;
  }

  /** All rungs of which one may turn out to lie near the edge of the card. */
  async askLadder(ladder: Ladder, usableMiB: number): Promise<void> {
    const coarse = ladder
      .map((_, index) => index)
      .filter((index) => index % COARSE === 0 || index === ladder.length - 1);
    for (const index of coarse) await this.ask(ladder[index] as GenerationSettings);
    for (let at = 0; at + 1 < coarse.length; at += 1) {
      const [low, high] = [coarse[at] as number, coarse[at + 1] as number];
      const [lowMiB, highMiB] = [this.#requiredMiB(ladder, low), this.#requiredMiB(ladder, high)];
      if (lowMiB === null || highMiB === null || highMiB < NEAR.least * usableMiB || lowMiB > NEAR.most * usableMiB)
        continue;
      for (let index = low + 1; index < high; index += 1) await this.ask(ladder[index] as GenerationSettings);
    }
  }

  /** The first rung that is said to need more, as `corrected` sees it; null where none is. */
  firstAbove(ladder: Ladder, usableMiB: number, corrected: (mib: number) => number): number | null {
    const index = ladder.findIndex((_, at) => corrected(this.#requiredMiB(ladder, at) ?? 0) > usableMiB);
    return index === -1 ? null : index;
  }

  #requiredMiB(ladder: Ladder, index: number): number | null {
    const result = this.known(ladder[index] as GenerationSettings);
    return result?.status === 'estimated' ? result.required.valueMiB : null;
  }
}
