import { beforeEach, describe, expect, test } from '@jest/globals';
import { HOLD_MS } from '../../../service/benchmark/hold.ts';
import { PROCESSES_AGAIN_MS } from '../../../service/memory/programs.ts';
import { openStore } from '../../../service/store/store.ts';
import { askFor, benchmarkOf, OPTIONS, SETTINGS, untilBenchmarkEnds } from './benchmarking.ts';
import { ENVIRONMENT } from './fake-host.ts';
import { endOf } from '../hosts/as-shim.ts';
import { rigForEach } from './each-rig.ts';
import { createRig, type Rig } from './rig.ts';

let dataDir: string;
let rig: Rig;
const replaced = rigForEach((own, folder) => {
  rig = own;
  dataDir = folder;
});

const benchmark = () => benchmarkOf(rig);
const untilIdle = (limitMs?: number) => untilBenchmarkEnds(rig, limitMs);
const ask = (settings: object) => askFor(rig, settings);

describe('a benchmark', () => {
  beforeEach(async () => {
    await rig.clock.advance(1500);
    rig.viewer.say({ type: 'benchmark-start', options: OPTIONS });
  });

  test('begins with a warm-up that is not counted', async () => {
    await rig.clock.advance(100);
    expect(rig.host.asked).toHaveLength(1);
    expect(benchmark()).toMatchObject({ state: 'running', run: 0 });
    while (rig.store.allRuns().length === 0) await rig.clock.advance(100);
    expect(rig.store.allRuns()).toMatchObject([{ origin: 'warm-up' }]);
  });

  test('is started five times a minute at most, whoever cancels and starts again', async () => {
    for (let starts = 1; starts < 6; starts += 1) {
      rig.viewer.say({ type: 'benchmark-cancel' });
      await untilIdle();
      rig.viewer.say({ type: 'benchmark-start', options: OPTIONS });
    }
    await rig.clock.advance(0);
    expect(rig.viewer.last('refused')).toMatchObject({ refusal: { code: 'too-soon', most: 5 } });
    expect(benchmark()).toMatchObject({ state: 'idle' });
    await rig.clock.advance(60_000);
    rig.viewer.say({ type: 'benchmark-start', options: OPTIONS });
    await rig.clock.advance(100);
    expect(benchmark()).toMatchObject({ state: 'running' });
  });

  test('that is started twice is refused the second time, and goes on', async () => {
    rig.viewer.say({ type: 'benchmark-start', options: OPTIONS });
    await rig.clock.advance(100);
    expect(rig.viewer.last('refused')).toMatchObject({ refusal: { code: 'running', wanted: 'another' } });
    expect(benchmark().state).toBe('running');
  });

  test('is what the page says of the calibration, not to press the button once more', async () => {
    await rig.clock.advance(100);
    expect(rig.viewer.last('state')).toMatchObject({
      calibration: { finding: { code: 'benchmark-runs' } },
    });
  });

  test('reads its runs from the store once, however many it makes', async () => {
    const reads = { count: 0 };
    const store = openStore(dataDir, rig.clock.nowMs());
    const other = createRig(dataDir, {
      store: { ...store, runsOfSession: (id) => ((reads.count += 1), store.runsOfSession(id)) },
    });
    other.host.environment({ ...ENVIRONMENT, key: { ...ENVIRONMENT.key, family: 'sdxl' } });
    await other.clock.advance(1500);
    const before = reads.count;
    other.viewer.say({ type: 'benchmark-start', options: OPTIONS });
    while (other.store.allRuns().filter(({ origin }) => origin === 'benchmark').length < 5)
      await other.clock.advance(500);
    expect(reads.count).toBe(before);
    await other.end();
  });

  test("shows what its warm-up adds to the WebUI's context as the WebUI's", async () => {
    const { host, clock, viewer } = rig;
    const others = () => viewer.last('memory')?.['othersMiB'];
    while (!host.generating) await clock.advance(50);
    await clock.advance(250);
    expect(others()).toBe(300);
    host.contextMiB += 250;
    await clock.advance(PROCESSES_AGAIN_MS);
    expect(benchmark().state).toBe('running');
    expect(others()).toBe(300);
  });

  test('has nothing to add to the number of the run in hand', async () => {
    while (rig.host.asked.length <= 2) await rig.clock.advance(100);
    expect(rig.viewer.last('benchmark')?.['benchmark']).toMatchObject({
      run: 2,
      doing: { code: 'running', leftOut: [] },
    });
  });

  test('answers "measuring" to estimates meanwhile', async () => {
    expect(await ask(SETTINGS)).toMatchObject({ status: 'measuring' });
  });

  test('ends on Cancel once the run in hand has ended, and can go on from there', async () => {
    await rig.clock.advance(5000);
    rig.viewer.say({ type: 'benchmark-cancel' });
    await untilIdle();
    const done = rig.store
      .allRuns()
      .filter(({ origin, outcome }) => origin === 'benchmark' && outcome !== 'interrupted').length;
    expect(benchmark()).toMatchObject({
      last: { result: 'cancelled' },
      resumable: { runsDone: done, runsPlanned: 10 },
    });
    expect(done).toBeGreaterThan(0);
    rig.viewer.say({ type: 'benchmark-resume' });
    await untilIdle();
    expect(benchmark()).toMatchObject({ last: { result: 'finished' }, resumable: null });
    expect(
      rig.store.allRuns().filter(({ origin, outcome }) => origin === 'benchmark' && outcome !== 'interrupted'),
    ).toHaveLength(10);
  });

  test('stops when the person presses Interrupt in the WebUI', async () => {
    await rig.clock.advance(2500);
    while (!rig.host.generating) await rig.clock.advance(50);
    rig.host.interrupt();
    await untilIdle();
    expect(benchmark()).toMatchObject({ last: { result: 'interrupted' }, resumable: expect.anything() });
    expect(
      rig.store
        .allRuns()
        .filter(({ outcome }) => outcome === 'interrupted')
        .map(({ marks }) => marks),
    ).toEqual([['interrupted']]);
  });

  test('stops when the WebUI goes away, and goes on when it is back', async () => {
    await rig.clock.advance(4000);
    rig.host.socket.emit('close');
    await rig.clock.advance(100);
    expect(benchmark()).toMatchObject({ state: 'idle', last: { result: 'interrupted' }, resumable: null });
    rig.connectHost();
    await rig.clock.advance(1500);
    expect(benchmark()).toMatchObject({ resumable: expect.anything() });
    rig.viewer.say({ type: 'benchmark-resume' });
    await untilIdle();
    expect(benchmark()).toMatchObject({ last: { result: 'finished' } });
  });

  test('goes on after the sidecar itself was replaced', async () => {
    await rig.clock.advance(4000);
    await rig.end();
    rig = replaced(createRig(dataDir));
    await rig.clock.advance(1500);
    expect(benchmark()).toMatchObject({ state: 'idle', resumable: expect.anything() });
    rig.viewer.say({ type: 'benchmark-resume' });
    await untilIdle();
    expect(benchmark()).toMatchObject({ last: { result: 'finished' } });
  });

  test.each([
    ['in its first run', 50, false],
    ['later', 4000, true],
  ])('says after its sidecar was killed %s that it was cut off, and whether it can go on', async (_when, ms, kept) => {
    await rig.clock.advance(ms);
    const killed = rig;
    // What is killed closes nothing, and its name is free after a while.
    rig = replaced(createRig(dataDir));
    await rig.clock.advance(HOLD_MS + ms + 1500);
    expect(benchmark()).toMatchObject({
      state: 'idle',
      last: { result: 'interrupted', ending: { code: 'cut-off', kept } },
      resumable: kept ? expect.anything() : null,
    });
    rig.viewer.say(kept ? { type: 'benchmark-resume' } : { type: 'benchmark-start', options: OPTIONS });
    await untilIdle();
    expect(benchmark()).toMatchObject({ last: { result: 'finished' } });
    await killed.end();
  });

  test('stops when the checkpoint changes, and keeps its runs under the earlier key', async () => {
    await rig.clock.advance(4000);
    const keyBefore = rig.viewer.last('state')?.['keyHash'];
    rig.host.environment({ ...ENVIRONMENT, checkpoint: 'other', key: { ...ENVIRONMENT.key, family: 'sdxl' } });
    await untilIdle();
    expect(benchmark()).toMatchObject({
      last: { result: 'failed', ending: { code: 'key-changed' } },
      resumable: null,
    });
    expect(new Set(rig.store.allRuns().map(({ keyHash }) => keyHash))).toEqual(new Set([keyBefore]));
    rig.host.environment(ENVIRONMENT);
    await rig.clock.advance(100);
    expect(benchmark()).toMatchObject({ resumable: expect.anything() });
  });

  test('tries again while the WebUI is busy', async () => {
    let refusals = 2;
    rig.host.instead = ({ runId }) => {
      if (refusals-- <= 0) return false;
      rig.clock.setTimeout(() => rig.host.socket.say({ type: 'run-refused', runId, because: 'busy', detail: null }), 1);
      return true;
    };
    await untilIdle();
    expect(benchmark()).toMatchObject({ last: { result: 'finished' } });
  });

  test('that was refused before its first run is not offered to go on with', async () => {
    rig.viewer.say({ type: 'benchmark-cancel' });
    await untilIdle();
    rig.host.instead = ({ runId }) => {
      rig.clock.setTimeout(
        () => rig.host.socket.say({ type: 'run-refused', runId, because: 'no-model', detail: null }),
        1,
      );
      return true;
    };
    rig.viewer.say({ type: 'benchmark-start', options: OPTIONS });
    await untilIdle();
    expect(benchmark()).toMatchObject({ last: { result: 'failed' }, resumable: null });
  });

  test("ends with the WebUI's reason where there is no model", async () => {
    rig.host.instead = ({ runId }) => {
      rig.clock.setTimeout(
        () => rig.host.socket.say({ type: 'run-refused', runId, because: 'no-model', detail: null }),
        1,
      );
      return true;
    };
    await untilIdle();
    expect(benchmark()).toMatchObject({
      last: { result: 'failed', ending: { code: 'refused', problem: { code: 'refused', because: 'no-model' } } },
    });
  });

  /** Refuses, or fails, each run that `which` picks, as a shim does. */
  function answerWith(
    which: (run: (typeof rig.host.asked)[number]) => boolean,
    answer: 'cap-refused' | 'no-processing' | 'failed',
  ): void {
    rig.host.instead = (run) => {
      if (!which(run)) return false;
      const { runId } = run;
      rig.clock.setTimeout(() => {
        const error = 'ValueError: no index.';
        if (answer !== 'failed') {
          return rig.host.socket.say({ type: 'run-refused', runId, because: answer, detail: error });
        }
        rig.host.socket.say({ type: 'run-started', runId, torch: null, startedAtMs: rig.clock.nowMs() });
        rig.host.socket.say(endOf(runId, 'failed', { torch: null, durationMs: 1, error }));
      }, 1);
      return true;
    };
  }
  const measured = () =>
    rig.store.allRuns().filter(({ origin, outcome }) => origin === 'benchmark' && outcome === 'ok');

  test.each([
    ['cap-refused', 1, { code: 'refused', because: 'cap-refused', detail: 'ValueError: no index.' }],
    ['failed', 3, { code: 'told', text: 'ValueError: no index.' }],
  ] as const)(
    'goes on without caps where they cannot be set (%s), says so, and ends calibrated',
    async (answer, tries, problem) => {
      answerWith(({ capMiB }) => capMiB !== null, answer);
      await untilIdle();
      expect(rig.host.asked.filter(({ capMiB }) => capMiB !== null)).toHaveLength(tries);
      expect(benchmark()).toMatchObject({
        resumable: null,
        last: {
          result: 'finished',
          ending: { leftOut: [{ what: 'caps', problem }] },
        },
      });
      expect(measured()).toHaveLength(10);
      expect(rig.viewer.last('state')?.['calibration']).toMatchObject({ state: 'ready' });
      expect(await ask(SETTINGS)).toMatchObject({ status: 'estimated', verdict: 'fits' });
    },
  );

  test.each([
    ['no-processing', { code: 'refused', because: 'no-processing', detail: 'ValueError: no index.' }],
    ['failed', { code: 'told', text: 'ValueError: no index.' }],
  ] as const)(
    'leaves out an operation that the WebUI cannot run (%s), and measures the others',
    async (answer, problem) => {
      answerWith(({ settings }) => settings.operation === 'hires_latent', answer);
      await untilIdle();
      expect(benchmark()).toMatchObject({
        last: {
          result: 'finished',
          ending: { leftOut: [{ what: 'hires_latent', problem }] },
        },
      });
      expect(new Set(measured().map(({ settings }) => settings.operation))).toEqual(
        new Set(['txt2img', 'img2img', 'hires_image']),
      );
      expect(rig.viewer.last('state')?.['calibration']).toMatchObject({ state: 'ready' });
    },
  );

  test.each([
    ['two', ['img2img', 'hires_latent', 'hires_image'], 'img2img'],
    ['the first', ['hires_image', 'hires_latent', 'txt2img'], 'txt2img'],
  ] as const)(
    'leaves out %s of its operations that the WebUI cannot run, one after the other',
    async (_, operations, left) => {
      rig.viewer.say({ type: 'benchmark-cancel' });
      await untilIdle();
      rig.host.asked.length = 0;
      let tries = 0;
      answerWith(({ settings }) => settings.operation.startsWith('hires') && ++tries > 0, 'failed');
      rig.viewer.say({ type: 'benchmark-start', options: { ...OPTIONS, operations: [...operations] } });
      await rig.clock.advance(100);
      await untilIdle();
      expect(benchmark()).toMatchObject({ last: { result: 'finished' } });
      expect(tries).toBeGreaterThan(0);
      expect(new Set(measured().map(({ settings }) => settings.operation))).toEqual(new Set([left]));
    },
  );

  test('ends where the WebUI cannot generate any more, and what was measured is fitted', async () => {
    let runs = 0;
    answerWith(() => ++runs > 7, 'failed');
    await untilIdle();
    expect(benchmark()).toMatchObject({
      resumable: expect.anything(),
      last: { result: 'failed', ending: { code: 'failed-runs', kept: true } },
    });
    expect(measured()).toHaveLength(6);
    expect(rig.viewer.last('state')?.['calibration']).toMatchObject({ state: 'partial' });
    expect(await ask(SETTINGS)).toMatchObject({ status: 'estimated' });
  });

  test('asks for no settings twice that the WebUI failed at', async () => {
    let failed: object | null = null;
    // The first is the warm-up.
    answerWith(({ settings }) => rig.host.asked.length > 1 && (failed ??= settings) === settings, 'failed');
    await untilIdle();
    expect(
      rig.host.asked.slice(1).filter(({ settings }) => JSON.stringify(settings) === JSON.stringify(failed)),
    ).toHaveLength(1);
    expect(benchmark()).toMatchObject({
      last: {
        result: 'finished',
        ending: { code: 'finished', why: 'all-runs', runs: 10, marked: 0, leftOut: [], notReached: null },
      },
    });
  });

  test('ends with a message where a run never does', async () => {
    await rig.clock.advance(3000);
    rig.host.instead = () => true;
    await untilIdle(3_600_000);
    expect(benchmark()).toMatchObject({
      last: { result: 'failed', ending: { code: 'too-long' } },
      resumable: expect.anything(),
    });
  });

  test('goes on with smaller runs after one ran out of memory, and says that it did not reach the largest', async () => {
    rig.host.othersMiB = 3500;
    await untilIdle();
    expect(benchmark()).toMatchObject({
      last: {
        result: 'finished',
        ending: { notReached: { asked: { maxSizePx: 1024, maxBatchSize: 4 }, most: { width: expect.any(Number) } } },
      },
    });
  });
});

