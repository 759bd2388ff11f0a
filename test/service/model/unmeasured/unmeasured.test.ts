/** Estimates without any run. Against what the real PyTorch allocated: recorded-tables.test.ts. */
import { describe, expect, test } from '@jest/globals';
import { recordedTable } from '../../../../benchmarks/accuracy/recorded.ts';
import { unmeasured } from '../../../../service/model/unmeasured/unmeasured.ts';
import type { Fit } from '../../../../service/model/types.ts';
import { CARD, estimated, fitOf, traitsOfTable } from './tables.ts';

describe('a set-up that nothing was run on', () => {
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
