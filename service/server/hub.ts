import { createCalibrator, type Calibration } from '../benchmark/calibrator.ts';
import { createConductor, type Planner, type Refusal } from '../benchmark/conductor.ts';
import { markOutlier } from '../benchmark/outliers.ts';
import { markSpilled } from '../benchmark/spill.ts';
import { fitTime, guessTime, predictMs, typicalWorkMpx } from '../benchmark/time.ts';
import { estimate } from '../estimate/estimate.ts';
import type { Clock } from '../protocol/clock.ts';
import type { HostMessage } from '../protocol/host.ts';
import type { BenchmarkOptions, ViewerMessage, ViewerState } from '../protocol/viewer.ts';
import { createAccounting } from '../recorder/accounting.ts';
import { createRecorder } from '../recorder/recorder.ts';
import { storedEnvironmentOf, type Run } from '../recorder/run.ts';
import type { Sampler } from '../sampler/types.ts';
import type { Store } from '../store/store.ts';
import { answerEstimate, peakOnDevice, residentMiBOf } from './answer.ts';
import { curvesOf } from './curves.ts';
import { createHostLink, type HostState } from './host-link.ts';
import { createMemoryWatch, type SourceChoice } from './memory-watch.ts';
import type { Socket } from './peer.ts';
import { rowsOf } from './rows.ts';
import { viewerState } from './state.ts';
import { createViewers, type ViewerPeer } from './viewers.ts';

