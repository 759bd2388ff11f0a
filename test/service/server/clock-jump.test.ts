import { describe, expect, test } from '@jest/globals';
import { MAX_MESSAGES_PER_SECOND } from '../../../service/protocol/limits.ts';
import type { RunRow } from '../../../service/protocol/viewer.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { rigForEach } from './each-rig.ts';
import type { Rig } from './rig.ts';

const DAY_MS = 24 * 3600_000;

/** A wall clock that can be set, beside a monotonic one that cannot. */
function createJumpingClock(): FakeClock & { jump(ms: number): void } {
  const clock = createFakeClock();
  let jumpedMs = 0;
  return {
    ...clock,
    nowMs: () => clock.nowMs() + jumpedMs,
    get waiting() {
      return clock.waiting;
    },
    jump: (ms) => {
      jumpedMs += ms;
    },
  };
}

let clock: ReturnType<typeof createJumpingClock>;
let rig: Rig;
rigForEach(
  (own) => {
    rig = own;
  },
  () => ({ clock: (clock = createJumpingClock()) }),
);

const options = { maxSizePx: 512, maxBatchSize: 1, operations: ['txt2img'], budget: 'quick' };
const othersMiB = () => rig.viewer.last('memory')?.['othersMiB'];
function rows(): RunRow[] {
  rig.viewer.say({ type: 'runs', requestId: 1 });
  return rig.viewer.last('runs')?.['rows'] as RunRow[];
}

describe.each([
  ['back', -DAY_MS],
  ['ahead', DAY_MS],
])('a wall clock that is set %s by a day', (_where, jumpMs) => {
  test('leaves what others use up to date', async () => {
    await rig.clock.advance(5_000);
    clock.jump(jumpMs);
    rig.host.othersMiB += 500;
    await rig.clock.advance(3_000);
    const before = Number(othersMiB());
    rig.host.othersMiB += 700;
    await rig.clock.advance(3_000);
    expect(Number(othersMiB()) - before).toBe(700);
    rig.viewer.say({
      type: 'estimate',
      requestId: 1,
      tab: 'txt2img',
      settings: { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null },
    });
    expect(rig.viewer.last('estimate')).toMatchObject({ result: { othersMiB: othersMiB() } });
  });

  test('in mid-run leaves the run as it was, without a mark', async () => {
    await rig.clock.advance(5_000);
    rig.host.generate('ordinary', { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null });
    await rig.clock.advance(200);
    clock.jump(jumpMs);
    await rig.clock.advance(10_000);
    expect(rows()).toMatchObject([{ runId: 'ordinary', outcome: 'ok', marks: [], durationMs: rig.host.runMs }]);
  });

  test('in mid-run does not hide that another program took memory', async () => {
    const settings = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null } as const;
    await rig.clock.advance(5_000);
    rig.host.generate('first', settings);
    await rig.clock.advance(10_000);
    rig.host.generate('ordinary', settings);
    await rig.clock.advance(200);
    clock.jump(jumpMs);
    rig.host.othersMiB += 300;
    await rig.clock.advance(10_000);
    expect(rows().find(({ runId }) => runId === 'ordinary')).toMatchObject({ marks: ['disturbed'] });
  });

  test('leaves a page that asks no more than before as many questions as before', async () => {
    for (let at = 0; at < 3 * MAX_MESSAGES_PER_SECOND; at += 1) {
      if (at === MAX_MESSAGES_PER_SECOND) clock.jump(jumpMs);
      rig.viewer.say({ type: 'runs', requestId: at });
      await rig.clock.advance(100);
    }
    expect(rig.viewer.closedWith).toBeNull();
  });

  test('does not stop a benchmark', async () => {
    await rig.clock.advance(5_000);
    rig.viewer.say({ type: 'benchmark-start', options });
    await rig.clock.advance(3_000);
    clock.jump(jumpMs);
    await rig.clock.advance(600_000);
    expect(rig.viewer.last('state')).toMatchObject({ benchmark: { state: 'idle', last: { result: 'finished' } } });
  });
});

describe('a machine that slept for eight hours', () => {
  const NIGHT_MS = 8 * 3600_000;

  test('shows what is used as soon as it wakes', async () => {
    await rig.clock.advance(5_000);
    rig.clock.sleep(NIGHT_MS);
    rig.host.othersMiB += 500;
    await rig.clock.advance(2_000);
    expect(rig.viewer.last('memory')).toMatchObject({ usedMiB: rig.host.usedMiB() });
  });

  test('in mid-run goes on with its benchmark: the run had no time in which to end', async () => {
    await rig.clock.advance(5_000);
    const { runMs } = rig.host;
    rig.host.runMs = NIGHT_MS + 5_000;
    rig.viewer.say({ type: 'benchmark-start', options });
    await rig.clock.advance(1_000);
    rig.clock.sleep(NIGHT_MS);
    rig.host.runMs = runMs;
    await rig.clock.advance(600_000);
    expect(rig.viewer.last('state')).toMatchObject({ benchmark: { state: 'idle', last: { result: 'finished' } } });
  });
});
