import type { Planner } from '../benchmark/course.ts';
import type { Refusal } from '../protocol/benchmark.ts';
import type { ToViewerMessage, ViewerMessage } from '../protocol/viewer.ts';
import type { Forgotten } from '../store/store.ts';
import type { EstimateResult, RequestedSettings } from '../protocol/estimate.ts';
import type { AdviceQueue, Waiting } from './advice-queue.ts';
import { advice } from './messages/advice.ts';
import { planOf } from './messages/benchmark-plan.ts';
import { curves } from './messages/curves.ts';
import { explained } from './messages/explain.ts';
import { holders, type RamReaders } from './messages/holders.ts';
import { runs } from './messages/runs.ts';
import type { Parts } from './parts.ts';
import type { Fail } from './peer.ts';
import { createMemory } from './remembered.ts';
import type { ViewerPeer } from './viewer.ts';

export interface RequestsOptions {
  readonly parts: () => Parts;
  readonly planner: Planner;
  readonly answer: (settings: RequestedSettings) => EstimateResult;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
  readonly log: (text: string) => void;
  readonly readRam: RamReaders;
  readonly fail: Fail;
  readonly queue: AdviceQueue;
}

/** Options are the shim's to set, which is in front of the sidecar where there is a WebUI. */
const NO_WEBUI = { ok: false, reason: 'no-webui' } as const;

type Request = Exclude<ViewerMessage, { type: 'hello' | 'estimate' | 'watch' }>;

/** Follows or answers what pages ask for, estimates aside. A case a message, hence its length. */
export function createRequests(options: RequestsOptions): (request: Request, peer: ViewerPeer) => void {
  const { parts, planner, log, readRam, fail, queue } = options;
  const remember = createMemory();
  const answer = (told: Promise<ToViewerMessage>, peer: ViewerPeer): void =>
    void told.then(
      (message) => peer.send(message),
      (error) => fail(error, peer),
    );

  const waits = (about: Waiting['about'], peer: ViewerPeer, told: () => Promise<ToViewerMessage>): void =>
    queue({ peer, about, work: async () => peer.send(await told()) });

  function forget(keyHash: string, which: Forgotten): Refusal | null {
    const { conductor, store, viewers } = parts();
    // A benchmark stands on none that was imported.
    const refusal = which === 'imported' ? null : conductor.keepsRunsOf(keyHash);
    if (refusal !== null) return refusal;
    // Not of what: that is the page's word.
    log(`forgot ${store.forget(keyHash, which)} runs`);
    viewers.changed();
    return null;
  }

  return (request, peer) => {
    const { conductor } = parts();
    const refuse = (refusal: Refusal | null): void => {
      if (refusal !== null) peer.send({ type: 'refused', refusal });
    };
    switch (request.type) {
      case 'benchmark-plan': {
        const plan = planOf(request.options, parts(), planner);
        return peer.send({ type: 'benchmark-plan', requestId: request.requestId, ...plan });
      }
      case 'benchmark-start':
        return refuse(conductor.start(request.options));
      case 'benchmark-resume':
        return refuse(conductor.resume());
      case 'benchmark-discard':
        return refuse(conductor.discard());
      case 'benchmark-cancel':
        return refuse(conductor.cancel());
      case 'curves':
        return answer(curves(request, parts(), remember, options.pause), peer);
      case 'runs':
        return peer.send(runs(request, parts(), remember));
      case 'advice':
        return waits(request.about, peer, () => advice(request, parts(), options.answer, options.pause));
      case 'explain':
        return waits('error', peer, () => explained(request, parts(), options.pause));
      case 'holders':
        return answer(holders(request, parts(), readRam), peer);
      case 'forget-runs':
        return refuse(forget(request.keyHash, request.which));
      case 'restart-sidecar':
        return refuse({ code: 'only-the-webui-restarts' });
      case 'set-option':
        return peer.send({ type: 'option-set', requestId: request.requestId, result: NO_WEBUI });
    }
  };
}
