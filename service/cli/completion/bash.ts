import { namesFile } from '../described.ts';
import type { Described, DescribedOption } from '../verb.ts';

export function bashCompletion({ verbs, options }: Described): string {
  const cases = verbs.map(
    ({ name, options: own }) => `    ${name}) options="${longOf(own)}"; words="${wordsOf(name)}" ;;`,
  );
  const files = valued(verbs, 'file');
  const folders = valued(verbs, 'folder');
  const others = valued(verbs, null);
  return `# bash completion for headroom: eval "$(headroom completion bash)"
_headroom() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" options words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${verbs.map(({ name }) => name).join(' ')} help ${longOf(options)}" -- "$current"))
    return
  fi
  case "$previous" in
    ${files.join('|')}) compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")); return ;;
    ${folders.join('|')}) compopt -o filenames; COMPREPLY=($(compgen -d -- "$current")); return ;;
    ${others.join('|')}) return ;;
  esac
  case "\${COMP_WORDS[1]}" in
    help) COMPREPLY=($(compgen -W "${verbs.map(({ name }) => name).join(' ')}" -- "$current")); return ;;
${cases.join('\n')}
    *) return ;;
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    *)
      if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$current"))
      else compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")); fi ;;
  esac
}
complete -F _headroom headroom
`;
}

/** What may stand behind a verb and is no file. */
function wordsOf(verb: string): string {
  return verb === 'completion' ? 'bash zsh fish powershell' : '';
}

function longOf(options: readonly DescribedOption[]): string {
  return options.map(({ long }) => long).join(' ');
}

/** The options with such a value: of one name they are alike in all verbs that have it, or complete nothing. */
function valued(verbs: Described['verbs'], kind: 'file' | 'folder' | null): string[] {
  const all = verbs.flatMap(({ options }) => options).filter(({ value }) => value !== null);
  return [...new Set(all.filter(({ value }) => namesFile(value) === kind).map(({ long }) => long))];
}
