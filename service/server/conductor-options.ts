/** What a benchmark needs of the rest. */
import type { ConductorOptions } from '../benchmark/requests/request.ts';
import { observationsForFit } from '../calibration/observations.ts';
import { figuresOf } from '../memory/ledger.ts';
import type { Observation } from '../model/types.ts';
import type { Session } from '../store/session.ts';
import { benchmarkState } from './benchmark-state.ts';
import type { HubOptions } from './hub-options.ts';
import { noFigures } from './notices.ts';
import type { Parts } from './parts.ts';

export function conductorOptions(parts: () => Parts, options: HubOptions): ConductorOptions {
  const { clock, store, planner, holder, newId, newSeed } = options;
  return {
    clock,
    store,
    planner,
    holder,
    newId,
    newSeed,
    host: () => parts().link.host,
    send: (message) => parts().link.send(message),
    limitMiB: () => limitMiB(parts()),
    before: (session) => before(session, parts()),
    noFigures: () => noFigures(parts()),
    onChange: () => {
      const { memory, conductor, viewers } = parts();
      memory.setFast(conductor.running);
      viewers.broadcast({ type: 'benchmark', benchmark: benchmarkState(conductor.state) });
      viewers.changed();
    },
  };
}

/** Of runs under caps a benchmark makes its own, so that a person who asks for one gets something measured anew. */
function before({ keyHash, startedAtMs }: Session, { histories }: Parts): Observation[] {
  const earlier = histories.of(keyHash).runs.filter((run) => run.startedAtMs < startedAtMs && run.capMiB === null);
  return observationsForFit(earlier);
}

function limitMiB({ link, ledger }: Parts): number | null {
  const { usableMiB, otherMiB } = figuresOf(ledger.now);
  // Where the device cannot be read, torch's own figure bounds the plan at least.
  const mostMiB = usableMiB ?? link.host?.environment.device.totalMiB ?? null;
  return mostMiB === null ? null : mostMiB - (otherMiB ?? 0);
}
