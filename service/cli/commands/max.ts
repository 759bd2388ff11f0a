/** `headroom max`: the largest that fits, from the stored runs. */
import { ASKED_OPTIONS, readAsked } from '../asked.ts';
import type { Verb } from '../verb.ts';
import { adviceOn } from './advise.ts';

/** The usual size of SD 1: only its shape counts. */
const USUAL = { width: '512', height: '512' };

export const VERB: Verb<'max'> = {
  name: 'max',
  arguments: [],
  options: ASKED_OPTIONS,
  answer: (args, world) => {
    const asked = readAsked(VERB, args, world, USUAL);
    return asked === null ? 2 : adviceOn('largest', VERB.name, asked, world);
  },
};
