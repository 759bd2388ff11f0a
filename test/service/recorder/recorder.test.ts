import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLedger, type LiveLedger, otherMiB } from '../../../service/memory/ledger.ts';
import { SETTLE_MS, createRecorder, type Recorder } from '../../../service/recorder/recorder.ts';
import { runSchema, type Run } from '../../../service/recorder/run.ts';
import { markRun } from '../../../service/calibration/marks.ts';
import { createFakeClock, type FakeClock } from '../server/fake-clock.ts';

const SETTINGS = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null } as const;
const CONTEXT = { keyHash: 'key', sessionId: null, estimatedPeakMiB: null, estimatedPeakRange: null };
const PEAKS = { activePeakMiB: 3000, reservedPeakMiB: 3500, allocRetries: 0, ooms: 0 };

let clock: FakeClock;
let ledger: LiveLedger;
let recorder: Recorder;
let runs: Run[];

beforeEach(() => {
  clock = createFakeClock();
  ledger = createLedger();
  runs = [];
  recorder = createRecorder(clock, ledger, (run) => runs.push(markRun(run, [])));
});

async function read(usedMiB: number, processMiB: number | null = null): Promise<void> {
  await clock.advance(100);
  const reading = { monotonicMs: clock.monotonicMs(), usedMiB, totalMiB: 8192, usableMiB: 8192, processMiB };
  ledger.tell({ type: 'reading', reading: reading });
  recorder.onReading(reading);
}

function tell(reservedMiB: number | null): void {
  ledger.tell({
    type: 'counters',
    torch: reservedMiB === null ? null : { allocatedMiB: 2400, reservedMiB },
    generating: false,
    monotonicMs: clock.monotonicMs(),
  });
}

function start(
  extra: {
    runId?: string;
    origin?: 'benchmark' | 'warm-up' | 'ordinary';
    extras?: string[];
    torch?: null;
    lateMs?: number;
    expected?: Pick<Run, 'estimatedPeakMiB' | 'estimatedPeakRange'>;
  } = {},
): void {
  const startedMonotonicMs = clock.monotonicMs() - (extra.lateMs ?? 0);
  ledger.tell({ type: 'run-started', monotonicMs: startedMonotonicMs });
  const torch = extra.torch === null ? null : { allocatedMiB: 2400, reservedMiB: 2500 };
  const { runId = 'a', origin = 'ordinary', extras = [] } = extra;
  recorder.onStarted(
    {
      type: 'run-started',
      runId,
      origin,
      settings: SETTINGS,
      capMiB: null,
      condUncondBatched: true,
      extras,
      torch,
      startedAtMs: clock.nowMs(),
    },
    { ...CONTEXT, ...extra.expected, startedMonotonicMs },
  );
}

function end(outcome: Run['outcome'] = 'ok', torch: typeof PEAKS | null = PEAKS, runId = 'a'): void {
  const reservedPeakMiB = torch?.reservedPeakMiB ?? null;
  ledger.tell({ type: 'run-ended', monotonicMs: clock.monotonicMs(), reservedPeakMiB, outcome });
  recorder.onEnded({ type: 'run-ended', runId, outcome, torch, durationMs: 1000, error: null });
}

function hostGone(): void {
  recorder.onHostGone();
  ledger.tell({ type: 'host-gone' });
}

/** 800 MiB are not torch's. */
async function quietStart(extra: Parameters<typeof start>[0] = {}): Promise<void> {
  tell(2500);
  await read(3300);
  start(extra);
}

/** A run from its start until what is not torch's has been read `grownMiB` higher. */
async function whole(runId: string, grownMiB: number): Promise<void> {
  await quietStart({ runId });
  end('ok', PEAKS, runId);
  tell(2500);
  await read(3300 + grownMiB);
  await clock.advance(SETTLE_MS);
}

