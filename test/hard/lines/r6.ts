/** A benchmark whose sidecar, WebUI or both are killed anywhere, again and again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doneOf } from '../../../service/benchmark/progress.ts';
import type { BenchmarkOptions } from '../../../service/protocol/benchmark.ts';
import type { Check, HardContext, HardLine } from '../line.ts';
import { HAS_PROC, NEEDS_PROC, pause, timeUntil } from '../processes.ts';
import { createRandom, type Random } from '../random.ts';
import { readKept, type Kept } from '../store-reader.ts';
import { kill, startWebui, type Webui } from '../webui.ts';

const KILLS = 100;
/** WebUIs at a time, each with its own data: most of the time goes by in waiting. */
const LANES = 4;
const LIMIT_MS = 60_000;
/** As long as a dead sidecar's benchmark is thought to be held by it, and some. */
const OFFERED_WITHIN_MS = 25_000;
const FINISHED_WITHIN_MS = 600_000;
const OPTIONS: BenchmarkOptions = { maxSizePx: 768, maxBatchSize: 2, operations: ['txt2img'], budget: 'thorough' };
const WHAT = ['sidecar', 'WebUI', 'both'] as const;

interface Lane {
  readonly kept: Kept;
  /** Every run that a page was ever shown. */
  readonly shown: ReadonlySet<string>;
  readonly problems: readonly string[];
  readonly killed: Readonly<Record<(typeof WHAT)[number], number>>;
}

/** Whether what is kept has a benchmark that stopped half-way. */
function isHalfWay({ sessions, runs }: Kept): boolean {
  const last = sessions.at(-1);
  return last?.state === 'open' && doneOf(runs.filter(({ sessionId }) => sessionId === last.sessionId)).length > 0;
}

/** Makes the benchmark go on, or a new one begin. Rejects where one that stopped half-way is not offered. */
async function goOn({ page, dataDir }: Webui): Promise<void> {
  await page.ready();
  if (isHalfWay(readKept(dataDir))) {
    const isOffered = () => resumableOf(page) !== null;
    if ((await timeUntil(isOffered, OFFERED_WITHIN_MS)) === null)
      throw new Error('a benchmark that stopped half-way was not offered');
    page.send({ type: 'benchmark-resume' });
  } else {
    page.send({ type: 'benchmark-start', options: OPTIONS });
  }
  // One without a run is not offered, and for a while it counts as held by the sidecar that is dead: ask again.
  for (let asked = 0; asked < OFFERED_WITHIN_MS / 1000; asked += 1) {
    if ((await timeUntil(() => page.state()?.benchmark.state === 'running', 1000)) !== null) return;
    page.send({ type: 'benchmark-start', options: OPTIONS });
  }
  throw new Error('no benchmark could be started');
}

function resumableOf(page: Webui['page']): unknown {
  const benchmark = page.state()?.benchmark;
  return benchmark?.state === 'idle' ? benchmark.resumable : null;
}

/** SIGKILL for the sidecar; resolves when the page has the state of the next one. */
async function killSidecar({ page, sidecarPid }: Webui): Promise<void> {
  const back = page.waitFor('state', ({ environment }) => environment !== null, LIMIT_MS);
  const stopped = page.waitFor('sidecar', ({ state }) => state === 'stopped', LIMIT_MS);
  for (const either of [back, stopped]) either.catch(() => undefined);
  kill(sidecarPid() ?? 0);
  if ((await Promise.race([back, stopped])).type !== 'sidecar') return;
  page.send({ type: 'restart-sidecar' });
  await back;
}

async function runLane(kills: number, random: Random, say: (text: string) => void): Promise<Lane> {
  const dataDir = mkdtempSync(join(tmpdir(), 'headroom-hard-'));
  const shown = new Set<string>();
  const problems: string[] = [];
  const killed = { sidecar: 0, WebUI: 0, both: 0 };
  const start = () => startWebui(['--pace', '0.1'], dataDir);
  let webui = await start();
  try {
    for (let times = 1; times <= kills; times += 1) {
      await goOn(webui);
      await pause(random.below(4000));
      for (const { runId } of await webui.page.runs()) shown.add(runId);
      await pause(random.below(300));
      const what = random.pick(WHAT);
      killed[what] += 1;
      if (what === 'sidecar') {
        await killSidecar(webui);
        continue;
      }
      if (what === 'both') kill(webui.sidecarPid() ?? 0);
      kill(webui.pid);
      await timeUntil(() => webui.processes().length === 0, LIMIT_MS);
      await webui.stop();
      webui = await start();
      say(`${times} of ${kills}: ${shown.size} runs shown so far`);
    }
    await goOn(webui);
    await webui.page.waitFor('state', ({ benchmark }) => benchmark.state === 'idle', FINISHED_WITHIN_MS);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  } finally {
    await webui.stop();
  }
  await timeUntil(() => webui.processes().length === 0, LIMIT_MS);
  const kept = readKept(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
  return { kept, shown, problems, killed };
}

/** A benchmark that did a step twice has more runs than its plan; one that lost its place never finishes. */
function problemsOfSessions({ sessions, runs }: Kept): string[] {
  return sessions.flatMap(({ sessionId, runsPlanned, state }) => {
    const done = doneOf(runs.filter((run) => run.sessionId === sessionId));
    const twice = done.length - new Set(done.map(({ settings, capMiB }) => JSON.stringify([settings, capMiB]))).size;
    if (done.length > runsPlanned) return [`${done.length} runs of ${runsPlanned} planned (${state})`];
    return twice > 0 ? [`${twice} runs were done twice`] : [];
  });
}

async function run({ count, seed, say }: HardContext): Promise<Check[]> {
  const kills = count(KILLS);
  const lanes = Math.min(LANES, kills);
  const shares = Array.from({ length: lanes }, (_, lane) => Math.floor(kills / lanes) + (lane < kills % lanes ? 1 : 0));
  const done = await Promise.all(
    shares.map((share, lane) => runLane(share, createRandom(seed * 100 + lane), (text) => say(`${lane}: ${text}`))),
  );
  const runs = done.flatMap(({ kept }) => kept.runs);
  const lost = done.flatMap(({ kept, shown }) =>
    [...shown].filter((id) => !kept.runs.some(({ runId }) => runId === id)),
  );
  const doubled = done.flatMap(({ kept }) => problemsOfSessions(kept));
  const problems = done.flatMap((lane) => lane.problems);
  const finished = done.flatMap(({ kept }) => kept.sessions).filter(({ state }) => state === 'finished').length;
  const killed = WHAT.map((what) => `${done.reduce((sum, lane) => sum + lane.killed[what], 0)} ${what}`).join(', ');
  return [
    {
      what: 'benchmark killed anywhere: a run that was shown is kept',
      n: kills,
      passed: lost.length === 0 && runs.length > 0,
      figure: `${lost.length} lost of ${runs.length} (${killed})`,
    },
    {
      what: 'benchmark killed anywhere: no step is done twice',
      n: kills,
      passed: doubled.length === 0,
      figure: doubled[0] ?? 'none',
    },
    {
      what: 'benchmark killed anywhere: it goes on and comes to its end',
      n: kills,
      passed: problems.length === 0 && finished >= lanes,
      figure: problems[0] ?? `${finished} finished`,
    },
  ];
}

export const line: HardLine = {
  id: 'R6',
  holds: 'of a benchmark that is killed, no finished run is lost or done again, and it goes on',
  run: (context) =>
    HAS_PROC ? run(context) : Promise.resolve([{ what: 'kills', n: 0, passed: null, figure: NEEDS_PROC }]),
};
