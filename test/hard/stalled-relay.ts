/** What browsers that ask and never read cost the WebUI itself, whose process the relay lives in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../service/store/store.ts';
import { exampleRun } from '../service/recorder/examples.ts';
import { pause, privateMiB } from './processes.ts';
import { connectStalled } from './stalled-viewer.ts';
import { startWebui } from './webui.ts';

const SETTLE_MS = 5_000;
/** Until uvicorn gives up who answers no ping, and beyond. */
const STALL_MS = 45_000;

export interface StalledCost {
  /** The most that the WebUI had meanwhile, beyond what it had with one page. */
  readonly grownMiB: number;
  /** How long a page that reads waited for an answer, at most. */
  readonly slowestMs: number;
}

/** @param runs that are in the store, so that a question can make a long answer. */
export async function stallThroughRelay(pages: number, runs: number): Promise<StalledCost> {
  const dataDir = mkdtempSync(join(tmpdir(), 'headroom-hard-'));
  try {
    const first = await startWebui(['--pace', '0'], dataDir);
    const keyHash = first.page.state()?.keyHash ?? '';
    await first.stop();
    fill(join(dataDir, 'headroom'), keyHash, runs);
    const webui = await startWebui(['--pace', '0'], dataDir);
    try {
      // The first answer makes the fit.
      await webui.page.estimate();
      await pause(SETTLE_MS);
      const beforeMiB = privateMiB(webui.pid);
      const url = new URL('/headroom/ws', webui.url);
      url.protocol = 'ws:';
      const stalled = await Promise.all(
        Array.from({ length: pages }, () => connectStalled(url, { Origin: new URL(webui.url).origin })),
      );
      let grownMiB = 0;
      let slowestMs = 0;
      for (const untilMs = performance.now() + STALL_MS; performance.now() < untilMs; await pause(500)) {
        grownMiB = Math.max(grownMiB, privateMiB(webui.pid) - beforeMiB);
        const askedMs = performance.now();
        await webui.page.estimate();
        slowestMs = Math.max(slowestMs, performance.now() - askedMs);
      }
      for (const one of stalled) one.end();
      return { grownMiB, slowestMs };
    } finally {
      await webui.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function fill(dataDir: string, keyHash: string, runs: number): void {
  const store = openStore(dataDir, Date.now());
  for (let at = 0; at < runs; at += 1)
    store.saveRun(exampleRun({ runId: `run-${at}`, keyHash, startedAtMs: Date.now() }));
  store.close();
}
