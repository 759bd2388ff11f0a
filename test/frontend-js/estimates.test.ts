import { describe, expect, test } from '@jest/globals';
import { EstimateRequests } from '../../frontend-js/estimates.ts';
import type { RequestedSettings } from '../../service/protocol/estimate.ts';
import type { ToViewerMessage, ViewerMessage } from '../../service/protocol/viewer.ts';
import { FakeClock } from './fake-clock.ts';

function of(width: number): RequestedSettings {
  return { operation: 'txt2img', width, height: 512, batchSize: 1, hires: null };
}

function answer(
  requestId: number,
  tab: 'txt2img' | 'img2img' = 'txt2img',
): Extract<ToViewerMessage, { type: 'estimate' }> {
  const result = {
    status: 'measuring' as const,
    why: { code: 'benchmark-runs' as const },
    totalMiB: null,
    webuiMiB: null,
    othersMiB: null,
  };
  return { type: 'estimate', requestId, tab, result };
}

function ask() {
  const clock = new FakeClock();
  const widths: number[] = [];
  const requests = new EstimateRequests('txt2img', clock, (message: ViewerMessage) => {
    if (message.type === 'estimate') widths.push(message.settings.width);
  });
  return { clock, widths, requests };
}

describe('estimate requests', () => {
  test('go out at once for a single change', () => {
    const { widths, requests } = ask();
    requests.want(of(512));
    expect(widths).toEqual([512]);
  });

  test('are not repeated for unchanged settings', () => {
    const { clock, widths, requests } = ask();
    requests.want(of(512));
    clock.advance(1000);
    requests.want(of(512));
    expect(widths).toEqual([512]);
  });

  test('of a burst skip to its end', () => {
    const { clock, widths, requests } = ask();
    for (const width of [512, 520, 528, 536]) requests.want(of(width));
    clock.advance(1000);
    expect(widths).toEqual([512, 536]);
  });

  test('stay below 50 a second while a slider is dragged', () => {
    const { clock, widths, requests } = ask();
    for (let frame = 0; frame < 60; frame += 1) {
      requests.want(of(512 + frame));
      requests.accept(answer(widths.length));
      clock.advance(1000 / 60);
    }
    clock.advance(1000);
    expect(widths.length).toBeLessThan(50);
    expect(widths.at(-1)).toBe(571);
  });

  test('wait for answers on a slow line and then ask for the latest alone', () => {
    const { clock, widths, requests } = ask();
    for (let width = 512; width < 600; width += 8) {
      requests.want(of(width));
      clock.advance(40);
    }
    expect(widths).toEqual([512, 520, 528]);
    requests.accept(answer(1));
    expect(widths).toEqual([512, 520, 528, 592]);
  });

  test('are sent again after a new connection', () => {
    const { widths, requests } = ask();
    requests.want(of(512));
    requests.askAgain();
    expect(widths).toEqual([512, 512]);
  });
});

describe('answers to estimate requests', () => {
  test('that were overtaken are dropped', () => {
    const { clock, requests } = ask();
    requests.want(of(512));
    clock.advance(100);
    requests.want(of(520));
    expect(requests.accept(answer(2))).toEqual(answer(2).result);
    expect(requests.accept(answer(1))).toBeNull();
  });

  test('may come again unasked, as when the checkpoint changed', () => {
    const { requests } = ask();
    requests.want(of(512));
    requests.accept(answer(1));
    expect(requests.accept(answer(1))).not.toBeNull();
  });

  test("of the other tab are the other tab's", () => {
    const { requests } = ask();
    requests.want(of(512));
    expect(requests.accept(answer(1, 'img2img'))).toBeNull();
  });

  test('are pending from a change until the answer to it', () => {
    const { clock, requests } = ask();
    requests.want(of(512));
    requests.accept(answer(1));
    expect(requests.pending).toBe(false);
    requests.want(of(520));
    expect(requests.pending).toBe(true);
    requests.want(of(512));
    expect(requests.pending).toBe(false);
    clock.advance(100);
    expect(requests.pending).toBe(false);
  });
});

describe('an answer is late', () => {
  test('when the one for changed settings has not come for two seconds', () => {
    const { clock, requests } = ask();
    requests.want(of(512));
    requests.accept(answer(1));
    clock.advance(60_000);
    requests.want(of(520));
    clock.advance(2000);
    expect(requests.late).toBe(false);
    clock.advance(1);
    expect(requests.late).toBe(true);
    requests.accept(answer(2));
    expect(requests.late).toBe(false);
  });

  test('never while settings stay and are looked at again and again', () => {
    const { clock, requests } = ask();
    requests.want(of(512));
    requests.accept(answer(1));
    for (let look = 0; look < 20; look += 1) {
      clock.advance(500);
      requests.want(of(512));
    }
    expect(requests.late).toBe(false);
  });

  test('not while a slider is dragged and answers come for where it was', () => {
    const { clock, widths, requests } = ask();
    for (let frame = 0; frame < 60; frame += 1) {
      requests.want(of(512 + 8 * frame));
      clock.advance(100);
      requests.accept(answer(widths.length));
      requests.want(of(516 + 8 * frame));
      expect(requests.late).toBe(false);
    }
  });

  test('at once after a new connection: what was said before the break says nothing of now', () => {
    const { clock, requests } = ask();
    requests.want(of(512));
    requests.accept(answer(1));
    clock.advance(60_000);
    requests.want(of(512));
    requests.askAgain();
    expect(requests.late).toBe(true);
  });
});
