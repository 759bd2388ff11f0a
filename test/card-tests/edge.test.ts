import { describe, expect, test } from '@jest/globals';
import { drawLadders, outputPixels } from '../card/draw.ts';
import { REACH, nearEdge } from '../card/edge.ts';
import type { Prober } from '../card/edge.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';

const IDLE_MIB = 2500;
const USABLE_MIB = 8192;
const LADDERS = drawLadders(20, 3);

/** A card on which need is `needOf` exactly. */
const prober = (needOf: (settings: GenerationSettings) => number): Prober => ({
  onCard: (settings) => Promise.resolve(needOf(settings) <= USABLE_MIB ? { outcome: 'ok', peakMiB: needOf(settings) } : { outcome: 'oom', peakMiB: null }),
  need: (settings) => Promise.resolve(needOf(settings)),
});
const linear = (settings: GenerationSettings) => IDLE_MIB + (1500 * settings.batchSize * outputPixels(settings)) / 2 ** 20;
const quadratic = (settings: GenerationSettings) => IDLE_MIB + 600 * (settings.batchSize * outputPixels(settings) / 2 ** 20) ** 2;

describe('a setting near the edge of the card', () => {
  test.each([['grows with the pixels', linear], ['grows with their square', quadratic]])('is found where need %s', async (_name, needOf) => {
    for (const drawn of LADDERS) {
      const found = await nearEdge(drawn, USABLE_MIB, IDLE_MIB, prober(needOf));
      expect(found).not.toBeNull();
      expect(Math.abs((found?.needMiB ?? 0) / USABLE_MIB - 1)).toBeLessThanOrEqual(REACH);
    }
  });

  test('lies on both sides of it, over many', async () => {
    const found = await Promise.all(LADDERS.map((drawn) => nearEdge(drawn, USABLE_MIB, IDLE_MIB, prober(linear))));
    expect(new Set(found.map((one) => one?.first.outcome))).toEqual(new Set(['ok', 'oom']));
  });

  test('is not made up where every size runs, or none does', async () => {
    const [drawn] = LADDERS;
    if (drawn === undefined) throw new Error('no ladder');
    expect(await nearEdge(drawn, USABLE_MIB, IDLE_MIB, prober(() => 3000))).toBeNull();
    expect(await nearEdge(drawn, USABLE_MIB, IDLE_MIB, prober(() => 9000))).toBeNull();
  });

  test('is not made up where need leaps over the edge', async () => {
    const leaps = (settings: GenerationSettings) => (linear(settings) < 5000 ? linear(settings) : linear(settings) + 5000);
    for (const drawn of LADDERS.slice(0, 4)) expect(await nearEdge(drawn, USABLE_MIB, IDLE_MIB, prober(leaps))).toBeNull();
  });
});
