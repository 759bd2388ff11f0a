import { describe, expect, test } from '@jest/globals';
import { estimate } from '../../../service/estimate/estimate.ts';
import { verdict } from '../../../service/estimate/verdict.ts';
import { fit } from '../../../service/model/fit.ts';
import { neededMiB } from '../../../service/model/replay/needed.ts';
import { slicedPeaks } from '../../../service/model/replay/peaks.ts';
import type { Networks } from '../../../service/networks/networks.ts';
import type { Fit, HostTraits, Observation } from '../../../service/model/types.ts';
import { planNext, type PlanOptions } from '../../../service/plan/planner.ts';
import type { PlannedRun } from '../../../service/plan/types.ts';
import { OPERATIONS } from '../../../service/protocol/settings.ts';
import { settingsOf } from './synthetic-host.ts';
import { SD15 } from '../networks/examples.ts';
import { OPTIONS as DEFAULT_OPTIONS } from '../plan/examples.ts';

const SLICED: Networks = { ...SD15, scores: 'slices' };
const STATIC_MIB = 2484;
const ROOM_MIB = 7800;
const TRAITS: HostTraits = {
  attention: 'doggettx',
  condUncondBatched: true,
  decodesBatch: false,
  staticMiB: STATIC_MIB,
};
const OPTIONS: PlanOptions = { ...DEFAULT_OPTIONS, limitMiB: ROOM_MIB, traits: TRAITS };

/**
 * A card with so much room whose WebUI runs SD 1.5 with Doggettx's attention. `workspaceMiB`: what the networks take
 * beside what is known.
 */
function observe(
  { settings, capMiB }: PlannedRun,
  workspaceMiB = 0,
  networks = SLICED,
  roomMiB = ROOM_MIB,
): Observation {
  const above = (mib: number): number => mib + STATIC_MIB + workspaceMiB;
  const peaks = slicedPeaks(networks, settings, null, roomMiB - STATIC_MIB);
  const about = { settings, capMiB, phases: null, idleSlackMiB: 0, heldMiB: null, roomMiB };
  if (capMiB === null)
    return {
      ...about,
      outcome: 'ok',
      activePeakMiB: above(peaks.activeMiB),
      reservedPeakMiB: above(peaks.reservedMiB),
      allocRetries: 0,
    };
  const runs = capMiB >= above(neededMiB(networks, settings, { pictures: 1, roomMiB: roomMiB - STATIC_MIB }).needMiB);
  return { ...about, outcome: runs ? 'ok' : 'oom', activePeakMiB: null, reservedPeakMiB: null, allocRetries: null };
}

function benchmark(options: PlanOptions, of = (planned: PlannedRun) => observe(planned)): Observation[] {
  const runs: Observation[] = [];
  for (let next = planNext(options, runs); next !== null; next = planNext(options, runs)) runs.push(of(next));
  return runs;
}

