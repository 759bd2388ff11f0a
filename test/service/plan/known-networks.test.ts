/**
 * Benchmarks of set-ups that name their networks, on a card that does as one of those that may be meant is replayed.
 */
import { describe, expect, test } from '@jest/globals';
import { recordedTable } from '../../../benchmarks/accuracy/recorded.ts';
import { hintsOf, NO_HINTS } from '../../../service/hosts/hints.ts';
import { fit } from '../../../service/model/fit.ts';
import { workMpx } from '../../../service/model/geometry.ts';
import { replayedNeed } from '../../../service/model/replay/need.ts';
import { activePeakMiB, reservedPeakMiB } from '../../../service/model/replay/peaks.ts';
import type { Observation, Replay } from '../../../service/model/types.ts';
import { fitOfNetworks } from '../../../service/model/unmeasured/unmeasured.ts';
import { stageGroups } from '../../../service/operations/registry.ts';
import { nextRun, planNext, type PlannedRun, type PlanOptions } from '../../../service/plan/planner.ts';
import { OPERATIONS, type Phase } from '../../../service/protocol/settings.ts';

const CARD_MIB = 8192;
const SLACK_MIB = 6;
const { host, staticMiB } = recordedTable('sd1-sdp');
const TRAITS = { ...host.traits, staticMiB, slackMiB: SLACK_MIB };
const HINTS = hintsOf({ key: host.key, device: { backend: 'cuda', name: 'NVIDIA GeForce RTX 3060' } });
const OPTIONS: PlanOptions = {
  maxSizePx: 1024,
  maxBatchSize: 4,
  operations: OPERATIONS,
  budget: 'default',
  limitMiB: CARD_MIB,
  seed: 1,
  traits: TRAITS,
  hints: HINTS,
};

/** All that the set-up may be. */
function candidates(): readonly Replay[] {
  const replay = HINTS.networks === null ? null : fitOfNetworks(HINTS.networks, TRAITS, HINTS.card)?.replay;
  if (replay === null || replay === undefined) throw new Error('the table names its networks');
  return [replay, ...replay.rivals];
}

type Card = (planned: PlannedRun) => Observation;

function cardOf(replay: Replay, moreMiB: (phase: Phase) => number = () => 0): Card {
  const { networks } = replay;
  return ({ settings, capMiB }) => {
    const phases = stageGroups(settings)
      .flat()
      .map(({ phase }) => phase);
    const peaks = [...new Set(phases)].map((phase) => ({
      phase,
      activePeakMiB: staticMiB + activePeakMiB(networks, settings, new Set([phase])) + moreMiB(phase),
      reservedPeakMiB: staticMiB + SLACK_MIB + reservedPeakMiB(networks, settings, new Set([phase])) + moreMiB(phase),
    }));
    const needMiB = staticMiB + replayedNeed(replay, settings, SLACK_MIB).needMiB + Math.max(...phases.map(moreMiB));
    const most = (of: 'activePeakMiB' | 'reservedPeakMiB') => Math.max(...peaks.map((peak) => peak[of]));
    return {
      settings,
      capMiB,
      outcome: needMiB > (capMiB ?? CARD_MIB) ? 'oom' : 'ok',
      activePeakMiB: capMiB === null ? most('activePeakMiB') : null,
      reservedPeakMiB: capMiB === null ? most('reservedPeakMiB') : null,
      phases: capMiB === null ? peaks : null,
      allocRetries: 0,
      idleSlackMiB: SLACK_MIB,
      heldMiB: null,
      roomMiB: CARD_MIB,
    };
  };
}

function runAll(card: Card, options: PlanOptions = OPTIONS): Observation[] {
  const runs: Observation[] = [];
  for (let next = planNext(options, runs); next !== null; next = planNext(options, runs)) runs.push(card(next));
  return runs;
}

function isEnough(options: PlanOptions, runs: readonly Observation[]): boolean {
  return nextRun(options, runs) === 'enough';
}

