import { describe, expect, test } from '@jest/globals';
import { gapPx } from '../live/page/readout.ts';
import { Traffic } from '../live/page/traffic.ts';

const SETTINGS = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null };
const RESULT = {
  status: 'measuring',
  why: { code: 'benchmark-runs' },
  totalMiB: null,
  webuiMiB: null,
  othersMiB: null,
};

describe('the gap between two boxes', () => {
  const box = { x: 0, y: 0, width: 10, height: 10 };

  test('is what lies between their nearest edges, whatever their order', () => {
    expect(gapPx(box, { ...box, y: 25 })).toBe(15);
    expect(gapPx({ ...box, x: 30 }, box)).toBe(20);
  });

  test('is 0 where they touch or overlap', () => {
    expect([gapPx(box, { ...box, x: 10 }), gapPx(box, { ...box, y: 3 })]).toEqual([0, 0]);
  });
});

describe("the page's traffic", () => {
  test('pairs the last question of a tab with its own answer', async () => {
    const traffic = new Traffic();
    for (const requestId of [1, 2])
      traffic.sent(
        JSON.stringify({
          type: 'estimate',
          requestId,
          tab: 'txt2img',
          settings: { ...SETTINGS, width: 500 + requestId },
        }),
      );
    traffic.received(
      JSON.stringify({
        type: 'estimate',
        requestId: 1,
        tab: 'txt2img',
        result: { ...RESULT, webuiMiB: 1 },
      }),
    );
    traffic.received(
      JSON.stringify({
        type: 'estimate',
        requestId: 2,
        tab: 'txt2img',
        result: { ...RESULT, webuiMiB: 2 },
      }),
    );
    const { settings, result } = await traffic.waitForEstimate('txt2img', () => true, 0);
    expect([settings.width, result]).toEqual([502, { ...RESULT, webuiMiB: 2 }]);
  });

  test('says what was asked last where nothing fits', async () => {
    const traffic = new Traffic();
    traffic.sent(JSON.stringify({ type: 'estimate', requestId: 1, tab: 'txt2img', settings: SETTINGS }));
    await expect(traffic.waitForEstimate('txt2img', ({ width }) => width === 8, 0)).rejects.toThrow('"width":512');
  });
});
