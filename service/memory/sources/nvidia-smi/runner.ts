import type { Clock } from '../../../base/clock.ts';
import { createWaiter } from '../../../base/waiter.ts';
import type { SourceHealth } from '../source-health.ts';
import type { Driver } from './driver.ts';
import type { ProcessRequests } from './process-requests.ts';
import type { CardReader } from './reader.ts';
import { FIRST_STEP, next, type SamplerStep, type StepEnd } from './steps.ts';

export interface RunnerParts {
  readonly clock: Clock;
  readonly driver: Driver;
  readonly health: SourceHealth;
  readonly reader: CardReader;
  readonly requests: ProcessRequests;
  readonly intervalMs: () => number;
  readonly isStopped: () => boolean;
}

/** Takes one step after the other, and answers who uses the cards in between: never two children at a time. */
export interface Runner {
  /** Resolves once it was stopped and no child lives any more. */
  run(): Promise<void>;
  /** Something is to be done before what goes on now would end. */
  interrupt(): void;
}

/** A single call costs a process (7 to 20 ms of a core). */
const MIN_POLL_MS = 250;

export function createRunner(parts: RunnerParts): Runner {
  const { clock, driver, health, reader, requests, intervalMs, isStopped } = parts;
  const waiter = createWaiter(clock);

  async function answerRequests(): Promise<void> {
    while (requests.waiting && !isStopped())
      requests.answer(health.state.health === 'ok' ? await driver.askProcesses() : null);
  }

  async function carryOut(step: SamplerStep): Promise<StepEnd> {
    switch (step.at) {
      case 'checking': {
        const answer = await reader.check();
        const nextMs = clock.monotonicMs() + Math.max(intervalMs(), MIN_POLL_MS);
        return { type: 'checked', answer, loopTrusted: reader.loopTrusted, nextMs };
      }
      case 'looping':
        return { type: 'loop-ended', end: await reader.loop(intervalMs()) };
      case 'pausing': {
        const pauseMs = step.untilMs - clock.monotonicMs();
        return { type: pauseMs > 0 ? await waiter.wait(pauseMs) : 'passed' };
      }
      case 'waiting':
        return { type: await waiter.wait(step.forMs) };
    }
  }

  return {
    run: async () => {
      let step = FIRST_STEP;
      while (!isStopped()) {
        // Who asks during a wait cuts it short, and is answered after it.
        if (step.at !== 'waiting') await answerRequests();
        if (isStopped()) return;
        step = next(step, await carryOut(step));
      }
    },
    interrupt: () => {
      reader.stopLoop();
      waiter.wake();
    },
  };
}
