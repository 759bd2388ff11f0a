import type { Steps } from '../base/steps.ts';
import { knownOf } from './known.ts';
import { grownTo, isAbove } from './growth.ts';
import { fitMaxPlanes } from './fit-planes.ts';
import { evaluate } from './max-planes.ts';
import { allowedTerms, pieces, TERMS } from './pieces.ts';
import { rowsOf, isExact, type MeasuredRow } from './rows.ts';
import { summaryOfRuns } from './run-summary.ts';
import { explainedByPlanes, spreadOf } from './spread.ts';
import { guessStaticMiB } from './static.ts';
import type {
  Coefficients,
  Factor,
  Fit,
  FitResult,
  HostTraits,
  MeasuredPeak,
  Observation,
  ProcessFit,
} from './types.ts';

/** What of a peak could have been done without no counter tells, so the interval of what is required says so. */
const FACTOR: Factor = { value: 1, low: 0.5, high: 1.02 };
const WITHOUT_COUNTERS: Fit['factors'] = {
  sampling: FACTOR,
  scores: FACTOR,
  encode: FACTOR,
  decode: FACTOR,
  'vae-scores': FACTOR,
};

const NOTHING: Coefficients = TERMS.map(() => 0);
/**
 * Tried from the first: another must explain the runs better by a twentieth. Mostly the next peak stands on all that is
 * held.
 */
const SHARES: readonly number[] = [1, 0.75, 0.5, 0.25, 0];
const BETTER = 0.95;
/** Relative, of one run: what lies nearer than that is explained as well as can be. */
const NOISE = 0.005;
/** Runs that the shares are tried on: each takes a fit. */
const MOST_TRIED = 24;

/**
 * A fit for a host without counters (the memory of its process, or of the device): one figure a run, of all its phases.
 * No run is left out of the planes: what one shows is shown again, as far as the process held as much before.
 */
export function* fitProcess(observations: readonly Observation[], traits: HostTraits): Steps<FitResult> {
  const { heldMiB, share } = yield* growthOf(observations, traits);
  const grown = observations.map((run) => grownTo(run, heldMiB, share));
  const { staticMiB, coefficients, rows } = yield* planesOf(grown, traits);
  const fit: Omit<Fit, 'domain' | 'runs'> = {
    version: 1,
    traits,
    staticMiB,
    slackMiB: 0,
    active: coefficients,
    reserved: coefficients,
    replay: null,
    factors: WITHOUT_COUNTERS,
    spread: spreadOf(explainedByPlanes(rows, coefficients), false),
    // What a process holds before a run is no leak.
    known: knownOf(
      grown.map((run) => ({ ...run, heldMiB: null })),
      staticMiB,
    ),
    process: { heldMiB, share, peaks: peaksOf(rows) },
  };
  return { ok: true, value: { ...fit, ...summaryOfRuns(observations, observations) } };
}

interface Planes {
  readonly staticMiB: number;
  readonly coefficients: Coefficients;
  readonly rows: readonly MeasuredRow[];
}

function* planesOf(grown: readonly Observation[], traits: HostTraits): Steps<Planes> {
  const telling = grown.filter(isAbove);
  // Where nothing rose above what was held, that is all there is to go by.
  const of = new Set(telling.map(({ settings }) => JSON.stringify(settings))).size < 2 ? grown : telling;
  // With so much held before it a run adds what is its own to that, or to the least that was ever held.
  const held = grown.flatMap(({ heldMiB }) => heldMiB ?? []);
  const staticMiB = held.length === 0 ? (traits.staticMiB ?? guessStaticMiB(of)) : Math.min(...held);
  const rows = of.flatMap((run) => rowsOf(run, 'reserved', staticMiB));
  return { staticMiB, rows, coefficients: yield* fitMaxPlanes(rows, allowedOnCpu(traits), NOTHING) };
}

/**
 * Whatever attention the denoising network has, on a CPU the VAE's may keep its score matrices: InvokeAI's leaves it as
 * it is, and sdp's has no other way there.
 */
function allowedOnCpu({ attention }: HostTraits): boolean[] {
  const allowed = allowedTerms(attention, 'reserved');
  return TERMS.map((term, j) => allowed[j] === true || /^(?:vae|encode)-scores\./.test(term));
}

type OfProcess = Observation & { readonly heldMiB: number; readonly reservedPeakMiB: number };

function hasBoth(run: Observation): run is OfProcess {
  return run.heldMiB !== null && run.reservedPeakMiB !== null;
}

/** What share of what the process holds its peaks stand on: the one with which the planes explain them best. */
function* growthOf(
  observations: readonly Observation[],
  traits: HostTraits,
): Steps<Pick<ProcessFit, 'heldMiB' | 'share'>> {
  const all = observations.filter(hasBoth).filter(isExact);
  if (all.length === 0) return { heldMiB: null, share: 1 };
  const heldMiB = Math.max(...all.map((run) => run.heldMiB));
  const known = thinned(all);
  const noise = known.length * NOISE ** 2;
  let best = { share: 1, loss: Infinity };
  for (const share of SHARES) {
    const loss = noise + (yield* lossOf(known, heldMiB, share, traits));
    if (loss < BETTER * best.loss) best = { share, loss };
    if (loss < 2 * noise) break;
  }
  return { heldMiB, share: best.share };
}

/** At most so many, evenly from the largest peak to the smallest, so that it does not depend on their order. */
function thinned(runs: readonly OfProcess[]): OfProcess[] {
  const key = (run: OfProcess): string => JSON.stringify([run.settings, run.heldMiB]);
  const sorted = [...runs].sort((a, b) => a.reservedPeakMiB - b.reservedPeakMiB || (key(a) < key(b) ? -1 : 1));
  const most = Math.min(sorted.length, MOST_TRIED);
  return sorted.filter(
    (_, n) => Math.floor((n * most) / sorted.length) !== Math.floor(((n - 1) * most) / sorted.length),
  );
}

/** Sum of squared relative residuals. A peak is never below what was held. */
function* lossOf(known: readonly OfProcess[], heldMiB: number, share: number, traits: HostTraits): Steps<number> {
  const { staticMiB, coefficients } = yield* planesOf(
    known.map((run) => grownTo(run, heldMiB, share)),
    traits,
  );
  return known.reduce((sum, run) => {
    const { heldMiB: own, reservedPeakMiB: peakMiB } = run;
    const planesMiB = staticMiB + evaluate(pieces(run.settings), coefficients).valueMiB;
    const expectedMiB = Math.max(own, planesMiB + share * (own - heldMiB));
    return sum + ((expectedMiB - peakMiB) / Math.max(1, peakMiB)) ** 2;
  }, 0);
}

function peaksOf(rows: readonly MeasuredRow[]): MeasuredPeak[] {
  const found = new Map<string, MeasuredPeak>();
  for (const { settings, valueMiB, kind } of rows) {
    if (kind !== 'exact') continue;
    const key = JSON.stringify(settings);
    const { lowMiB, highMiB } = found.get(key) ?? { lowMiB: valueMiB, highMiB: valueMiB };
    found.set(key, { settings, lowMiB: Math.min(lowMiB, valueMiB), highMiB: Math.max(highMiB, valueMiB) });
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, peak]) => peak);
}
