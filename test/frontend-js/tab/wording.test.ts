import { describe, expect, test } from '@jest/globals';
import { lastInWords, offBy } from '../../../frontend-js/tab/accuracy.ts';
import { foundEntries } from '../../../frontend-js/tab/found-entries.ts';
import {
  captionOfRuns,
  findingInWords,
  measuredInWords,
  memoryInWords,
  outcomeInWords,
  planInWords,
  resultInWords,
  runInHand,
} from '../../../service/words/index.ts';
import { runRow, simulatedState } from '../../browser/states.ts';

/** A generation of a person's own with a peak of 1000 MiB. */
const own = (estimatedWebuiPeakMiB: number | null, changes: Parameters<typeof runRow>[0] = {}) =>
  runRow({ origin: 'ordinary', marks: [], capMiB: null, webuiPeakMiB: 1000, estimatedWebuiPeakMiB, ...changes });

describe('what the tab says', () => {
  test('about memory in use leaves out what is not known', () => {
    expect(memoryInWords({ usedMiB: 3072, totalMiB: 8192, webuiMiB: 2400, othersMiB: 672 })).toBe(
      '3.0 GiB of 8.0 GiB: 2.3 GiB by the WebUI, 672 MiB by others',
    );
    expect(memoryInWords({ usedMiB: 3072, totalMiB: null, webuiMiB: null, othersMiB: null })).toBe('3.0 GiB');
    expect(memoryInWords({ usedMiB: null, totalMiB: 8192, webuiMiB: 1, othersMiB: 1 })).toBe('not known');
  });

  test('about what was found names the card, the driver and the checkpoint', () => {
    const entries = Object.fromEntries(foundEntries(simulatedState()));
    expect(entries).toMatchObject({
      Card: 'NVIDIA GeForce RTX 3070 (simulated)',
      Driver: '550.54.15',
      Checkpoint: 'v1-5-pruned.safetensors',
    });
    expect(entries).not.toHaveProperty('Also there, not used');
  });

  test('about a WebUI that computes on the CPU names the processor', () => {
    const state = simulatedState();
    if (state.device === null || state.environment === null) throw new Error('the state has both');
    const onCpu = {
      ...state,
      source: { ...state.source, kind: 'process' as const, label: 'RAM' as const },
      device: { ...state.device, name: 'RAM' },
      environment: {
        ...state.environment,
        device: { ...state.environment.device, backend: 'cpu' as const, name: 'x86_64' },
      },
    };
    expect(foundEntries(onCpu)).toContainEqual(['Computes on', 'x86_64']);
  });

  test('about a second card says that it is not used', () => {
    const state = simulatedState();
    const other = { index: 1, uuid: 'GPU-1', busId: null, name: 'Other card', totalMiB: 4096, usedMiB: 0 };
    expect(foundEntries({ ...state, devices: [...state.devices, other] })).toContainEqual([
      'Also there, not used',
      'Other card',
    ]);
  });

  test('about the memory in all says whose figure it is where the driver gives none', () => {
    const state = simulatedState();
    if (state.environment === null) throw new Error('the state has one');
    const environment = { ...state.environment, device: { ...state.environment.device, totalMiB: 7_987 } };
    expect(foundEntries({ ...state, environment })).toContainEqual(['VRAM in all', '8.0 GiB']);
    expect(foundEntries({ ...state, environment, device: null })).toContainEqual([
      'VRAM in all',
      "7.8 GiB by torch's count",
    ]);
    expect(foundEntries({ ...state, environment: null, device: null })).toContainEqual(['VRAM in all', 'not known']);
  });

  test('about a memory source that fails gives its reason', () => {
    const source = {
      kind: 'nvidia-smi',
      label: 'VRAM',
      health: 'unavailable',
      reason: 'driver-missing',
      remark: { code: 'failed', reason: 'driver-missing' },
    } as const;
    expect(foundEntries({ ...simulatedState(), source })).toContainEqual([
      'Read from',
      expect.stringMatching(
        /^nvidia-smi, not available: The card's driver does not answer\. Its tool \(nvidia-smi, for an NVIDIA card\) was not found /,
      ),
    ]);
  });

  test('about a card that torch reads says so, and why its driver does not', () => {
    const source = {
      kind: 'torch',
      label: 'VRAM',
      health: 'ok',
      reason: 'no-memory-figures',
      remark: { code: 'torch-serves', reason: 'no-memory-figures', listsPrograms: true },
    } as const;
    expect(foundEntries({ ...simulatedState(), source })).toContainEqual([
      'Read from',
      expect.stringMatching(/^torch, in the WebUI: The driver has no memory figures for this card\. /),
    ]);
  });

  test('about a plan gives minutes only once runs were timed', () => {
    expect([planInWords(1, null), planInWords(24, 6)]).toEqual([
      'Up to 1 run: a few minutes to half an hour. The first of them, or "Measure this card: 10 s", tell how long.',
      'Up to 24 runs, about 6 min by what runs took so far; fewer where more would change nothing.',
    ]);
  });

  test('about the run in hand names its number and settings', () => {
    const settings = { operation: 'txt2img', width: 768, height: 768, batchSize: 2, hires: null } as const;
    expect(runInHand({ runsPlanned: 24, run: 0, settings: null, capMiB: null }, false)).toBe(
      'Warming up, then up to 24 runs',
    );
    const inHand = { runsPlanned: 24, run: 5, settings, capMiB: null };
    expect(runInHand(inHand, false)).toBe('Run 5 of up to 24: txt2img, 768x768, batch size 2');
    expect(runInHand({ ...inHand, capMiB: 3584 }, false)).toMatch(/batch size 2, with 3\.5 GiB at most$/);
    expect(runInHand(inHand, true)).toMatch(/batch size 2, when last heard of$/);
  });

  test('about a run under a cap names the cap, for it was short of memory on purpose', () => {
    expect(outcomeInWords(runRow({ outcome: 'oom' }))).toBe('out of memory');
    expect(outcomeInWords(runRow({ outcome: 'oom', capMiB: 4608 }))).toBe('needs more than 4.5 GiB');
    expect(outcomeInWords(runRow({ capMiB: 4608 }))).toBe('ran within 4.5 GiB');
    expect(measuredInWords(runRow({ capMiB: 4608 }))).toBe('');
  });

  test('about the peak of a run without enough memory says at least', () => {
    expect(measuredInWords(runRow({ outcome: 'oom', webuiPeakMiB: 8192 }))).toBe('at least 8.0 GiB');
    expect(measuredInWords(runRow({ webuiPeakMiB: null }))).toBe('not measured');
  });

  test('about runs says which of them a figure counts', () => {
    expect(captionOfRuns(16, 16)).toMatch(/^16 runs in all, whether they count or not; /);
    expect(captionOfRuns(100, 240)).toMatch(/^The newest 100 of 240 runs, whether they count or not; /);
    expect(resultInWords([2, 3])).toMatch(/^2 runs without a cap measured here: /);
    expect(findingInWords({ code: 'ready', runs: 11 })).toBe(
      'Calibrated from 11 runs: the table of runs says which count.',
    );
  });

  test('about an estimate says by how much it was off, where the run can tell', () => {
    // By the WebUI alone: of the whole device it would be +2.3 %.
    expect(offBy(runRow())).toBe('+3.3 %');
    expect(offBy(runRow({ outcome: 'oom' }))).toBeNull();
    expect(offBy(runRow({ capMiB: 4608 }))).toBeNull();
  });

  test("about the last 20 generations compares those of a person's own that can be", () => {
    expect(
      lastInWords([
        own(1020),
        own(960),
        own(null),
        own(2000, { marks: ['disturbed'] }),
        own(2000, { origin: 'benchmark' }),
      ]),
    ).toBe(
      'Your last 2 generations, estimated against measured peak without the CUDA context and other programs: 3.0 % off on average, 4.0 % at most.',
    );
    expect(lastInWords([own(1010)])).toBe(
      'Your last generation, estimated against measured peak without the CUDA context and other programs: 1.0 % off.',
    );
    expect(lastInWords([...Array.from({ length: 20 }, () => own(1010)), own(5000)])).toMatch(
      /last 20 .* 1\.0 % at most/,
    );
    expect(lastInWords([])).toBe('');
  });

  test('about the last generations says first that one ran out of memory: how far others were off is no answer to that', () => {
    const ranOut = own(2000, { outcome: 'oom' });
    expect(lastInWords([ranOut])).toBe(
      'Your last generation ran out of memory; a peak of 2.0 GiB was estimated, without the CUDA context and other programs.',
    );
    expect(lastInWords([ranOut, own(1010)])).toBe(
      'Your last generation ran out of memory. Your last generation that ran, estimated against measured peak without the CUDA context and other programs: 1.0 % off.',
    );
    expect(lastInWords([own(1020), ranOut, own(960), ranOut])).toBe(
      '2 of your last 4 generations ran out of memory. Your last 2 generations that ran, estimated against measured peak without the CUDA context and other programs: 3.0 % off on average, 4.0 % at most.',
    );
    expect(lastInWords([ranOut, ranOut])).toBe('2 of your last 2 generations ran out of memory.');
    expect(lastInWords([own(null, { outcome: 'oom' })])).toBe('Your last generation ran out of memory.');
  });
});
