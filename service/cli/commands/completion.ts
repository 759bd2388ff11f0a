/** `headroom completion SHELL`: a script that completes verbs and options. */
import { readArgs } from '../args.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { powershellCompletion } from '../completion/powershell.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { misunderstood } from '../misunderstood.ts';
import type { Described, Verb } from '../verb.ts';

const SHELLS: Readonly<Record<string, (described: Described) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

export const VERB: Verb<'completion'> = {
  name: 'completion',
  arguments: ['SHELL'],
  options: {},
  answer: async (args, world, describe) => {
    const parsed = readArgs(args, VERB.options, VERB.arguments.length);
    if (!parsed.ok) return misunderstood(VERB.name, parsed.reason, world);
    const [shell] = parsed.value.files;
    const script = shell !== undefined && Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
    if (script === undefined)
      return misunderstood(VERB.name, { code: 'no-such-shell', shells: Object.keys(SHELLS) }, world);
    world.out(script(await describe()));
    return 0;
  },
};
