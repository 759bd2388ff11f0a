import { PROTOCOL_VERSION } from '../../../service/protocol/limits.ts';
import { readReport } from '../../../service/hosts/hosts.ts';
import type { Environment } from '../../../service/protocol/host.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import type { Report, ToShimMessage } from '../../../service/protocol/shim.ts';
import { A1111, countersOf, endOf, memoryOf, reportOf, settingsAsked, startOf } from '../hosts/as-shim.ts';
import { SD15_LIKE, TRAITS, truth } from '../model/synthetic-host.ts';
import type { FakeClock } from './fake-clock.ts';
import { DEVICE } from './fake-sampler.ts';
import { FakeSocket } from './fake-socket.ts';

/** What A1111 reports of itself. */
export const REPORT = reportOf({
  webuiVersion: '1.10.1',
  torchVersion: '2.1.2+cu121',
  checkpoint: 'tiny [0123456789]',
  device: { backend: 'cuda', name: DEVICE.name, uuid: DEVICE.uuid, busId: DEVICE.busId, totalMiB: DEVICE.totalMiB },
  traits: TRAITS,
  key: { family: 'sd1', attention: 'sdp' },
  upscalers: [
    { name: 'Latent', kind: 'latent' },
    { name: 'R-ESRGAN 4x+', kind: 'image' },
    { name: 'Lanczos', kind: 'image' },
  ],
});

export const ENVIRONMENT = readReport(REPORT, TRAITS.staticMiB).environment;

/** As A1111 reports what the networks are known by. */
export function knownReport(checkpoint: string | null = ENVIRONMENT.checkpoint): Report {
  const told = reportOf({ ...ENVIRONMENT, checkpoint });
  const dtypes = { dtype_unet: 'torch.float16', dtype_vae: 'torch.float16', fp8: 'False' };
  const facts = Object.fromEntries(Object.entries(dtypes).map(([name, value]) => [`modules.devices:${name}`, value]));
  return { ...told, facts: { ...told.facts, ...facts } };
}

const CARD_MIB = 8192;
const ALLOCATED_MIB = SD15_LIKE.staticMiB;
/** What the weights' segments leave free, and no run can use. */
export const IDLE_SLACK_MIB = 56;
const IDLE_RESERVED_MIB = ALLOCATED_MIB + IDLE_SLACK_MIB;

/** What it was asked for. */
export interface Asked {
  readonly runId: string;
  readonly settings: GenerationSettings;
  readonly capMiB: number | null;
}

/** A WebUI whose memory follows `SD15_LIKE` on an 8 GiB card, by the test's clock. */
export class FakeHost {
  readonly socket = new FakeSocket();
  othersMiB = 300;
  /** The WebUI's own beside torch's. */
  contextMiB = 420;
  torchReservedMiB = IDLE_RESERVED_MIB;
  /** What every run reserves beyond `SD15_LIKE`: a set-up that has drifted. */
  moreMiB = 0;
  runMs = 600;
  /** Before it connected: what CUDA loads with the first picture is in its context. */
  hasGenerated = true;
  /** What the first picture adds to its context, where it has not generated. */
  loadsMiB = 0;
  /** What each run leaves allocated for good. */
  leaksMiB = 0;
  #leakedMiB = 0;
  readonly asked: Asked[] = [];
  /**
   * Whether its torch tells the device's memory when it is asked to; a shim of before an update knows no such question.
   */
  readsDevice = false;
  deviceWanted = false;
  /** What to do with a run instead of generating. */
  instead: ((run: Asked) => boolean) | null = null;
  #running: { readonly runId: string; interrupted: boolean } | null = null;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
    this.socket.onSent = (message) => {
      const order = message as ToShimMessage;
      if (order.type === 'run') {
        this.#onRun({ runId: order.runId, settings: settingsAsked(order), capMiB: order.capMiB });
      }
      if (order.type === 'device-memory') this.#onDeviceMemory(order.wanted);
      if (order.type === 'cancel' && this.#running?.runId === order.runId) this.#running.interrupted = true;
    };
  }

  usedMiB(): number {
    return this.othersMiB + this.contextMiB + this.torchReservedMiB;
  }

  /** As the driver lists its process. */
  get processUsedMiB(): number {
    return this.contextMiB + this.torchReservedMiB;
  }

