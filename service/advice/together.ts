/**
 * Two or three changes where one is not enough: the smallest sets that are. Each set is judged by itself, for what two
 * changes save is not the sum of what each does: one may take away what stood in the other's way.
 */
import type { AdvisedStep } from '../protocol/advice.ts';
import type { Judge, Judged, Plan, Situation } from './plan.ts';
import { keepsPicture } from './price.ts';
import { REMEDIES } from './registry.ts';
import type { Candidate } from './remedy.ts';

/** What was judged, of one change or of several. */
export interface Tried {
  readonly changes: readonly Candidate[];
  readonly steps: readonly AdvisedStep[];
  readonly plan: Plan;
  readonly judged: Judged;
}

/** What does, with what would be then. */
export type Sufficient = Pick<Tried, 'steps' | 'plan' | 'judged'>;

const MOST_STEPS = 3;
/** Sets that others are made of: those that lack the least. */
const MOST_CARRIED = 3;
/** Sets of one size that are judged: each may take a replay of its own. */
const MOST_TRIED = 12;
/** Sets that are told. */
const MOST_FOUND = 3;
/** Sets with which a smaller size is looked for. */
const MOST_SEARCHED = 2;

/**
 * @param short changes that are not enough by themselves, the cheap ones first.
 * @param keepPicture only of those that leave the picture as it is, but for rounding.
 */
export function sufficientSets(
  situation: Situation,
  base: Plan,
  before: Judged,
  short: readonly Tried[],
  judge: Judge,
  keepPicture: boolean,
): readonly Sufficient[] {
  const alone = keepPicture ? short.filter(({ steps }) => steps.every(keepsPicture)) : short;
  let carried = leastLacking(alone);
  for (let size = 2; size <= MOST_STEPS; size += 1) {
    const tried = triedOf(base, widened(carried, alone, before), judge);
    const found = tried.filter(({ judged }) => judged.verdict === 'fits');
    const scaled = keepPicture ? [] : withSearch(situation, carried.slice(0, MOST_SEARCHED), judge);
    if (found.length + scaled.length > 0) return [...found, ...scaled];
    carried = leastLacking(tried);
  }
  return [];
}

/** Of the whole device; negative where something is left over. */
function lacksMiB({ required, usableMiB }: Judged): number {
  return required.highMiB - usableMiB;
}

function leastLacking(tried: readonly Tried[]): readonly Tried[] {
  return [...tried].sort((a, b) => lacksMiB(a.judged) - lacksMiB(b.judged)).slice(0, MOST_CARRIED);
}

/**
 * Each of the sets with one change more, without two of a kind. First what is enough where savings add up, the cheap
 * ones first; then what then lacks the least.
 */
function widened(sets: readonly Tried[], alone: readonly Tried[], before: Judged): (readonly Candidate[])[] {
  const all = new Map<string, { readonly changes: readonly Candidate[]; readonly lackingMiB: number }>();
  for (const set of sets)
    for (const one of alone) {
      const [change] = one.changes;
      if (change === undefined || set.steps.some((step) => kindOf(step) === kindOf(change.step))) continue;
      // In the order of the registry, whichever came first.
      const changes = alone.flatMap((other) => other.changes.filter((of) => of === change || set.changes.includes(of)));
      const name = JSON.stringify(changes.map(({ step }) => step.change));
      const lackingMiB = lacksMiB(set.judged) - (lacksMiB(before) - lacksMiB(one.judged));
      if (!all.has(name)) all.set(name, { changes, lackingMiB });
    }
  return [...all.values()]
    .sort((a, b) => Math.max(0, a.lackingMiB) - Math.max(0, b.lackingMiB))
    .map(({ changes }) => changes);
}

/** Each program that could be closed is a kind of its own. */
function kindOf({ change }: AdvisedStep): string {
  if (change.code === 'close-program') return `${change.code} ${change.pid}`;
  return ['half', 'half-vae', 'fp8-weights'].includes(change.code) ? 'precision' : change.code;
}

/** Until enough of them fit. */
function triedOf(base: Plan, sets: readonly (readonly Candidate[])[], judge: Judge): Tried[] {
  const tried: Tried[] = [];
  let found = 0;
  for (const changes of sets.slice(0, MOST_TRIED)) {
    const one = judgedSet(base, changes, judge);
    if (one === null) continue;
    tried.push(one);
    if (one.judged.verdict === 'fits') found += 1;
    if (found === MOST_FOUND) break;
  }
  return tried;
}

/** null where it is not known. */
function judgedSet(base: Plan, changes: readonly Candidate[], judge: Judge): Tried | null {
  const plan = changes.reduce((changed, { apply }) => apply(changed), base);
  const judged = judge.of(plan);
  return judged === null ? null : { changes, steps: changes.map(({ step }) => step), plan, judged };
}

/** Those changes, and as much smaller as it then takes. */
function withSearch(situation: Situation, sets: readonly Tried[], judge: Judge): readonly Sufficient[] {
  return sets.flatMap(({ steps, plan: changed }) =>
    REMEDIES.filter(({ searches }) => searches)
      .flatMap(({ candidates }) => candidates(situation, changed, judge))
      .flatMap((one) => {
        const found = judgedSet(changed, [one], judge);
        return found?.judged.verdict === 'fits' ? [{ ...found, steps: [...steps, ...found.steps] }] : [];
      }),
  );
}
