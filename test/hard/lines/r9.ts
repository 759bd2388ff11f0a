/** What the sidecar costs with many pages open, with pages that do not listen, and in the long run. */
import { startOf } from '../../service/hosts/as-shim.ts';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { quantile } from 'simple-statistics';
import { needOf, parseTable, type TableRow } from '../../../benchmarks/accuracy/table.ts';
import type { ToViewerMessage } from '../../../service/protocol/viewer.ts';
import type { Run } from '../../../service/recorder/run.ts';
import type { ViewerClient } from '../../../tools/viewer-client.ts';
import { IDLE, STATIC_MIB, sayRun, type HostClient } from '../host-client.ts';
import type { Check, HardContext, HardLine } from '../line.ts';
import { HAS_PROC, MB_PER_MIB, NEEDS_PROC, cpuMs, pause, privateMiB, residentMiB } from '../processes.ts';
import { startSidecarRig, type SidecarRig } from '../sidecar-rig.ts';
import { stallThroughRelay } from '../stalled-relay.ts';
import { connectStalled } from '../stalled-viewer.ts';

const VIEWERS = 200;
const STALLED = 50;
const SETTLE_MS = 5_000;
/** As many as a page is shown at most, so that a page's question can make a long answer. */
const RUNS = 100;
/** So long a page that does not read is kept for certain (two pings), less the time of measuring. */
const STALL_MS = 25_000;
const WINDOW_MS = 30_000;
const MOST = { idleShare: 1, fastShare: 3, rssMB: 90, pushMs: 50, stalledMB: 20, answerMs: 2_000, soakMB: 5 };
/**
 * What a benchmark, and then a person in two hours, ran: rows of a traced table, those for which the card is large
 * enough.
 */
const TRACED = join(import.meta.dirname, '../../../benchmarks/data/vram-trace/sd15.csv');
const MOST_GENERATED_MIB = 7_000;
const BENCHMARK_RUNS = 20;
const CAPPED_RUNS = 2;
const OWN_SETTINGS = 40;
const RUN_EACH_S = 20;
/** Memory of a young process grows into its place: code that is compiled late, caches, the heap's first growth. */
const WARM_UP_SHARE = 0.2;

/** How late each `memory` message comes, in ms, from the reading to a page that has it. */
function watchPushes(viewers: readonly ViewerClient[]): { readonly latenciesMs: number[]; end(): void } {
  const latenciesMs: number[] = [];
  const note = (message: ToViewerMessage) => {
    if (message.type === 'memory') latenciesMs.push(Date.now() - message.atMs);
  };
  const ends = viewers.map((viewer) => viewer.onMessage(note));
  return { latenciesMs, end: () => ends.forEach((end) => end()) };
}

interface Window {
  readonly cpuShare: number;
  readonly pushP99Ms: number;
  readonly pushes: number;
  readonly rssMiB: number;
}

async function measure(rig: SidecarRig, viewers: readonly ViewerClient[], durationMs: number): Promise<Window> {
  const watch = watchPushes(viewers);
  const startedMs = performance.now();
  const before = cpuMs(rig.sidecar.pid);
  let rssMiB = 0;
  while (performance.now() - startedMs < durationMs) {
    // A card in use: its figure is never the same twice.
    rig.card.usedMiB = 900 + (Math.round(performance.now() / 100) % 50);
    rig.card.write();
    rssMiB = Math.max(rssMiB, residentMiB(rig.sidecar.pid));
    await pause(500);
  }
  const cpuShare = ((cpuMs(rig.sidecar.pid) - before) / (performance.now() - startedMs)) * 100;
  watch.end();
  return { cpuShare, pushP99Ms: quantile(watch.latenciesMs, 0.99), pushes: watch.latenciesMs.length, rssMiB };
}

/**
 * A run whose peak only readings can tell (no counters of torch's): ten readings a second, five messages to each page.
 */
function readFast(host: HostClient): void {
  const settings = { operation: 'txt2img' as const, width: 512, height: 512, batchSize: 1, hires: null };
  for (const message of startOf('without-counters', settings, { torch: null, atMs: Date.now() })) host.send(message);
}

