import { namesFile } from '../described.ts';
import type { Described, DescribedOption } from '../verb.ts';

export function fishCompletion({ verbs, options }: Described): string {
  const names = verbs.map(({ name }) => name).join(' ');
  const lines = [
    '# fish completion for headroom: headroom completion fish | source',
    `set -l verbs ${names} help`,
    'complete -c headroom -f -n "not __fish_seen_subcommand_from $verbs" -a help',
    ...options.map((one) => optionLine('not __fish_seen_subcommand_from $verbs', one)),
    ...verbs.flatMap(({ name, summary, options: own }) => [
      `complete -c headroom -f -n "not __fish_seen_subcommand_from $verbs" -a ${name} -d ${quoted(summary)}`,
      ...own.map((one) => optionLine(`__fish_seen_subcommand_from ${name}`, one)),
    ]),
    'complete -c headroom -f -n "__fish_seen_subcommand_from completion" -a "bash zsh fish powershell"',
    `complete -c headroom -f -n "__fish_seen_subcommand_from help" -a "${names}"`,
  ];
  return `${lines.join('\n')}\n`;
}

function optionLine(when: string, { long, short, value, about }: DescribedOption): string {
  const kind = namesFile(value);
  const takes = value === null ? '' : kind === 'folder' ? ' -x -a "(__fish_complete_directories)"' : ' -r';
  const files = kind === 'file' ? ' -F' : '';
  const shortName = short === null ? '' : ` -s ${short.slice(1)}`;
  return `complete -c headroom -n "${when}" -l ${long.slice(2)}${shortName}${takes}${files} -d ${quoted(about)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
