/** Another program takes memory while a generation runs: its figures are no longer the generation's own. */
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import type { RunRow } from '../../../service/protocol/viewer.ts';
import { generate } from '../../../tools/demo/generate.ts';
import type { Check, HardContext, HardLine } from '../line.ts';
import { HAS_PROC, NEEDS_PROC, pause } from '../processes.ts';
import { createRandom, type Random } from '../random.ts';
import { startWebui, type Webui } from '../webui.ts';

const RUNS_OF_EACH = 100;
/** WebUIs at a time: most of the time goes by in waiting. */
const LANES = 2;
const TAKEN_MIB = 300;
const LEAST_FOUND = 0.95;
const MOST_WRONG = 0.02;
/** A reading a second, and one more until the others are seen where they were. */
const SETTLE_MS = 2_500;
const LIMIT_MS = 15_000;

interface Tally {
  disturbed: number;
  found: number;
  good: number;
  wrong: number;
  /** The program was so late that the run had ended: tried again. */
  late: number;
}

async function newRun({ page }: Webui, known: Set<string>): Promise<RunRow> {
  for (const startedMs = performance.now(); performance.now() - startedMs < LIMIT_MS; await pause(100)) {
    const fresh = (await page.runs()).find(({ runId }) => !known.has(runId));
    if (fresh === undefined) continue;
    known.add(fresh.runId);
    return fresh;
  }
  throw new Error('a generation was not recorded');
}

function settingsOf(random: Random): GenerationSettings {
  return {
    operation: 'txt2img',
    width: 64 * (6 + random.below(7)),
    height: 64 * (6 + random.below(7)),
    batchSize: 1 + random.below(2),
    hires: null,
  };
}

async function runLane(each: number, random: Random, say: (text: string) => void): Promise<Tally> {
  const webui = await startWebui(['--pace', '3']);
  const tally: Tally = { disturbed: 0, found: 0, good: 0, wrong: 0, late: 0 };
  const known = new Set<string>();
  let durationMs = 1500;
  try {
    // The first generation makes the context, which is not torch's either.
    await generate(webui.url, settingsOf(random));
    await newRun(webui, known);
    while (tally.disturbed < each || tally.good < each) {
      await pause(SETTLE_MS);
      const disturb = tally.good >= each || (tally.disturbed < each && random.unit() < 0.5);
      const startedMs = performance.now();
      const running = generate(webui.url, settingsOf(random));
      let takenAtMs = Infinity;
      if (disturb) {
        await pause(durationMs * (0.2 + 0.6 * random.unit()));
        await webui.control({ otherMiB: TAKEN_MIB });
        takenAtMs = performance.now();
      }
      await running;
      const endedMs = performance.now();
      durationMs = endedMs - startedMs;
      const { marks } = await newRun(webui, known);
      const isMarked = marks.includes('disturbed');
      if (disturb) await webui.control({ otherMiB: 0 });
      if (disturb && takenAtMs > endedMs) tally.late += 1;
      else if (disturb) [tally.disturbed, tally.found] = [tally.disturbed + 1, tally.found + Number(isMarked)];
      else [tally.good, tally.wrong] = [tally.good + 1, tally.wrong + Number(isMarked)];
      if ((tally.good + tally.disturbed) % 20 === 0) say(JSON.stringify(tally));
    }
  } finally {
    await webui.stop();
  }
  return tally;
}

async function run({ count, seed, say }: HardContext): Promise<Check[]> {
  const each = Math.ceil(count(RUNS_OF_EACH) / LANES);
  const lanes = await Promise.all(
    Array.from({ length: LANES }, (_, lane) =>
      runLane(each, createRandom(seed * 100 + lane), (text) => say(`${lane}: ${text}`)),
    ),
  );
  const sum = (of: (tally: Tally) => number) => lanes.reduce((total, tally) => total + of(tally), 0);
  const [disturbed, found, good, wrong] = [
    sum((t) => t.disturbed),
    sum((t) => t.found),
    sum((t) => t.good),
    sum((t) => t.wrong),
  ];
  return [
    {
      what: `another program takes ${TAKEN_MIB} MiB in mid-run: marked as disturbed`,
      n: disturbed,
      passed: found / disturbed >= LEAST_FOUND,
      figure: `${percent(found / disturbed)} (>= ${percent(LEAST_FOUND)})`,
    },
    {
      what: 'runs that nobody disturbed: marked all the same',
      n: good,
      passed: wrong / good <= MOST_WRONG,
      figure: `${percent(wrong / good)} (<= ${percent(MOST_WRONG)})`,
    },
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export const line: HardLine = {
  id: 'R8',
  holds: 'a run during which another program took memory is marked, and no other is',
  run: (context) =>
    HAS_PROC ? run(context) : Promise.resolve([{ what: 'runs', n: 0, passed: null, figure: NEEDS_PROC }]),
};
