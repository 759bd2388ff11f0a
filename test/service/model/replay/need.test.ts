import { describe, expect, test } from '@jest/globals';
import { judgedByCaps, highestReplayedNeed, replayedNeed } from '../../../../service/model/replay/need.ts';
import { activePeakMiB, reservedPeakMiB } from '../../../../service/model/replay/peaks.ts';
import type { Observation } from '../../../../service/model/types.ts';
import { settingsOf } from '../synthetic-host.ts';
import { atOnce } from '../../../../service/base/steps.ts';
import { SD15, SDXL } from '../../networks/examples.ts';

const REPLAY = { networks: SD15, scale: 1, offsetMiB: 0 };
const STATIC_MIB = 2484;
const SETTINGS = [
  settingsOf('txt2img', 768, 768, 1),
  settingsOf('img2img', 704, 576, 6),
  settingsOf('hires_image', 448, 448, 2),
];

/** A run under a cap that is this share of what is needed in all. */
function capped(settings: Observation['settings'], share: number, outcome: 'ok' | 'oom'): Observation {
  const capMiB = (STATIC_MIB + replayedNeed(REPLAY, settings, 0).needMiB) * share;
  return {
    settings,
    capMiB,
    outcome,
    activePeakMiB: null,
    reservedPeakMiB: null,
    phases: null,
    allocRetries: null,
    idleSlackMiB: null,
    heldMiB: null,
    roomMiB: null,
  };
}

describe('a replayed need', () => {
  test.each(SETTINGS)('lies between what is active and what is reserved (%j)', (settings) => {
    const needMiB = replayedNeed(REPLAY, settings, 0).needMiB;
    expect(needMiB).toBeGreaterThanOrEqual(activePeakMiB(SD15, settings, null));
    expect(needMiB).toBeLessThanOrEqual(reservedPeakMiB(SD15, settings, null));
  });

  test("takes the host's scale, and what is free at idle where that is more than the offset", () => {
    const [settings] = SETTINGS as [Observation['settings']];
    const plainMiB = replayedNeed(REPLAY, settings, 0).needMiB;
    expect(replayedNeed({ ...REPLAY, scale: 1.1, offsetMiB: 20 }, settings, 60).needMiB).toBeCloseTo(
      1.1 * plainMiB + 60,
      6,
    );
    expect(replayedNeed({ ...REPLAY, offsetMiB: 90 }, settings, 60).needMiB).toBeCloseTo(plainMiB + 90, 6);
  });
});

/** On the real PyTorch it ran on 7463 MiB and failed on 8192, of which 450 are the context's and 2082 the weights'. */
test('a need lies above a failure with more than the least that is enough, also where nothing is done twice', () => {
  const kernels = { tracksOrder: true, sdpa: 'flash-if-many', workspace: 'x+y', workspaceInFloat: 'x' } as const;
  const networks = { ...SD15, kernels, conditioning: 'inpainting' } as const;
  const target = { width: 1080, height: 1440, uncroppedWidth: 1080, uncroppedHeight: 1440, upscaler: null };
  const settings = { ...settingsOf('hires_image', 720, 960, 1), hires: target };
  const { needMiB, leastMiB } = replayedNeed({ ...REPLAY, networks }, settings, 0);
  expect(leastMiB).toBeLessThan(7463 - 450 - 2082);
  expect(needMiB).toBeGreaterThan(8192 - 450 - 2082);
});

describe('where attention keeps its score matrices, a batch of pictures', () => {
  const unfused = { ...REPLAY, networks: { ...SDXL, scores: 'whole' } as const };
  const needsMiB = (replay: typeof unfused | typeof REPLAY, settings: Observation['settings']) =>
    [replayedNeed(replay, settings, 0).needMiB, highestReplayedNeed(replay, settings, 0).needMiB] as const;

  test("may need more than its first, which leaves something in the second's way", () => {
    const [needMiB, highestMiB] = needsMiB(unfused, settingsOf('img2img', 704, 704, 2));
    expect(highestMiB / needMiB).toBeGreaterThan(1.08);
  });

  test('that fails with more than its first needs does not contradict the replay', () => {
    const settings = settingsOf('img2img', 704, 704, 2);
    const [needMiB, highestMiB] = needsMiB(unfused, settings);
    const failed = (capMiB: number): Observation => ({ ...capped(settings, 1, 'oom'), capMiB });
    const judged = (capMiB: number) => atOnce(judgedByCaps(unfused, [failed(capMiB)], 0, 0));
    expect(judged((needMiB + highestMiB) / 2)).toEqual({ tellsNeed: true, strayBelow: 0, strayAbove: 0 });
    expect(judged(highestMiB * 1.02).strayAbove).toBeGreaterThan(0);
    expect(judged(highestMiB * 1.06).tellsNeed).toBe(false);
  });

  test.each([
    ['a single one', unfused, settingsOf('img2img', 704, 704, 1)],
    ['what encodes none', unfused, settingsOf('txt2img', 704, 704, 2)],
    ['attention that keeps none', REPLAY, settingsOf('img2img', 704, 704, 2)],
  ] as const)('but not %s', (_what, replay, settings) => {
    const [needMiB, highestMiB] = needsMiB(replay, settings);
    expect(highestMiB).toBe(needMiB);
  });
});

describe('runs under caps', () => {
  const asReplayed = SETTINGS.flatMap((settings) => [capped(settings, 1.02, 'ok'), capped(settings, 0.98, 'oom')]);

  test('bear the replay out where they end as it says', () => {
    expect(atOnce(judgedByCaps(REPLAY, asReplayed, STATIC_MIB, 0)).tellsNeed).toBe(true);
  });

  test.each([
    ['succeed with far less', 0.92, 'ok'],
    ['fail with far more', 1.08, 'oom'],
  ] as const)('do not where they %s', (_what, share, outcome) => {
    expect(
      atOnce(
        judgedByCaps(
          REPLAY,
          SETTINGS.map((settings) => capped(settings, share, outcome)),
          STATIC_MIB,
          0,
        ),
      ).tellsNeed,
    ).toBe(false);
  });

  test('that succeed with a little less say how far below the truth may lie elsewhere too', () => {
    const { tellsNeed, strayBelow } = atOnce(
      judgedByCaps(
        REPLAY,
        SETTINGS.map((settings) => capped(settings, 0.97, 'ok')),
        STATIC_MIB,
        0,
      ),
    );
    expect(tellsNeed).toBe(true);
    expect(strayBelow).toBeGreaterThan(0.025);
    expect(strayBelow).toBeLessThan(0.035);
  });

  test.each([
    ['all of them', SETTINGS.map((settings) => capped(settings, 1.03, 'oom'))],
    // Others outvoted it: in its phase nothing else was asked near what is required.
    ['one of many', [...asReplayed, ...asReplayed, ...SETTINGS.slice(0, 1).map((one) => capped(one, 1.03, 'oom'))]],
  ])('that fail with a little more say that the truth may lie above, %s', (_what, runs) => {
    const { tellsNeed, strayAbove } = atOnce(judgedByCaps(REPLAY, runs, STATIC_MIB, 0));
    expect(tellsNeed).toBe(true);
    expect(strayAbove).toBeGreaterThan(0.05);
    expect(strayAbove).toBeLessThan(0.065);
  });

  test('say nothing where there are none', () => {
    expect(atOnce(judgedByCaps(REPLAY, [], STATIC_MIB, 0)).tellsNeed).toBe(false);
  });
});
