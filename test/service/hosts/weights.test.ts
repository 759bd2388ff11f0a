/**
 * What counts as weights after generations that failed. Figures: AUTOMATIC1111 1.10.1, three API runs out of memory.
 */
import { expect, test } from '@jest/globals';
import { weightsAfter, type Weights } from '../../../service/hosts/weights.ts';
import type { Resident } from '../../../service/protocol/host.ts';
import { memoryOf } from './as-shim.ts';

interface Idle {
  readonly mib: number;
  readonly loaded?: string;
  readonly collected?: boolean;
}

function told(idles: readonly Idle[], resident: Resident = 'all'): (number | null)[] {
  let weights: Weights | null = null;
  return idles.map(({ mib, loaded = 'one', collected = false }) => {
    const idle = memoryOf({ allocatedMiB: mib, reservedMiB: mib + 60 }, { loaded, collected });
    weights = weightsAfter(weights, idle, { resident });
    return weights?.mib ?? null;
  });
}

test('what failed runs leave behind is not taken for weights', () => {
  expect(told([{ mib: 2077 }, { mib: 2403 }, { mib: 5302 }, { mib: 6281 }])).toEqual([2077, 2077, 2077, 2077]);
});

test('the least since a load counts where the first reading came too early', () => {
  expect(told([{ mib: 4154 }, { mib: 2077 }, { mib: 4154 }])).toEqual([4154, 2077, 2077]);
});

test('what comes and goes by a few MiB changes nothing', () => {
  expect(told([{ mib: 2077 }, { mib: 2074, collected: true }, { mib: 2080, collected: true }])).toEqual([
    2077, 2077, 2077,
  ]);
});

test('the cuBLAS workspace that the first computing brings belongs to what runs stand on, though read too late', () => {
  expect(told([{ mib: 2068.13 }, { mib: 2076.48 }, { mib: 2076.48, collected: true }])).toEqual([
    2068.13, 2068.13, 2076.48,
  ]);
});

test('another checkpoint begins anew', () => {
  expect(told([{ mib: 2077 }, { mib: 2400, loaded: 'another' }])).toEqual([2077, 2400]);
});

test('what outlives a collection of garbage is there to stay', () => {
  // ControlNet's network, say, which its extension keeps on the card.
  expect(told([{ mib: 2077 }, { mib: 2777 }, { mib: 2777, collected: true }])).toEqual([2077, 2077, 2777]);
});

test('where networks are moved the one that an error left on the card is none of them', () => {
  expect(told([{ mib: 249.7 }, { mib: 8.9 }, { mib: 1661.3, collected: true }], 'network')).toEqual([249.7, 8.9, 8.9]);
});

test('without a checkpoint, or without counters, nothing is known', () => {
  const before: Weights = { loaded: 'one', mib: 2077 };
  const torch = { allocatedMiB: 8, reservedMiB: 20 };
  expect(weightsAfter(before, memoryOf(torch, { loaded: null }), {})).toBeNull();
  expect(weightsAfter(before, memoryOf(null, { loaded: 'one' }), {})).toBeNull();
});
