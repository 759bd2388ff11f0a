/** The shim's side of the wire, for a sidecar without a WebUI. */
import { WebSocket } from 'ws';
import { environmentOf } from '../../service/hosts/hosts.ts';
import { PROTOCOL_VERSION } from '../../service/protocol/limits.ts';
import type { HostMessage, HostReport } from '../../service/protocol/host.ts';
import type { TableRow } from '../../benchmarks/accuracy/table.ts';
import { CARD, TOTAL_MIB } from './card-file.ts';

/** Of weights. */
export const STATIC_MIB = 2034;
/** What torch holds between two generations. */
export const IDLE = { allocatedMiB: STATIC_MIB, reservedMiB: 2110 };

const REPORT: HostReport = {
  program: [
    'modules.launch_utils',
    'modules.lowvram',
    'modules.sd_hijack:model_hijack.optimization_method',
    'modules.sd_models:model_data.sd_model',
  ],
  webuiVersion: '1.10.1',
  torchVersion: '2.1.2+cu121',
  checkpoint: 'simulated-sd15 [0123456789]',
  device: { backend: 'cuda', ...CARD, totalMiB: TOTAL_MIB },
  traits: { attention: 'fused', condUncondBatched: true, decodesBatch: false, staticMiB: STATIC_MIB },
  key: { device: CARD.uuid, model: 'sd1', attention: 'sdp' },
  upscalers: [{ name: 'Latent', kind: 'latent' }],
};
export const ENVIRONMENT = environmentOf(REPORT);

export interface HostClient {
  send(message: HostMessage): void;
  close(): void;
}

export async function connectHost(port: number, token: string): Promise<HostClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/host`, { headers: { Authorization: `Bearer ${token}` } });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  const send = (message: HostMessage) => socket.send(JSON.stringify(message));
  send({ type: 'hello', protocol: PROTOCOL_VERSION, shimVersion: '0.1.0', pid: process.pid });
  send({ type: 'environment', environment: REPORT });
  send({ type: 'host-memory', torch: IDLE, generating: false });
  return { send, close: () => socket.terminate() };
}

/** A whole ordinary run in one go, as the sidecar hears of it. */
export function sayRun(host: HostClient, runId: string, { settings, activeMiB, reservedMiB }: TableRow): void {
  const torch = IDLE;
  const peaks = { activePeakMiB: activeMiB, reservedPeakMiB: reservedMiB, allocRetries: 0, ooms: 0 };
  host.send({
    type: 'run-started',
    runId,
    origin: 'ordinary',
    settings,
    capMiB: null,
    condUncondBatched: true,
    extras: [],
    torch,
    startedAtMs: Date.now(),
  });
  host.send({ type: 'run-ended', runId, outcome: 'ok', torch: peaks, durationMs: 900, error: null });
  host.send({ type: 'host-memory', torch, generating: false });
}
