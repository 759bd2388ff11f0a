/**
 * `npm run bench:explain`: out-of-memory texts of public threads, and the tensors that the real PyTorch recorded, as
 * they are read and named, into benchmarks/README.md. With `--print` onto stdout.
 */
import { writeSection } from '../report.ts';
import { judgeLogs } from './logs.ts';
import { countHelped, judgeReports } from './remedies.ts';
import { judgeTensors, KNOWN, type Judged, type Known } from './tensors.ts';
import { judgeTexts, type TextsJudged } from './texts.ts';

const of = (count: number, all: number): string => `${count} of ${all} (${((100 * count) / all).toFixed(1)} %)`;

function textsRow({ file, texts, right, unread, wrong }: TextsJudged): string {
  return `| ${file} | ${of(right, texts)} | ${unread} | ${wrong} |`;
}

function tensorsRow(known: Known): string {
  const all = judgeTensors(known);
  const large = all.filter(({ isLarge }) => isLarge);
  const right = (judged: readonly Judged[]): string =>
    of(judged.filter(({ firstRight }) => firstRight).length, judged.length);
  const count = (is: (one: Judged) => boolean): number => all.filter(is).length;
  return `| ${known} | ${right(large)} | ${right(all)} | ${of(
    count(({ amongNamed }) => amongNamed),
    all.length,
  )} | ${count(({ wrongForCertain }) => wrongForCertain)} |`;
}

const helped = countHelped();
const logs = judgeLogs();
const priced = logs.filter(({ pricing }) => pricing.ok);
const unpriced = Map.groupBy(logs, ({ pricing }) => (pricing.ok ? null : pricing.reason));

const section = [
  '## Explaining an error',
  '`npm run bench:explain`: texts as people pasted them (test/fixtures/explain/README.md says where they are from), read right in kind and every figure, or refused where they are no error. Goals: 98 % right, no wrong figure.',
  '',
  '| texts | right | not read | wrong |',
  '|---|---|---|---|',
  ...judgeTexts().map(textsRow),
  '',
  'Tensors: allocations of whole generations that the real PyTorch recorded, each asked about as if it had failed, with the settings known. Right is the layer and the bytes of the one that is named first. Large: at least a quarter of the largest of its generation, as those are that run out of memory. Goal: 95 %, and none wrong that is named for certain.',
  '',
  '| known | large: right | all: right | among those named | wrong for certain |',
  '|---|---|---|---|---|',
  ...(Object.keys(KNOWN) as Known[]).map(tensorsRow),
  '',
  `Remedies by the text alone: ${of(helped.withRemedy, helped.texts)} of the texts above get one. Reports of data/published/oom-reports.csv that quote an error and say what helped (a text without a traceback does not tell of a second pass):`,
  '',
  '| report | what helped | named | among them |',
  '|---|---|---|---|',
  ...judgeReports().map(
    ({ name, helped: words, named, isNamed }) =>
      `| ${name} | ${words} | ${named.join(', ')} | ${isNamed ? 'yes' : 'no'} |`,
  ),
  '',
  `Remedies with a price: errors of the real WebUI on small cards (test/fixtures/explain/a1111-errors.ndjson), as a console has them with the WebUI's start and the request. Settings and flags read right: ${of(logs.filter(({ isReadRight }) => isReadRight).length, logs.length)}; priced: ${of(priced.length, logs.length)}${[...unpriced].map(([why, all]) => (why === null ? '' : `, not (${why}): ${all.length}`)).join('')}; the first of them works by the replay of the law that the card had: ${of(logs.filter(({ firstWorks }) => firstWorks === true).length, priced.length)}.`,
].join('\n');
if (process.argv.includes('--print')) process.stdout.write(`${section}\n`);
else writeSection('explain', section);
