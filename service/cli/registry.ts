/** All verbs. Each is loaded by itself, so that none waits for the others' libraries. */
import type { Verb, VerbName } from './verb.ts';

type Loaders = { readonly [Name in VerbName]: () => Promise<{ readonly VERB: Verb<Name> }> };

const LOADERS: Loaders = {
  estimate: () => import('./commands/estimate.ts'),
  advise: () => import('./commands/advise.ts'),
  max: () => import('./commands/max.ts'),
  flags: () => import('./commands/flags.ts'),
  explain: () => import('./commands/explain.ts'),
  top: () => import('./commands/top.ts'),
  doctor: () => import('./commands/doctor.ts'),
  record: () => import('./commands/record.ts'),
  compare: () => import('./commands/compare.ts'),
  export: () => import('./commands/export.ts'),
  import: () => import('./commands/import.ts'),
  forget: () => import('./commands/forget.ts'),
  serve: () => import('./commands/serve.ts'),
  completion: () => import('./commands/completion.ts'),
  man: () => import('./commands/man.ts'),
};

/** In the order in which the help lists them. */
export const VERB_NAMES = Object.keys(LOADERS) as readonly VerbName[];

export function isVerbName(word: string): word is VerbName {
  return Object.hasOwn(LOADERS, word);
}

export async function loadVerb(name: VerbName): Promise<Verb> {
  return (await LOADERS[name]()).VERB;
}
