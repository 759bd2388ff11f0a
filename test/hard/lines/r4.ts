/** The sidecar dies at any moment, and the WebUI hardly notices. */
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { generate } from '../../../tools/demo/generate.ts';
import type { Check, HardContext, HardLine } from '../line.ts';
import { HAS_PROC, NEEDS_PROC, pause, timeUntil } from '../processes.ts';
import { createRandom } from '../random.ts';
import { kill, startWebui, type Webui } from '../webui.ts';

const KILLS = 50;
/** The shim gives up at the fifth death within a minute. */
const KILLS_A_ROUND = 5;
const BACK_WITHIN_MS = 3_000;
const MOST_BLOCKED_MS = 50;
const LIMIT_MS = 30_000;
const SMALL: GenerationSettings = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null };

/** Generates without a pause until it is told to end; how long each generation waited for extensions. */
function generateOnAndOn(url: string): {
  readonly waitedMs: number[];
  readonly failures: string[];
  end(): Promise<void>;
} {
  const waitedMs: number[] = [];
  const failures: string[] = [];
  let ending = false;
  const work = (async () => {
    while (!ending) {
      try {
        const { outcome, scriptsMs } = await generate(url, SMALL);
        waitedMs.push(scriptsMs);
        if (outcome !== 'ok') failures.push(outcome);
      } catch (error) {
        failures.push(String(error));
      }
    }
  })();
  return {
    waitedMs,
    failures,
    end: () => {
      ending = true;
      return work;
    },
  };
}

type AfterKill =
  { readonly back: true; readonly tookMs: number } | { readonly back: false; readonly offersRestart: boolean };

/**
 * Kills the living sidecar, and waits until the page has a state with the environment again or hears that the shim gave
 * up.
 */
async function killOnce({ page, sidecarPid }: Webui): Promise<AfterKill> {
  await timeUntil(() => sidecarPid() !== null, LIMIT_MS);
  const back = page.waitFor(
    'state',
    ({ environment, source }) => environment !== null && source.health === 'ok',
    LIMIT_MS,
  );
  const stopped = page.waitFor('sidecar', ({ state }) => state === 'stopped', LIMIT_MS);
  const startedMs = performance.now();
  if (!kill(sidecarPid() ?? 0)) throw new Error('there was no sidecar to kill');
  for (const either of [back, stopped]) either.catch(() => undefined);
  return Promise.race([
    back.then(() => ({ back: true as const, tookMs: performance.now() - startedMs })),
    stopped.then(({ canRestart, message }) => ({ back: false as const, offersRestart: canRestart && message !== '' })),
  ]);
}

async function run({ count, seed, say }: HardContext): Promise<Check[]> {
  const random = createRandom(seed);
  const webui = await startWebui(['--pace', '0.3']);
  const generations = generateOnAndOn(webui.url);
  const backMs: number[] = [];
  const givenUp: boolean[] = [];
  const restartMs: number[] = [];
  const kills = count(KILLS);
  try {
    for (let done = 1; done <= kills; done += 1) {
      // Also while it starts: at once, or up to two seconds later.
      await pause(random.unit() < 0.3 ? random.below(300) : random.below(2000));
      const after = await killOnce(webui);
      if (after.back) backMs.push(after.tookMs);
      if (done % KILLS_A_ROUND !== 0 && after.back) continue;
      givenUp.push(done % KILLS_A_ROUND === 0 && !after.back && after.offersRestart);
      if (!after.back) restartMs.push(await restart(webui));
      say(
        `${done} kills; back after ${backMs
          .slice(-4)
          .map((ms) => ms.toFixed(0))
          .join(', ')} ms, given up at the fifth`,
      );
    }
  } finally {
    await generations.end();
    await webui.stop();
  }
  const slowest = Math.max(...backMs);
  const blockedMs = Math.max(...generations.waitedMs);
  return [
    {
      what: 'sidecar killed (SIGKILL): the page has its state again',
      n: backMs.length,
      passed: slowest <= BACK_WITHIN_MS,
      figure: `at most ${slowest.toFixed(0)} ms (<= ${BACK_WITHIN_MS})`,
    },
    {
      what: 'generations meanwhile: all succeed',
      n: generations.waitedMs.length,
      passed: generations.failures.length === 0,
      figure: generations.failures[0] ?? '0 failed',
    },
    {
      what: 'generations meanwhile: waited for the extension',
      n: generations.waitedMs.length,
      passed: blockedMs <= MOST_BLOCKED_MS,
      figure: `at most ${blockedMs.toFixed(1)} ms (<= ${MOST_BLOCKED_MS})`,
    },
    {
      what: 'given up after 5 deaths in a minute, with a message and Restart, which starts it',
      n: givenUp.length,
      passed: givenUp.every(Boolean),
      figure: `${givenUp.filter(Boolean).length} of ${givenUp.length}, back after at most ${Math.max(0, ...restartMs).toFixed(0)} ms`,
    },
  ];
}

/** Presses Restart; how long until the page has its state, in ms. */
async function restart({ page }: Webui): Promise<number> {
  const back = page.waitFor('state', ({ environment }) => environment !== null, LIMIT_MS);
  const startedMs = performance.now();
  page.send({ type: 'restart-sidecar' });
  await back;
  return performance.now() - startedMs;
}

export const line: HardLine = {
  id: 'R4',
  holds: 'a sidecar that dies is back in time, and no generation waits for it',
  run: (context) =>
    HAS_PROC ? run(context) : Promise.resolve([{ what: 'kills', n: 0, passed: null, figure: NEEDS_PROC }]),
};
