/** The real sidecar as the sources stand now, beside a simulated card and without a WebUI. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSidecar, type SidecarProcess } from '../../benchmarks/gpu/sidecar.ts';
import { openViewer, type ViewerClient } from '../../tools/viewer-client.ts';
import { buildExtension } from '../browser/stand-in.ts';
import { createCardFile, type CardFile } from './card-file.ts';
import { connectHost, type HostClient } from './host-client.ts';

export interface SidecarRig {
  readonly card: CardFile;
  /** All of its processes name this folder. */
  readonly folder: string;
  readonly sidecar: SidecarProcess;
  connectHost(): Promise<HostClient>;
  connectViewer(): Promise<ViewerClient>;
  stop(): Promise<void>;
}

export async function startSidecarRig(): Promise<SidecarRig> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-hard-'));
  const extension = await buildExtension();
  const card = createCardFile(folder);
  const remove = () => {
    for (const path of [folder, extension]) rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  try {
    const sidecar = await startSidecar(extension, join(folder, 'data'), join(folder, 'log'), card.env);
    const { port, token } = sidecar;
    return {
      card,
      folder,
      sidecar,
      connectHost: () => connectHost(port, token),
      connectViewer: () => openViewer(new URL(`ws://127.0.0.1:${port}/viewer`), { Authorization: `Bearer ${token}` }),
      stop: async () => {
        await sidecar.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
