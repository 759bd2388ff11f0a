import { Memo, memoised } from '../../base/memo.ts';
import type { Steps } from '../../base/steps.ts';
import type { Hints } from '../../hosts/hints.ts';
import { conditionedBy, type Networks } from '../../networks/networks.ts';
import type { Conditioning } from '../../operations/kind.ts';
import type { Resident } from '../../protocol/host.ts';
import { decoders, encodersOf, samplingNetworks, surroundingsWith, USUAL_IN_FLOAT } from '../../networks/candidates.ts';
import type { MeasuredRow } from '../rows.ts';
import type { HostTraits, Phase } from '../types.ts';
import { isHinted } from './hinted.ts';
import { judgeOf, type Judge } from './judge.ts';
import { exactOnes, isOfAny } from './replayed-row.ts';
import { SCORES } from './scores-of.ts';

/** Errors this near to the least are no worse: which of them it is, reserved bytes must say. */
const LIKE_SHARE = 1e-3;
export const LEAST_ROWS = 3;

/** What the host tells of itself. */
export interface About extends Pick<HostTraits, 'attention' | 'condUncondBatched' | 'resident'> {
  /** Where to look first. */
  readonly hints: Hints;
}

/** The known networks whose active bytes are those of the runs. @param told figures of reserved bytes. */
export function* candidatesOf(
  active: readonly MeasuredRow[],
  told: readonly MeasuredRow[],
  { attention, condUncondBatched, resident = 'all', hints }: About,
): Steps<Networks[]> {
  const counted = exactOnes(active);
  const all = allWith(attention, resident, hints.conditioning).filter(
    ({ evaluated }) => condUncondBatched === null || (evaluated === 2) === condUncondBatched,
  );
  const expected = all.filter((one) => isHinted(one, hints));
  for (const unlike of UNLIKE) {
    const rows = counted.filter((row) => !isOfAny(row, unlike));
    const isEnough = rows.length >= LEAST_ROWS && told.filter((row) => !isOfAny(row, unlike)).length >= LEAST_ROWS;
    if (!isEnough || (unlike.length > 0 && rows.length === counted.length)) continue;
    const judge = judgeOf(rows, hints.conditioning);
    const hinted = yield* withActiveOf(expected, judge);
    const found = hinted.length > 0 ? hinted : yield* withActiveOf(all, judge);
    if (found.length > 0) return unlike.length === 0 ? found : found.map((networks) => ({ ...networks, unlike }));
  }
  return [];
}

/** Phases that may be like nothing known: one of them leaves the others their replay. The least first. */
const UNLIKE: readonly (readonly Phase[])[] = [
  [],
  ['upscale'],
  ['encode', 'upscale'],
  ['decode', 'upscale'],
  ['encode', 'upscale', 'decode'],
];

/** A WebUI has one kind of attention, or a few in turn. Some 300 kB each. */
const MOST_KINDS = 8;
const kinds = new Memo<readonly Networks[]>(MOST_KINDS);

/** All denoising networks, in their surroundings, that such attention may be of: the same objects for each fit. */
function allWith(attention: About['attention'], resident: Resident, conditioning: Conditioning): readonly Networks[] {
  const name = `${attention} ${resident} ${conditioning}`;
  return (
    kinds.get(name) ??
    kinds.set(
      name,
      SCORES[attention]
        .flatMap((scores) => surroundingsWith(scores, resident))
        .flatMap((around) =>
          samplingNetworks(around).map((own): Networks => ({
            ...around,
            ...own,
            ...conditionedBy(conditioning),
            decode: 'half',
            encode: 'half',
          })),
        ),
    )
  );
}

/** With each decoder, and with each of the encoders that may go with it. */
const withAutoencoders = memoised((sampling: Networks) =>
  decoders().map((decode) => {
    const decoding = { ...sampling, decode };
    const all = encodersOf(decoding).map((encode): Networks => ({ ...decoding, encode }));
    return { decoding, all: all.filter((networks) => !isAnothersTwin(networks)) };
  }),
);

/** Of networks that are named, of one conditioning, those whose active bytes are those of the runs. */
export function* likeAmong(named: readonly Networks[], active: readonly MeasuredRow[]): Steps<Networks[]> {
  const [usual] = named;
  const judge = judgeOf(exactOnes(active), usual?.conditioning ?? 'prompt');
  const like: LikeRuns[] = [];
  for (const networks of named) {
    const error = yield* judge.errorOf(networks);
    if (error !== null) like.push({ networks, error });
  }
  return nearest(like).map(({ networks }) => networks);
}

/**
 * Of all combinations those whose active bytes are those of the runs, phase by phase: what one phase rules out no other
 * is asked about.
 */
function* withActiveOf(all: readonly Networks[], judge: Judge): Steps<Networks[]> {
  const found: LikeRuns[] = [];
  for (const sampling of all) {
    if ((yield* judge.squares(sampling, 'sampling')) === null) continue;
    for (const { decoding, all: encoding } of withAutoencoders(sampling)) {
      if ((yield* judge.squares(decoding, 'decode')) === null) continue;
      for (const networks of encoding) {
        const error = yield* judge.errorOf(networks);
        if (error !== null) found.push({ networks, error });
      }
    }
  }
  const near = nearest(found);
  // What no run shows has the same error to the last bit: the usual one stands first.
  const telling = near.filter(
    ({ networks, error }, i) =>
      near.findIndex((other) => other.error === error && differsOnlyUnseen(other.networks, networks)) === i,
  );
  return telling.flatMap(({ networks }) =>
    networks.kernels.tracksOrder ? [networks] : [networks, { ...networks, copies: true }],
  );
}

/** `error` of their active bytes. */
interface LikeRuns {
  readonly networks: Networks;
  readonly error: number;
}

function nearest(all: readonly LikeRuns[]): LikeRuns[] {
  const limit = 2 * Math.min(...all.map(({ error }) => error)) + LIKE_SHARE;
  return all.filter(({ error }) => error <= limit);
}

/** Encoders, and laws of workspaces in a width that nothing seen computes in. */
function differsOnlyUnseen(a: Networks, b: Networks): boolean {
  const seen = ({ shape, precision, evaluated, decode, scores, kernels }: Networks): string =>
    [shape, precision, evaluated, decode, scores, kernels.tracksOrder, kernels.sdpa].join(' ');
  return seen(a) === seen(b);
}

/** Where nothing computes in 32 bits, one law of workspaces in 32 bits stands for all. */
function isAnothersTwin({ precision, decode, encode, kernels }: Networks): boolean {
  return (
    kernels.tracksOrder && kernels.workspaceInFloat !== USUAL_IN_FLOAT && ![precision, decode, encode].includes('float')
  );
}
