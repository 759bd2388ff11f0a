import { markCutOff, markRun } from '../calibration/marks.ts';
import { abilitiesOf } from '../hosts/hosts.ts';
import { figuresOf, START_TOLD_WITHIN_MS } from '../memory/ledger.ts';
import type { HostMessage } from '../protocol/host.ts';
import type { RecordedRun } from '../recorder/open-run.ts';
import { expectationOf } from './expectation.ts';
import type { HostState } from './host-link.ts';
import { askWhoUsesIt, calibrationNow, type Parts } from './parts.ts';

type Of<T extends HostMessage['type']> = Extract<HostMessage, { type: T }>;

/** The ledger hears of it before all others: they ask it what is. */
export function onHostMessage(parts: Parts, message: HostMessage, host: HostState): void {
  switch (message.type) {
    case 'host-memory':
      return onHostMemory(parts, message);
    case 'run-started':
      return onRunStarted(parts, message, host);
    case 'run-phase':
      return parts.recorder.onPhase(message);
    case 'run-rescued':
      return parts.recorder.onRescued(message.runId);
    case 'ran-out':
      return parts.ranOut.onWords(message);
    case 'run-ended':
      return onRunEnded(parts, message);
    case 'run-refused':
      return parts.conductor.onRefused(message);
  }
}

function onHostMemory({ clock, ledger, memory, leftBehind, leakWatch }: Parts, message: Of<'host-memory'>): void {
  ledger.tell({
    type: 'counters',
    torch: message.torch,
    generating: message.generating,
    monotonicMs: clock.monotonicMs(),
  });
  if (!message.generating) {
    leftBehind.onIdle(message.torch);
    leakWatch.onIdle(message);
  }
  memory.onHostMemory(message.device);
}

function onRunStarted(parts: Parts, message: Of<'run-started'>, host: HostState): void {
  const { clock, store, ledger, memory, conductor, recorder, leftBehind, leakWatch } = parts;
  // The wall clock may have jumped meanwhile.
  const lateMs = Math.max(0, Math.min(START_TOLD_WITHIN_MS, clock.nowMs() - message.startedAtMs));
  const startedMonotonicMs = clock.monotonicMs() - lateMs;
  ledger.tell({ type: 'run-started', monotonicMs: startedMonotonicMs });
  if (host.keyHash === null) return leakWatch.onRunStarted();
  // What it says of its generations is not known to be read rightly.
  if (abilitiesOf(host.environment).reason === 'unsupported') return leakWatch.onRunStarted();
  const held = { source: memory.source, figures: figuresOf(ledger.now), foundMiB: leftBehind.foundMiB };
  const expected = expectationOf(message, calibrationNow(parts), held);
  const context = {
    keyHash: host.keyHash,
    sessionId: conductor.sessionOf(message.runId),
    startedMonotonicMs,
    ...expected,
  };
  // Without counters the readings are all there is: one a second would miss the peak.
  if (message.torch === null) memory.setFast(true);
  recorder.onStarted(message, context);
  if (recorder.cutOff !== null) store.saveBegun(markCutOff(recorder.cutOff), parts.pid);
  const { runId, startedAtMs, origin, settings, capMiB } = message;
  parts.live.onRunStarted({ runId, startedAtMs, origin, settings, capMiB, verdict: parts.verdictOf(settings) });
  // After it, for a run that ended just before is told with this one's start.
  leakWatch.onRunStarted();
}

function onRunEnded({ clock, ledger, recorder }: Parts, message: Of<'run-ended'>): void {
  ledger.tell({
    type: 'run-ended',
    monotonicMs: clock.monotonicMs(),
    reservedPeakMiB: message.torch?.reservedPeakMiB ?? null,
    outcome: message.outcome,
  });
  recorder.onEnded(message);
}

/** A run that is over: it is marked and stored, and whoever waits for it goes on. */
export function onRun(parts: Parts, recorded: RecordedRun): void {
  const { store, histories, conductor, memory, viewers, link, leakWatch } = parts;
  const run = markRun(recorded, histories.of(recorded.keyHash).runs);
  store.saveRun(run);
  parts.live.onRunEnded(run);
  if (link.host !== null) leakWatch.onRun(run, link.host.pid);
  parts.rescueOffer.onRun(recorded);
  parts.ranOut.onRun(recorded);
  const goOn = (): void => {
    if (parts.isClosed()) return;
    conductor.onRun(run);
    memory.setFast(conductor.running);
    viewers.changed();
  };
  // The gap between two runs of a benchmark is the one time at which the answer can be set against torch's counters.
  const asked = conductor.sessionOf(run.runId) === null ? null : askWhoUsesIt(parts);
  if (asked === null) goOn();
  else void asked.then(goOn);
}
