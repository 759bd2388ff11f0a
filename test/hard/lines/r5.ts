/** The WebUI dies or is reloaded, and nothing of ours stays behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPage } from '../../end_to_end/page.ts';
import type { Check, HardContext, HardLine } from '../line.ts';
import { HAS_PROC, NEEDS_PROC, pause, residentMiB, threadsAndFiles, timeUntil } from '../processes.ts';
import { createRandom } from '../random.ts';
import { startBuiltStandIn } from '../../browser/stand-in.ts';
import { processesOf } from '../processes.ts';
import { kill, startWebui, type Webui } from '../webui.ts';

const KILLS = 50;
const RELOADS = 20;
const GONE_WITHIN_MS = 5_000;
const RELOAD_WITHIN_MS = 20_000;
const LIMIT_MS = 60_000;
/** The first reload opens what later ones open again. */
const FIRST_RELOADS = 3;
const MOST = { threads: 2, files: 4, mib: 20 };

async function killWebuis({ count, seed, say }: HardContext): Promise<Check> {
  const random = createRandom(seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'headroom-hard-'));
  const goneMs: number[] = [];
  const left: string[] = [];
  const kills = count(KILLS);
  try {
    for (let done = 1; done <= kills; done += 1) {
      const standIn = await startBuiltStandIn(8, ['--pace', '0.3'], dataDir);
      // From the moment of serving its page: the sidecar is being started, then at rest, then in a benchmark.
      if (random.unit() < 0.5) {
        const page = await openPage(standIn.url);
        await page.ready();
        page.send({
          type: 'benchmark-start',
          options: { maxSizePx: 512, maxBatchSize: 1, operations: ['txt2img'], budget: 'quick' },
        });
      }
      await pause(random.below(1500));
      kill(standIn.pid);
      const tookMs = await timeUntil(() => processesOf(dataDir).length === 0, GONE_WITHIN_MS);
      if (tookMs === null) left.push(...processesOf(dataDir).map(({ commandLine }) => commandLine));
      else goneMs.push(tookMs);
      for (const { pid } of processesOf(dataDir)) kill(pid);
      await standIn.stop();
      if (done % 10 === 0) say(`${done} WebUIs killed, all gone after at most ${Math.max(...goneMs).toFixed(0)} ms`);
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
  const figure = left[0] ?? `at most ${Math.max(...goneMs).toFixed(0)} ms (<= ${GONE_WITHIN_MS})`;
  return { what: 'WebUI killed (SIGKILL): no process of ours is left', n: kills, passed: left.length === 0, figure };
}

interface Held {
  readonly sidecars: number;
  readonly threads: number;
  readonly files: number;
  readonly mib: number;
}

function heldBy({ pid, processes }: Webui): Held {
  const sidecars = processes().filter(({ commandLine }) => commandLine.includes('headroom.mjs')).length;
  return { sidecars, ...threadsAndFiles(pid), mib: residentMiB(pid) };
}

/** With a page open throughout, whose socket must not keep the old life from ending. */
async function reload({ count, say }: HardContext): Promise<Check[]> {
  const webui = await startWebui(['--pace', '0']);
  const tookMs: number[] = [];
  const held: Held[] = [];
  try {
    const reloads = Math.max(FIRST_RELOADS + 1, count(RELOADS));
    for (let done = 1; done <= reloads; done += 1) {
      const lives = livesOf(webui);
      const page = await openPage(webui.url);
      await page.ready();
      await webui.control({ reload: true });
      const ms = await timeUntil(() => livesOf(webui) > lives, LIMIT_MS);
      if (ms === null) throw new Error(`reload ${done} hung`);
      tookMs.push(ms);
      const next = await openPage(webui.url);
      await next.ready();
      await pause(500);
      held.push(heldBy(webui));
      for (const one of [page, next]) one.close();
    }
  } finally {
    await webui.stop();
  }
  say(held.map(({ sidecars, threads, files, mib }) => `${sidecars}/${threads}/${files}/${mib.toFixed(0)}`).join(' '));
  const [from, to] = [held[FIRST_RELOADS - 1], held.at(-1)];
  if (from === undefined || to === undefined) throw new Error('there was no reload');
  const grown = { threads: to.threads - from.threads, files: to.files - from.files, mib: to.mib - from.mib };
  const slowestMs = Math.max(...tookMs);
  const n = held.length;
  return [
    {
      what: 'Reload UI with a page open: done, no hang',
      n,
      passed: slowestMs <= RELOAD_WITHIN_MS,
      figure: `at most ${slowestMs.toFixed(0)} ms (<= ${RELOAD_WITHIN_MS})`,
    },
    {
      what: 'Reload UI: one sidecar after each',
      n,
      passed: held.every(({ sidecars }) => sidecars === 1),
      figure: `at most ${Math.max(...held.map(({ sidecars }) => sidecars))}`,
    },
    {
      what: `Reload UI: the WebUI holds no more after the last than after the ${FIRST_RELOADS}rd`,
      n,
      passed: grown.threads <= MOST.threads && grown.files <= MOST.files && grown.mib <= MOST.mib,
      figure: `${signed(grown.threads)} threads (<= ${MOST.threads}), ${signed(grown.files)} open files (<= ${MOST.files}), ${signed(grown.mib)} MiB (<= ${MOST.mib})`,
    },
  ];
}

function livesOf(webui: Webui): number {
  return webui.output().match(/listening on http/g)?.length ?? 0;
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : ''}${value.toFixed(0)}`;
}

export const line: HardLine = {
  id: 'R5',
  holds: 'of a WebUI that ends or reloads, nothing of ours stays behind',
  run: async (context) =>
    HAS_PROC
      ? [await killWebuis(context), ...(await reload(context))]
      : [{ what: 'kills', n: 0, passed: null, figure: NEEDS_PROC }],
};
