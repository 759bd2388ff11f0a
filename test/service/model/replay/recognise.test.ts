import { describe, expect, test } from '@jest/globals';
import { NO_HINTS, type Hints } from '../../../../service/hosts/hints.ts';
import { recognise, recogniseAll } from '../../../../service/model/replay/recognise.ts';
import type { Recognised } from '../../../../service/model/replay/scaled.ts';
import type { Networks } from '../../../../service/networks/networks.ts';
import { activePeakMiB, reservedPeakMiB } from '../../../../service/model/replay/peaks.ts';
import { rowsOf } from '../../../../service/model/rows.ts';
import type { AttentionKind, Observation, Phase } from '../../../../service/model/types.ts';
import type { GenerationSettings } from '../../../../service/protocol/settings.ts';
import { settingsOf } from '../synthetic-host.ts';
import { atOnce } from '../../../../service/base/steps.ts';
import { SD15 } from '../../networks/examples.ts';

const STATIC_MIB = 2500;
const SETTINGS = [
  settingsOf('txt2img', 512, 512, 1),
  settingsOf('txt2img', 768, 512, 8),
  settingsOf('img2img', 960, 640, 1),
  settingsOf('img2img', 832, 832, 6),
  settingsOf('hires_image', 448, 448, 1),
  settingsOf('hires_latent', 480, 320, 8),
];

/** As a benchmark ran them, at most 960 px a side: in the largest a VAE in 32 bits takes the most of SDXL. */
const RULED_BY_THE_VAE = [
  settingsOf('txt2img', 960, 960, 6),
  settingsOf('img2img', 960, 960, 2),
  settingsOf('hires_image', 480, 480, 3),
  settingsOf('hires_latent', 480, 480, 3),
  settingsOf('hires_image', 480, 480, 4),
  settingsOf('img2img', 960, 960, 1),
  settingsOf('txt2img', 832, 768, 5),
  settingsOf('txt2img', 832, 832, 3),
  settingsOf('txt2img', 768, 768, 4),
  settingsOf('txt2img', 768, 768, 2),
  settingsOf('img2img', 896, 896, 4),
  settingsOf('txt2img', 640, 640, 8),
];

interface Host {
  readonly activeMiB: (settings: GenerationSettings, phases: ReadonlySet<Phase> | null) => number;
  readonly reservedMiB: (settings: GenerationSettings, phases: ReadonlySet<Phase> | null) => number;
}

/** A host whose memory is that of known networks, the reserve stretched as told. */
const hostOf = (networks: Networks, scale = 1, offsetMiB = 0): Host => ({
  activeMiB: (settings, phases) => activePeakMiB(networks, settings, phases),
  reservedMiB: (settings, phases) => scale * reservedPeakMiB(networks, settings, phases) + offsetMiB,
});

function observe(host: Host, settings: GenerationSettings): Observation {
  return {
    settings,
    capMiB: null,
    outcome: 'ok',
    activePeakMiB: STATIC_MIB + host.activeMiB(settings, null),
    reservedPeakMiB: STATIC_MIB + host.reservedMiB(settings, null),
    phases: null,
    allocRetries: 0,
    idleSlackMiB: null,
    heldMiB: null,
    roomMiB: null,
  };
}

const rows = (runs: readonly Observation[], target: 'active' | 'reserved') =>
  runs.flatMap((run) => rowsOf(run, target, STATIC_MIB));

function recognised(runs: readonly Observation[], attention: AttentionKind = 'fused'): Recognised | null {
  return atOnce(
    recognise(rows(runs, 'active'), rows(runs, 'reserved'), {
      attention,
      condUncondBatched: null,
      slackMiB: 0,
      hints: NO_HINTS,
    }),
  );
}

const NETWORKS: readonly (readonly [string, Networks])[] = [
  ['SD 1.5', SD15],
  ['SD 1.5 whose transformers copy', { ...SD15, copies: true }],
  ['SD 1.5, conditional and unconditional one after the other', { ...SD15, evaluated: 1 }],
  ['SD 1.5 in 32 bits', { ...SD15, precision: 'float', decode: 'float', encode: 'float' }],
  ['SD 1.5 with a VAE in 32 bits', { ...SD15, decode: 'float' }],
  ['SDXL', { ...SD15, shape: 'sdxl', encode: 'half' }],
  ['SDXL with a VAE in 32 bits', { ...SD15, shape: 'sdxl', decode: 'float', encode: 'float' }],
];