export interface HubOptions {
  readonly clock: Clock;
  readonly store: Store;
  readonly planner: Planner;
  readonly createSampler: (choice: SourceChoice) => Sampler;
  readonly version: string;
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

type FromHost = Exclude<HostMessage, { type: 'hello' | 'environment' }>;
type FromViewer = Exclude<ViewerMessage, { type: 'hello' | 'estimate' }>;

export function createHub(options: HubOptions): Hub {
  const { clock, store, planner, version, log } = options;
  const accounting = createAccounting();
  const calibrator = createCalibrator((keyHash) => store.runsOf(keyHash), () => store.environments());
  const recorder = createRecorder(clock, accounting, onRun);

  const memory = createMemoryWatch({
    clock,
    accounting,
    createSampler: options.createSampler,
    onReading: (reading) => {
      recorder.onReading(reading);
      viewers.memory(accounting.figures(), reading.atMs);
      // It interrupts the readings: not while they are needed.
      if (viewers.count > 0 && !conductor.running && !accounting.generating) memory.refreshProcesses();
    },
    onChange: () => viewers.changed(),
  });

  const link = createHostLink({
    clock,
    version,
    log,
    onEnvironment: (host) => {
      store.saveEnvironment(host.keyHash, storedEnvironmentOf(host.environment), clock.nowMs());
      memory.useHost(host.environment, host.pid);
      conductor.onEnvironment();
      viewers.changed();
    },
    onMessage: onHostMessage,
    onGone: () => {
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
      const { usableMiB, otherMiB } = accounting.figures();
      // Where the device cannot be read, torch's own figure bounds the plan at least.
      const mostMiB = usableMiB ?? link.host?.environment.device.totalMiB ?? null;
      return mostMiB === null ? null : mostMiB - (otherMiB ?? 0);
    },
    newId: options.newId,
    newSeed: options.newSeed,
    onChange: () => {
      memory.setFast(conductor.running);
      viewers.broadcast({ type: 'benchmark', benchmark: conductor.state });
      viewers.changed();
    },
  });

  const viewers = createViewers({
    clock,
    log,
    state: () => viewerState({ version, memory, host: link.host, calibration: calibration(), benchmark: conductor.state, notices: notices() }),
    answer: (settings) =>
      answerEstimate(settings, {
        source: memory.source,
        figures: accounting.figures(),
        calibration: calibration(),
        webui: link.host?.environment.webui ?? null,
        benchmarkRuns: conductor.running,
        unmatched: unmatched(),
      }),
    onRequest: onViewerRequest,
  });

  function calibration(): Calibration | null {
    const { host } = link;
    return host === null ? null : calibrator.orSimilar(host.keyHash, storedEnvironmentOf(host.environment));
  }

  function notices(): ViewerState['notices'] {
    const found: ViewerState['notices'] = store.notices.map((message) => ({ level: 'warning', message }));
    for (const message of [unmatched(), calibration()?.drift ?? null]) if (message !== null) found.push({ level: 'warning', message });
    return found;
  }

  function unmatched(): string | null {
    if (link.host === null || memory.source.health !== 'ok' || memory.device !== null) return null;
    return `None of the devices that nvidia-smi shows could be matched to the one that the WebUI computes on (${link.host.environment.device.name}).`;
  }

  function onHostMessage(message: FromHost, host: HostState): void {
    switch (message.type) {
      case 'host-memory':
        accounting.onTorch(message.torch, message.generating, clock.nowMs());
        return;
      case 'run-started': {
        accounting.onRunStarted();
        const context = { keyHash: host.keyHash, sessionId: conductor.sessionOf(message.runId), ...estimatedBefore(message.settings) };
        // Without counters the readings are all there is: one a second would miss the peak.
        if (message.torch === null) memory.setFast(true);
        return recorder.onStarted(message, context);
      }
      case 'run-phase':
        return recorder.onPhase(message);
      case 'run-ended':
        accounting.onRunEnded(clock.nowMs());
        return recorder.onEnded(message);
      case 'run-refused':
        return conductor.onRefused(message);
    }
  }

  function estimatedBefore(settings: Run['settings']): Pick<Run, 'estimatedPeakMiB' | 'estimatedPeakRange'> {
    const found = calibration();
    const figures = accounting.figures();
    const { usableMiB: totalMiB, otherMiB } = figures;
    const nothing = { estimatedPeakMiB: null, estimatedPeakRange: null };
    if (found === null || found.fit === null || totalMiB === null || otherMiB === null) return nothing;
    const result = estimate(found.fit, settings);
    if (!result.ok) return nothing;
    const residentMiB = residentMiBOf(memory.source, figures);
    const { valueMiB, lowMiB, highMiB } = peakOnDevice(result, { totalMiB, otherMiB }, residentMiB);
    const measured = found.state === 'ready' && result.basis === 'inside' && found.operations.includes(settings.operation);
    // Where the interval was cut off, by the card or by what is held already, no run can leave it there.
    const whole = result.peak.lowMiB >= residentMiB && result.peak.highMiB + otherMiB <= totalMiB;
    return { estimatedPeakMiB: valueMiB, estimatedPeakRange: { lowMiB, highMiB, firm: measured && whole } };
  }

  function onRun(recorded: Run): void {
    const earlier = store.runsOf(recorded.keyHash);
    const run = markOutlier(markSpilled(recorded, earlier), earlier);
    store.saveRun(run);
    calibrator.invalidate(run.keyHash);
    conductor.onRun(run);
    memory.setFast(conductor.running);
    viewers.changed();
  }

  function onViewerRequest(request: FromViewer, peer: ViewerPeer): void {
    const refuse = (refusal: Refusal): void => {
      if (refusal !== null) peer.send({ type: 'error', reason: 'not-now', message: refusal });
    };
    switch (request.type) {
      case 'benchmark-plan':
        return peer.send({ type: 'benchmark-plan', requestId: request.requestId, ...planOf(request.options) });
      case 'benchmark-start':
        return refuse(conductor.start(request.options));
      case 'benchmark-resume':
        return refuse(conductor.resume());
      case 'benchmark-discard':
        return refuse(conductor.discard());
      case 'benchmark-cancel':
        return refuse(conductor.cancel());
      case 'curves': {
        const shown = link.host ?? store.environments()[0] ?? null;
        const runs = shown === null ? [] : store.runsOf(shown.keyHash);
        const fit = shown === null ? null : calibrator.of(shown.keyHash, shown.environment.traits).fit;
        const { totalMiB, otherMiB } = accounting.figures();
        return peer.send({ requestId: request.requestId, ...curvesOf(request.operation, fit, runs, otherMiB ?? 0, totalMiB) });
      }
      case 'runs': {
        const runs = link.host === null ? store.allRuns() : store.runsOf(link.host.keyHash);
        return peer.send({ type: 'runs', requestId: request.requestId, rows: rowsOf(runs), total: runs.length });
      }
      case 'forget-runs':
        if (conductor.running) return refuse('A benchmark is running. Cancel it first.');
        log(`forgot ${store.forget(request.keyHash)} runs of ${request.keyHash}`);
        calibrator.invalidate(request.keyHash);
        return viewers.changed();
      case 'restart-sidecar':
        return refuse('Only the WebUI can restart the sidecar.');
    }
  }

  function planOf(chosen: BenchmarkOptions): { runs: number; minutes: number | null } {
    const { host } = link;
    const traits = host?.environment.traits ?? { attention: 'unknown', condUncondBatched: null, decodesBatch: null, staticMiB: null };
    const runs = planner.planSize({ ...chosen, limitMiB: null, seed: 0, traits });
    const time = (host === null ? null : fitTime(store.runsOf(host.keyHash))) ?? guessTime(host?.environment.device.backend ?? null);
    // One more than planned: the warm-up.
    return { runs, minutes: Math.max(1, Math.round(((runs + 1) * predictMs(time, typicalWorkMpx(chosen))) / 60_000)) };
  }

  memory.start();
  return {
    addHost: (socket) => link.add(socket),
    addViewer: (socket) => viewers.add(socket),
    close: async () => {
      viewers.close();
      recorder.onHostGone();
      await memory.stop();
      store.close();
    },
  };
}
