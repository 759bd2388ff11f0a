import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { toViewerMessageSchema } from '../../../service/protocol/viewer.ts';
import { driftInWords, noticeInWords } from '../../../service/words/index.ts';
import type { Drift } from '../../../service/protocol/calibration.ts';
import type { Notice } from '../../../service/protocol/notice.ts';
import type { BenchmarkState } from '../../../service/protocol/benchmark.ts';
import { SD15_LIKE, settingsOf, truth } from '../model/synthetic-host.ts';
import { calibratingRuns, exampleRun } from '../recorder/examples.ts';
import { keyHashOf } from '../../../service/recorder/key.ts';
import { ENVIRONMENT, knownReport } from './fake-host.ts';
import { runCli } from '../../../service/cli/cli.ts';
import { openStore } from '../../../service/store/store.ts';
import { createWorld } from '../cli/world.ts';
import { createRig, temporaryDir, type Rig } from './rig.ts';

const KEY = keyHashOf(ENVIRONMENT);
const SETTINGS = settingsOf('txt2img', 768, 768, 1);

let dir: ReturnType<typeof temporaryDir>;
let rig: Rig;

/** A sidecar that has been calibrated already. */
beforeEach(async () => {
  dir = temporaryDir();
  const store = openStore(dir.path, 0);
  for (const run of calibratingRuns(KEY)) store.saveRun(run);
  store.close();
  rig = createRig(dir.path);
  await rig.clock.advance(2500);
});
afterEach(async () => {
  await rig.end();
  dir.remove();
});

const estimates = () =>
  rig.viewer
    .all('estimate')
    .map(({ requestId, result }) => ({ requestId, ...(result as { status: string; othersMiB: number }) }));

async function ask(requestId = 1): Promise<void> {
  rig.viewer.say({ type: 'estimate', requestId, tab: 'txt2img', settings: SETTINGS });
  await rig.clock.advance(1500);
}

describe('the last estimate of a tab (VIEW-4)', () => {
  test('is answered again when others take memory', async () => {
    await ask(7);
    rig.host.othersMiB += 100;
    await rig.clock.advance(1500);
    expect(estimates()).toMatchObject([
      { requestId: 7, othersMiB: 300 },
      { requestId: 7, othersMiB: 400 },
    ]);
  });

  test('is answered again, with a new state, when another process has imported runs', async () => {
    await ask(7);
    const before = rig.viewer.last('state')?.['calibration'] as { runs: number };
    const other = openStore(dir.path, 0);
    const settings = settingsOf('txt2img', 640, 640, 1);
    const { activeMiB, reservedMiB } = truth(SD15_LIKE, settings);
    const torch = { activePeakMiB: activeMiB + 40, reservedPeakMiB: reservedMiB + 40, allocRetries: 0, ooms: 0 };
    other.saveRun(exampleRun({ runId: 'imported', keyHash: KEY, startedAtMs: 1, settings, torch, phases: [] }));
    other.close();
    await rig.clock.advance(2500);
    expect(rig.viewer.last('state')).toMatchObject({ calibration: { runs: before.runs + 1 } });
    expect(estimates()).toMatchObject([{ requestId: 7 }, { requestId: 7 }]);
  });

  test('is not answered again for a move of a few MiB', async () => {
    await ask();
    rig.host.othersMiB += 5;
    await rig.clock.advance(3000);
    expect(estimates()).toHaveLength(1);
  });

  test('is answered again when the key changes, and when it is back', async () => {
    await ask();
    rig.host.environment({ ...ENVIRONMENT, key: { ...ENVIRONMENT.key, family: 'sdxl' } });
    await rig.clock.advance(100);
    rig.host.environment(ENVIRONMENT);
    await rig.clock.advance(100);
    expect(estimates().map(({ status }) => status)).toEqual(['estimated', 'not-calibrated', 'estimated']);
  });

  test('is answered again when the runs are forgotten', async () => {
    await ask();
    rig.viewer.say({ type: 'forget-runs', keyHash: KEY, which: 'all' });
    await rig.clock.advance(100);
    expect(estimates().map(({ status }) => status)).toEqual(['estimated', 'not-calibrated']);
    expect(rig.store.allRuns()).toEqual([]);
  });

  test('is answered, once an import has brought runs and been forgotten again, as before, and the pages hear of both', async () => {
    await ask();
    const other = openStore(dir.path, 0);
    other.takeOverRuns(
      Array.from({ length: 300 }, (_, at) => ({
        run: exampleRun({ runId: `theirs-${at}`, keyHash: KEY, startedAtMs: at }),
        imported: true,
      })),
    );
    other.close();
    await rig.clock.advance(5000);
    const calibration = () => rig.viewer.last('state')?.['calibration'];
    expect(calibration()).toMatchObject({ state: 'ready', runs: 12, kept: 312, imported: 300 });
    rig.viewer.say({ type: 'forget-runs', keyHash: KEY, which: 'imported' });
    await rig.clock.advance(1000);
    expect(calibration()).toMatchObject({ state: 'ready', runs: 12, kept: 12, imported: 0 });
    expect(estimates().map(({ status }) => status)).toEqual(['estimated']);
  });

  test('is answered again when the source fails, and when it is back', async () => {
    await ask();
    const [sampler] = rig.samplers;
    const healthy = sampler?.state;
    sampler?.fail({
      kind: 'nvidia-smi',
      label: 'VRAM',
      health: 'stale',
      reason: 'hung',
      remark: { code: 'failed', reason: 'hung' },
    });
    await rig.clock.advance(1500);
    if (healthy !== undefined) sampler?.fail(healthy);
    await rig.clock.advance(1500);
    const seen = estimates().map(({ status }) => status);
    expect([seen[0], seen.includes('no-memory-source'), seen.at(-1)]).toEqual(['estimated', true, 'estimated']);
  });

  test('follows for each tab of its own', async () => {
    await ask(1);
    rig.viewer.say({ type: 'estimate', requestId: 2, tab: 'img2img', settings: SETTINGS });
    rig.host.othersMiB += 100;
    await rig.clock.advance(1500);
    expect(estimates().map(({ requestId }) => requestId)).toEqual([1, 2, 1, 2]);
  });
});

