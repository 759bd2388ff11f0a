import { describe, expect, test } from '@jest/globals';
import { recordedTable, type RecordedTable } from '../../../../benchmarks/accuracy/recorded.ts';
import { estimate } from '../../../../service/estimate/estimate.ts';
import { hintsOf } from '../../../../service/hosts/hints.ts';
import { traitsOf } from '../../../../service/hosts/hosts.ts';
import { fit } from '../../../../service/model/fit.ts';
import { unmeasured } from '../../../../service/model/unmeasured/unmeasured.ts';
import type { Interval, Observation } from '../../../../service/model/types.ts';

const ROOM_MIB = 24 * 1024;

function runsOf(table: RecordedTable, count: number): Observation[] {
  const { idleSlackMiB } = table.host;
  return table.rows.slice(0, count).map((row) => ({
    settings: row.settings,
    capMiB: null,
    outcome: 'ok',
    activePeakMiB: row.activeMiB,
    reservedPeakMiB: row.reservedMiB,
    phases: row.phases,
    allocRetries: row.allocRetries,
    idleSlackMiB,
    roomMiB: ROOM_MIB,
    heldMiB: null,
  }));
}

function fitted(name: string, count: number, key: Readonly<Record<string, string>> = {}) {
  const table = recordedTable(name);
  const device = { backend: 'cuda', name: 'NVIDIA GeForce RTX 3060' } as const;
  const host = { traits: table.host.traits, key: { ...table.host.key, ...key }, device };
  return fit(runsOf(table, count), { ...traitsOf(host), staticMiB: table.staticMiB }, hintsOf(host));
}

function workspaces(result: ReturnType<typeof fitted>): (string | undefined)[] {
  if (!result.ok) return [result.reason];
  const { replay } = result.value;
  return [replay, ...(replay?.rivals ?? [])].map((one) => one?.networks.kernels.workspace);
}

describe('a run or two of known networks', () => {
  test.each([
    ['sd1-sdp', 'x+y'],
    ['sd1-sdp-none', 'none'],
    ['sd1-sdp-x', 'x'],
    ['sd1-doggettx', 'x+y'],
  ])('of %s tell the law of workspaces from the others: %s', (name, workspace) => {
    expect(workspaces(fitted(name, 1))).toEqual([workspace]);
    expect(workspaces(fitted(name, 2))).toEqual([workspace]);
  });

  test('narrow the intervals of what was never run', () => {
    const table = recordedTable('sd1-sdp-none');
    const result = fitted('sd1-sdp-none', 2);
    const traits = { ...traitsOf({ ...table.host, key: { ...table.host.key } }), staticMiB: table.staticMiB };
    const before = unmeasured({ ...table.host.key }, traits);
    if (!result.ok || !before.ok) throw new Error('no fit');
    for (const { settings, needMiB, reservedMiB } of table.rows.slice(10, 20)) {
      const found = estimate(result.value, settings, ROOM_MIB);
      const wide = estimate(before.value, settings, ROOM_MIB);
      if (!found.ok || !wide.ok) throw new Error('no estimate');
      expect(found.required.highMiB).toBeGreaterThanOrEqual(needMiB ?? 0);
      const width = ({ highMiB, lowMiB }: Interval): number => highMiB - lowMiB;
      expect(width(found.required)).toBeLessThan(width(wide.required));
      expect(width(found.peak)).toBeLessThan(width(wide.peak));
      expect(Math.abs(found.peak.valueMiB / reservedMiB - 1)).toBeLessThan(0.02);
    }
  });

  test('that contradict what the set-up says of itself speak for themselves', () => {
    expect(fitted('sd1-sdp', 1, { family: 'sdxl' })).toMatchObject({ ok: false });
    expect(fitted('sd1-sdp', 1, { dtype_unet: 'float32', dtype_vae: 'float32' })).toMatchObject({ ok: false });
  });

  test('are too few where the set-up does not tell its networks', () => {
    expect(fitted('sd1-sdp', 1, { family: 'unknown' })).toEqual({ ok: false, reason: 'too-few-runs' });
  });
});
