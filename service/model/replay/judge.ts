import { at } from '../../base/at.ts';
import { memoised } from '../../base/memo.ts';
import type { Steps } from '../../base/steps.ts';
import type { Conditioning } from '../../operations/kind.ts';
import type { MeasuredRow } from '../rows.ts';
import type { Phase } from '../types.ts';
import { slicesToFit } from '../../networks/attention/scores.ts';
import { programName, workspaceOf, type Networks } from '../../networks/networks.ts';
import { activePeakMiB } from './peaks.ts';
import { ACTIVE_SHARE, phasesOf, replayedMiB } from './replayed-row.ts';
import { activeMiB, stagesOf, type Stage } from './stages.ts';

type Part = 'sampling' | 'decode' | 'encode';
const PARTS: readonly Part[] = ['sampling', 'decode', 'encode'];
const PHASES_OF: Readonly<Record<Part, readonly Phase[]>> = {
  sampling: ['sampling', 'hires_sampling'],
  decode: ['decode'],
  encode: ['encode'],
};

/**
 * Judges by the active bytes' errors, as shares of the total: in one network's own phases, asked once of each program
 * under each law, or in all.
 */
export interface Judge {
  /** The sum of their squares; null where it is too large, or where alone it takes far more than whole runs did. */
  squares(networks: Networks, part: Part): Steps<number | null>;
  /** Root mean square; null where it is too large. */
  errorOf(networks: Networks): Steps<number | null>;
}

/** What a row counts, told apart by the network that allocates it. */
interface Told {
  readonly row: MeasuredRow;
  readonly stages: Readonly<Record<Part, readonly Stage[]>>;
}

/** One network's: the squares of its own rows, and the active MiB that it has in each of the others. */
interface OwnPart {
  readonly squares: number;
  readonly othersMiB: readonly number[];
}

export function judgeOf(rows: readonly MeasuredRow[], conditioning: Conditioning): Judge {
  const known = new Map<string, OwnPart | null>();
  const isOf = (part: Part) => (row: MeasuredRow) =>
    !row.whole && row.pieces.every((piece) => PHASES_OF[part].includes(piece.phase));
  const told = (of: readonly MeasuredRow[]): Told[] =>
    of.map((row) => ({ row, stages: stagesByPart(row, conditioning) }));
  const own = {
    sampling: told(rows.filter(isOf('sampling'))),
    decode: told(rows.filter(isOf('decode'))),
    encode: told(rows.filter(isOf('encode'))),
  };
  const others = told(rows.filter((row) => !PARTS.some((part) => isOf(part)(row))));
  function* asked(networks: Networks, part: Part): Steps<OwnPart | null> {
    const name = NAMES[part](networks);
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = yield* ownPart(networks, part, own[part], others, rows.length);
    known.set(name, found);
    return found;
  }
  return {
    *squares(networks, part) {
      return (yield* asked(networks, part))?.squares ?? null;
    },
    *errorOf(networks) {
      const parts: OwnPart[] = [];
      for (const part of PARTS) {
        const one = yield* asked(networks, part);
        if (one === null) return null;
        parts.push(one);
      }
      const sum = parts.reduce((all, { squares }) => all + squares, 0);
      const all = yield* squaresOf(others, sum, rows.length, ({ row }, i) =>
        slicesToFit(networks.scores)
          ? replayedMiB(activePeakMiB, networks, row)
          : parts.reduce((mostMiB, { othersMiB }) => Math.max(mostMiB, at(othersMiB, i)), 0),
      );
      return all === null ? null : Math.sqrt(all / rows.length);
    },
  };
}

function partOf(network: Stage['network']): Part {
  return network === 'sampling' || network === 'decode' ? network : 'encode';
}

/** Differs between networks that differ in a part. Texts are made slowly, and candidates are the same for each fit. */
const NAMES: Readonly<Record<Part, (networks: Networks) => string>> = {
  sampling: memoised((networks) => partName(networks, 'sampling')),
  decode: memoised((networks) => partName(networks, 'decode')),
  encode: memoised((networks) => partName(networks, 'encode')),
};

function partName(networks: Networks, part: Part): string {
  const { resident, precision, decode } = networks;
  // Weights that are moved leave after the next network's have come, so all count.
  const moved = resident === 'all' ? '' : `${resident} ${precision} ${decode}`;
  return `${programName(networks, part)} ${workspaceOf(networks, part)} ${moved}`;
}

function stagesByPart(row: MeasuredRow, conditioning: Conditioning): Told['stages'] {
  const phases = phasesOf(row);
  const stages = stagesOf(row.settings, { conditioning })
    .flat()
    .filter(({ phase }) => phases === null || phases.has(phase));
  const of = (part: Part): Stage[] => stages.filter(({ network }) => partOf(network) === part);
  return { sampling: of('sampling'), decode: of('decode'), encode: of('encode') };
}

/**
 * Where attention slices its work all parts share what is free. Else each has its own bytes, and rules itself out where
 * they alone are far more than a row has in all.
 */
function* ownPart(
  networks: Networks,
  part: Part,
  own: readonly Told[],
  others: readonly Told[],
  count: number,
): Steps<OwnPart | null> {
  const isSliced = slicesToFit(networks.scores);
  const partMiB = ({ row, stages }: Told): number =>
    isSliced
      ? replayedMiB(activePeakMiB, networks, row)
      : stages[part].reduce((mostMiB, stage) => Math.max(mostMiB, activeMiB(networks, stage)), 0);
  const squares = yield* squaresOf(own, 0, count, partMiB);
  if (squares === null || isSliced) return squares === null ? null : { squares, othersMiB: [] };
  const othersMiB: number[] = [];
  const excess = yield* squaresOf(others, 0, count, (told) => {
    const mib = partMiB(told);
    othersMiB.push(mib);
    return Math.max(mib, told.row.valueMiB);
  });
  return excess === null ? null : { squares, othersMiB };
}

/** Squares of the errors of rows, added to those of others, `count` in all; null where that is too much. */
function* squaresOf(
  rows: readonly Told[],
  others: number,
  count: number,
  replayed: (told: Told, index: number) => number,
): Steps<number | null> {
  const most = count * ACTIVE_SHARE ** 2;
  let sum = others;
  for (let i = 0; i < rows.length; i += 1) {
    const told = rows[i] as Told;
    sum += ((replayed(told, i) - told.row.valueMiB) * told.row.weight) ** 2;
    if (sum > most) return null;
    yield;
  }
  return sum;
}
