/** Imports as large as anybody may make them, beside a sidecar that people wait for. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { quantile } from 'simple-statistics';
import { keyHashOf } from '../../../service/recorder/key.ts';
import { storedEnvironmentOf, type Run, type StoredEnvironment } from '../../../service/recorder/run.ts';
import type { Networks } from '../../../service/networks/networks.ts';
import { activePeakMiB, reservedPeakMiB } from '../../../service/model/replay/peaks.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import type { ViewerClient } from '../../../tools/viewer-client.ts';
import { calibratingRuns, exampleRun } from '../../service/recorder/examples.ts';
import { ENVIRONMENT, IDLE, STATIC_MIB } from '../host-client.ts';
import { importFile } from '../import-file.ts';
import type { Check, HardContext, HardLine } from '../line.ts';
import { pause } from '../processes.ts';
import { startSidecarRig, type SidecarRig } from '../sidecar-rig.ts';
import { SD15 } from '../../service/networks/examples.ts';

const RUNS = 150_000;
const SET_UPS = 3_000;
/** Of a backup, which counts as measured here: all of it is read. */
const RUNS_BACK = 20_000;
/** The start of the command comes on top. */
const MOST = { answerMs: 200, setUpMs: 2, startMs: 2_000 };
const ASK_EVERY_MS = 50;
const SETTLE_MS = 4_000;
const MOST_WAIT_MS = 120_000;
const HEADER = '{"kind":"headroom-export","version":1}\n';
const LIVE: StoredEnvironment = storedEnvironmentOf(ENVIRONMENT);
const KEY = keyHashOf(LIVE);
/** Nothing but the weights was held before a run: else it counts for nothing. */
const BASELINE: Run['baseline'] = { deviceUsedMiB: 2_910, otherMiB: 800, torch: IDLE };
const YEAR_MS = 365 * 24 * 3_600_000;

type Torch = Run['torch'];

/** What a backup really holds: its networks are recognised, and the fit takes as long as it ever does. */
function torchOfSd15(settings: GenerationSettings): Torch {
  return {
    activePeakMiB: STATIC_MIB + activePeakMiB(STORED, settings, null),
    reservedPeakMiB: STATIC_MIB + reservedPeakMiB(STORED, settings, null),
    allocRetries: 0,
    ooms: 0,
  };
}

const STORED: Networks = { ...SD15, encode: 'half' };

/** Runs of the set-up in force, each of which differs from the last. */
function* runLines(
  count: number,
  name: string,
  torchOf: (settings: GenerationSettings) => Torch = () => exampleRun().torch,
): Generator<string> {
  const beginMs = Date.now() - YEAR_MS;
  for (let at = 0; at < count; at += 1) {
    const settings = {
      operation: 'txt2img' as const,
      width: 512 + 8 * (at % 64),
      height: 512 + 8 * (at % 37),
      batchSize: 1 + (at % 4),
      hires: null,
    };
    const startedAtMs = beginMs + 60_000 * at;
    const origin = at % 3 === 0 ? 'benchmark' : 'ordinary';
    yield `${JSON.stringify({ kind: 'run', run: exampleRun({ runId: `${name}-${at}`, keyHash: KEY, settings, baseline: BASELINE, torch: torchOf(settings), phases: [], origin, startedAtMs, endedAtMs: startedAtMs + 1000 }) })}\n`;
  }
}

/** Set-ups like the one in force. */
function* environmentLines(count: number): Generator<string> {
  for (let at = 0; at < count; at += 1) {
    const environment = { ...LIVE, key: { ...LIVE.key, sd_vae: `vae-${at}` } };
    yield `${JSON.stringify({ kind: 'environment', keyHash: keyHashOf(environment), seenAtMs: Date.now() - at, environment })}\n`;
  }
}

async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  const stream = createWriteStream(file);
  stream.write(HEADER);
  for (const line of lines) if (!stream.write(line)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'finish');
}

interface Answers {
  readonly latenciesMs: readonly number[];
  /** Answers that were no estimate, and states whose calibration was not ready. */
  readonly without: number;
}

/**
 * Asks for one estimate after the other until `done` is: the next once the last is answered, for a sidecar that is
 * waited for is not to be flooded.
 */
