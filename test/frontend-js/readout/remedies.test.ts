import { describe, expect, test } from '@jest/globals';
import { AdviceDesk } from '../../../frontend-js/advice-desk.ts';
import { Remedies } from '../../../frontend-js/readout/remedies.ts';
import type { AdviceResult } from '../../../service/protocol/advice.ts';
import type { EstimateResult } from '../../../service/protocol/estimate.ts';
import type { ViewerMessage } from '../../../service/protocol/viewer.ts';
import { FakeClock } from '../fake-clock.ts';

const LARGE = { operation: 'txt2img' as const, width: 2048, height: 2048, batchSize: 1, hires: null };
const LARGER = { ...LARGE, width: 2112 };
const NOTHING: AdviceResult = { about: 'nothing', why: { code: 'unknown-networks' } };

function verdict(verdict: 'fits' | 'tight' | 'will-not-fit', moreMiB = 0): EstimateResult {
  const figure = { valueMiB: 9000 + moreMiB, lowMiB: 8900 + moreMiB, highMiB: 9100 + moreMiB };
  const now = { totalMiB: 8192, usableMiB: 8192, webuiMiB: 2000, weightsMiB: 1000, othersMiB: 500 };
  const besides = { marginMiB: 0, limitingPhase: 'decode', basis: 'inside', largest: null, drift: null } as const;
  return { status: 'estimated', verdict, required: figure, peak: figure, ...besides, ...now, notes: [] };
}

function setUp() {
  const clock = new FakeClock();
  const sent: ViewerMessage[] = [];
  const desk = new AdviceDesk((message) => sent.push(message));
  let changes = 0;
  const remedies = new Remedies('txt2img', clock, desk, () => {
    changes += 1;
  });
  return { clock, sent, desk, remedies, changes: () => changes };
}

describe('what would help', () => {
  test('is asked once the controls have rested on settings that do not surely fit', () => {
    const { clock, sent, desk, remedies, changes } = setUp();
    remedies.update(LARGE, verdict('will-not-fit'), 'key');
    clock.advance(249);
    expect(sent).toEqual([]);
    clock.advance(1);
    expect(sent).toEqual([{ type: 'advice', requestId: 1, about: 'remedies', settings: LARGE }]);
    desk.accept({ type: 'advice', requestId: 1, result: NOTHING });
    expect([remedies.advice, changes()]).toEqual([NOTHING, 1]);
    remedies.update(LARGE, verdict('will-not-fit'), 'key');
    clock.advance(1000);
    expect([remedies.advice, sent.length]).toEqual([NOTHING, 1]);
  });

  test('is not asked of what fits, nor while a slider is dragged', () => {
    const { clock, sent, remedies } = setUp();
    remedies.update(LARGE, verdict('fits'), 'key');
    clock.advance(1000);
    for (let i = 0; i < 10; i += 1) {
      remedies.update({ ...LARGE, width: 2048 + 8 * i }, verdict('tight'), 'key');
      clock.advance(100);
    }
    expect(sent).toEqual([]);
  });

  test('of settings that were left is not taken for that of those in force', () => {
    const { clock, desk, remedies, changes } = setUp();
    remedies.update(LARGE, verdict('tight'), 'key');
    clock.advance(250);
    remedies.update(LARGER, verdict('will-not-fit'), 'key');
    desk.accept({ type: 'advice', requestId: 1, result: NOTHING });
    expect([remedies.advice, changes()]).toEqual([null, 0]);
  });

  test('is asked anew after a new connection', () => {
    const { clock, sent, desk, remedies } = setUp();
    remedies.update(LARGE, verdict('tight'), 'key');
    clock.advance(250);
    desk.forget();
    remedies.forget();
    desk.accept({ type: 'advice', requestId: 1, result: NOTHING });
    expect(remedies.advice).toBeNull();
    remedies.update(LARGE, verdict('tight'), 'key');
    clock.advance(250);
    expect(sent).toHaveLength(2);
  });

  test('is asked anew where the figures have moved, as a first picture moves them, and stays until that is answered', () => {
    const { clock, sent, desk, remedies } = setUp();
    remedies.update(LARGE, verdict('tight'), 'key');
    clock.advance(250);
    desk.accept({ type: 'advice', requestId: 1, result: NOTHING });
    for (const waveringMiB of [3, -4, 8]) remedies.update(LARGE, verdict('tight', waveringMiB), 'key');
    clock.advance(1000);
    expect(sent).toHaveLength(1);
    remedies.update(LARGE, verdict('tight', 144), 'key');
    clock.advance(250);
    expect([sent.length, remedies.advice]).toEqual([2, NOTHING]);
  });

  test('is asked anew of another set-up: an option that was advised may be in force by now', () => {
    const { clock, sent, desk, remedies } = setUp();
    remedies.update(LARGE, verdict('tight'), 'key');
    clock.advance(250);
    desk.accept({ type: 'advice', requestId: 1, result: NOTHING });
    remedies.update(LARGE, verdict('tight'), 'another');
    expect(remedies.advice).toBeNull();
    clock.advance(250);
    expect(sent).toHaveLength(2);
  });
});
