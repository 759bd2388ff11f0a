import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { toViewerMessageSchema, type ToViewerMessage } from '../../../service/protocol/viewer.ts';
import { createLive, MOST_POINTS, MOST_RUNS } from '../../../service/server/live.ts';
import { exampleRun } from '../recorder/examples.ts';
import { createRig, temporaryDir, type Rig } from './rig.ts';

const reading = (usedMiB: number | null, othersMiB: number | null = 200) => ({ usedMiB, othersMiB });

describe('the last minutes of memory', () => {
  test('are a point a second, with the highest reading of it: what is over within a second is seen', () => {
    const live = createLive();
    for (const [atMs, usedMiB] of [
      [0, 3000],
      [100, 7000],
      [900, 3100],
    ] as const)
      expect(live.onReading(reading(usedMiB), atMs)).toBeNull();
    expect(live.onReading(reading(3200), 1000)).toEqual({
      point: { atMs: 0, usedMiB: 7000, othersMiB: 200 },
      runs: null,
    });
  });

  test('are bounded, points and runs', () => {
    const live = createLive();
    for (let second = 0; second < MOST_POINTS + 50; second += 1) live.onReading(reading(3000), second * 1000);
    expect(live.points).toHaveLength(MOST_POINTS);
    expect(live.points.at(-1)?.atMs).toBe((MOST_POINTS + 48) * 1000);
    const { settings, origin, capMiB } = exampleRun();
    for (let run = 0; run < MOST_RUNS + 5; run += 1)
      live.onRunStarted({ runId: `run-${run}`, startedAtMs: run, origin, settings, capMiB, verdict: 'fits' });
    expect(live.runs.map(({ runId }) => runId)).toHaveLength(MOST_RUNS);
    expect(live.runs[0]?.runId).toBe('run-5');
  });

  test('begin anew where the clock jumps back', () => {
    const live = createLive();
    live.onReading(reading(3000), 10_000);
    live.onReading(reading(3000), 11_000);
    live.onReading(reading(3000), 5_000);
    live.onReading(reading(3100), 6_000);
    expect(live.points.map(({ atMs }) => atMs)).toEqual([5_000]);
  });

  test('tell a run when it begins and when it ends, and between the two nothing of it', () => {
    const live = createLive();
    const run = exampleRun();
    const { runId, startedAtMs, origin, settings, capMiB } = run;
    live.onReading(reading(3000), 0);
    live.onRunStarted({ runId, startedAtMs, origin, settings, capMiB, verdict: 'tight' });
    const begun = { runId, startedAtMs, origin, settings, capMiB, verdict: 'tight', outcome: null, peakMiB: null };
    expect(live.onReading(reading(3000), 1000)?.runs).toEqual([begun]);
    expect(live.onReading(reading(3000), 2000)?.runs).toBeNull();
    live.onRunEnded(run);
    const told = live.onReading(reading(3000), 3000)?.runs;
    expect(told).toMatchObject([{ verdict: 'tight', outcome: 'ok' }]);
    expect(told?.[0]?.peakMiB).toBeGreaterThan(0);
  });
});

describe('a page that watches memory (VIEW-14)', () => {
  let dir: ReturnType<typeof temporaryDir>;
  let rig: Rig;
  beforeEach(async () => {
    dir = temporaryDir();
    rig = createRig(dir.path);
    await rig.clock.advance(4_000);
  });
  afterEach(async () => {
    await rig.end();
    dir.remove();
  });

  const told = () => rig.viewer.all('live').map((message) => toViewerMessageSchema.parse(message) as Live);
  type Live = Extract<ToViewerMessage, { type: 'live' }>;

  test('is told all that is kept at once, then what comes, about once a second, and nothing once it is out of sight', async () => {
    expect(told()).toEqual([]);
    rig.viewer.say({ type: 'watch', shown: true });
    await rig.clock.advance(10);
    expect(told()).toMatchObject([{ whole: true, holders: { usedMiB: rig.host.usedMiB() }, runs: [] }]);
    expect(told()[0]?.points.length).toBeGreaterThan(1);
    await rig.clock.advance(5_000);
    const since = told().slice(1);
    expect(since.length).toBeGreaterThanOrEqual(3);
    expect(since.length).toBeLessThanOrEqual(5);
    expect(since[0]).toMatchObject({ whole: false, runs: null, points: [{ othersMiB: expect.any(Number) }] });
    rig.viewer.say({ type: 'watch', shown: false });
    await rig.clock.advance(5_000);
    expect(told().length).toBe(since.length + 1);
  });
});
