/** Estimates without any run, against what the real PyTorch allocated under laws of which none was told. */
import { describe, expect, test } from '@jest/globals';
import { recordedNames, recordedTable, type RecordedTable } from '../../../../benchmarks/accuracy/recorded.ts';
import { estimate } from '../../../../service/estimate/estimate.ts';
import { traitsOf } from '../../../../service/hosts/hosts.ts';
import { unmeasured } from '../../../../service/model/unmeasured/unmeasured.ts';
import type { Fit, HostTraits } from '../../../../service/model/types.ts';

const ROOM_MIB = 24 * 1024;
const CARD = { backend: 'cuda', name: 'NVIDIA GeForce RTX 3060' } as const;

function traitsOfTable({ host, staticMiB }: RecordedTable): HostTraits {
  return { ...traitsOf({ traits: host.traits, key: { ...host.key } }), staticMiB };
}

function fitOf(table: RecordedTable, traits: Partial<HostTraits> = {}, name: string = CARD.name): Fit {
  const slack = table.host.idleSlackMiB === null ? {} : { slackMiB: table.host.idleSlackMiB };
  const made = unmeasured({ ...table.host.key }, { ...traitsOfTable(table), ...slack, ...traits }, { ...CARD, name });
  if (!made.ok) throw new Error(made.reason);
  return made.value;
}

function estimated(fit: Fit, settings: RecordedTable['rows'][number]['settings']) {
  const found = estimate(fit, settings, ROOM_MIB);
  if (!found.ok) throw new Error(found.reason);
  return found;
}

/** Some rows of each, the whole of which benchmarks judge. */
const SOME = 9;

describe('a set-up that nothing was run on', () => {
  test.each(recordedNames())('%s: its needs lie within their intervals, and its peaks', (name) => {
    const table = recordedTable(name);
    const fit = fitOf(table);
    const known = table.rows.filter(({ needMiB }) => needMiB !== null);
    const every = Math.ceil(table.rows.length / SOME);
    const rows = new Set([...known.slice(0, SOME), ...table.rows.filter((_, i) => i % every === 0)]);
    const outside = [...rows].flatMap(({ settings, needMiB, reservedMiB, allocRetries }) => {
      const { required, peak } = estimated(fit, settings);
      const isShort = needMiB !== null && required.highMiB < needMiB;
      const isOff = allocRetries === 0 && (peak.highMiB < reservedMiB || peak.lowMiB > reservedMiB);
      return isShort || isOff ? [{ settings, needMiB, reservedMiB, required, peak }] : [];
    });
    // Few runs of --medvram reserve a tenth more than a replay says.
    expect(outside.length).toBeLessThanOrEqual(name === 'sd1-sdp-medvram' ? 1 : 0);
  });

  test('is said to be unmeasured at any size, however large', () => {
    const fit = fitOf(recordedTable('sd1-sdp'));
    const settings = { operation: 'txt2img', width: 2048, height: 2048, batchSize: 4, hires: null } as const;
    expect(estimated(fit, settings)).toMatchObject({ basis: 'unmeasured' });
    expect(fit.runs.measured).toBe(0);
  });

  test('where the host has not told its weights they are worked out, and the interval holds theirs', () => {
    for (const name of ['sd1-sdp', 'sd2-sdp', 'sdxl-sdp', 'sd1-sdp-no-half', 'sd1-sdp-no-half-vae']) {
      const table = recordedTable(name);
      const settings = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null } as const;
      const { staticMiB } = table.host.traits;
      const [told, untold] = [fitOf(table, { staticMiB }), fitOf(table, { staticMiB: null, slackMiB: 0 })].map((fit) =>
        estimated(fit, settings),
      );
      expect(untold?.required.lowMiB).toBeLessThan(told?.required.valueMiB ?? 0);
      expect(untold?.required.highMiB).toBeGreaterThan(told?.required.valueMiB ?? Infinity);
    }
  });

  test('without tensor cores no copies are the likeliest, and all laws are in the interval all the same', () => {
    const table = recordedTable('sd1-sdp-none');
    const [pascal, ampere] = [fitOf(table, {}, 'NVIDIA GeForce GTX 1080'), fitOf(table)];
    expect(pascal.replay?.networks.kernels).toMatchObject({ workspace: 'none', sdpa: 'efficient' });
    expect(ampere.replay?.networks.kernels).toMatchObject({ workspace: 'x+y', sdpa: 'flash-if-many' });
    const laws = ({ replay }: Fit) => [replay, ...(replay?.rivals ?? [])].map((one) => one?.networks.kernels.workspace);
    expect(new Set(laws(pascal))).toEqual(new Set(laws(ampere)));
  });

  test('has no fit where the weights are fewer than those of its family: it is another network', () => {
    const table = recordedTable('sdxl-sdp');
    const refiner = { ...traitsOfTable(table), staticMiB: 5900 };
    expect(unmeasured({ ...table.host.key }, refiner, CARD)).toEqual({ ok: false, reason: 'other-weights' });
  });

  test('has no fit where its networks are not known', () => {
    const table = recordedTable('sd1-sdp');
    const key = { ...table.host.key, family: 'sd3' };
    expect(unmeasured(key, traitsOfTable(table), CARD)).toEqual({ ok: false, reason: 'unknown-family' });
  });
});
