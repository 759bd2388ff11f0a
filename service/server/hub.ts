import { createCalibrator, nothingLoaded, type Calibration } from '../calibration/calibrator.ts';
import { createConductor } from '../benchmark/conductor.ts';
import type { Planner } from '../benchmark/course.ts';
import { createHistories } from '../calibration/history.ts';
import { leftBehindMiB } from '../calibration/left-behind.ts';
import { contradictionsInWords, driftInWords, leftBehindInWords } from '../words/en/calibration.ts';
import { markRun } from '../calibration/marks.ts';
import { abilitiesOf, traitsOf } from '../hosts/hosts.ts';
import type { Clock } from '../base/clock.ts';
import type { HostMessage } from '../protocol/host.ts';
import type { TorchNow } from '../protocol/run.ts';
import type { SourceReason, ViewerState } from '../protocol/viewer.ts';
import { createLedger, figuresOf, START_TOLD_WITHIN_MS } from '../memory/ledger.ts';
import { createRecorder, type RecordedRun } from '../recorder/recorder.ts';
import { storedEnvironmentOf } from '../recorder/run.ts';
import type { Sampler } from '../memory/sources/types.ts';
import type { Store } from '../store/store.ts';
import { answerEstimate } from './answer.ts';
import { benchmarkState } from './benchmark-state.ts';
import { expectationOf } from './expectation.ts';
import { createHostLink, type HostState } from './host-link.ts';
import { createMemoryWatch } from '../memory/watch.ts';
import type { SourceChoice } from '../memory/sources/source.ts';
import type { Socket } from './peer.ts';
import { createRequests } from './requests.ts';
import { viewerState } from './state.ts';
import { settleStore } from './settle-store.ts';
import { watchStore } from './store-watch.ts';
import { unmatchedInWords } from './unmatched.ts';
import { createViewers } from './viewers.ts';

export interface HubOptions {
  readonly clock: Clock;
  readonly store: Store;
  readonly planner: Planner;
  readonly createSampler: (choice: SourceChoice) => Sampler;
  readonly version: string;
  /** Whether the driver gives out system RAM where it could refuse. */
  readonly driverMaySpill: boolean;
  /** Under this name benchmarks are held against other WebUIs of the same data folder. */
  readonly holder: string;
  readonly newId: () => string;
  readonly newSeed: () => number;
  readonly log: (text: string) => void;
}

/** Everything behind the wire, joined: one host, any number of viewers. */
export interface Hub {
  addHost(socket: Socket): void;
  addViewer(socket: Socket): void;
  close(): Promise<void>;
}

/**
 * Among which a similar one is sought: reading those of years, or of somebody's import, would keep an answer waiting.
 */
const MOST_SET_UPS = 200;