describe("a person's own generation", () => {
  test('is kept, and tells the fit more', async () => {
    const before = rig.viewer.last('state')?.['calibration'] as { runs: number };
    rig.host.generate('mine', settingsOf('txt2img', 640, 640, 1));
    await rig.clock.advance(5000);
    expect(rig.store.allRuns().at(-1)).toMatchObject({
      runId: 'mine',
      origin: 'ordinary',
      marks: [],
      estimatedPeakMiB: expect.any(Number),
    });
    expect(rig.viewer.last('state')?.['calibration']).toMatchObject({ runs: before.runs + 1 });
  });

  test('with extras is kept, marked, and not fitted', async () => {
    const before = rig.viewer.last('state')?.['calibration'] as { runs: number };
    rig.host.generate('mine', settingsOf('txt2img', 640, 640, 1), ['ControlNet']);
    await rig.clock.advance(5000);
    expect(rig.store.allRuns().at(-1)).toMatchObject({ runId: 'mine', marks: ['extras'] });
    expect(rig.viewer.last('state')?.['calibration']).toMatchObject({ runs: before.runs });
  });

  test('during which another program took memory is marked as disturbed', async () => {
    rig.host.generate('first', settingsOf('txt2img', 640, 640, 1));
    await rig.clock.advance(6000);
    rig.host.generate('mine', settingsOf('txt2img', 640, 640, 1));
    await rig.clock.advance(300);
    rig.host.othersMiB += 500;
    await rig.clock.advance(6000);
    expect(rig.store.allRuns().at(-1)).toMatchObject({ runId: 'mine', marks: ['disturbed'] });
  });
});

