import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { toShimMessageSchema } from '../../../service/protocol/shim.ts';
import type { BenchmarkState } from '../../../service/protocol/benchmark.ts';
import { toViewerMessageSchema } from '../../../service/protocol/viewer.ts';
import { askFor, benchmarkOf, OPTIONS, SETTINGS, untilBenchmarkEnds } from './benchmarking.ts';
import { IDLE_SLACK_MIB } from './fake-host.ts';
import { createRig, temporaryDir, type Rig } from './rig.ts';

let dir: ReturnType<typeof temporaryDir>;
let rig: Rig;
/** What was seen before the benchmark and while it ran. */
let minutesBefore: unknown;
let begun: BenchmarkState;
let intervalMsMeanwhile: number | undefined;

async function minutes(): Promise<unknown> {
  rig.viewer.say({ type: 'benchmark-plan', requestId: 1, options: OPTIONS });
  await rig.clock.advance(0);
  return rig.viewer.last('benchmark-plan')?.['minutes'];
}

/** One benchmark from its start to its end: what follows only looks at it. */
beforeAll(async () => {
  dir = temporaryDir();
  rig = createRig(dir.path);
  await rig.clock.advance(1500);
  minutesBefore = await minutes();
  rig.viewer.say({ type: 'benchmark-start', options: OPTIONS });
  await rig.clock.advance(100);
  begun = benchmarkOf(rig);
  await rig.clock.advance(400);
  intervalMsMeanwhile = rig.samplers[0]?.intervalMs;
  await untilBenchmarkEnds(rig);
});
afterAll(async () => {
  await rig.end();
  dir.remove();
});

test('a benchmark runs as many runs as planned, stores each, and ends calibrated', () => {
  const runs = rig.store.allRuns();
  expect(runs.filter(({ origin }) => origin === 'benchmark')).toHaveLength(10);
  expect(runs.filter(({ marks }) => marks.length > 0).map(({ origin }) => origin)).toEqual(['warm-up']);
  expect(benchmarkOf(rig)).toMatchObject({ state: 'idle', resumable: null, last: { result: 'finished' } });
  expect(rig.viewer.last('state')?.['calibration']).toMatchObject({ state: 'ready' });
});

test('it says how long it takes once something was timed, and not before', async () => {
  expect(minutesBefore).toBeNull();
  expect(begun).toMatchObject({ run: 0, timeLeftMs: null });
  expect(await minutes()).toBeGreaterThan(0);
  const left = rig.viewer
    .all('state')
    .map(({ benchmark: told }) => told as BenchmarkState)
    .flatMap((told) => (told.state === 'running' && told.run > 2 ? [told.timeLeftMs] : []));
  expect(left.length).toBeGreaterThan(0);
  expect(left.every((ms) => ms !== null)).toBe(true);
});

test('it samples ten times a second while it runs, and once a second afterwards', () => {
  expect(intervalMsMeanwhile).toBe(100);
  expect(rig.samplers[0]?.intervalMs).toBe(1000);
});

test('it leads to an estimate that holds the truth in its interval', async () => {
  const result = await askFor(rig, SETTINGS);
  expect(result).toMatchObject({ status: 'estimated', verdict: 'fits', totalMiB: 8192, othersMiB: 300 });
  const required = result['required'] as { lowMiB: number; highMiB: number };
  // 768 squared under SD15_LIKE: decoding needs 1536 MiB per 1024 squared, and 720 MiB are not torch's.
  const truthMiB = 2484 + IDLE_SLACK_MIB + 1536 * (768 / 1024) ** 2 + 720;
  expect(required.lowMiB).toBeLessThanOrEqual(truthMiB);
  expect(required.highMiB).toBeGreaterThanOrEqual(truthMiB);
});

test('it leads to a size that fits where the one asked for does not', async () => {
  const result = await askFor(rig, { ...SETTINGS, width: 2048, height: 1024, batchSize: 8 });
  expect(result).toMatchObject({ status: 'estimated', verdict: 'will-not-fit' });
  const { width, height } = result['largest'] as { width: number; height: number };
  expect(Math.abs(width - 2 * height)).toBeLessThanOrEqual(64);
  expect(await askFor(rig, { ...SETTINGS, width, height, batchSize: 8 })).toMatchObject({ verdict: 'fits' });
});

test('it covers what was asked for: no estimate up to it is beyond the sizes measured', async () => {
  expect(benchmarkOf(rig)).toMatchObject({
    last: { ending: { code: 'finished', runs: 10, leftOut: [], notReached: null } },
  });
  for (const operation of ['txt2img', 'img2img'])
    expect(await askFor(rig, { operation, width: 1024, height: 1024, batchSize: 4, hires: null })).toMatchObject({
      basis: 'inside',
    });
});

test('it sends nothing to either side that the protocol does not know', () => {
  for (const message of rig.viewer.sent)
    expect(toViewerMessageSchema.safeParse(message)).toMatchObject({ success: true });
  for (const message of rig.host.socket.sent)
    expect(toShimMessageSchema.safeParse(message)).toMatchObject({ success: true });
});
