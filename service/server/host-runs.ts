/** The runs of one connected host: what was asked for, and the generation in hand. */
import { nowOf } from '../hosts/counters.ts';
import { refusalOf } from '../hosts/refusal.ts';
import { beginRun, endRun, markRun, type Live, type Run } from '../hosts/run.ts';
import type { HostMessage, RunOrder, RunRefused } from '../protocol/host.ts';
import type { ShimMessage, ToShimMessage } from '../protocol/shim.ts';

type FromShim = Exclude<ShimMessage, { type: 'hello' | 'environment' }>;
type Order = Extract<ToShimMessage, { type: 'run' }>;

export interface HostRuns {
  /** As the shim is to be told, or why it cannot be. */
  order(order: RunOrder, live: Live): Order | RunRefused;
  /** What a message means; often nothing yet. */
  read(message: FromShim, live: Live): readonly HostMessage[];
  clear(): void;
}

export function createHostRuns(): HostRuns {
  const asked = new Map<string, RunOrder>();
  /** The WebUI has one at a time. */
  let run: Run | null = null;

  function read(message: FromShim, live: Live): readonly HostMessage[] {
    switch (message.type) {
      case 'host-memory':
        return [hostMemoryOf(message)];
      case 'run-refused':
        asked.delete(message.runId);
        return [refusalOf(message)];
      case 'run-started': {
        const step = beginRun(message, asked.get(message.runId) ?? null, live);
        run = step.run;
        return step.messages;
      }
      case 'run-mark': {
        if (run?.begun.runId !== message.runId) return [];
        const step = markRun(run, message, live);
        run = step.run;
        return step.messages;
      }
      case 'ran-out':
        return run?.begun.runId === message.runId && run.order === null ? [message] : [];
      case 'run-ended': {
        asked.delete(message.runId);
        if (run?.begun.runId !== message.runId) return [];
        const ended = run;
        run = null;
        return endRun(ended, message, live);
      }
    }
  }

  return {
    order: (order, { host, report, environment }) => {
      const { runId, capMiB } = order;
      const made = host.construct(order, report, environment);
      if (!made.ok) return { type: 'run-refused', runId, reason: 'unsupported', problem: made.reason };
      asked.set(runId, order);
      return { type: 'run', runId, capMiB, ...made.value };
    },
    read,
    clear: () => {
      asked.clear();
      run = null;
    },
  };
}

type HostMemory = Extract<FromShim, { type: 'host-memory' }>;

function hostMemoryOf({ type, torch, generating, device, loaded }: HostMemory): HostMessage {
  return { type, torch: nowOf(torch), generating, device, loaded };
}
