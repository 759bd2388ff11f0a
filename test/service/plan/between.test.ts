import { describe, expect, test } from '@jest/globals';
import { replayedNeed } from '../../../service/model/replay/need.ts';
import type { Networks } from '../../../service/networks/networks.ts';
import type { Fit, Observation, Replay } from '../../../service/model/types.ts';
import { nextBetween } from '../../../service/plan/between.ts';
import type { PlannedRun, PlanOptions } from '../../../service/plan/types.ts';
import { OPERATIONS } from '../../../service/protocol/settings.ts';
import { settingsOf } from '../model/synthetic-host.ts';
import { SD15 } from '../networks/examples.ts';
import { OPTIONS as DEFAULT_OPTIONS } from './examples.ts';

const ROOM_MIB = 24_576;
const STATIC_MIB = 2484;
const NETWORKS: Networks = { ...SD15, scores: 'slices' };
const VIEWS: Replay = { networks: NETWORKS, scale: 1, offsetMiB: 0 };
const COPIES: Replay = { ...VIEWS, networks: { ...NETWORKS, copies: true } };
const TRAITS: PlanOptions['traits'] = {
  attention: 'doggettx',
  condUncondBatched: true,
  decodesBatch: false,
  staticMiB: STATIC_MIB,
};
/** Of hires fix alone there are no large squares to choose from. */
const OPTIONS: PlanOptions = {
  ...DEFAULT_OPTIONS,
  operations: ['hires_latent'],
  limitMiB: ROOM_MIB,
  traits: TRAITS,
};
const NONE: readonly number[] = [];
const FACTOR = { value: 1, low: 1, high: 1 };

const fitOf = (rivals: readonly Replay[]): Fit => ({
  version: 1,
  traits: TRAITS,
  staticMiB: STATIC_MIB,
  slackMiB: 0,
  active: NONE,
  reserved: NONE,
  replay: { ...VIEWS, tellsNeed: false, strayBelow: 0, strayAbove: 0, rivals },
  factors: { sampling: FACTOR, scores: FACTOR, encode: FACTOR, decode: FACTOR, 'vae-scores': FACTOR },
  spread: { peakLow: 0.01, peakHigh: 0.01, peakJagged: 0, requiredLow: 0, requiredHigh: 0 },
  known: { failures: [], successes: [] },
  process: null,
  domain: { maxAreaPx: 0, maxBatchSize: 8, maxWorkPx: 0 },
  runs: { measured: 0, capped: 0, censored: 0, outliers: 0 },
});

const ran = (settings: Observation['settings'], capMiB: number | null): Observation => ({
  settings,
  capMiB,
  outcome: 'ok',
  activePeakMiB: 5000,
  reservedPeakMiB: 6000,
  phases: null,
  allocRetries: 0,
  idleSlackMiB: 0,
  heldMiB: null,
  roomMiB: ROOM_MIB,
});
/** Their needs are the same, 0.5 % apart and 0.6 % apart. */
const RUNS = [
  settingsOf('txt2img', 384, 384, 1),
  settingsOf('img2img', 704, 704, 8),
  settingsOf('hires_latent', 128, 128, 8),
].map((settings) => ran(settings, null));

const next = (runs: readonly Observation[], rivals: readonly Replay[] = [COPIES]) =>
  nextBetween(OPTIONS, fitOf(rivals), runs);

const done = (planned: PlannedRun | null): Observation[] =>
  planned === null ? [] : [ran(planned.settings, planned.capMiB)];

describe('a run under a cap that tells networks apart', () => {
  test('is of settings whose needs are furthest apart, and lies between them', () => {
    const planned = next(RUNS);
    expect(planned?.settings).toEqual(RUNS[2]?.settings);
    const needsMiB = [COPIES, VIEWS].map(
      (replay) =>
        STATIC_MIB + replayedNeed(replay, settingsOf('hires_latent', 128, 128, 8), 0, ROOM_MIB - STATIC_MIB).needMiB,
    );
    expect(planned?.capMiB).toBeGreaterThan(Math.min(...needsMiB));
    expect(planned?.capMiB).toBeLessThan(Math.max(...needsMiB));
  });

  test('is made once of each such settings, and of none whose needs are the same', () => {
    const first = next(RUNS);
    const second = next([...RUNS, ...done(first)]);
    expect(second?.settings).toEqual(RUNS[1]?.settings);
    expect(next([...RUNS, ...done(first), ...done(second)])).toBeNull();
  });

  test('is not made twice where another operation puts the networks to the same work', () => {
    const twice = [settingsOf('img2img', 704, 704, 8), settingsOf('hires_latent', 352, 352, 8)].map((settings) =>
      ran(settings, null),
    );
    const first = next(twice);
    expect(first).not.toBeNull();
    expect(next([...twice, ...done(first)])).toBeNull();
  });

  test('may be of a large batch that was never run, whose needs are further apart, where its cap fits the card', () => {
    const onCard = (limitMiB: number) =>
      nextBetween({ ...OPTIONS, operations: OPERATIONS, limitMiB }, fitOf([COPIES]), RUNS);
    expect(onCard(ROOM_MIB)?.settings).toEqual(settingsOf('txt2img', 896, 896, 8));
    for (const limitMiB of [6000, 8000, 12_000]) expect(onCard(limitMiB)?.capMiB).toBeLessThanOrEqual(limitMiB);
  });

  test('is not made where only one can be at work', () => {
    expect(next(RUNS, [])).toBeNull();
  });
});