async function load({ say }: HardContext): Promise<Check[]> {
  const rig = await startSidecarRig(
    Array.from({ length: RUNS }, (_, at) => ({
      settings: { operation: 'txt2img', width: 512 + 64 * (at % 8), height: 512, batchSize: 1 + (at % 3), hires: null },
    })),
  );
  try {
    const host = await rig.connectHost();
    const viewers = await Promise.all(Array.from({ length: VIEWERS }, () => rig.connectViewer()));
    await pause(SETTLE_MS);
    const idle = await measure(rig, viewers, WINDOW_MS);
    say(`1 Hz: ${JSON.stringify(idle)}, load ${loadText()}`);
    readFast(host);
    await pause(SETTLE_MS);
    const fast = await measure(rig, viewers, WINDOW_MS);
    say(`5 Hz: ${JSON.stringify(fast)}, load ${loadText()}`);
    const url = new URL(`ws://127.0.0.1:${rig.sidecar.port}/viewer`);
    const stalled = await Promise.all(
      Array.from({ length: STALLED }, () => connectStalled(url, { Authorization: `Bearer ${rig.sidecar.token}` })),
    );
    await pause(STALL_MS);
    const beside = await measure(rig, viewers, WINDOW_MS);
    const grownMiB = beside.rssMiB - fast.rssMiB;
    say(
      `with ${STALLED} stalled: ${JSON.stringify(beside)}, ${stalled[0]?.asked()} questions each, load ${loadText()}`,
    );
    for (const one of stalled) one.end();
    return [
      atMost(
        `CPU with ${VIEWERS} pages, 1 reading and 1 message to each a second`,
        `${WINDOW_MS / 1000} s`,
        idle.cpuShare,
        MOST.idleShare,
        '% of a core',
      ),
      atMost(
        `CPU with ${VIEWERS} pages, 10 readings and 5 messages to each a second`,
        `${WINDOW_MS / 1000} s`,
        fast.cpuShare,
        MOST.fastShare,
        '% of a core',
      ),
      atMostMB(`memory with ${VIEWERS} pages (RSS)`, VIEWERS, Math.max(idle.rssMiB, fast.rssMiB), MOST.rssMB),
      atMost('from a reading to a page that has it, p99', fast.pushes, fast.pushP99Ms, MOST.pushMs, 'ms'),
      atMostMB('memory that pages which ask and never read cost (RSS)', STALLED, grownMiB, MOST.stalledMB),
      atMost(
        'beside them: from a reading to a page that has it, p99',
        beside.pushes,
        beside.pushP99Ms,
        MOST.pushMs,
        'ms',
      ),
    ];
  } finally {
    await rig.stop();
  }
}

async function relay(): Promise<Check[]> {
  const { grownMiB, slowestMs } = await stallThroughRelay(STALLED, RUNS);
  return [
    atMostMB("memory that such pages cost the WebUI's own process (private pages)", STALLED, grownMiB, MOST.stalledMB),
    atMost('beside them: an answer to a page that reads', STALLED, slowestMs, MOST.answerMs, 'ms'),
  ];
}

/** So many of the rows, evenly over all sizes, batch sizes and operations. */
function spread(rows: readonly TableRow[], count: number): TableRow[] {
  return Array.from({ length: count }, (_, at) => rows[Math.floor(((at + 0.5) * rows.length) / count)]).flatMap(
    (row) => row ?? [],
  );
}

function benchmarkRunOf({ settings, activeMiB, reservedMiB }: TableRow): Partial<Run> {
  const torch = { activePeakMiB: activeMiB, reservedPeakMiB: reservedMiB, allocRetries: 0, ooms: 0 };
  return {
    settings,
    torch,
    phases: [],
    baseline: { deviceUsedMiB: 3010, otherMiB: 900, torch: IDLE },
    devicePeakMiB: reservedMiB + 900,
  };
}

/**
 * Under caps just above and just below what it needs: with those the sidecar trusts its replay, and estimates by that.
 */
function cappedRunsOf(row: TableRow): Partial<Run>[] {
  const { settings } = row;
  const needMiB = needOf(row);
  const under = (capMiB: number, outcome: Run['outcome']): Partial<Run> => ({
    settings,
    capMiB,
    outcome,
    torch: null,
    phases: [],
    baseline: { deviceUsedMiB: 3010, otherMiB: 900, torch: IDLE },
    devicePeakMiB: null,
  });
  return [under(1.02 * needMiB, 'ok'), under(0.98 * needMiB, 'oom')];
}

