/** Outputs of nvidia-smi, mutated. */
import { mutateText } from '../fuzz/mutate-text.ts';
import { outputFixtures, problemOfOutput } from '../fuzz/outputs.ts';
import type { Check, HardContext, HardLine } from '../line.ts';
import { createRandom } from '../random.ts';
import { leastMs } from '../timing.ts';

const OUTPUTS = 1_000_000;
const MOST_MS = 50;
/** A slower answer is asked for again, for the machine may have been busy. */
const DOUBTED_MS = 10;

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
    { what: 'mutated outputs: no exception, no figure that is not finite', n, passed: problems.length === 0, figure: problems[0] ?? '0 wrong' },
    { what: 'mutated outputs: the slowest answer', n, passed: slowestMs <= MOST_MS, figure: `${slowestMs.toFixed(1)} ms (<= ${MOST_MS})` },
  ];
}

export const line: HardLine = {
  id: 'R2',
  holds: 'whatever arrives is answered, in time',
  run: (context) => Promise.resolve(fuzzOutputs(context)),
};
