/**
 * The other end of the page's WebSocket, played inside playwright: answers as the sidecar would, and keeps what it was
 * asked.
 */
import type { Finding } from '../../service/protocol/calibration.ts';
import type { Holders, RamReport } from '../../service/protocol/holders.ts';
import type { AdviceResult } from '../../service/protocol/advice.ts';
import { explained } from '../../service/server/messages/explain.ts';
import type { OptionSet } from '../../service/protocol/options.ts';
import type { WebSocketRoute } from 'playwright-core';
import { requestedSettingsSchema } from '../../service/protocol/estimate.ts';
import { toViewerMessageSchema, viewerMessageSchema } from '../../service/protocol/viewer.ts';
import type { BenchmarkOptions, Refusal } from '../../service/protocol/benchmark.ts';
import type { EstimateResult, RequestedSettings } from '../../service/protocol/estimate.ts';
import type { RunRow, ToViewerMessage, ViewerMessage, ViewerState } from '../../service/protocol/viewer.ts';
import { PROTOCOL_VERSION } from '../../service/protocol/limits.ts';
import { simulatedLive, simulatedState } from './states.ts';

/** Of a pasted text nothing is known beside it. */
const NO_WEBUI = { link: { host: null } } as const;

/** Whole-device figures that grow with pixels and batch, on a card of `totalMiB`. */
export function estimateFor(settings: RequestedSettings, totalMiB = 8192): EstimateResult {
  const used = { totalMiB, webuiMiB: 2400, othersMiB: 600 };
  const { width, height } = settings.hires ?? settings;
  if (width < 64 || height < 64 || settings.batchSize < 1) {
    const problem = { code: 'size-too-small', size: 'image', width, height, limitPx: 64 } as const;
    return { status: 'bad-settings', why: { code: 'settings', problem }, ...used };
  }
  const megapixels = (width * height) / 1e6;
  const requiredMiB = 3000 + megapixels * (1500 + 900 * settings.batchSize);
  const peakMiB = requiredMiB * 1.2;
  const marginMiB = totalMiB - requiredMiB * 1.05;
  return {
    status: 'estimated',
    verdict: requiredMiB > totalMiB ? 'will-not-fit' : marginMiB < 0 ? 'tight' : 'fits',
    required: { valueMiB: requiredMiB, lowMiB: requiredMiB * 0.96, highMiB: requiredMiB * 1.05 },
    peak: { valueMiB: peakMiB, lowMiB: peakMiB * 0.94, highMiB: peakMiB * 1.08 },
    marginMiB: requiredMiB > totalMiB ? totalMiB - requiredMiB : marginMiB,
    limitingPhase: settings.hires === null ? 'decode' : 'hires_sampling',
    basis: 'inside',
    weightsMiB: 2300,
    ...used,
    usableMiB: totalMiB,
    largest: marginMiB < 0 ? { width: 832, height: 832, hires: null } : null,
    drift: null,
    notes: [],
  };
}

/** A curve's figures with an interval of 5 % around them. */
export function around(valueMiB: readonly number[]): Record<'valueMiB' | 'lowMiB' | 'highMiB', number[]> {
  return {
    valueMiB: [...valueMiB],
    lowMiB: valueMiB.map((mib) => mib * 0.95),
    highMiB: valueMiB.map((mib) => mib * 1.05),
  };
}

const NOBODY: Holders = {
  by: 'difference',
  usedMiB: null,
  usableMiB: null,
  webui: null,
  programs: [],
  untoldMiB: null,
};
const LITTLE_KNOWN: RamReport = {
  totalMiB: 16_384,
  availableMiB: null,
  commitLimitMiB: null,
  committedMiB: null,
  webuiMiB: null,
  allocator: null,
  library: null,
  allocConf: null,
  findings: [],
};

export class FakeSidecar {
  readonly received: ViewerMessage[] = [];
  state: ViewerState = simulatedState();
  rows: RunRow[] = [];
  /** Null leaves it without an answer. */
  estimate: (settings: RequestedSettings) => EstimateResult | null = (settings) => estimateFor(settings);
  advice: (asked: Extract<ViewerMessage, { type: 'advice' }>) => AdviceResult = () => ({
    about: 'nothing',
    why: { code: 'unknown-networks' },
  });
  live: Extract<ToViewerMessage, { type: 'live' }> = simulatedLive();
  /** What the shim answers for the WebUI; null leaves it without an answer. */
  setOption: (asked: Extract<ViewerMessage, { type: 'set-option' }>) => OptionSet | null = () => ({
    ok: false,
    reason: 'unknown',
  });
  curvesRestOn: Finding = { code: 'ready', runs: 12 };
  #socket: WebSocketRoute | null = null;
  connections = 0;
  /** Why a benchmark is refused; null where it is not. */
  refusal: Refusal | null = null;
  /** As a line that was cut: the socket stays open and nothing comes. */
  silent = false;
  #memory: ToViewerMessage | null = null;
  readonly #readings = setInterval(() => this.#tellMemory(), 1000).unref();