/** Pages come and go, ask and look; the person generates on a set-up that was measured; nothing may pile up. */
async function soak({ soakMinutes, say }: HardContext): Promise<Check[]> {
  const rows = parseTable(readFileSync(TRACED, 'utf8'), STATIC_MIB).filter(
    ({ reservedMiB }) => reservedMiB < MOST_GENERATED_MIB,
  );
  const rig = await startSidecarRig([
    ...spread(rows, BENCHMARK_RUNS).map(benchmarkRunOf),
    ...spread(rows, CAPPED_RUNS).flatMap(cappedRunsOf),
  ]);
  const generations = spread(rows, OWN_SETTINGS);
  try {
    const host = await rig.connectHost();
    const viewers = await Promise.all(Array.from({ length: 5 }, () => rig.connectViewer()));
    const startedMs = performance.now();
    const totalMs = soakMinutes * 60_000;
    const seen: { readonly atMs: number; readonly mib: number }[] = [];
    let mostMiB = 0;
    for (let second = 0; performance.now() - startedMs < totalMs; second += 1) {
      oneSecondOfUse(rig, host, viewers, second, generations);
      if (second % 5 === 0) {
        viewers.shift()?.close();
        viewers.push(await rig.connectViewer());
      }
      seen.push({ atMs: performance.now() - startedMs, mib: privateMiB(rig.sidecar.pid) });
      mostMiB = Math.max(mostMiB, residentMiB(rig.sidecar.pid));
      if (second % 60 === 0)
        say(
          `${(performance.now() / 60_000 - startedMs / 60_000).toFixed(1)} min: ${seen.at(-1)?.mib.toFixed(1)} MiB private, at most ${mostMiB.toFixed(1)} MiB RSS so far`,
        );
      await pause(1000);
    }
    const warm = seen.filter(({ atMs }) => atMs >= totalMs * WARM_UP_SHARE);
    const part = Math.max(1, Math.floor(warm.length / 8));
    const mean = (some: typeof warm) => some.reduce((sum, { mib }) => sum + mib, 0) / some.length;
    const grownMiB = mean(warm.slice(-part)) - mean(warm.slice(0, part));
    return [
      atMostMB('memory in use with 5 pages that come and go (RSS)', `${soakMinutes} min`, mostMiB, MOST.rssMB),
      atMostMB(
        'memory grown in use (private pages; last eighth less first, after a fifth to warm up)',
        `${soakMinutes} min`,
        grownMiB,
        MOST.soakMB,
      ),
    ];
  } finally {
    await rig.stop();
  }
}

function oneSecondOfUse(
  rig: SidecarRig,
  host: HostClient,
  viewers: readonly ViewerClient[],
  second: number,
  generations: readonly TableRow[],
): void {
  rig.card.usedMiB = IDLE.reservedMiB + 900 + (second % 300);
  rig.card.write();
  const generation = generations[(second / RUN_EACH_S) % generations.length];
  if (generation !== undefined) sayRun(host, `soak-${second}`, generation);
  for (const [at, viewer] of viewers.entries()) {
    const settings = {
      operation: 'txt2img' as const,
      width: 512 + 8 * ((second + at) % 128),
      height: 768,
      batchSize: 1 + (second % 4),
      hires: null,
    };
    viewer.send({ type: 'estimate', requestId: second, tab: 'txt2img', settings });
    if ((second + at) % 10 === 0) viewer.send({ type: 'runs', requestId: second });
    if ((second + at) % 15 === 0)
      viewer.send({ type: 'curves', requestId: second, operation: 'txt2img', settings: null });
  }
}

function atMost(what: string, n: number | string, value: number, most: number, unit: string): Check {
  return {
    what,
    n,
    passed: value <= most,
    figure: `${value.toFixed(value < 10 ? 2 : 1)} ${unit} (<= ${most}), load ${loadText()}`,
  };
}

function atMostMB(what: string, n: number | string, mib: number, mostMB: number): Check {
  return atMost(what, n, mib * MB_PER_MIB, mostMB, 'MB');
}

function loadText(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

export const line: HardLine = {
  id: 'R9',
  holds: 'it costs little, with many pages and in the long run',
  run: async (context) => {
    if (!HAS_PROC) return [{ what: 'CPU and memory', n: 0, passed: null, figure: NEEDS_PROC }];
    return [...(await load(context)), ...(await relay()), ...(await soak(context))];
  },
};