export function createHub(options: HubOptions): Hub {
  const { clock, store, planner, version, log } = options;
  let closed = false;
  let idleTorch: TorchNow | null = null;
  const ledger = createLedger();
  // Nothing goes on behind the closing.
  const pause = (): Promise<void> => new Promise((resolve) => clock.setTimeout(() => void (closed || resolve()), 0));
  const histories = createHistories(store, pause);
  const calibrator = createCalibrator(histories, () => store.environments(MOST_SET_UPS));
  const recorder = createRecorder(clock, ledger, onRun);

  const memory = createMemoryWatch({
    clock,
    ledger,
    createSampler: options.createSampler,
    onDeviceWanted: (wanted) => link.send({ type: 'device-memory', wanted }),
    onReading: (reading) => {
      recorder.onReading(reading);
      viewers.memory(figuresOf(ledger.now), clock.nowMs());
      // It interrupts the readings: not while a run needs them. A benchmark asks between two runs, and waits.
      if (!conductor.running && recorder.openRunId === null && !ledger.now.generating) void askWhoUsesIt();
    },
    onChange: () => viewers.changed(),
  });

  const link = createHostLink({
    clock,
    version,
    log,
    onEnvironment: (host) => {
      if (host.keyHash !== null)
        store.saveEnvironment(host.keyHash, storedEnvironmentOf(host.environment), clock.nowMs());
      memory.useHost(host.environment, host.pid);
      conductor.onEnvironment();
      viewers.changed();
    },
    onMessage: onHostMessage,
    onGone: () => {
      idleTorch = null;
      conductor.onHostGone();
      recorder.onHostGone();
      memory.noHost();
      viewers.changed();
    },
  });

  const conductor = createConductor({
    clock,
    store,
    planner,
    host: () => link.host,
    send: (message) => link.send(message),
    limitMiB: () => {
      const { usableMiB, otherMiB } = figuresOf(ledger.now);
      // Where the device cannot be read, torch's own figure bounds the plan at least.
      const mostMiB = usableMiB ?? link.host?.environment.device.totalMiB ?? null;
      return mostMiB === null ? null : mostMiB - (otherMiB ?? 0);
    },
    noFigures,
    holder: options.holder,
    newId: options.newId,
    newSeed: options.newSeed,
    onChange: () => {
      memory.setFast(conductor.running);
      viewers.broadcast({ type: 'benchmark', benchmark: benchmarkState(conductor.state) });
      viewers.changed();
    },
  });

  const viewers = createViewers({
    clock,
    log,
    state: () =>
      viewerState({
        version,
        memory,
        host: link.host,
        calibration: calibration(),
        benchmark: benchmarkState(conductor.state),
        notices: notices(),
      }),
    answer: (settings) =>
      answerEstimate(settings, {
        source: memory.source,
        figures: figuresOf(ledger.now),
        calibration: calibration(),
        benchmarkRuns: conductor.running,
        unmatched: unmatched(),
        leftMiB: leftMiB(),
        driverMaySpill: options.driverMaySpill,
      }),
    onRequest: createRequests({
      store,
      histories,
      planner,
      calibrator,
      conductor: () => conductor,
      ledger,
      host: () => link.host,
      log,
      onForgotten: () => viewers.changed(),
    }),
  });
  const settling = settleStore(store, clock);
  const storeWatch = watchStore(store, histories, refresh, clock, () => viewers.changed());

  function calibration(): Calibration | null {
    const { host } = link;
    if (host === null) return null;
    return host.keyHash === null
      ? nothingLoaded(host.environment)
      : calibrator.orSimilar(host.keyHash, storedEnvironmentOf(host.environment));
  }

  /** What others wrote: until it is read, and what follows from it worked out, pages are answered as before. */
  function refresh(): Promise<void> {
    const { host } = link;
    if (host === null || host.keyHash === null) return histories.refresh();
    return calibrator.standWhile(host.keyHash, storedEnvironmentOf(host.environment), () => histories.refresh(), pause);
  }

  function notices(): ViewerState['notices'] {
    const found: ViewerState['notices'] = store.notices.map((message) => ({ level: 'warning', message }));
    const left = leftMiB();
    const leftWords = left === 0 ? null : leftBehindInWords(left);
    const drift = calibration()?.drift ?? null;
    const driftWords = drift === null ? null : driftInWords(drift);
    for (const message of [unmatched(), driftWords, contradictions(), leftWords])
      if (message !== null) found.push({ level: 'warning', message });
    return found;
  }

  /** Of a host that is there: what its counters said when it last did nothing. */
  function leftMiB(): number {
    return link.host === null ? 0 : leftBehindMiB(idleTorch, traitsOf(link.host.environment));
  }

  function onIdleTorch(torch: TorchNow | null): void {
    const beforeMiB = leftMiB();
    idleTorch = torch;
    if (leftMiB() !== beforeMiB) viewers.changed();
  }

  function unmatched(): string | null {
    if (link.host === null || memory.source.health !== 'ok' || memory.device !== null) return null;
    return unmatchedInWords(link.host.environment.device, memory.devices);
  }

  /** Why nothing could be estimated by what a benchmark measures, for the device will not be read. */
  function noFigures(): SourceReason | null {
    const { health, reason } = memory.source;
    return health === 'unavailable' && reason === 'no-memory-figures' ? reason : null;
  }

  function contradictions(): string | null {
    const now = calibration();
    return now === null ? null : contradictionsInWords(now.imported);
  }

  /** Only pages show it. */
  function askWhoUsesIt(): Promise<void> | null {
    return viewers.count === 0 ? null : memory.refreshProcesses();
  }

  function onHostMessage(message: HostMessage, host: HostState): void {
    switch (message.type) {
      case 'host-memory':
        ledger.tell({
          type: 'counters',
          torch: message.torch,
          generating: message.generating,
          monotonicMs: clock.monotonicMs(),
        });
        if (!message.generating) onIdleTorch(message.torch);
        return memory.onHostMemory(message.device);
      case 'run-started': {
        // The wall clock may have jumped meanwhile.
        const lateMs = Math.max(0, Math.min(START_TOLD_WITHIN_MS, clock.nowMs() - message.startedAtMs));
        ledger.tell({ type: 'run-started', monotonicMs: clock.monotonicMs() - lateMs });
        if (host.keyHash === null) return;
        // What it says of its generations is not known to be read rightly.
        if (abilitiesOf(host.environment).reason === 'unsupported') return;
        const expected = expectationOf(message.settings, calibration(), memory.source, figuresOf(ledger.now));
        const context = { keyHash: host.keyHash, sessionId: conductor.sessionOf(message.runId), ...expected };
        // Without counters the readings are all there is: one a second would miss the peak.
        if (message.torch === null) memory.setFast(true);
        return recorder.onStarted(message, context);
      }
      case 'run-phase':
        return recorder.onPhase(message);
      case 'run-ended':
        ledger.tell({
          type: 'run-ended',
          monotonicMs: clock.monotonicMs(),
          reservedPeakMiB: message.torch?.reservedPeakMiB ?? null,
        });
        return recorder.onEnded(message);
      case 'run-refused':
        return conductor.onRefused(message);
    }
  }

  function onRun(recorded: RecordedRun): void {
    const earlier = histories.of(recorded.keyHash).runs;
    const run = markRun(recorded, earlier);
    store.saveRun(run);
    const goOn = (): void => {
      if (closed) return;
      conductor.onRun(run);
      memory.setFast(conductor.running);
      viewers.changed();
    };
    // The gap between two runs of a benchmark is the one time at which the answer can be set against torch's counters.
    const asked = conductor.sessionOf(run.runId) === null ? null : askWhoUsesIt();
    if (asked === null) goOn();
    else void asked.then(goOn);
  }

  memory.start();
  return {
    addHost: (socket) => link.add(socket),
    addViewer: (socket) => viewers.add(socket),
    close: async () => {
      storeWatch.stop();
      settling.stop();
      viewers.close();
      recorder.onHostGone();
      conductor.onHostGone();
      closed = true;
      await memory.stop();
      store.close();
    },
  };
}