test('a probe is two small runs, the first of which counts too', async () => {
  await rig.clock.advance(1500);
  rig.viewer.say({ type: 'benchmark-start', options: { ...OPTIONS, budget: 'probe' } });
  await rig.clock.advance(100);
  expect(benchmark()).toMatchObject({ state: 'running', run: 1, runsPlanned: 2 });
  await untilIdle();
  expect(rig.host.asked.map(({ capMiB }) => capMiB)).toEqual([null, null]);
  expect(rig.store.allRuns().map(({ origin }) => origin)).toEqual(['benchmark', 'benchmark']);
  expect(benchmark()).toMatchObject({
    resumable: null,
    last: { result: 'finished', ending: { why: 'probe', runs: 2, notReached: null } },
  });
});

describe('before a checkpoint is loaded', () => {
  const BARE = {
    ...ENVIRONMENT,
    checkpoint: null,
    traits: { ...ENVIRONMENT.traits, attention: 'unknown' as const, staticMiB: null },
    key: { ...ENVIRONMENT.key, family: 'unknown', attention: 'unknown' },
  };
  const keys = () => rig.store.environments().map(({ keyHash }) => keyHash);

  test('nothing is keyed, stored, estimated or measured, and the readout says why; then it is as ever', async () => {
    await rig.clock.advance(1500);
    const before = keys();
    rig.host.environment(BARE);
    await rig.clock.advance(1500);
    expect(rig.viewer.last('state')).toMatchObject({
      keyHash: null,
      environment: { checkpoint: null },
      calibration: { state: 'none', finding: { code: 'no-checkpoint' } },
    });
    expect(await ask(SETTINGS)).toMatchObject({
      status: 'not-calibrated',
      why: { code: 'finding', finding: { code: 'no-checkpoint' } },
    });
    rig.viewer.say({ type: 'benchmark-start', options: OPTIONS });
    await rig.clock.advance(500);
    expect(rig.viewer.last('refused')).toMatchObject({ refusal: { code: 'no-checkpoint' } });
    rig.host.generate('early', { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null });
    await rig.clock.advance(5000);
    expect(rig.store.allRuns()).toEqual([]);
    expect(keys()).toEqual(before);
    rig.host.environment(ENVIRONMENT);
    rig.viewer.say({ type: 'benchmark-start', options: OPTIONS });
    await untilIdle();
    expect(benchmark()).toMatchObject({ last: { result: 'finished' } });
    expect(keys()).toEqual(before);
  });
});
