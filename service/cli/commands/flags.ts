/** `headroom flags`: the same image under each set of flags, and on cards of other sizes, from the stored runs. */
import { ASKED_OPTIONS, readAsked } from '../asked.ts';
import type { Verb } from '../verb.ts';
import { adviceOn } from './advise.ts';

export const VERB: Verb<'flags'> = {
  name: 'flags',
  arguments: [],
  options: ASKED_OPTIONS,
  answer: (args, world) => {
    const asked = readAsked(VERB, args, world);
    return asked === null ? 2 : adviceOn('flags', VERB.name, asked, world);
  },
};
