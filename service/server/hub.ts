import type { Clock } from '../base/clock.ts';
import { createConductor } from '../benchmark/conductor.ts';
import type { Planner } from '../benchmark/course.ts';
import type { ConductorOptions } from '../benchmark/requests/request.ts';
import { createCalibrator } from '../calibration/calibrator.ts';
import { createHistories } from '../calibration/history.ts';
import { observationsForFit } from '../calibration/observations.ts';
import { createLedger, figuresOf, type MemoryReading } from '../memory/ledger.ts';
import type { SourceChoice } from '../memory/sources/source.ts';
import type { Sampler } from '../memory/sources/types.ts';
import type { Observation } from '../model/types.ts';
import { createMemoryWatch } from '../memory/watch.ts';
import type { EstimateResult, RequestedSettings } from '../protocol/estimate.ts';
import { createRecorder } from '../recorder/recorder.ts';
import { storedEnvironmentOf } from '../recorder/run.ts';
import type { Session } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import { answerEstimate } from './answer.ts';
import { benchmarkState } from './benchmark-state.ts';
import { createHostLink, type HostState } from './host-link.ts';
import { onHostMessage, onRun } from './host-messages.ts';
import { createLeakWatch } from './leak-watch.ts';
import { createLive } from './live.ts';
import { createLeftBehind } from './left-behind.ts';
import type { RamReaders } from './messages/holders.ts';
import { sinceThen, wholeLive } from './messages/live.ts';
import { createRescueOffer } from './rescue-offer.ts';
import { noFigures, noticesOf, unmatchedNow } from './notices.ts';
import { askWhoUsesIt, calibrationNow, type Parts } from './parts.ts';
import type { Socket } from './peer.ts';
import { createRequests } from './requests.ts';
import { settleStore } from './settle-store.ts';
import { viewerState } from './state.ts';
import { watchStore } from './store-watch.ts';
import type { ViewerOptions } from './viewer.ts';
import { createViewers } from './viewers.ts';

export interface HubOptions {
  readonly clock: Clock;
  readonly store: Store;
  readonly planner: Planner;
  readonly createSampler: (choice: SourceChoice) => Sampler;
  readonly readRam: RamReaders;
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
  const { clock, store } = options;
  let closed = false;
  // Nothing goes on behind the closing.
  const pause: Pause = () => new Promise((resolve) => clock.setTimeout(() => void (closed || resolve()), 0));
  const changed = (): void => parts.viewers.changed();
  const histories = createHistories(store, pause);
  const ledger = createLedger();
  const parts: Parts = {
    clock,
    store,
    histories,
    calibrator: createCalibrator(histories, () => store.environments(MOST_SET_UPS)),
    ledger,
    recorder: createRecorder(clock, ledger, (run) => onRun(parts, run)),
    memory: createMemoryWatch({
      clock,
      ledger,
      createSampler: options.createSampler,
      onDeviceWanted: (wanted) => parts.link.send({ type: 'device-memory', wanted }),
      onReading: (reading) => onReading(parts, reading),
      onChange: changed,
    }),
    link: createHostLink({
      clock,
      version: options.version,
      log: options.log,
      onEnvironment: (host) => onEnvironment(parts, host),
      onMessage: (message, host) => onHostMessage(parts, message, host),
      onGone: () => onHostGone(parts),
    }),
    conductor: createConductor(conductorOptions(() => parts, options)),
    viewers: createViewers(viewersOptions(() => parts, options, pause)),
    leftBehind: createLeftBehind(() => parts.link.host, changed),
    leakWatch: createLeakWatch({ clock, ledger, readProcess: options.readRam.process, onChange: changed }),
    rescueOffer: createRescueOffer(() => parts.link.host),
    live: createLive(),
    verdictOf: (settings) => {
      const told = answerNow(settings, parts, options);
      return told.status === 'estimated' ? told.verdict : null;
    },
    isClosed: () => closed,
  };
  const settling = settleStore(store, clock);
  const storeWatch = watchStore(store, histories, () => refresh(parts, pause), clock, changed);

  parts.memory.start();
  return {
    addHost: (socket) => parts.link.add(socket),
    addViewer: (socket) => parts.viewers.add(socket),
    close: async () => {
      storeWatch.stop();
      settling.stop();
      parts.viewers.close();
      parts.recorder.onHostGone();
      parts.conductor.onHostGone();
      closed = true;
      await parts.memory.stop();
      store.close();
    },
  };
}

type Pause = () => Promise<void>;

function onReading(parts: Parts, reading: MemoryReading): void {
  const { clock, ledger, recorder, viewers, conductor, live } = parts;
  recorder.onReading(reading);
  const figures = figuresOf(ledger.now);
  viewers.memory(figures, clock.nowMs());
  const news = live.onReading(figures, clock.nowMs());
  if (news !== null) viewers.live(() => sinceThen(parts, news));
  // It interrupts the readings: not while a run needs them. A benchmark asks between two runs, and waits.
  if (!conductor.running && recorder.openRunId === null && !ledger.now.generating) void askWhoUsesIt(parts);
}

function onEnvironment({ clock, store, memory, conductor, viewers }: Parts, host: HostState): void {
  const { keyHash, environment, pid } = host;
  if (keyHash !== null) store.saveEnvironment(keyHash, storedEnvironmentOf(environment), clock.nowMs());
  memory.useHost(environment, pid);
  conductor.onEnvironment();
  viewers.changed();
}

function onHostGone({ conductor, recorder, memory, viewers, leftBehind, leakWatch, rescueOffer }: Parts): void {
  leftBehind.onHostGone();
  rescueOffer.onHostGone();
  conductor.onHostGone();
  recorder.onHostGone();
  leakWatch.onHostGone();
  memory.noHost();
  viewers.changed();
}

/** What others wrote: until it is read, and what follows from it worked out, pages are answered as before. */
function refresh({ link, histories, calibrator }: Parts, pause: Pause): Promise<void> {
  const { host } = link;
  if (host === null || host.keyHash === null) return histories.refresh();
  return calibrator.standWhile(host.keyHash, storedEnvironmentOf(host.environment), () => histories.refresh(), pause);
}

function conductorOptions(parts: () => Parts, options: HubOptions): ConductorOptions {
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

function answerNow(settings: RequestedSettings, parts: Parts, { driverMaySpill }: HubOptions): EstimateResult {
  const { memory, ledger, conductor, leftBehind } = parts;
  return answerEstimate(settings, {
    source: memory.source,
    figures: figuresOf(ledger.now),
    calibration: calibrationNow(parts),
    benchmarkRuns: conductor.running,
    unmatched: unmatchedNow(parts),
    leftMiB: leftBehind.leftMiB,
    driverMaySpill,
  });
}

function viewersOptions(parts: () => Parts, options: HubOptions, pause: Pause): ViewerOptions {
  const { clock, log, version, planner, readRam } = options;
  const answer: ViewerOptions['answer'] = (settings) => answerNow(settings, parts(), options);
  return {
    clock,
    log,
    state: () => {
      const { memory, link, conductor } = parts();
      return viewerState({
        version,
        memory,
        host: link.host,
        calibration: calibrationNow(parts()),
        benchmark: benchmarkState(conductor.state),
        notices: noticesOf(parts()),
      });
    },
    live: () => wholeLive(parts()),
    answer,
    onRequest: createRequests({ parts, planner, log, answer, pause, readRam }),
  };
}
