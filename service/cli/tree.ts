/** All verbs as Commander's tree: the help, the completion and the manual are read from it. */
import { Argument, Command, Option, type Help } from 'commander';
import { FLAGS } from '../operations/registry.ts';
import * as words from '../words/index.ts';
import { optionOf, silent } from './args.ts';
import { toned, type Look } from './look.ts';
import { textWidth } from './text-width.ts';
import type { Verb, VerbName } from './verb.ts';

/** The help is for a terminal of 80 columns; lines that are longer are harder to read in a wider one, too. */
const HELP_COLUMNS = 80;

export function programOf(names: readonly VerbName[], look: Look): Command {
  const program = silent(new Command('headroom'))
    .usage('COMMAND [OPTIONS]')
    .description(words.WHAT_HEADROOM_DOES)
    .helpOption('-h, --help', words.HELP_OPTION)
    .helpCommand(false)
    .addOption(new Option('-V, --version', words.VERSION_OPTION))
    .configureHelp(helpIn(look))
    .addHelpText('after', `\n${words.HELP_OF_A_VERB}`);
  for (const name of names) program.addCommand(new Command(name).summary(words.HELP[name].summary));
  return program;
}

export function commandOf(verb: Verb, look: Look): Command {
  const help = words.HELP[verb.name];
  const command = silent(new Command(`headroom ${verb.name}`))
    .summary(help.summary)
    .description(help.about)
    .usage(['[OPTIONS]', ...verb.arguments].join(' '))
    .helpOption('-h, --help', words.HELP_OPTION)
    .configureHelp(helpIn(look));
  for (const one of verb.arguments) command.addArgument(new Argument(`[${one.replaceAll(/[[\]]/g, '')}]`));
  for (const [name, value] of Object.entries(verb.options))
    command.addOption(optionOf(name, value, aboutOf(verb, name)));
  return command.addHelpText('after', `\n${[...examplesOf(verb, look), '', ...exitCodesOf(verb, look)].join('\n')}`);
}

function aboutOf({ name }: Verb, option: string): string {
  const options: Readonly<Record<string, string>> = words.HELP[name].options;
  if (FLAGS.includes(option)) return words.operationOptionInWords(option);
  const about = options[option];
  if (about === undefined) throw new Error(`the help of ${name} has no words for --${option}`);
  return about;
}

function examplesOf({ name }: Verb, look: Look): string[] {
  const { examples } = words.HELP[name];
  return [
    toned(words.HELP_HEADINGS.examples, 'strong', look),
    ...examples.flatMap(([line, what]) => [`  ${toned(`# ${what}`, 'quiet', look)}`, `  ${line}`]),
  ];
}

function exitCodesOf({ name }: Verb, look: Look): string[] {
  const { exitCodes } = words.HELP[name];
  const column = Math.max(...exitCodes.map(([code]) => code.length));
  return [
    toned(words.HELP_HEADINGS.exitCodes, 'strong', look),
    ...exitCodes.map(([code, meaning]) => `  ${code.padEnd(column)}  ${meaning}`),
  ];
}

function helpIn(look: Look): Partial<Help> {
  const { usage, options, commands, arguments: args } = words.HELP_HEADINGS;
  const headings: Readonly<Record<string, string>> = {
    'Usage:': usage,
    'Options:': options,
    'Commands:': commands,
    'Arguments:': args,
  };
  return {
    helpWidth: HELP_COLUMNS,
    styleTitle: (title) => toned(headings[title] ?? title, 'strong', look),
    displayWidth: (text) => textWidth(text.replaceAll(/\u001b\[\d+m/g, '')),
    // In the order in which the verbs have them; the metavariables as the manual writes them, without brackets.
    optionTerm: (option) => option.flags.replaceAll(/[<>]/g, ''),
    subcommandTerm: (command) => command.name(),
    visibleArguments: () => [],
  };
}
