/** The answer to who asks for advice: on the page and on the command line the same. */
import { advise } from '../advice/advise.ts';
import { flagsTable } from '../advice/flags.ts';
import { largest } from '../advice/largest/largest.ts';
import type { Situation } from '../advice/plan.ts';
import type { Steps } from '../base/steps.ts';
import type { AdviceAbout, AdviceResult } from '../protocol/advice.ts';

const UNKNOWN: AdviceResult = { about: 'nothing', why: { code: 'unknown-networks' } };

export function* advised(about: AdviceAbout, situation: Situation): Steps<AdviceResult> {
  switch (about) {
    case 'remedies':
      return { about, ...(yield* advise(situation)) };
    case 'largest': {
      const found = yield* largest(situation);
      return found === null ? UNKNOWN : { about, ...found };
    }
    case 'flags': {
      const found = yield* flagsTable(situation);
      return found === null ? UNKNOWN : { about, ...found };
    }
  }
}
