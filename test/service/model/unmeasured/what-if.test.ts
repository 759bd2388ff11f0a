import { describe, expect, test } from '@jest/globals';
import { recordedTable } from '../../../../benchmarks/accuracy/recorded.ts';
import { estimate } from '../../../../service/estimate/estimate.ts';
import { hintsOf } from '../../../../service/hosts/hints.ts';
import { traitsOf } from '../../../../service/hosts/hosts.ts';
import { fit } from '../../../../service/model/fit.ts';
import type { Fit } from '../../../../service/model/types.ts';
import { unmeasured } from '../../../../service/model/unmeasured/unmeasured.ts';
import { whatIf, type Change, type SetUpNow } from '../../../../service/model/unmeasured/what-if.ts';

const DEVICE = { backend: 'cuda', name: 'NVIDIA GeForce RTX 3060' } as const;
const ROOM_MIB = 24 * 1024;

function setUpOf(name: string): SetUpNow {
  const { host } = recordedTable(name);
  const slack = host.idleSlackMiB === null ? {} : { slackMiB: host.idleSlackMiB };
  const key = { ...host.key };
  return { key, traits: { ...traitsOf({ traits: host.traits, key }), ...slack }, device: DEVICE };
}

function answerOf(change: Change, now = setUpOf('sd1-sdp'), measured: Fit | null = null): Fit {
  const answer = whatIf(now, [change], measured);
  if (!answer.ok) throw new Error(answer.reason);
  return answer.value;
}

function unmeasuredOf(name: string): Fit {
  const { key, traits, device } = setUpOf(name);
  const made = unmeasured(key, traits, device);
  if (!made.ok) throw new Error(made.reason);
  return made.value;
}

describe('what would be estimated were one thing set otherwise', () => {
  test.each<[string, Change]>([
    ['sd1-xformers', { what: 'attention', to: 'xformers' }],
    ['sd1-doggettx', { what: 'attention', to: 'Doggettx' }],
    ['sd1-sub-quadratic', { what: 'attention', to: 'sub-quadratic' }],
    ['sd1-sdp-medvram', { what: 'vram-mode', to: 'medvram' }],
    ['sd1-sdp-lowvram', { what: 'vram-mode', to: 'lowvram' }],
    ['sd1-sdp-no-half-vae', { what: 'precision', to: 'no-half-vae' }],
    ['sd1-sdp-no-half', { what: 'precision', to: 'no-half' }],
  ])('is what is estimated of %s once it is', (name, change) => {
    const [asked, there] = [answerOf(change), unmeasuredOf(name)];
    expect(asked.replay?.networks).toEqual(there.replay?.networks);
    expect(asked.traits.attention).toBe(there.traits.attention);
    for (const { settings } of recordedTable(name).rows.filter((_, i) => i % 12 === 0)) {
      const [guessed, known] = [asked, there].map((one) => estimate(one, settings, ROOM_MIB));
      if (guessed?.ok !== true || known?.ok !== true) throw new Error('no estimate');
      expect(guessed.required.highMiB).toBeGreaterThanOrEqual(known.required.valueMiB);
      expect(Math.abs(guessed.required.valueMiB / known.required.valueMiB - 1)).toBeLessThan(0.02);
      expect(guessed.basis).toBe('unmeasured');
    }
  });

  test('weights in 8 bits leave the card what they no longer take', () => {
    const [half, fp8] = [unmeasuredOf('sd1-sdp'), answerOf({ what: 'precision', to: 'fp8' })];
    // Half of SD 1's 1639 MiB and 235; the autoencoder's stay.
    expect(half.staticMiB - fp8.staticMiB).toBeGreaterThan(850);
    expect(half.staticMiB - fp8.staticMiB).toBeLessThan(940);
  });

  test('prompts one after the other need less', () => {
    const settings = { operation: 'txt2img', width: 768, height: 768, batchSize: 4, hires: null } as const;
    const [now, apart] = [unmeasuredOf('sd1-sdp'), answerOf({ what: 'batch-cond-uncond', to: false })].map((one) =>
      estimate(one, settings),
    );
    if (now?.ok !== true || apart?.ok !== true) throw new Error('no estimate');
    expect(apart.required.valueMiB).toBeLessThan(now.required.valueMiB);
  });

  test('keeps the law of workspaces that runs have told, for it is the card that has it', () => {
    const table = recordedTable('sd1-sdp-none');
    const now = setUpOf('sd1-sdp-none');
    const runs = table.rows.slice(0, 2).map((row) => ({
      settings: row.settings,
      capMiB: null,
      outcome: 'ok' as const,
      activePeakMiB: row.activeMiB,
      reservedPeakMiB: row.reservedMiB,
      phases: row.phases,
      allocRetries: 0,
      idleSlackMiB: table.host.idleSlackMiB,
      roomMiB: ROOM_MIB,
      heldMiB: null,
    }));
    const measured = fit(
      runs,
      { ...now.traits, staticMiB: table.staticMiB },
      hintsOf({ key: now.key, device: DEVICE }),
    );
    if (!measured.ok) throw new Error(measured.reason);
    const change = { what: 'attention', to: 'Doggettx' } as const;
    expect(answerOf(change, now).replay?.rivals).toHaveLength(3);
    const told = answerOf(change, now, measured.value);
    expect(told.replay?.networks).toMatchObject({ scores: 'slices', kernels: { workspace: 'none' } });
    expect(told.replay?.rivals).toEqual([]);
  });

  test('is no answer where it is set so already, or the networks are not known', () => {
    const now = setUpOf('sd1-sdp');
    expect(whatIf(now, [{ what: 'attention', to: 'sdp' }])).toEqual({ ok: false, reason: 'no-change' });
    expect(whatIf(now, [{ what: 'precision', to: 'half' }])).toEqual({ ok: false, reason: 'no-change' });
    const other = { ...now, key: { ...now.key, family: 'sd3' } };
    expect(whatIf(other, [{ what: 'vram-mode', to: 'medvram' }])).toEqual({ ok: false, reason: 'unknown-family' });
  });
});
