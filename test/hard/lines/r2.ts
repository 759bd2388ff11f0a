/** Outputs, messages and imports that are mutated, and texts that would make a bad regular expression run for ever. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../tools/node24.mjs';
import { VENV_PYTHON } from '../../../tools/setup.mjs';
import { fuzzImports } from '../fuzz/imports.ts';
import { mutateText } from '../fuzz/mutate-text.ts';
import { outputFixtures, problemOfOutput } from '../fuzz/outputs.ts';
import { attacks, regexesOf, type FoundRegex } from '../fuzz/regexes.ts';
import { fuzzWire } from '../fuzz/wire.ts';
import type { Check, HardContext, HardLine } from '../line.ts';
import { createRandom } from '../random.ts';
import { leastMs } from '../timing.ts';

const OUTPUTS = 1_000_000;
const MESSAGES = 100_000;
const LINES = 100_000;
const MOST_MS = 50;
/** A slower answer is asked for again, for the machine may have been busy. */
const DOUBTED_MS = 10;
/** A pattern whose time grows with the square of the text is found at the second length, or never ends at the third. */
const LENGTHS = [10_000, 100_000, 1_000_000];
const MOST_REGEX_MS = 250;
/** Ten times the text may take somewhat more than ten times as long, on a busy machine. */
const MOST_TIMES_PER_LENGTH = 30;
/** Patterns that are only ever given the beginning of a text, and how much of it. */
const ONLY_BEGINNINGS: Readonly<Record<string, number>> = { 'service/memory/sources/nvidia-smi/error-text.ts': 500 };

function fuzzOutputs({ count, seed, say }: HardContext): Check[] {
  const random = createRandom(seed);
  const fixtures = outputFixtures();
  const n = count(OUTPUTS);
  const problems: string[] = [];
  let slowestMs = 0;
  for (let i = 0; i < n; i += 1) {
    const text = mutateText(random.pick(fixtures), fixtures, random);
    const exitCode = random.pick([0, 0, 0, 1, 2, 6, 9, 15, 18, 127, 255, -1]);
    let problem: string | null = null;
    const tookMs = leastMs(DOUBTED_MS, () => {
      problem = problemOfOutput(text, exitCode);
    });
    slowestMs = Math.max(slowestMs, tookMs);
    if (problem !== null) problems.push(`${String(problem)}: ${JSON.stringify(text.slice(0, 500))}`);
    if (i > 0 && i % 200_000 === 0) say(`${i} outputs, the slowest ${slowestMs.toFixed(1)} ms`);
  }
  return [
    {
      what: 'mutated outputs: no exception, no figure that is not finite',
      n,
      passed: problems.length === 0,
      figure: wrong(problems),
    },
    {
      what: 'mutated outputs: the slowest answer',
      n,
      passed: slowestMs <= MOST_MS,
      figure: `${slowestMs.toFixed(1)} ms (<= ${MOST_MS})`,
    },
  ];
}

async function fuzzMessages({ count, seed, say }: HardContext): Promise<Check> {
  const n = count(MESSAGES);
  const { problems, understood } = await fuzzWire(n, createRandom(seed));
  say(`${understood} of ${n} messages fitted the protocol all the same`);
  return {
    what: 'mutated messages of the WebUI and of pages: no exception, every answer in the protocol',
    n,
    passed: problems.length === 0,
    figure: wrong(problems),
  };
}

async function fuzzLines({ count, seed, say }: HardContext): Promise<Check> {
  const n = count(LINES);
  const { problems, takenOver } = await fuzzImports(
    n,
    createRandom(seed),
    existsSync('/dev/shm') ? '/dev/shm' : undefined,
  );
  say(`${takenOver} of ${n} lines were taken over all the same`);
  return {
    what: 'mutated lines of an import: taken over whole or left out',
    n,
    passed: problems.length === 0,
    figure: wrong(problems),
  };
}

interface TimedRegex {
  readonly at: string;
  /** The slowest of all attacks, at one length after another. */
  readonly ms: readonly number[];
}

/** Goes on to the next length only from one that was quick enough. */
function timeRegex({ source, flags, at }: FoundRegex): TimedRegex {
  // Without a place to go on from, each test begins anew.
  const regex = new RegExp(source, flags.replaceAll(/[gy]/g, ''));
  const most = ONLY_BEGINNINGS[at.split(':', 1)[0] ?? ''] ?? Infinity;
  const ms: number[] = [];
  for (const length of LENGTHS.map((wanted) => Math.min(wanted, most))) {
    let slowest = 0;
    for (const text of attacks(source, length)) {
      slowest = Math.max(
        slowest,
        leastMs(MOST_REGEX_MS, () => void regex.test(text)),
      );
      if (slowest > MOST_REGEX_MS) break;
    }
    ms.push(slowest);
    if (slowest > MOST_REGEX_MS) break;
  }
  return { at, ms };
}

function isTooSlow({ ms }: TimedRegex): boolean {
  const [last = 0, before = last] = [ms.at(-1), ms.at(-2)];
  return last > MOST_REGEX_MS && (ms.length < LENGTHS.length || last > MOST_TIMES_PER_LENGTH * before);
}

function regexes({ say }: HardContext): Check[] {
  const script = join(import.meta.dirname, '../fuzz/python-regexes.py');
  const python = execFileSync(
    VENV_PYTHON,
    [script, join(ROOT, 'extension'), String(MOST_REGEX_MS), ...LENGTHS.map(String)],
    { encoding: 'utf8' },
  );
  const kinds: [string, TimedRegex[]][] = [
    ['sidecar and page', regexesOf(ROOT, ['service', 'frontend-js']).map(timeRegex)],
    ['the shim', JSON.parse(python) as TimedRegex[]],
  ];
  return kinds.map(([whose, all]) => {
    const slow = all.filter(isTooSlow);
    for (const { at, ms } of slow)
      say(`${at}: ${ms.map((one) => one.toFixed(0)).join(', ')} ms for ${LENGTHS.join(', ')} characters`);
    const most = Math.max(...all.map(({ ms }) => ms.at(-1) ?? 0));
    const figure =
      slow[0] === undefined
        ? `at most ${most.toFixed(0)} ms, never more than in proportion`
        : `${slow.length} too slow: ${slow[0].at}`;
    return {
      what: `regular expressions of ${whose}: up to 1,000,000 characters of what suits them least`,
      n: all.length,
      passed: slow.length === 0,
      figure,
    };
  });
}

function wrong(problems: readonly string[]): string {
  return problems[0] === undefined ? '0 wrong' : `${problems.length} wrong: ${problems[0].slice(0, 500)}`;
}

export const line: HardLine = {
  id: 'R2',
  holds: 'whatever arrives is answered, in time',
  run: async (context) => [
    ...regexes(context),
    ...fuzzOutputs(context),
    await fuzzMessages(context),
    await fuzzLines(context),
  ],
};
