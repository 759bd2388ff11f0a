/** The shim's side of the wire, for a sidecar without a WebUI. */
import { WebSocket } from 'ws';
import { readReport } from '../../service/hosts/hosts.ts';
import { PROTOCOL_VERSION } from '../../service/protocol/limits.ts';
import type { ShimMessage } from '../../service/protocol/shim.ts';
import { endOf, memoryOf, reportOf, startOf } from '../service/hosts/as-shim.ts';
import type { TableRow } from '../../benchmarks/accuracy/table.ts';
import { CARD, TOTAL_MIB } from './card-file.ts';

/** Of weights. */
export const STATIC_MIB = 2034;
/** What torch holds between two generations. */
export const IDLE = { allocatedMiB: STATIC_MIB, reservedMiB: 2110 };

const REPORT = reportOf({
  webuiVersion: '1.10.1',
  torchVersion: '2.1.2+cu121',
  checkpoint: 'simulated-sd15 [0123456789]',
  device: { backend: 'cuda', ...CARD, totalMiB: TOTAL_MIB },
  traits: { attention: 'fused', condUncondBatched: true, decodesBatch: false, staticMiB: STATIC_MIB },
  key: { family: 'sd1', attention: 'sdp' },
  upscalers: [{ name: 'Latent', kind: 'latent' }],
});
export const ENVIRONMENT = readReport(REPORT, STATIC_MIB).environment;

export interface HostClient {
  send(message: ShimMessage): void;
  close(): void;
}

export async function connectHost(port: number, token: string): Promise<HostClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/host`, { headers: { Authorization: `Bearer ${token}` } });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  const send = (message: ShimMessage) => socket.send(JSON.stringify(message));
  send({ type: 'hello', protocol: PROTOCOL_VERSION, shimVersion: '0.1.0', pid: process.pid, hasGenerated: false });
  send({ type: 'environment', report: REPORT });
  send(memoryOf(IDLE));
  return { send, close: () => socket.terminate() };
}

/** A whole ordinary run in one go, as the sidecar hears of it. */
export function sayRun(host: HostClient, runId: string, { settings, activeMiB, reservedMiB }: TableRow): void {
  const torch = IDLE;
  const peaks = { activePeakMiB: activeMiB, reservedPeakMiB: reservedMiB, allocRetries: 0, ooms: 0 };
  for (const message of startOf(runId, settings, { torch, atMs: Date.now() })) host.send(message);
  host.send(endOf(runId, 'ok', { torch: peaks, durationMs: 900 }));
  host.send(memoryOf(torch));
}