function fitted(runs: readonly Observation[]): Fit {
  const result = fit(runs, TRAITS);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

const RUNS = benchmark(OPTIONS);
const FIT = fitted(RUNS);

function estimated(settings: Observation['settings'], roomMiB: number | null = ROOM_MIB) {
  const result = estimate(FIT, settings, roomMiB);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

describe('a benchmark where attention slices to fit', () => {
  test('runs every operation, large and small, some under caps on both sides of their need, and nothing that is not sure to fit', () => {
    expect(RUNS).toHaveLength(24);
    const uncapped = RUNS.filter(({ capMiB }) => capMiB === null);
    for (const operation of OPERATIONS)
      expect(uncapped.filter(({ settings }) => settings.operation === operation).length).toBeGreaterThanOrEqual(3);
    expect(new Set(RUNS.filter(({ capMiB }) => capMiB !== null).map(({ outcome }) => outcome))).toEqual(
      new Set(['ok', 'oom']),
    );
    expect(uncapped.every(({ outcome }) => outcome === 'ok')).toBe(true);
    for (const { settings } of uncapped)
      expect(STATIC_MIB + neededMiB(SLICED, settings, { pictures: 1, roomMiB: null }).needMiB).toBeLessThan(ROOM_MIB);
  });

  test('goes on after an interruption with the run that it would have made', () => {
    for (const done of [0, 2, 9, 20])
      expect(planNext(OPTIONS, RUNS.slice(0, done))).toMatchObject({
        settings: RUNS[done]?.settings,
        capMiB: RUNS[done]?.capMiB,
      });
  });
});

/** The peaks are the same to the last MiB in ten; the least device is up to 5 % another. */
describe('networks that the peaks do not tell apart', () => {
  const CARD_MIB = 24 * 1024;
  const COPIES = { ...SLICED, copies: true };
  const on24GiB = (networks: Networks, budget: PlanOptions['budget'] = 'default') =>
    benchmark({ ...OPTIONS, budget, limitMiB: CARD_MIB }, (planned) => observe(planned, 0, networks, CARD_MIB));
  const required = (model: Fit) => {
    const result = estimate(model, settingsOf('img2img', 704, 704, 8), CARD_MIB);
    if (!result.ok) throw new Error(result.reason);
    return result.required;
  };
  const needMiB = (networks: Networks) =>
    STATIC_MIB + neededMiB(networks, settingsOf('img2img', 704, 704, 8), { pictures: 1, roomMiB: null }).needMiB;

  test.each([
    ['look at pixels where they lie', SLICED],
    ['copy them', COPIES],
  ])('are told by runs under caps between their needs where transformers %s', (_, networks) => {
    expect(fitted(on24GiB(networks)).replay).toMatchObject({ networks, rivals: [], tellsNeed: true });
  });

  test('are not all that is asked about under caps: some lie 1 % and more beside, and show whether the replay is right at all', () => {
    for (const budget of ['quick', 'default'] as const) {
      const shares = on24GiB(SLICED, budget).flatMap(({ settings, capMiB }) =>
        capMiB === null
          ? []
          : [
              capMiB /
                (STATIC_MIB + neededMiB(SLICED, settings, { pictures: 1, roomMiB: CARD_MIB - STATIC_MIB }).needMiB),
            ],
      );
      expect(Math.max(...shares)).toBeGreaterThan(1.01);
      expect(Math.min(...shares)).toBeLessThan(0.99);
    }
  });

  test('and without such runs the interval reaches over what either needs', () => {
    const uncapped = on24GiB(COPIES).filter(({ capMiB }) => capMiB === null);
    const model = fitted(uncapped);
    expect(model.replay?.rivals.length).toBeGreaterThan(0);
    for (const networks of [SLICED, COPIES]) {
      expect(required(model).lowMiB).toBeLessThanOrEqual(needMiB(networks));
      expect(required(model).highMiB).toBeGreaterThanOrEqual(needMiB(networks));
    }
  });
});

describe('a fit by replay', () => {
  test('knows the networks, and that the runs under caps bear them out', () => {
    expect(FIT.replay).toMatchObject({ networks: SLICED, tellsNeed: true });
  });

  test.each([
    settingsOf('txt2img', 1024, 1024, 1),
    settingsOf('img2img', 768, 640, 3),
    settingsOf('hires_latent', 512, 512, 2),
  ])('peaks follow the room that there is (%j)', (settings) => {
    for (const roomMiB of [4500, ROOM_MIB, 24_000]) {
      const truthMiB = STATIC_MIB + slicedPeaks(SLICED, settings, null, roomMiB - STATIC_MIB).reservedMiB;
      expect(Math.abs(estimated(settings, roomMiB).peak.valueMiB / truthMiB - 1)).toBeLessThan(0.01);
    }
    expect(estimated(settings, 4500).required).toEqual(estimated(settings, null).required);
  });

  test('what is required holds the truth in its interval and is far below the peak where memory is free', () => {
    const settings = settingsOf('txt2img', 1024, 1024, 2);
    const { required, peak } = estimated(settings);
    const needMiB = STATIC_MIB + neededMiB(SLICED, settings, { pictures: 1, roomMiB: null }).needMiB;
    expect(required.lowMiB).toBeLessThanOrEqual(needMiB);
    expect(required.highMiB).toBeGreaterThanOrEqual(needMiB);
    expect(peak.valueMiB).toBeGreaterThan(required.highMiB + 1000);
  });

  test('it is tight where slices may find no room with just what is free, and fits with less', () => {
    const settings = settingsOf('txt2img', 768, 768, 2);
    const judge = (roomMiB: number) =>
      verdict(estimated(settings, STATIC_MIB + roomMiB), { usableMiB: STATIC_MIB + roomMiB, otherMiB: 0 });
    expect([judge(2190), judge(2100), judge(2300)]).toMatchObject([
      { verdict: 'tight', reason: 'slices-may-not-fit' },
      { verdict: 'fits' },
      { verdict: 'fits' },
    ]);
  });

  test('where a few MiB decide how many slices there are, the peak of either number is in the interval, and such a run spoils no fit', () => {
    const settings = settingsOf('txt2img', 704, 704, 4);
    const reservedMiB = (roomMiB: number): number =>
      STATIC_MIB + slicedPeaks(SLICED, settings, null, roomMiB - STATIC_MIB).reservedMiB;
    const rooms = Array.from({ length: 400 }, (_, i) => 6000 + 10 * i);
    const edgeMiB = rooms.find((roomMiB) => reservedMiB(roomMiB + 10) > 1.1 * reservedMiB(roomMiB)) ?? NaN;
    const { peak } = estimated(settings, edgeMiB);
    expect(peak.lowMiB).toBeLessThan(reservedMiB(edgeMiB));
    expect(peak.highMiB).toBeGreaterThan(reservedMiB(edgeMiB + 10));
    const beside = {
      settings,
      capMiB: null,
      outcome: 'ok',
      activePeakMiB: STATIC_MIB + slicedPeaks(SLICED, settings, null, edgeMiB + 10 - STATIC_MIB).activeMiB,
      reservedPeakMiB: reservedMiB(edgeMiB + 10),
    } as const;
    const spoilt = fitted([
      ...RUNS,
      { ...beside, phases: null, allocRetries: 0, idleSlackMiB: 0, heldMiB: null, roomMiB: edgeMiB },
    ]);
    expect(spoilt.spread).toEqual(FIT.spread);
  });

  test('runs under caps that end otherwise widen what is required', () => {
    const contradicted = RUNS.map((run): Observation =>
      run.capMiB === null ? run : { ...run, outcome: run.outcome === 'ok' ? 'oom' : 'ok' },
    );
    const settings = settingsOf('txt2img', 768, 768, 1);
    const wide = estimate(fitted(contradicted), settings, ROOM_MIB);
    if (!wide.ok) throw new Error(wide.reason);
    const above = ({ valueMiB, highMiB }: { valueMiB: number; highMiB: number }): number => highMiB - valueMiB;
    expect(above(wide.required)).toBeGreaterThan(2 * above(estimated(settings).required));
  });

  test('there is none of networks that are not known, of too few runs, and where the room was not known', () => {
    const strange = benchmark({ ...OPTIONS, budget: 'quick' }, (planned) => {
      const run = observe(planned);
      return { ...run, activePeakMiB: STATIC_MIB + 1.3 * ((run.activePeakMiB ?? 0) - STATIC_MIB) };
    });
    expect(fit(strange, TRAITS)).toEqual({ ok: false, reason: 'no-known-networks' });
    expect(fit(RUNS.slice(0, 2), TRAITS)).toEqual({ ok: false, reason: 'too-few-runs' });
    expect(
      fit(
        RUNS.map((run) => ({ ...run, roomMiB: null })),
        TRAITS,
      ),
    ).toEqual({ ok: false, reason: 'too-few-runs' });
  });

  test('a workspace beside the networks is learnt', () => {
    const runs = benchmark(OPTIONS, (planned) => observe(planned, 30));
    const { replay } = fitted(runs);
    expect(replay?.offsetMiB).toBeGreaterThan(15);
    expect(replay?.tellsNeed).toBe(true);
  });
});

test("InvokeAI's attention, which slices heads, is benchmarked and estimated in the same way", () => {
  const kernels = { tracksOrder: true, sdpa: 'flash', workspace: 'x+y', workspaceInFloat: 'x' } as const;
  const networks: Networks = { ...SLICED, scores: 'slices-of-heads', kernels };
  const traits: HostTraits = { ...TRAITS, attention: 'invokeai' };
  const needMiB = (settings: Observation['settings'], roomMiB: number | null) =>
    STATIC_MIB + neededMiB(networks, settings, { pictures: 2, roomMiB }).needMiB;
  const runs = benchmark({ ...OPTIONS, traits, budget: 'quick', operations: ['txt2img', 'img2img'] }, (planned) => {
    const { settings, capMiB } = planned;
    const isEnough = capMiB !== null && capMiB >= needMiB(settings, ROOM_MIB - STATIC_MIB);
    const outcome = capMiB === null || isEnough ? 'ok' : 'oom';
    return { ...observe(planned, 0, networks), outcome };
  });
  const result = fit(runs, traits);
  if (!result.ok) throw new Error(result.reason);
  expect(result.value.replay).toMatchObject({ networks: { scores: 'slices-of-heads', shape: 'sd1' }, tellsNeed: true });
  const settings = settingsOf('txt2img', 768, 768, 2);
  const found = estimate(result.value, settings, ROOM_MIB);
  if (!found.ok) throw new Error(found.reason);
  expect(found.required.lowMiB).toBeLessThanOrEqual(needMiB(settings, null));
  expect(found.required.highMiB).toBeGreaterThanOrEqual(needMiB(settings, null));
  expect(found.peak.valueMiB).toBeGreaterThan(found.required.highMiB);
});
