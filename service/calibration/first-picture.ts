/** What CUDA has still to load beside torch: it comes with the first picture of a process. */
import type { ToLoad } from '../estimate/first-picture.ts';
import type { Loaded } from '../memory/ledger.ts';
import type { Run } from '../recorder/run.ts';

/**
 * Contexts of 300 to 700 MiB outside PyTorch are published. So a process that has one already gets at the most the
 * difference; and nothing more where the WebUI has computed something at its start, as A1111 does.
 */
const PUBLISHED = { lowMiB: 0, highMiB: 400 };
/** Newest first pictures that tell what the next one loads. */
const MOST_PROCESSES = 5;
/** Another size, or another operation, has other kernels. */
const OTHERWISE_SHARE = 0.25;

/**
 * By the first pictures of earlier processes of this set-up, else by what is published. Null where all is loaded.
 * @param runs of this set-up, oldest first.
 */
export function toLoadOf(loaded: Loaded, runs: readonly Pick<Run, 'loadedMiB'>[]): ToLoad | null {
  if (loaded === 'all') return null;
  const before = runs.flatMap(({ loadedMiB }) => loadedMiB ?? []).slice(-MOST_PROCESSES);
  const { lowMiB, highMiB } = before.length === 0 ? PUBLISHED : around(before);
  const processes = before.length;
  // A generation that did not come to its end has loaded most of it, and maybe all.
  if (loaded === 'some') return { lowMiB: 0, valueMiB: 0, highMiB, processes };
  return { lowMiB, valueMiB: (lowMiB + highMiB) / 2, highMiB, processes };
}

function around(before: readonly number[]): typeof PUBLISHED {
  return {
    lowMiB: Math.min(...before) * (1 - OTHERWISE_SHARE),
    highMiB: Math.max(...before) * (1 + OTHERWISE_SHARE),
  };
}
