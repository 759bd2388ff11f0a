/**
 * `npm run bench:advice`: what remedies are said to save, whether the first one works, and how long advice takes, on
 * recorded tables, into benchmarks/README.md. With `--print` onto stdout.
 */
import { median } from 'simple-statistics';
import { writeSection } from '../report.ts';
import { judgeFirst, type FirstJudged } from './first.ts';
import { judgeSavings, p90, type PairJudged } from './savings.ts';

const SEED = 7;
const GOAL = 0.05;

const percent = (share: number | null): string => (share === null ? '' : `${(share * 100).toFixed(1)} %`);

function savingsTable(pairs: readonly PairJudged[]): string[] {
  const within = (errors: readonly number[]): number | null =>
    errors.length === 0 ? null : errors.filter((error) => error <= GOAL).length / errors.length;
  const row = (name: string, { required, peak, inside }: Pick<PairJudged, 'required' | 'peak' | 'inside'>): string =>
    `| ${name} | ${required.length} | ${percent(p90(required))} | ${percent(within(required))} | ${inside} | ${peak.length} | ${percent(p90(peak))} | ${percent(within(peak))} |`;
  const all = {
    required: pairs.flatMap(({ required }) => required),
    peak: pairs.flatMap(({ peak }) => peak),
    inside: pairs.reduce((sum, { inside }) => sum + inside, 0),
  };
  return [
    '| from, to | needs | error, p90 | within 5 % | in the interval | peaks | error, p90 | within 5 % |',
    '|---|---|---|---|---|---|---|---|',
    ...pairs.map((pair) => row(`${pair.from}, ${pair.to}`, pair)),
    row('all', all),
  ];
}

function firstTable(judged: readonly FirstJudged[], measured: readonly FirstJudged[]): string[] {
  const sum = (of: (one: FirstJudged) => number): number => judged.reduce((total, one) => total + of(one), 0);
  const asked = sum((one) => one.asked);
  const answered = sum((one) => one.answered);
  const worked = sum((one) => one.worked);
  return [
    '| set-up | asked | answered | the first works | judged by a recorded need | advice took, median | measured |',
    '|---|---|---|---|---|---|---|',
    ...judged.map(
      ({ table, asked: n, answered: m, worked: k, byRecord, tookMs }, at) =>
        `| ${table} | ${n} | ${m} | ${k} | ${byRecord} | ${median([...tookMs]).toFixed(0)} ms | ${median([...(measured[at]?.tookMs ?? [])]).toFixed(0)} ms |`,
    ),
    `| all | ${asked} | ${answered} | ${worked} (${percent(worked / answered)}) | ${sum((one) => one.byRecord)} | ${median(judged.flatMap(({ tookMs }) => [...tookMs])).toFixed(0)} ms | ${median(measured.flatMap(({ tookMs }) => [...tookMs])).toFixed(0)} ms |`,
  ];
}

const pairs = judgeSavings();
// First: they share replays with those that know nothing.
const measured = judgeFirst(SEED, true);
const first = judgeFirst(SEED, false);
const failed = first.flatMap(({ table, failed: all }) => all.map((one) => `- ${table}: ${one}`));
const section = [
  '## Advice',
  '`npm run bench:advice`: remedies on recorded tables (benchmarks/data/real-allocator), with no run at all. Savings: of two tables that differ by one flag, what is required (and the peak) before less after, said and recorded, for the same settings; errors as shares of the total before. Goal: within 5 % for 90 %.',
  '',
  ...savingsTable(pairs),
  '',
  'First remedy: settings of the tables on cards that hold 85 to 100 % of what they need. It works where what it then needs is there: by the recorded need of just those settings and flags where there is one, else by the replay of the networks and laws that all runs of the table tell (how near that is to recorded needs: above, Accuracy on recorded tables). So it holds which of the possible laws is the true one against what was advised without knowing it, and not the replay itself. Goal: 95 %. Advice shall take 30 ms: each question here is a new one, with all laws still possible; `measured`: with the one that runs have told.',
  '',
  ...firstTable(first, measured),
  ...(failed.length === 0 ? [] : ['', 'Those that did not:', ...failed]),
].join('\n');
if (process.argv.includes('--print')) process.stdout.write(`${section}\n`);
else writeSection('advice', section);