async function askMeanwhile(viewer: ViewerClient, done: Promise<unknown>): Promise<Answers> {
  const latenciesMs: number[] = [];
  let without = 0;
  const end = viewer.onMessage((message) => {
    if (message.type === 'state' && message.calibration.state !== 'ready') without += 1;
  });
  let going = true;
  void done.finally(() => (going = false));
  for (let at = 0; going; at += 1) {
    const askedAtMs = performance.now();
    const answer = viewer.waitFor('estimate', ({ requestId }) => requestId === at, MOST_WAIT_MS);
    viewer.send({
      type: 'estimate',
      requestId: at,
      tab: 'txt2img',
      settings: { operation: 'txt2img', width: 512 + 8 * (at % 64), height: 768, batchSize: 1 + (at % 4), hires: null },
    });
    const { result } = await answer;
    latenciesMs.push(performance.now() - askedAtMs);
    if (result.status !== 'estimated') without += 1;
    await pause(ASK_EVERY_MS);
  }
  end();
  return { latenciesMs, without };
}

async function importBeside(
  rig: SidecarRig,
  viewer: ViewerClient,
  lines: Iterable<string>,
  args: readonly string[] = [],
): Promise<Answers & { readonly tookMs: number; readonly said: string }> {
  const file = join(rig.folder, 'import.ndjson');
  await writeLines(file, lines);
  const startedMs = performance.now();
  let tookMs = 0;
  const imported = importFile(rig.extension, file, rig.dataDir, args).then((result) => {
    tookMs = performance.now() - startedMs;
    return result;
  });
  // What the sidecar hears of an import late belongs to it.
  const answers = await askMeanwhile(
    viewer,
    imported.then(() => pause(SETTLE_MS)),
  );
  return { ...answers, tookMs, said: (await imported).said };
}

function answered(what: string, n: number, { latenciesMs, without }: Answers): Check[] {
  const [median, p99, most] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99), Math.max(...latenciesMs)];
  const figure = `${latenciesMs.length} answers: median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)}, at most ${most.toFixed(0)} (<= ${MOST.answerMs})`;
  return [
    { what: `${what}: estimates meanwhile are answered`, n, passed: most <= MOST.answerMs, figure },
    {
      what: `${what}: estimates meanwhile come from the fit that was there`,
      n,
      passed: without === 0,
      figure: `${without} without one`,
    },
  ];
}

async function run({ count, say }: HardContext): Promise<readonly Check[]> {
  const rig = await startSidecarRig(calibratingRuns(KEY).map((run) => ({ ...run, baseline: BASELINE })));
  try {
    await rig.connectHost();
    const viewer = await rig.connectViewer();
    for (let waited = 0; viewer.state()?.calibration.state !== 'ready' && waited < 100; waited += 1) await pause(100);
    await pause(SETTLE_MS);
    say(JSON.stringify(viewer.state()?.calibration));
    const [runs, setUps] = [count(RUNS), count(SET_UPS)];
    const one = await importBeside(rig, viewer, runLines(runs, 'theirs'));
    say(`${runs} runs in ${(one.tookMs / 1000).toFixed(1)} s: ${one.said.trim()}`);
    const other = await importBeside(rig, viewer, environmentLines(setUps));
    say(`${setUps} set-ups in ${(other.tookMs / 1000).toFixed(1)} s: ${other.said.trim()}`);
    const back = await importBeside(rig, viewer, runLines(count(RUNS_BACK), 'back', torchOfSd15), ['--own']);
    say(`${count(RUNS_BACK)} own runs in ${(back.tookMs / 1000).toFixed(1)} s: ${back.said.trim()}`);
    const mostMs = MOST.startMs + MOST.setUpMs * setUps;
    return [
      ...answered('an import of runs of the set-up in force', runs, one),
      ...answered('an import of set-ups like it', setUps, other),
      ...answered('a backup that comes back', count(RUNS_BACK), back),
      {
        what: 'an import of set-ups takes',
        n: setUps,
        passed: other.tookMs <= mostMs,
        figure: `${(other.tookMs / 1000).toFixed(1)} s (<= ${mostMs / 1000})`,
      },
    ];
  } finally {
    await rig.stop();
  }
}

export const line: HardLine = { id: 'S6', holds: 'an import, however large, keeps nobody waiting', run };
