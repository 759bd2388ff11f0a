import { describe, expect, test } from '@jest/globals';
import { recordedTable } from '../../../../benchmarks/accuracy/recorded.ts';
import { estimate } from '../../../../service/estimate/estimate.ts';
import { hintsOf } from '../../../../service/hosts/hints.ts';
import { fit } from '../../../../service/model/fit.ts';
import { replayedNeed } from '../../../../service/model/replay/need.ts';
import { activePeakMiB, reservedPeakMiB } from '../../../../service/model/replay/peaks.ts';
import type { Fit, Observation, Replay } from '../../../../service/model/types.ts';
import { fitBetweenLaws } from '../../../../service/model/unmeasured/between-laws.ts';
import { unmeasured } from '../../../../service/model/unmeasured/unmeasured.ts';
import { stageGroups } from '../../../../service/operations/registry.ts';
import type { GenerationSettings } from '../../../../service/protocol/settings.ts';
import { atOnce } from '../../../../service/base/steps.ts';
import { settingsOf } from '../synthetic-host.ts';

const { host } = recordedTable('sd1-sdp');
const made = unmeasured(host.key, host.traits, host.device);
if (!made.ok || made.value.replay === null) throw new Error('sd1 is known');
const UNSEEN = made.value;
const HINTS = hintsOf(host.device === null ? { key: host.key } : { key: host.key, device: host.device });
const LAWS: readonly Replay[] = [made.value.replay, ...made.value.replay.rivals];
const lawOf = (workspace: string): Replay => {
  const law = LAWS.find(({ networks }) => networks.kernels.workspace === workspace);
  if (law === undefined) throw new Error(`a law ${workspace}`);
  return law;
};
const [NONE, COPIES] = [lawOf('none'), lawOf('x+y')];

/** A run on a card whose convolutions take this share of the workspaces that copies of input and output would. */
function ran(settings: GenerationSettings, share: number): Observation {
  const phases = [...new Set(stageGroups(settings).flatMap((stages) => stages.map(({ phase }) => phase)))];
  const peaks = phases.map((phase) => {
    const of = (peak: typeof activePeakMiB): number => {
      const [least, most] = [NONE, COPIES].map(({ networks }) => peak(networks, settings, new Set([phase])));
      return UNSEEN.staticMiB + (least ?? 0) + share * ((most ?? 0) - (least ?? 0));
    };
    return { phase, activePeakMiB: of(activePeakMiB), reservedPeakMiB: of(reservedPeakMiB) };
  });
  return {
    settings,
    capMiB: null,
    outcome: 'ok',
    activePeakMiB: Math.max(...peaks.map((peak) => peak.activePeakMiB)),
    reservedPeakMiB: Math.max(...peaks.map((peak) => peak.reservedPeakMiB)),
    phases: peaks,
    allocRetries: 0,
    idleSlackMiB: null,
    heldMiB: null,
    roomMiB: 24_000,
  };
}

const SIZES = [
  settingsOf('txt2img', 512, 512, 1),
  settingsOf('txt2img', 768, 768, 2),
  settingsOf('img2img', 640, 640, 1),
  settingsOf('txt2img', 960, 960, 1),
];
const LARGE = settingsOf('txt2img', 1024, 1536, 1);
const MOST = SIZES.map((settings) => ran(settings, 0.75));

function fitted(runs: readonly Observation[]): Fit {
  const result = fit(runs, host.traits, HINTS);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

const needOf = ({ networks, scale, offsetMiB }: Replay): number =>
  UNSEEN.staticMiB + replayedNeed({ networks, scale, offsetMiB }, LARGE, UNSEEN.slackMiB).needMiB;

describe('runs that take three quarters of the workspaces of a law', () => {
  test('keep the replay of all phases, with an interval over all laws', () => {
    const { replay } = fitted(MOST);
    expect(replay?.networks.unlike ?? []).toEqual([]);
    expect(replay?.rivals).toHaveLength(LAWS.length - 1);
    const result = estimate(fitted(MOST), LARGE);
    if (!result.ok) throw new Error(result.reason);
    expect(result.required.lowMiB).toBeLessThan(Math.min(...LAWS.map(needOf)));
    expect(result.required.highMiB).toBeGreaterThan(Math.max(...LAWS.map(needOf)));
    expect(result.basis).toBe('inside');
  });

  test('are enough where they are two', () => {
    expect(fitted(MOST.slice(0, 2)).replay?.rivals).toHaveLength(LAWS.length - 1);
  });

  test('put the law first that comes nearest', () => {
    const lawAt = (share: number) =>
      atOnce(
        fitBetweenLaws(
          SIZES.map((settings) => ran(settings, share)),
          host.traits,
          HINTS,
        ),
      )?.replay?.networks.kernels.workspace;
    expect(lawAt(0.1)).toBe('none');
    expect(lawAt(0.9)).toBe('x+y');
  });

  test('are not taken for it where more than a few ended under a cap as under none of the laws', () => {
    const capped = { ...ran(LARGE, 1), capMiB: 1.2 * needOf(COPIES), outcome: 'oom' } as const;
    expect(atOnce(fitBetweenLaws([...MOST, capped], host.traits, HINTS))).toBeNull();
  });
});

test('runs that take more, or less, than under any law are of something else', () => {
  for (const share of [-1, 3])
    expect(
      atOnce(
        fitBetweenLaws(
          SIZES.map((settings) => ran(settings, share)),
          host.traits,
          HINTS,
        ),
      ),
    ).toBeNull();
});

test('nothing is said of networks that are not named', () => {
  expect(atOnce(fitBetweenLaws(MOST, host.traits, { ...HINTS, networks: null }))).toBeNull();
});