const [usual, other] = candidates();
if (usual === undefined || other === undefined) throw new Error('several laws may be meant');
const uncapped = (runs: readonly Observation[]) => runs.filter(({ capMiB }) => capMiB === null);

describe('a probe', () => {
  test.each(candidates().map((replay) => [replay.networks.kernels.workspace, replay] as const))(
    'is two small runs, which leave one law of those that may be meant: %s',
    (_name, replay) => {
      const runs = runAll(cardOf(replay), { ...OPTIONS, budget: 'probe' });
      expect(runs.map(({ capMiB }) => capMiB)).toEqual([null, null]);
      for (const { settings } of runs) expect(workMpx(settings)).toBeLessThanOrEqual(1);
      const left = planLeft(runs);
      expect(left).toContain(JSON.stringify(replay.networks.kernels));
      expect(left).toHaveLength(1);
    },
  );

  test('is two runs too where the networks are not known', () => {
    expect(runAll(cardOf(usual), { ...OPTIONS, hints: NO_HINTS, budget: 'probe' })).toHaveLength(2);
  });

  test('differs by its seed in nothing that tells', () => {
    for (const seed of [2, 3]) expect(runAll(cardOf(other), { ...OPTIONS, budget: 'probe', seed })).toHaveLength(2);
  });
});

