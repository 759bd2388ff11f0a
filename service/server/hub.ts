import { createConductor } from '../benchmark/conductor.ts';
import { createCalibrator } from '../calibration/calibrator.ts';
import { createHistories } from '../calibration/history.ts';
import { createLedger, figuresOf, type MemoryReading } from '../memory/ledger.ts';
import { createMemoryWatch } from '../memory/watch.ts';
import type { EstimateResult, RequestedSettings } from '../protocol/estimate.ts';
import { createRecorder } from '../recorder/recorder.ts';
import { storedEnvironmentOf } from '../recorder/run.ts';
import { createAdviceQueue } from './advice-queue.ts';
import { answerEstimate } from './answer.ts';
import { benchmarkState } from './benchmark-state.ts';
import { conductorOptions } from './conductor-options.ts';
import { createHostLink, type HostLinkOptions, type HostState } from './host-link.ts';
import { onHostMessage, onRun } from './host-messages.ts';
import type { HubOptions } from './hub-options.ts';
import { createIdleMemory } from './idle-memory.ts';
import { createLeakWatch } from './leak-watch.ts';
import { createLive } from './live.ts';
import { createLeftBehind } from './left-behind.ts';
import { sinceThen, wholeLive } from './messages/live.ts';
import { ranOut, remediesFor } from './messages/ran-out.ts';
import { createRanOut, type RanOutOptions } from './ran-out.ts';
import { createRescueOffer } from './rescue-offer.ts';
import { noticesOf, unmatchedNow } from './notices.ts';
import { askWhoUsesIt, calibrationNow, mayInterruptReadings, type Parts } from './parts.ts';
import { failing, type Socket } from './peer.ts';
import { answerProgram } from './program/answers.ts';
import { addProgram, type ProgramsOptions } from './program/programs.ts';
import { createRequests, type RequestsOptions } from './requests.ts';
import { settleStore } from './settle-store.ts';
import { viewerState } from './state.ts';
import { watchStore } from './store-watch.ts';
import type { ViewerOptions } from './viewer.ts';
import { createViewers } from './viewers.ts';

/** Everything behind the wire, joined: one host, any number of viewers. */
export interface Hub {
  addHost(socket: Socket): void;
  addViewer(socket: Socket): void;
  /** One question of a program. */
  addProgram(socket: Socket): void;
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
  const fail = failing(options.log);
  const answer: Asking['answer'] = (settings) => answerNow(settings, parts, options);
  const asking: Asking = { answer, pause, fail, queue: createAdviceQueue(fail) };
  const ledger = createLedger();
  const parts: Parts = {
    clock,
    pid: options.pid,
    store,
    histories,
    calibrator: createCalibrator(histories, () => store.environments(MOST_SET_UPS)),
    ledger,
    recorder: createRecorder(clock, ledger, (run) => onRun(parts, run)),
    memory: createMemoryWatch(memoryOptions(() => parts, ledger, options)),
    link: createHostLink(linkOptions(() => parts, options)),
    conductor: createConductor(conductorOptions(() => parts, options)),
    viewers: createViewers(viewersOptions(() => parts, options, asking)),
    leftBehind: createLeftBehind(() => parts.link.host, changed),
    leakWatch: createLeakWatch({ clock, ledger, readProcess: options.readRam.process, onChange: changed }),
    rescueOffer: createRescueOffer(() => parts.link.host),
    live: createLive(),
    idleMemory: createIdleMemory(store),
    verdictOf: (settings) => {
      const told = answerNow(settings, parts, options);
      return told.status === 'estimated' ? told.verdict : null;
    },
    ranOut: createRanOut(ranOutOptions(() => parts, options, asking)),
    isClosed: () => closed,
  };
  const programs = programsOptions(parts, options, asking);
  const settling = settleStore(store, clock);
  const storeWatch = watchStore(store, histories, () => refresh(parts, pause), clock, changed);

  parts.memory.start();
  return {
    addHost: (socket) => parts.link.add(socket),
    addViewer: (socket) => parts.viewers.add(socket),
    addProgram: (socket) => addProgram(socket, programs),
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
  const { clock, ledger, recorder, viewers, live } = parts;
  recorder.onReading(reading);
  const figures = figuresOf(ledger.now);
  parts.idleMemory.onReading(parts.link.host?.keyHash ?? null, figures);
  viewers.memory(figures, clock.nowMs());
  const news = live.onReading(figures, clock.nowMs());
  if (news !== null) viewers.live(() => sinceThen(parts, news));
  // A benchmark asks between two runs, and waits.
  if (mayInterruptReadings(parts)) void askWhoUsesIt(parts);
}

function onEnvironment({ clock, store, ledger, memory, conductor, viewers }: Parts, host: HostState): void {
  const { keyHash, environment, pid, hasGenerated } = host;
  if (hasGenerated) ledger.tell({ type: 'has-generated' });
  if (keyHash !== null) store.saveEnvironment(keyHash, storedEnvironmentOf(environment), clock.nowMs());
  memory.useHost(environment, pid);
  conductor.onEnvironment();
  viewers.changed();
}

function onHostGone({ conductor, recorder, memory, viewers, leftBehind, leakWatch, rescueOffer, ranOut }: Parts): void {
  leftBehind.onHostGone();
  rescueOffer.onHostGone();
  ranOut.onHostGone();
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

function memoryOptions(
  parts: () => Parts,
  ledger: Parts['ledger'],
  { clock, createSampler }: HubOptions,
): Parameters<typeof createMemoryWatch>[0] {
  return {
    clock,
    ledger,
    createSampler,
    onDeviceWanted: (wanted) => parts().link.send({ type: 'device-memory', wanted }),
    onReading: (reading) => onReading(parts(), reading),
    onChange: () => parts().viewers.changed(),
  };
}

function linkOptions(parts: () => Parts, { clock, version, log }: HubOptions): HostLinkOptions {
  return {
    clock,
    version,
    log,
    onEnvironment: (host) => onEnvironment(parts(), host),
    onMessage: (message, host) => onHostMessage(parts(), message, host),
    onGone: () => onHostGone(parts()),
  };
}

/** What pages and programs are answered by. */
type Asking = Pick<RequestsOptions, 'answer' | 'pause' | 'fail' | 'queue'>;

function answerNow(settings: RequestedSettings, parts: Parts, { driverMaySpill }: HubOptions): EstimateResult {
  const { memory, ledger, conductor, leftBehind } = parts;
  return answerEstimate(settings, {
    source: memory.source,
    figures: figuresOf(ledger.now),
    calibration: calibrationNow(parts),
    benchmarkRuns: conductor.running,
    unmatched: unmatchedNow(parts),
    leftMiB: leftBehind.leftMiB,
    foundMiB: leftBehind.foundMiB,
    driverMaySpill,
  });
}

function ranOutOptions(parts: () => Parts, { log }: HubOptions, { answer, pause }: Asking): RanOutOptions {
  return {
    explain: (text, run) => ranOut(text, run, parts(), answer(run.settings)),
    advise: (settings) => remediesFor(settings, parts(), pause),
    onChange: () => parts().viewers.changed(),
    log,
  };
}

function viewersOptions(parts: () => Parts, options: HubOptions, asking: Asking): ViewerOptions {
  const { clock, log, version, planner, readRam } = options;
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
    answer: asking.answer,
    onRequest: createRequests({ parts, planner, log, readRam, ...asking }),
  };
}

function programsOptions(parts: Parts, { clock, log }: HubOptions, asking: Asking): ProgramsOptions {
  return { clock, log, onAsk: (question, peer) => answerProgram(question, peer, { parts, ...asking }) };
}
