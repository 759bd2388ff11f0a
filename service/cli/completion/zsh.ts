import { namesFile } from '../described.ts';
import type { Described, DescribedOption } from '../verb.ts';

export function zshCompletion({ verbs, options }: Described): string {
  const cases = verbs.map(
    ({ name, options: own }) => `    ${name}) _arguments ${[...own.flatMap(specsOf), operandOf(name)].join(' ')} ;;`,
  );
  return `#compdef headroom
# zsh completion for headroom: eval "$(headroom completion zsh)"
_headroom() {
  local -a verbs
  verbs=(
${verbs.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command verbs
    _arguments ${options.flatMap(specsOf).join(' ')}
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
    help) _describe command verbs ;;
${cases.join('\n')}
  esac
}
compdef _headroom headroom
`;
}

const ACTIONS = { file: '_files', folder: '_files -/' } as const;

function specsOf({ long, short, value, about }: DescribedOption): string[] {
  const kind = namesFile(value);
  const action = kind === null ? '' : ACTIONS[kind];
  const behind = `[${about.replaceAll(/[[\]:\\]/g, '\\$&')}]${value === null ? '' : `:${value}:${action}`}`;
  return [long, ...(short === null ? [] : [short])].map((name) => quoted(name + behind));
}

function operandOf(verb: string): string {
  return verb === 'completion' ? quoted('*:shell:(bash zsh fish powershell)') : quoted('*:file:_files');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
