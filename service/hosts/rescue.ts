/** The shim's own rescue of a decode that ran out of memory, and the person's option for it. */
import { isThere, isTrue } from './facts.ts';
import type { Report } from '../protocol/shim.ts';

const OPTION = 'opts:headroom_rescue';
export const RESCUE_FACTS: readonly string[] = [OPTION];

/** What the shim marks a run with after each rescue. */
export const RESCUED_AT = 'rescue';

/** Whether decodes are rescued; null where there is no such option, for nothing is there to be wrapped. */
export function rescuesOf({ facts }: Report): boolean | null {
  const option = facts[OPTION];
  return isThere(option) ? isTrue(option) : null;
}
