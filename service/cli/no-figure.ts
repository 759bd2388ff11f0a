/** Why the command line has no figure. Without a WebUI nothing is waited for: who asks can say what others use. */
import type { AdviceResult } from '../protocol/advice.ts';
import { noAdviceInWords, OTHERS_NOT_KNOWN } from '../words/index.ts';
import type { CliIo } from './io.ts';

type Why = Extract<AdviceResult, { about: 'nothing' }>['why'];

const isOthersNotKnown = ({ code }: Why): boolean => code === 'no-idle-reading';

export function whyNoFigure(why: Why): string {
  return isOthersNotKnown(why) ? OTHERS_NOT_KNOWN : noAdviceInWords({ about: 'nothing', why });
}

/** @returns whether others are not known, which is told in place of an answer. */
export function tellsOthersNotKnown(command: string, why: Why, io: CliIo): boolean {
  if (!isOthersNotKnown(why)) return false;
  io.err(`headroom ${command}: ${whyNoFigure(why)}\n`);
  return true;
}