describe("what follows from a person's own generations", () => {
  const alarm = (): string => {
    const { drift } = rig.viewer.all('estimate').at(-1)?.['result'] as { drift: Drift | null };
    return drift === null ? '' : driftInWords(drift);
  };
  const warnings = () =>
    (rig.viewer.last('state')?.['notices'] as { notice: Notice }[]).map(({ notice }) => noticeInWords(notice)).join();

  async function generateOne(runId: string): Promise<void> {
    rig.host.generate(runId, settingsOf('txt2img', 640, 640, 1));
    await rig.clock.advance(5000);
  }

  test('four far outside their intervals are outliers, the fifth raises the alarm, one inside ends it', async () => {
    rig.host.moreMiB = 1536;
    for (let n = 0; n < 4; n += 1) await generateOne(`drifted-${n}`);
    expect(
      rig.store
        .allRuns()
        .slice(-4)
        .map(({ marks }) => marks),
    ).toEqual([['outlier'], ['outlier'], ['outlier'], ['outlier']]);
    expect(warnings()).not.toMatch('against the estimates');
    await generateOne('drifted-4');
    await ask();
    expect(rig.store.allRuns().find(({ runId }) => runId === 'drifted-4')).toMatchObject({
      marks: [],
      estimatedPeakRange: { firm: true },
    });
    expect([warnings(), alarm()]).toEqual([
      expect.stringContaining('+1.5 GiB against the estimates'),
      expect.stringContaining('run the benchmark again'),
    ]);
    rig.host.moreMiB = 0;
    await generateOne('as before');
    expect(warnings()).not.toMatch('against the estimates');
  });

  test('each is told to the pages, also where the fit has enough of its settings', async () => {
    const kept = () => (rig.viewer.last('state')?.['calibration'] as { kept: number }).kept;
    const before = kept();
    for (let n = 0; n < 5; n += 1) {
      rig.host.generate(`mine-${n}`, SETTINGS);
      await rig.clock.advance(5000);
    }
    expect(kept()).toBe(before + 5);
  });
});

test('under a newer torch estimates come from before, and say so', async () => {
  rig.host.environment({ ...ENVIRONMENT, torchVersion: '2.3.0' });
  await rig.clock.advance(100);
  await ask();
  const [{ result } = { result: null }] = rig.viewer.all('estimate') as unknown as { result: object | null }[];
  expect(result).toMatchObject({
    status: 'estimated',
    basis: 'similar',
    notes: [
      {
        code: 'similar',
        similar: { changes: [{ name: 'torch', before: '2.1.2+cu121', after: '2.3.0' }], imported: false },
      },
    ],
  });
  expect(rig.viewer.last('state')?.['calibration']).toMatchObject({
    state: 'none',
    finding: { code: 'similar' },
  });
});

