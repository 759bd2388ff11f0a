import { describe, expect, test } from '@jest/globals';
import type { Networks } from '../../../../service/networks/networks.ts';
import { replayedNeed } from '../../../../service/model/replay/need.ts';
import type { Recognised } from '../../../../service/model/replay/scaled.ts';
import { borneOut } from '../../../../service/model/replay/rivals.ts';
import type { Observation } from '../../../../service/model/types.ts';
import { settingsOf } from '../synthetic-host.ts';
import { atOnce } from '../../../../service/base/steps.ts';
import { SD15 } from '../../networks/examples.ts';

const VIEWS: Networks = { ...SD15, scores: 'slices' };
const of = (networks: Networks): Recognised => ({
  by: 'replay',
  replay: { networks, scale: 1, offsetMiB: 0 },
  residuals: [],
});
const BOTH = [of(VIEWS), of({ ...VIEWS, copies: true })] as const;
const STATIC_MIB = 2484;
const ROOM_MIB = 24_576;
/** What the two need under a cap is 0.4 to 0.7 % apart. */
const SETTINGS = [
  settingsOf('img2img', 704, 704, 8),
  settingsOf('hires_latent', 128, 128, 8),
  settingsOf('img2img', 960, 960, 4),
  settingsOf('img2img', 960, 960, 8),
];

function between(settings: Observation['settings'], outcome: 'ok' | 'oom'): Observation {
  const needsMiB = BOTH.map(
    ({ replay }) => STATIC_MIB + replayedNeed(replay, settings, 0, ROOM_MIB - STATIC_MIB).needMiB,
  );
  const capMiB = needsMiB.reduce((sum, needMiB) => sum + needMiB, 0) / 2;
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
    roomMiB: ROOM_MIB,
  };
}

const names = (runs: readonly Observation[]) =>
  atOnce(borneOut(BOTH, runs, STATIC_MIB, 0)).map(({ replay }) => (replay.networks.copies ? 'copies' : 'views'));

describe('of networks that explain the peaks alike', () => {
  test('all stay possible, the best first, where no run under a cap tells them apart', () => {
    expect(names([])).toEqual(['views', 'copies']);
  });

  test('a single run under a cap between their needs rules none out: a host strays by as much', () => {
    expect(names(SETTINGS.slice(0, 1).map((settings) => between(settings, 'oom')))).toEqual(['views', 'copies']);
  });

  test.each([
    ['the one that needs more', 'oom', 'views'],
    ['the other', 'ok', 'copies'],
  ] as const)('several leave %s', (_, outcome, left) => {
    expect(names(SETTINGS.map((settings) => between(settings, outcome)))).toEqual([left]);
  });
});
