import { expect, test } from '@jest/globals';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { ToViewerMessage, ViewerMessage } from '../../service/protocol/viewer.ts';
import type { ViewerClient } from '../../tools/viewer-client.ts';
import { drawLadders, outputPixels } from '../card/draw.ts';
import { estimated } from './estimated.ts';
import { Estimates } from '../card/estimates.ts';

/** Answers at once, with a required that grows with the pixels; counts what it was asked. */
function fakeViewer(asked: ViewerMessage[]): ViewerClient {
  const waiting: ((message: ToViewerMessage) => void)[] = [];
  const interval = (valueMiB: number) => ({ valueMiB, lowMiB: valueMiB, highMiB: valueMiB });
  const answer = (message: Extract<ViewerMessage, { type: 'estimate' }>): ToViewerMessage => {
    const required = interval(2500 + outputPixels(message.settings) / 1000);
    return {
      type: 'estimate',
      requestId: message.requestId,
      tab: message.tab,
      result: estimated('fits', required, required),
    };
  };
  return {
    state: () => null,
    send: (message) => {
      asked.push(message);
      if (message.type === 'estimate') for (const settle of waiting.splice(0)) settle(answer(message));
    },
    waitFor: (_kind, fits, _timeoutMs) =>
      new Promise((resolve, reject) =>
        waiting.push((message) => {
          const one = message as Parameters<typeof fits>[0];
          return fits(one) ? resolve(one) : reject(new Error('not the answer'));
        }),
      ),
    onMessage: () => () => undefined,
    close: () => undefined,
  };
}

test('a setting is asked once: what later runs taught does not count', async () => {
  const asked: ViewerMessage[] = [];
  const estimates = new Estimates(fakeViewer(asked));
  const settings: GenerationSettings = { operation: 'img2img', width: 512, height: 512, batchSize: 1, hires: null };
  expect(estimates.known(settings)).toBeNull();
  const first = await estimates.ask(settings);
  expect(await estimates.ask(settings)).toBe(first);
  expect(asked).toMatchObject([{ type: 'estimate', tab: 'img2img' }]);
});

test('of a ladder every rung is asked that may lie near the edge, and far from it few', async () => {
  const asked: ViewerMessage[] = [];
  const estimates = new Estimates(fakeViewer(asked));
  const ladder = drawLadders(1, 5)[0]?.ladder ?? [];
  await estimates.askLadder(ladder, 8192);
  const near = ladder.filter((settings) => Math.abs((2500 + outputPixels(settings) / 1000) / 8192 - 1) < 0.3);
  expect(near.length).toBeGreaterThan(5);
  expect(near.every((settings) => estimates.known(settings) !== null)).toBe(true);
  expect(asked.length).toBeLessThan(ladder.length);
});

test('the first rung that is said to need more than the card is told, corrected by what the last were off', async () => {
  const estimates = new Estimates(fakeViewer([]));
  const ladder = drawLadders(1, 5)[0]?.ladder ?? [];
  await estimates.askLadder(ladder, 8192);
  const above = (usableMiB: number) => estimates.firstAbove(ladder, usableMiB, (mib) => mib);
  const first = above(8192) ?? 0;
  const saidMiB = (index: number) => 2500 + outputPixels(ladder[index] as GenerationSettings) / 1000;
  expect([saidMiB(first - 1) > 8192, saidMiB(first) > 8192]).toEqual([false, true]);
  expect(estimates.firstAbove(ladder, 8192, (mib) => mib * 1.1)).toBeLessThan(first);
  expect(above(1e9)).toBeNull();
});