describe('recognising networks', () => {
  test.each(NETWORKS)('%s is recognised by its bytes', (_, networks) => {
    const found = recognised(SETTINGS.map((settings) => observe(hostOf(networks), settings)));
    expect(found?.replay.networks).toEqual(networks);
    expect(found?.replay.scale).toBeCloseTo(1, 6);
    expect(found?.replay.offsetMiB).toBeCloseTo(0, 6);
  });

  test.each([
    ['right', { family: 'sd1', bits: 16, attention: 'sdp', torch: { major: 2, minor: 1 } }],
    ['wrong', { family: 'sdxl', bits: 32, attention: 'xformers', torch: { major: 1, minor: 13 } }],
  ] as const)(
    'what the set-up says of them, be it %s, changes where they are looked for first and not what is found',
    (_, said) => {
      const hints = { ...NO_HINTS, ...said };
      const runs = SETTINGS.map((settings) => observe(hostOf(SD15), settings));
      const about = { attention: 'fused', condUncondBatched: null, slackMiB: 0 } as const;
      const found = (of: Hints) =>
        atOnce(recognise(rows(runs, 'active'), rows(runs, 'reserved'), { ...about, hints: of }));
      expect(found(hints)).toEqual(found(NO_HINTS));
      expect(found(hints)?.replay.networks).toEqual(SD15);
    },
  );

  test('by all runs where the largest look alike, and one of them a little more like another network', () => {
    const networks: Networks = { ...SD15, shape: 'sdxl', decode: 'float', encode: 'float' };
    const other: Networks = { ...networks, precision: 'float', evaluated: 1 };
    const runs = RULED_BY_THE_VAE.map((settings) => observe(hostOf(networks), settings));
    const [largest, ...rest] = runs.toSorted((a, b) => (b.reservedPeakMiB ?? 0) - (a.reservedPeakMiB ?? 0));
    if (largest === undefined) throw new Error('there are runs');
    const odd = { ...largest, reservedPeakMiB: observe(hostOf(other), largest.settings).reservedPeakMiB };
    expect(odd.reservedPeakMiB).not.toBe(largest.reservedPeakMiB);
    expect(recognised([odd, ...rest])?.replay.networks).toEqual(networks);
  });

  test.each(['whole', 'pairs'] as const)('%s score matrices are recognised where the host keeps them', (scores) => {
    const whole: Networks = { ...SD15, scores };
    const runs = SETTINGS.map((settings) => observe(hostOf(whole), settings));
    expect(recognised(runs, 'unfused')?.replay.networks).toEqual(whole);
    // Those of two heads at a time show nowhere in runs that the autoencoder rules, and its own sdp keeps whole too.
    if (scores === 'whole') expect(recognised(runs, 'fused')).toBeNull();
  });

  describe("where two show the same peaks but for the counter's rounding", () => {
    const sdxl: Networks = { ...SD15, shape: 'sdxl', encode: 'half' };
    // The decoder rules in all of them: how transformers look at pixels shows nowhere.
    const decoded = [
      settingsOf('txt2img', 512, 512, 1),
      settingsOf('txt2img', 704, 704, 2),
      settingsOf('img2img', 768, 512, 4),
    ];
    const runs = decoded.map((settings) => observe(hostOf({ ...sdxl, copies: true }), settings));
    const rounded = runs.map((run) => ({ ...run, reservedPeakMiB: (run.reservedPeakMiB ?? 0) + 0.2 }));

    test.each([
      ['', runs],
      [', rounded', rounded],
    ])('the usual one is taken%s', (_, seen) => {
      expect(recognised(seen)?.replay.networks).toEqual(sdxl);
    });

    test('both may be at work, the usual one first', () => {
      const all = atOnce(
        recogniseAll(rows(runs, 'active'), rows(runs, 'reserved'), {
          attention: 'fused',
          condUncondBatched: null,
          slackMiB: 0,
          hints: NO_HINTS,
        }),
      );
      expect(all[0]?.replay.networks).toEqual(sdxl);
      expect(all.map((one) => one.replay.networks)).toContainEqual({ ...sdxl, copies: true });
    });

    test('only one may where the reserve shows which', () => {
      const told = SETTINGS.map((settings) => observe(hostOf(SD15), settings));
      expect(
        atOnce(
          recogniseAll(rows(told, 'active'), rows(told, 'reserved'), {
            attention: 'fused',
            condUncondBatched: null,
            slackMiB: 0,
            hints: NO_HINTS,
          }),
        ).map((one) => one.replay.networks),
      ).toEqual([SD15]);
    });
  });

  test('a workspace and a larger reserve are told apart', () => {
    const found = recognised(SETTINGS.map((settings) => observe(hostOf(SD15, 1.04, 60), settings)));
    expect(found?.replay.networks).toEqual(SD15);
    expect(found?.replay.scale).toBeCloseTo(1.04, 2);
    expect(found?.replay.offsetMiB).toBeGreaterThan(40);
    for (const share of found?.residuals ?? [1]) expect(Math.abs(share)).toBeLessThan(0.01);
  });

  test('a run that took one large block more does not draw the others along', () => {
    const runs = SETTINGS.map((settings) => observe(hostOf(SD15), settings));
    const odd = runs.map((run, i) => (i === 4 ? { ...run, reservedPeakMiB: (run.reservedPeakMiB ?? 0) * 1.2 } : run));
    const found = recognised(odd);
    expect(found?.replay.networks).toEqual(SD15);
    expect(found?.replay.scale).toBeCloseTo(1, 2);
  });

  test('networks with other active bytes are not recognised', () => {
    const other: Host = {
      activeMiB: (settings, phases) => 1.1 * activePeakMiB(SD15, settings, phases),
      reservedMiB: hostOf(SD15).reservedMiB,
    };
    expect(recognised(SETTINGS.map((settings) => observe(other, settings)))).toBeNull();
  });

  test('two runs say too little, and attention that adapts is not replayed', () => {
    const runs = SETTINGS.map((settings) => observe(hostOf(SD15), settings));
    expect(recognised(runs.slice(0, 2))).toBeNull();
    for (const attention of ['adaptive', 'unknown'] as const) expect(recognised(runs, attention)).toBeNull();
  });

  test('peaks by phase are compared with the same phase', () => {
    const host = hostOf(SD15);
    const byPhase = SETTINGS.slice(0, 2).map((settings): Observation => {
      const phases = (['sampling', 'decode'] as const).map((phase) => ({
        phase,
        activePeakMiB: STATIC_MIB + host.activeMiB(settings, new Set([phase])),
        reservedPeakMiB: STATIC_MIB + host.reservedMiB(settings, new Set([phase])),
      }));
      return { ...observe(host, settings), phases };
    });
    expect(recognised(byPhase)?.replay.networks).toEqual(SD15);
    expect(recognised(byPhase)?.residuals.every((share) => Math.abs(share) < 1e-9)).toBe(true);
  });
});