  /** To be given to `page.routeWebSocket`. */
  readonly accept = (socket: WebSocketRoute): void => {
    this.#socket = socket;
    this.connections += 1;
    socket.onMessage((data) => this.#receive(viewerMessageSchema.parse(JSON.parse(String(data)))));
  };

  send(message: ToViewerMessage): void {
    if (message.type === 'memory') this.#memory = message;
    if (!this.silent) this.#socket?.send(JSON.stringify(toViewerMessageSchema.parse(message)));
  }

  sendState(change: Partial<ViewerState>): void {
    this.state = { ...this.state, ...change };
    this.send(this.state);
  }

  /** From now on the answer to everything, told by the sidecar itself to what was asked last on each tab. */
  answerAgain(result: EstimateResult): void {
    this.estimate = () => result;
    for (const tab of ['txt2img', 'img2img'] as const) {
      const asked = this.received.findLast((message) => message.type === 'estimate' && message.tab === tab);
      if (asked?.type === 'estimate') this.send({ type: 'estimate', requestId: asked.requestId, tab, result });
    }
  }

  /** No readings any more. */
  end(): void {
    clearInterval(this.#readings);
  }

  async hangUp(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    await socket?.close({ code: 1011 });
  }

  /** The settings last asked for on a tab. */
  lastAsked(tab: 'txt2img' | 'img2img'): RequestedSettings | null {
    const asked = this.received.findLast((message) => message.type === 'estimate' && message.tab === tab);
    return asked?.type === 'estimate' ? requestedSettingsSchema.parse(asked.settings) : null;
  }

  ordersOf(type: ViewerMessage['type']): ViewerMessage[] {
    return this.received.filter((message) => message.type === type);
  }

  start(options: BenchmarkOptions): void {
    const benchmark = {
      state: 'running' as const,
      options,
      run: 0,
      runsPlanned: 12,
      settings: null,
      capMiB: null,
      timeLeftMs: 90_000,
      doing: { code: 'warming-up' as const },
    };
    this.sendState({ benchmark });
  }

  /** What was told last, again. */
  #tellMemory(): void {
    const { device, source } = this.state;
    if (source.health !== 'ok') return;
    const { usedMiB, totalMiB } = device ?? { usedMiB: null, totalMiB: null };
    this.send(this.#memory ?? { type: 'memory', atMs: 1, usedMiB, totalMiB, webuiMiB: null, othersMiB: null });
  }

  #receive(message: ViewerMessage): void {
    this.received.push(message);
    switch (message.type) {
      case 'hello':
        if (message.protocol !== PROTOCOL_VERSION) throw new Error(`the page speaks protocol ${message.protocol}`);
        this.send(this.state);
        break;
      case 'estimate': {
        const result = this.estimate(message.settings);
        if (result !== null) this.send({ type: 'estimate', requestId: message.requestId, tab: message.tab, result });
        break;
      }
      case 'advice':
        this.send({ type: 'advice', requestId: message.requestId, result: this.advice(message) });
        break;
      case 'watch':
        if (message.shown) this.send(this.live);
        break;
      case 'set-option': {
        const result = this.setOption(message);
        if (result !== null) this.send({ type: 'option-set', requestId: message.requestId, result });
        break;
      }
      case 'explain':
        void explained(message, NO_WEBUI, () => Promise.resolve()).then((told) => this.send(told));
        break;
      case 'holders':
        this.send({ type: 'holders', requestId: message.requestId, holders: NOBODY, ram: LITTLE_KNOWN });
        break;
      case 'benchmark-plan':
        this.send({
          type: 'benchmark-plan',
          requestId: message.requestId,
          runs: message.options.operations.length * 6,
          minutes: 4.2,
        });
        break;
      case 'benchmark-start':
        if (this.refusal !== null) this.send({ type: 'refused', refusal: this.refusal });
        else this.start(message.options);
        break;
      case 'benchmark-cancel':
        this.sendState({
          benchmark: {
            state: 'idle',
            resumable: null,
            last: { result: 'cancelled', ending: { code: 'cancelled' } },
          },
        });
        break;
      case 'curves': {
        const sizesPx = [256, 512, 768, 1024];
        const requiredMiB = sizesPx.map((size) => 3000 + (size * size) / 400);
        const peakMiB = requiredMiB.map((mib) => mib * 1.2);
        const empty = this.state.calibration.state === 'none' || message.operation === 'img2img';
        this.send({
          type: 'curves',
          requestId: message.requestId,
          operation: message.operation,
          finding: this.curvesRestOn,
          sizesPx: empty ? [] : sizesPx,
          lines: empty
            ? []
            : [1, 2].map((batchSize) => ({
                batchSize,
                required: around(requiredMiB),
                peak: around(peakMiB.map((mib) => mib * (1 + batchSize / 10))),
              })),
          points: empty
            ? []
            : [
                { sizePx: 512, batchSize: 1, peakMiB: 4400, ok: true, imported: false },
                {
                  sizePx: 768,
                  batchSize: 2,
                  peakMiB: 5500,
                  ok: true,
                  imported: false,
                },
                { sizePx: 1024, batchSize: 2, peakMiB: 8000, ok: false, imported: false },
              ],
          roomMiB: 8192,
          present:
            empty || message.settings?.operation !== message.operation
              ? null
              : { sizePx: 640, batchSize: 1, requiredMiB: 4024, peakMiB: 5300 },
        });
        break;
      }
      case 'runs':
        this.send({ type: 'runs', requestId: message.requestId, rows: this.rows, total: this.rows.length });
        break;
      case 'forget-runs':
        this.rows = this.rows.filter(({ imported }) => message.which === 'imported' && !imported);
        this.sendState({
          calibration: {
            state: 'none',
            runs: 0,
            kept: this.rows.length,
            imported: 0,
            finding: { code: 'not-fitted', reason: 'no-runs' },
          },
        });
        break;
      case 'benchmark-resume':
      case 'benchmark-discard':
      case 'restart-sidecar':
        break;
    }
  }
}