describe('a benchmark of known networks', () => {
  test('stops once more runs would change nothing, and says so', () => {
    for (const seed of [1, 2, 3]) {
      const options = { ...OPTIONS, seed };
      const runs = runAll(cardOf(other), options);
      expect(runs.length).toBeLessThanOrEqual(10);
      expect(isEnough(options, runs)).toBe(true);
      for (let made = 0; made < runs.length; made += 1) expect(isEnough(options, runs.slice(0, made))).toBe(false);
    }
  });

  test('shows every phase of all that was asked for, and a run near the most that the card has', () => {
    const runs = uncapped(runAll(cardOf(usual)));
    const shown = new Set(
      runs.flatMap(({ settings }) =>
        stageGroups(settings)
          .flat()
          .map(({ phase }) => phase),
      ),
    );
    expect([...shown].sort()).toEqual(['decode', 'encode', 'hires_sampling', 'sampling', 'upscale']);
    expect(Math.max(...runs.map(({ reservedPeakMiB }) => reservedPeakMiB ?? 0))).toBeGreaterThan(0.5 * CARD_MIB);
    expect(runs.every(({ outcome }) => outcome === 'ok')).toBe(true);
  });

  test('makes no run of an operation all of whose phases another has shown', () => {
    const operations = new Set(uncapped(runAll(cardOf(usual))).map(({ settings }) => settings.operation));
    expect(operations.has('hires_image')).toBe(true);
    expect(operations.has('hires_latent')).toBe(false);
  });

  test('sees caps above what is required succeed and caps below fail', () => {
    const outcomes = runAll(cardOf(usual))
      .filter(({ capMiB }) => capMiB !== null)
      .map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'ok').length).toBeGreaterThanOrEqual(2);
    expect(outcomes.filter((outcome) => outcome === 'oom').length).toBeGreaterThanOrEqual(2);
  });

  test('does not run again what was run before it, but its caps', () => {
    const before = uncapped(runAll(cardOf(usual)));
    const runs = runAll(cardOf(usual), { ...OPTIONS, before });
    expect(uncapped(runs)).toEqual([]);
    expect(runs.length).toBeGreaterThanOrEqual(4);
  });

  test('measures anew where what was run before is of what is no more', () => {
    const before = uncapped(runAll(cardOf(usual, () => 1000)));
    const runs = runAll(cardOf(usual), { ...OPTIONS, before });
    expect(uncapped(runs).length).toBeGreaterThanOrEqual(3);
    expect(isEnough({ ...OPTIONS, before }, runs)).toBe(true);
  });

  test('takes all its runs where they are like none of the networks that were named', () => {
    const runs = runAll(cardOf(usual, (phase) => (phase === 'sampling' ? 900 : 400)));
    expect(runs).toHaveLength(24);
    expect(isEnough(OPTIONS, runs.slice(0, 12))).toBe(false);
  });

  test('takes all its runs where needs are not as replayed, although the peaks are', () => {
    const asReplayed = cardOf(usual);
    const needier: Card = (planned) => {
      const run = asReplayed(planned);
      return planned.capMiB === null ? run : { ...run, outcome: 'oom' };
    };
    expect(runAll(needier)).toHaveLength(24);
  });

  /** As replayed, but that so much less is enough. */
  const frugalCard = (share: number): Card => {
    const asReplayed = cardOf(usual);
    return (planned) =>
      planned.capMiB === null
        ? asReplayed(planned)
        : { ...asReplayed({ ...planned, capMiB: planned.capMiB * (1 + share) }), capMiB: planned.capMiB };
  };

  test('sets caps lower until one fails, where less than is replayed is enough', () => {
    const runs = runAll(frugalCard(0.025));
    const failed = runs.filter(({ outcome }) => outcome === 'oom');
    expect(failed.length).toBeGreaterThanOrEqual(1);
    expect(runs.length).toBeLessThan(14);
    expect(isEnough(OPTIONS, runs)).toBe(true);
    for (let made = 0; made < runs.length; made += 1) expect(isEnough(OPTIONS, runs.slice(0, made))).toBe(false);
  });

  test('takes all its runs where far less than is replayed is enough', () => {
    expect(runAll(frugalCard(0.2))).toHaveLength(24);
  });

  test('asks for nothing twice that ran out of memory', () => {
    const asReplayed = cardOf(usual);
    const runs = runAll((planned) =>
      planned.capMiB === null && workMpx(planned.settings) > 0.8
        ? { ...asReplayed(planned), outcome: 'oom', phases: null, roomMiB: 3000 }
        : asReplayed(planned),
    );
    const failed = runs.filter(({ outcome, capMiB }) => outcome === 'oom' && capMiB === null);
    expect(failed.length).toBeGreaterThanOrEqual(1);
    expect(new Set(failed.map(({ settings }) => JSON.stringify(settings))).size).toBe(failed.length);
  });

  test('asks for no caps where they cannot be set, and stops all the same', () => {
    const options = { ...OPTIONS, caps: false };
    const runs = runAll(cardOf(usual), options);
    expect(runs.filter(({ capMiB }) => capMiB !== null)).toEqual([]);
    expect([runs.length < 6, isEnough(options, runs)]).toEqual([true, true]);
  });

  test('tries something smaller where another program has taken what the largest needs, and then lets it be', () => {
    const asReplayed = cardOf(usual);
    const leftMiB = 4500;
    const short: Card = (planned) => {
      const run = asReplayed(planned);
      const isTooMuch = planned.capMiB === null && asReplayed({ ...planned, capMiB: leftMiB }).outcome === 'oom';
      return isTooMuch ? { ...run, outcome: 'oom', phases: null, allocRetries: 1, roomMiB: leftMiB } : run;
    };
    const options = { ...OPTIONS, maxSizePx: 1536 };
    const runs = runAll(short, options);
    const failed = runs.filter(({ outcome, capMiB }) => outcome === 'oom' && capMiB === null);
    expect(failed.length).toBeGreaterThanOrEqual(1);
    expect(isEnough(options, runs)).toBe(true);
  });
});

/** The laws that these runs leave. */
function planLeft(runs: readonly Observation[]): string[] {
  const fitted = fit(runs, TRAITS, HINTS);
  if (!fitted.ok || fitted.value.replay === null) throw new Error('no fit');
  const { replay } = fitted.value;
  return [...new Set([replay, ...replay.rivals].map(({ networks }) => JSON.stringify(networks.kernels)))];
}
