/** The command line: finds the verb, answers for help and version, and hands on what stands behind it. */
import { failureOf, similarIn } from './args.ts';
import { described } from './described.ts';
import { PLAIN } from './look.ts';
import { misunderstood } from './misunderstood.ts';
import { isVerbName, loadVerb, VERB_NAMES } from './registry.ts';
import { commandOf, programOf } from './tree.ts';
import { VERSION } from './version.ts';
import type { CliWorld } from './world.ts';

/**
 * For `serve --standalone`, in the language of the terminal: what only a terminal and that page need is not loaded with
 * the sidecar.
 */
export { answerForm } from './standalone/answers.ts';
export { standalonePage } from './standalone/page.ts';
export { openInWords } from '../words/index.ts';

/** Runs one verb; resolves with the exit code: 0 done, 1 failed, 2 not understood, or what the verb's help says. */
export async function runCli(args: readonly string[], world: CliWorld): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined) return (await import('./status.ts')).printStatus(world);
  if (word === '--help' || word === '-h') return printHelp(undefined, world);
  if (word === 'help') return printHelp(rest[0], world);
  if (word === '--version' || word === '-V') {
    world.out(`${VERSION}\n`);
    return 0;
  }
  if (!isVerbName(word)) return unknown(word, world);
  if (asksForHelp(rest)) return printHelp(word, world);
  return (await loadVerb(word)).answer(rest, world, async () => described(await Promise.all(VERB_NAMES.map(loadVerb))));
}

/** Behind "--" stand the words of a program that is to be run. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const ours = end < 0 ? words : words.slice(0, end);
  return ours.includes('--help') || ours.includes('-h');
}

async function printHelp(verb: string | undefined, world: CliWorld): Promise<number> {
  const look = world.look ?? PLAIN;
  if (verb !== undefined && !isVerbName(verb)) return unknown(verb, world);
  const command = verb === undefined ? programOf(VERB_NAMES, look) : commandOf(await loadVerb(verb), look);
  command.configureOutput({ writeOut: world.out, getOutHasColors: () => look.colour }).outputHelp();
  return 0;
}

function unknown(word: string, world: CliWorld): number {
  const failure = failureOf(programOf(VERB_NAMES, PLAIN), [word]);
  const similar = similarIn(failure?.message ?? '');
  return word.startsWith('-')
    ? misunderstood(null, { code: 'unknown-option', option: word, similar }, world)
    : misunderstood(null, { code: 'unknown-command', command: word, similar }, world);
}
