import type { Described } from '../verb.ts';

export function powershellCompletion({ verbs, options }: Described): string {
  const texts = (all: readonly (readonly [word: string, about: string])[]): string =>
    all.map(([word, about]) => `@(${quoted(word)}, ${quoted(about)})`).join(', ');
  const top = [
    ...verbs.map(({ name, summary }) => [name, summary] as const),
    ...options.map(({ long, about }) => [long, about] as const),
  ];
  const cases = verbs.map(
    ({ name, options: own }) =>
      `      ${quoted(name)} { $found = @(${texts([
        ...own.map(({ long, about }) => [long, about] as const),
        ...(name === 'completion' ? SHELLS : []),
      ])}) }`,
  );
  return `# PowerShell completion for headroom: headroom completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName headroom -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
  $found = @(${texts(top)})
  $inVerb = $words.Count -gt 2 -or ($words.Count -eq 2 -and $wordToComplete -eq '')
  if ($inVerb) {
    $found = @()
    switch ($words[1]) {
${cases.join('\n')}
    }
  }
  $found | Where-Object { $_[0] -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`;
}

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'].map((name) => [name, name] as const);

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