  hello(environment: Environment = ENVIRONMENT): void {
    this.socket.say({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      shimVersion: '0.1.0',
      pid: 4242,
      hasGenerated: this.hasGenerated,
    });
    this.environment(environment);
    this.memory(false);
  }

  environment(environment: Environment, program = A1111): void {
    this.socket.say({ type: 'environment', report: reportOf(environment, program) });
  }

  memory(generating: boolean): void {
    const whole = { freeMiB: CARD_MIB - this.usedMiB(), totalMiB: CARD_MIB, integrated: false };
    const device = this.deviceWanted && this.readsDevice ? whole : null;
    const torch = { allocatedMiB: ALLOCATED_MIB + this.#leakedMiB, reservedMiB: this.torchReservedMiB };
    this.socket.say(memoryOf(torch, { generating, device }));
  }

  #onDeviceMemory(wanted: boolean): void {
    const first = wanted && !this.deviceWanted;
    this.deviceWanted = wanted;
    if (first) this.#tellEachSecond();
  }

  #tellEachSecond(): void {
    if (!this.deviceWanted) return;
    if (this.readsDevice) this.memory(this.generating);
    this.#clock.setTimeout(() => this.#tellEachSecond(), 1000);
  }

  get generating(): boolean {
    return this.#running !== null;
  }

  /** The person presses Interrupt. */
  interrupt(): void {
    if (this.#running !== null) this.#running.interrupted = true;
  }

  /** The person presses Generate. */
  generate(runId: string, settings: GenerationSettings, extras: string[] = []): void {
    const torch = { allocatedMiB: ALLOCATED_MIB + this.#leakedMiB, reservedMiB: this.torchReservedMiB };
    for (const message of startOf(runId, settings, { torch, atMs: Date.now(), extras })) this.socket.say(message);
    this.#generate({ runId, settings, capMiB: null });
  }

  #onRun(run: Asked): void {
    this.asked.push(run);
    if (this.instead?.(run) === true) return;
    // As a WebUI does: in its own time, not within the call.
    this.#clock.setTimeout(() => {
      const torch = { allocatedMiB: ALLOCATED_MIB + this.#leakedMiB, reservedMiB: this.torchReservedMiB };
      this.socket.say({ type: 'run-started', runId: run.runId, torch: countersOf(torch), startedAtMs: Date.now() });
      this.#generate(run);
    }, 1);
  }

  /** It stays, whatever becomes of the picture. */
  #load(): void {
    if (!this.hasGenerated) this.contextMiB += this.loadsMiB;
    this.hasGenerated = true;
  }

  #generate({ runId, settings, capMiB }: Asked): void {
    this.#load();
    const { activeMiB, needMiB, reservedMiB: usualMiB } = truth(SD15_LIKE, settings);
    const reservedMiB = usualMiB + this.moreMiB;
    const limitMiB = Math.min(capMiB ?? Infinity, CARD_MIB - this.othersMiB - this.contextMiB);
    const fits = needMiB + IDLE_SLACK_MIB <= limitMiB;
    const peakMiB = Math.min(reservedMiB, limitMiB);
    const running = { runId, interrupted: false };
    this.#running = running;
    this.#clock.setTimeout(() => {
      this.torchReservedMiB = Math.max(peakMiB, IDLE_RESERVED_MIB);
    }, this.runMs / 3);
    this.#clock.setTimeout(() => {
      this.#running = null;
      this.#leakedMiB += this.leaksMiB;
      this.torchReservedMiB = IDLE_RESERVED_MIB + this.#leakedMiB;
      const retries = peakMiB < reservedMiB ? 1 : 0;
      const peaks = {
        activePeakMiB: Math.min(activeMiB, peakMiB),
        reservedPeakMiB: peakMiB,
        allocRetries: retries,
        ooms: fits ? 0 : 1,
      };
      const outcome = running.interrupted ? 'interrupted' : fits ? 'ok' : 'oom';
      const error = outcome === 'oom' ? 'CUDA out of memory.' : null;
      this.socket.say(endOf(runId, outcome, { torch: peaks, durationMs: this.runMs, error }));
      this.memory(false);
    }, this.runMs);
  }
}