describe('a run', () => {
  test('holds the settings, the phases, the counters and the highest reading of its time', async () => {
    await quietStart();
    await read(3900);
    await read(4250);
    recorder.onPhase({
      type: 'run-phase',
      runId: 'a',
      counters: { phase: 'sampling', activePeakMiB: 3000, reservedPeakMiB: 3500, durationMs: 700 },
    });
    await read(3400);
    end();
    tell(2500);
    await read(3300);
    expect(runs).toMatchObject([
      { runId: 'a', devicePeakMiB: 4250, torch: PEAKS, marks: [], baseline: { deviceUsedMiB: 3300, otherMiB: 800 } },
    ]);
    expect(runs[0]?.phases).toHaveLength(1);
    expect(runSchema.safeParse(runs[0])).toMatchObject({ success: true });
  });

  test('is told of once, as soon as the others are seen where they were', async () => {
    await quietStart();
    end();
    expect(runs).toHaveLength(0);
    tell(2500);
    await read(3310);
    expect(runs).toHaveLength(1);
    await clock.advance(2 * SETTLE_MS);
    expect(runs).toHaveLength(1);
  });

  test.each([
    ['took', 3365],
    ['gave back', 3235],
  ])('is disturbed where the others %s more than 64 MiB meanwhile', async (_did, afterMiB) => {
    await whole('first', 0);
    await whole('a', afterMiB - 3300);
    expect(runs).toMatchObject([{ marks: [] }, { marks: ['disturbed'] }]);
  });

  test('is disturbed where another process came and went within it', async () => {
    await quietStart();
    await read(3300 + 1000 + 400);
    end();
    tell(2500);
    await read(3300);
    expect(runs).toMatchObject([{ marks: ['disturbed'] }]);
  });

  test('is not disturbed by a peak that fell between two readings', async () => {
    await quietStart();
    await read(3400);
    end();
    tell(2500);
    await read(3300);
    expect(runs).toMatchObject([{ devicePeakMiB: 3400, marks: [] }]);
  });

  test('is not disturbed by one reading that came before torch gave its cache back', async () => {
    await quietStart();
    end();
    tell(2500);
    await read(4300);
    expect(runs).toHaveLength(0);
    await read(3300);
    expect(runs).toMatchObject([{ marks: [] }]);
  });

  test('is not disturbed by what the next one took before the word of its start came, nor is that', async () => {
    await quietStart();
    end();
    tell(2500);
    // The next one began 50 ms ago.
    await read(4200);
    start({ runId: 'b', lateMs: 50 });
    await read(4250);
    end('ok', PEAKS, 'b');
    tell(2500);
    await read(3300);
    expect(runs).toMatchObject([
      { marks: [], baseline: { otherMiB: 800 } },
      { marks: [], baseline: { otherMiB: 800 } },
    ]);
  });

  test('is spilled where more was reserved than the card has', async () => {
    await quietStart();
    end('ok', { ...PEAKS, reservedPeakMiB: 9000 });
    tell(2500);
    await read(3300);
    expect(runs).toMatchObject([{ marks: ['spilled'] }]);
  });

  test.each([
    [{ origin: 'warm-up' as const }, 'ok' as const, 'warm-up'],
    [{ extras: ['ControlNet'] }, 'ok' as const, 'extras'],
    [{}, 'interrupted' as const, 'interrupted'],
  ])('of %j that ended %s is marked', async (extra, outcome, mark) => {
    await quietStart(extra);
    end(outcome);
    tell(2500);
    await read(3300);
    expect(runs).toMatchObject([{ marks: [mark] }]);
  });

  test('without counters and without a reading of its time has no samples', () => {
    start({ torch: null });
    end('ok', null);
    expect(runs).toMatchObject([{ marks: ['no-samples'], devicePeakMiB: null }]);
  });

  test('of a process whose own memory is read keeps that peak, whatever the machine does meanwhile', async () => {
    tell(null);
    await read(9000, 3000);
    start({ torch: null });
    await read(12_000, 4100);
    await read(15_000, 3200);
    end('ok', null);
    expect(runs).toMatchObject([{ ownPeakMiB: 4100, marks: [] }]);
  });

  test('that warms up does not wait for the others to be where they were: it made the context', async () => {
    await quietStart({ origin: 'warm-up' });
    end();
    tell(2500);
    await read(3700);
    expect(runs).toMatchObject([{ marks: ['warm-up'] }]);
    expect(otherMiB(ledger.now)).toBe(1200);
  });

  test('that is the first of a process makes its context grow, and is not disturbed by that', async () => {
    await whole('a', 300);
    expect(runs).toMatchObject([{ marks: [], baseline: { otherMiB: 1100, deviceUsedMiB: 3300 } }]);
  });

  test('that loads kernels is kept with what was expected of it, and with these', async () => {
    const estimatedPeakRange = { lowMiB: 4200, highMiB: 8100, firm: true, similar: false };
    await quietStart({ expected: { estimatedPeakMiB: 4300, estimatedPeakRange } });
    end();
    tell(2500);
    await read(3444);
    expect(runs).toMatchObject([
      { baseline: { otherMiB: 944 }, estimatedPeakMiB: 4444, estimatedPeakRange: { lowMiB: 4344, highMiB: 8192 } },
    ]);
  });

  test('that makes the first picture of its process tells what was loaded with it, and no other does', async () => {
    await quietStart();
    end('interrupted');
    tell(2500);
    await read(3300);
    hostGone();
    for (const runId of ['a', 'b']) await whole(runId, runId === 'a' ? 144 : 10);
    hostGone();
    await whole('c', 900);
    expect(runs.map(({ loadedMiB }) => loadedMiB)).toEqual([null, 144, null, null]);
  });

  test('that follows the first at once is not disturbed by what that one loaded', async () => {
    await quietStart();
    end();
    start({ runId: 'b' });
    // Of a run's own time: its peak lies between two readings.
    await read(3500 + 1000);
    end('ok', PEAKS, 'b');
    start({ runId: 'next' });
    end('ok', PEAKS, 'next');
    tell(2500);
    await read(3600);
    await whole('c', 600);
    expect(runs.map(({ marks }) => marks)).toEqual([[], [], [], ['disturbed']]);
  });

  test('is not disturbed by what the first one loaded, where all that was read since may be of a run heard of late', async () => {
    await quietStart();
    end();
    start({ runId: 'b' });
    end('ok', PEAKS, 'b');
    tell(2500);
    await read(4200);
    start({ runId: 'c', lateMs: 50 });
    end('ok', PEAKS, 'c');
    tell(2500);
    await read(3600);
    await clock.advance(SETTLE_MS);
    expect(runs.map(({ marks }) => marks)).toEqual([[], [], []]);
  });

  test('that is not the first, or after which far more is there than a context takes, is disturbed', async () => {
    await whole('a', 0);
    await whole('b', 300);
    hostGone();
    await whole('c', 1300);
    hostGone();
    await whole('d', 300);
    expect(runs.map(({ marks }) => marks)).toEqual([[], ['disturbed'], ['disturbed'], []]);
  });

  test('that is still open when the WebUI goes away is kept as interrupted', async () => {
    await quietStart();
    recorder.onHostGone();
    expect(runs).toMatchObject([{ outcome: 'interrupted', marks: ['interrupted', 'no-samples'] }]);
  });

  test('that the next one follows at once is not lost', async () => {
    await quietStart();
    end();
    start({ runId: 'b' });
    end('ok', PEAKS, 'b');
    tell(2500);
    await read(3300);
    expect(runs.map(({ runId }) => runId)).toEqual(['a', 'b']);
  });

  test('takes no phase and no end of another', async () => {
    await quietStart();
    recorder.onPhase({
      type: 'run-phase',
      runId: 'x',
      counters: { phase: 'decode', activePeakMiB: 1, reservedPeakMiB: 1, durationMs: 1 },
    });
    end('ok', PEAKS, 'x');
    expect(recorder.openRunId).toBe('a');
  });
});
