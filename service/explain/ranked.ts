/** What a text alone bears out, together with what the replay prices. */
import type { Remedy } from '../protocol/advice.ts';
import type { BareRemedy, TextRemedy } from '../protocol/explanation.ts';

/** Of the cause itself: no change of the settings comes before them. */
const OF_THE_CAUSE: readonly BareRemedy['code'][] = [
  'close-programs',
  'paging-file',
  'raise-limit',
  'expandable-segments',
  'restart-webui',
];
/** What the replay judges better: named by it, or not enough. */
const JUDGED: readonly BareRemedy['code'][] = ['vram-mode', 'attention', 'smaller-hires', 'smaller-size'];

/** @param priced empty where nothing could be priced. */
export function ranked(bare: readonly BareRemedy[], priced: readonly Remedy[]): readonly TextRemedy[] {
  if (priced.length === 0) return bare;
  const isOfTheCause = ({ code }: BareRemedy): boolean => OF_THE_CAUSE.includes(code);
  const rest = bare.filter((one) => !isOfTheCause(one) && !JUDGED.includes(one.code));
  return [...bare.filter(isOfTheCause), ...priced.flatMap(asTextRemedy), ...rest];
}

function asTextRemedy(priced: Remedy): TextRemedy[] {
  const { steps, savesMiB, picture, restart } = priced;
  return steps.slice(0, 1).map(({ change: { code } }) => ({
    code,
    savesMiB: savesMiB === null ? null : Math.max(0, savesMiB.highMiB),
    picture,
    restart,
    priced,
  }));
}
