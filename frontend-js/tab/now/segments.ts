/** Who has what of the device, as pieces of one bar. Pure. */
import type { Holders, WebuiParts } from '../../../service/protocol/holders.ts';
import * as words from '../../../service/words/index.ts';

/** What a piece looks like. */
export type Holder = 'others' | 'weights' | 'work' | 'cache' | 'context' | 'left';

export interface Segment {
  readonly holder: Holder;
  readonly name: string;
  /** Null where nobody tells: it is named and has no piece of the bar. */
  readonly usedMiB: number | null;
}

/** Less is nothing to look at. */
const WORTH_TELLING_MIB = 16;

/** Other programs first, then the WebUI's parts, as the bar beside the sliders has them. */
export function segmentsOf(holders: Holders): Segment[] {
  const { webui, programs, untoldMiB, usedMiB, by } = holders;
  const others = programs
    .filter((program) => program.kind !== 'webui')
    .map((program) => ({ holder: 'others', name: baseName(program.name), usedMiB: program.usedMiB }) as const);
  const rest = by === 'driver' ? words.HOLDER_NAMES.untold : words.HOLDER_NAMES.others;
  const untold = { holder: 'others', name: rest, usedMiB: untoldMiB ?? 0 } as const;
  const own = webui === null ? [] : partsOf(webui);
  const told = [...others, untold, ...own];
  const sumMiB = told.reduce((sum, one) => sum + (one.usedMiB ?? 0), 0);
  return told
    .map((one) =>
      // The WebUI's counters lag behind the device while it generates: what has come since is its own.
      one.holder === 'work' ? { ...one, usedMiB: one.usedMiB + Math.max(0, (usedMiB ?? 0) - sumMiB) } : one,
    )
    .filter((one) => one.usedMiB === null || one.usedMiB >= WORTH_TELLING_MIB);
}

function partsOf(parts: WebuiParts): (Segment & { readonly usedMiB: number })[] {
  const { weights, otherCheckpoints, leftBehindMiB, restMiB, cacheMiB, contextMiB } = parts;
  const names = words.HOLDER_NAMES;
  const weightsMiB = weights === null ? 0 : weights.unetMiB + weights.textMiB + weights.vaeMiB;
  const checkpointsMiB = otherCheckpoints?.where === 'card' ? (otherCheckpoints.usedMiB ?? 0) : 0;
  return [
    { holder: 'context', name: names.context, usedMiB: contextMiB ?? 0 },
    { holder: 'weights', name: names.weights, usedMiB: weightsMiB },
    { holder: 'weights', name: names.checkpoints, usedMiB: checkpointsMiB },
    { holder: 'left', name: names.left, usedMiB: leftBehindMiB },
    { holder: 'work', name: weights === null ? names.torch : names.work, usedMiB: restMiB },
    { holder: 'cache', name: names.cache, usedMiB: cacheMiB },
  ];
}

/** Of a path of any system. */
function baseName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}
