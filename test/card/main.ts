/** `npm run test:card`: the extension in a real WebUI, on the real PyTorch, on a card without kernels. */
import { Cleanup } from '../live/cleanup.ts';
import { findInstall } from '../live/install.ts';
import type { WebuiInstall } from '../live/install.ts';
import { USAGE, parseCardArgs } from './args.ts';
import type { CardOptions } from './args.ts';
import { judgeEstimates } from './judge.ts';
import { resultTable } from './report.ts';
import { rescueTable } from './rescue-result.ts';
import { judgeRescues } from './rescues.ts';
import { runOnCard } from './scenario.ts';
import type { CardRun } from './scenario.ts';

const PASSED = 0;
const FAILED = 1;
const BAD_ARGUMENTS = 2;
/** Not run, and so not passed. */
const MISSING = 3;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function missing(things: readonly string[]): number {
  for (const thing of things) say(`not run: missing ${thing}`);
  return MISSING;
}

function told<Result extends { goals: readonly { holds: boolean }[] }>(
  { json }: CardOptions,
  ran: CardRun<Result>,
  table: (result: Result) => string,
): number {
  if (!ran.ok) return missing(ran.missing);
  const { result } = ran;
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : `\n${table(result)}\n`);
  if (json) say(table(result));
  return result.goals.every((goal) => goal.holds) ? PASSED : FAILED;
}

async function run(options: CardOptions, install: WebuiInstall): Promise<number> {
  const cleanup = new Cleanup((error) => say(`could not clean up: ${String(error)}`));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void cleanup.run().then(() => process.exit(130)));
  }
  try {
    const input = { options, install, cleanup, say };
    return options.rescues > 0
      ? told(options, await runOnCard(input, judgeRescues), rescueTable)
      : told(options, await runOnCard(input, judgeEstimates), resultTable);
  } catch (error) {
    say(`the test could not be carried out: ${error instanceof Error ? error.message : String(error)}`);
    return FAILED;
  } finally {
    await cleanup.run();
  }
}

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseCardArgs(args);
  if (!parsed.ok) {
    say(`${parsed.message}\n${USAGE}`);
    return BAD_ARGUMENTS;
  }
  const { options } = parsed;
  if (process.platform !== 'linux' || process.arch !== 'x64') return missing(['Linux on x86-64']);
  if (options.webuiDir === null) return missing([`a WebUI: give --webui-dir\n${USAGE}`]);
  const found = findInstall(options.webuiDir, options.python);
  return found.ok ? run(options, found.install) : missing([`a WebUI: ${found.message}`]);
}

process.exitCode = await main(process.argv.slice(2));
