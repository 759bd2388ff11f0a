/** Who asks for advice waits for the others: each may take a second, in turns with all else. */
import type { AdviceAbout } from '../protocol/advice.ts';
import type { AnyPeer, Fail } from './peer.ts';

export interface Waiting {
  readonly peer: AnyPeer;
  readonly about: AdviceAbout | 'error';
  readonly work: () => Promise<void>;
}

export type AdviceQueue = (one: Waiting) => void;

/** @returns adds one; of those of one page that still wait, about the same, the newest stays. */
export function createAdviceQueue(onError: Fail): AdviceQueue {
  let waiting: readonly Waiting[] = [];
  let works = false;

  async function workAll(): Promise<void> {
    for (let [first] = waiting; first !== undefined; [first] = waiting) {
      waiting = waiting.slice(1);
      const { peer, work } = first;
      await work().catch((error: unknown) => onError(error, peer));
    }
    works = false;
  }

  return (one) => {
    waiting = [...waiting.filter(({ peer, about }) => peer !== one.peer || about !== one.about), one];
    if (works) return;
    works = true;
    void workAll();
  };
}