describe('answers under a request id (VIEW-8)', () => {
  test('runs are the newest first, with their total', async () => {
    rig.viewer.say({ type: 'runs', requestId: 9 });
    await rig.clock.advance(0);
    const answer = rig.viewer.last('runs') as unknown as {
      requestId: number;
      total: number;
      rows: { runId: string }[];
    };
    expect([answer.requestId, answer.total, answer.rows.length, answer.rows[0]?.runId]).toEqual([9, 12, 12, '1024-4']);
  });

  test('curves have a line a batch size, the runs on them, and rise with the size', async () => {
    rig.viewer.say({ type: 'curves', requestId: 3, operation: 'txt2img', settings: null });
    await rig.clock.advance(0);
    const answer = rig.viewer.last('curves') as unknown as {
      sizesPx: number[];
      lines: { batchSize: number; required: { valueMiB: (number | null)[] } }[];
      points: object[];
    };
    expect(answer.lines.map(({ batchSize }) => batchSize)).toEqual([1, 2, 4, 8]);
    expect(answer.points).toHaveLength(12);
    for (const { valueMiB } of answer.lines.map(({ required }) => required)) {
      expect(valueMiB).toHaveLength(answer.sizesPx.length);
      const known = valueMiB.filter((mib) => mib !== null);
      expect([...known].sort((a, b) => a - b)).toEqual(known);
    }
  });

  test('curves without a WebUI leave out what others used before the last run, which the command line adds', async () => {
    rig.host.socket.terminate();
    rig.viewer.say({ type: 'curves', requestId: 3, operation: 'txt2img', settings: null });
    await rig.clock.advance(0);
    const { sizesPx, lines, roomMiB } = rig.viewer.last('curves') as unknown as {
      sizesPx: number[];
      lines: Record<'required' | 'peak', { valueMiB: number[] }>[];
      roomMiB: number;
    };
    const terminal = createWorld(dir.path);
    expect(await runCli(['estimate', '--width', '768', '--height', '768', '--json'], terminal)).toBe(0);
    const { required, peak, usableMiB } = JSON.parse(terminal.printed()) as Record<
      'required' | 'peak',
      { valueMiB: number }
    > & { usableMiB: number };
    const at = sizesPx.indexOf(768);
    const otherMiB = usableMiB - roomMiB;
    expect(otherMiB).toBeGreaterThan(0);
    expect([lines[0]?.required.valueMiB[at], lines[0]?.peak.valueMiB[at]]).toEqual([
      required.valueMiB - otherMiB,
      peak.valueMiB - otherMiB,
    ]);
  });

  test('curves of a set-up that nothing was run on go through the estimates of it, and say what they rest on', async () => {
    rig.host.socket.say({ type: 'environment', report: knownReport() });
    await rig.clock.advance(100);
    await ask();
    rig.viewer.say({ type: 'curves', requestId: 3, operation: 'txt2img', settings: SETTINGS });
    await rig.clock.advance(0);
    const curves = toViewerMessageSchema.parse(rig.viewer.last('curves'));
    const estimate = toViewerMessageSchema.parse(rig.viewer.last('estimate'));
    if (curves.type !== 'curves' || estimate.type !== 'estimate' || estimate.result.status !== 'estimated')
      throw new Error('no figures');
    const { required, usableMiB } = estimate.result;
    const { sizesPx, lines, roomMiB, finding } = curves;
    expect(finding).toEqual({ code: 'unmeasured', runs: 0 });
    const at = sizesPx.indexOf(768);
    const line = lines.find(({ batchSize }) => batchSize === 1)?.required;
    const otherMiB = usableMiB - (roomMiB ?? NaN);
    expect([line?.lowMiB[at], line?.valueMiB[at], line?.highMiB[at]]).toEqual(
      [required.lowMiB, required.valueMiB, required.highMiB].map((mib) => mib - otherMiB),
    );
  });

  test('a plan has runs and minutes, more of both for a thorough one', async () => {
    const options = { maxSizePx: 1024, maxBatchSize: 4, operations: ['txt2img'] };
    for (const [requestId, budget] of ['quick', 'thorough'].entries())
      rig.viewer.say({ type: 'benchmark-plan', requestId, options: { ...options, budget } });
    await rig.clock.advance(0);
    const [quick, thorough] = rig.viewer.all('benchmark-plan') as unknown as { runs: number; minutes: number }[];
    expect(thorough?.runs).toBeGreaterThan(quick?.runs ?? Infinity);
    expect(thorough?.minutes).toBeGreaterThanOrEqual(quick?.minutes ?? Infinity);
  });
});

test('a benchmark that another program disturbed says how many runs were left out', async () => {
  rig.viewer.say({
    type: 'benchmark-start',
    options: { maxSizePx: 512, maxBatchSize: 2, operations: ['txt2img'], budget: 'quick' },
  });
  while (rig.host.asked.length < 3) await rig.clock.advance(100);
  while (!rig.host.generating) await rig.clock.advance(50);
  rig.host.othersMiB += 200;
  let state: BenchmarkState | null = null;
  do {
    await rig.clock.advance(1000);
    state = rig.viewer.last('state')?.['benchmark'] as BenchmarkState;
  } while (state.state === 'running');
  expect(state.last).toMatchObject({ result: 'finished', ending: { code: 'finished', marked: 1 } });
});

test('forgetting is refused while a benchmark runs (VIEW-7)', async () => {
  rig.viewer.say({
    type: 'benchmark-start',
    options: { maxSizePx: 512, maxBatchSize: 1, operations: ['txt2img'], budget: 'quick' },
  });
  rig.viewer.say({ type: 'forget-runs', keyHash: KEY, which: 'all' });
  await rig.clock.advance(100);
  expect(rig.viewer.last('refused')).toMatchObject({ refusal: { code: 'running' } });
  expect(rig.store.allRuns()).toHaveLength(12);
});
