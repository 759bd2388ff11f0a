/** Pages that ask for advice wait for each other: each may take a second, in turns with all else. */
import type { AdviceAbout } from '../protocol/advice.ts';
import type { ViewerPeer } from './viewer.ts';

interface Waiting {
  readonly peer: ViewerPeer;
  readonly about: AdviceAbout;
  readonly work: () => Promise<void>;
}

/** @returns adds one; of those of one page that still wait, about the same, the newest stays. */
export function createAdviceQueue(onError: (error: unknown, peer: ViewerPeer) => void): (one: Waiting) => void {
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
