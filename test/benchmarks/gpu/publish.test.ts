import { describe, expect, test } from '@jest/globals';
import { parseTable } from '../../../benchmarks/accuracy/table.ts';
import { estimatedAgainstMeasured } from '../../../benchmarks/gpu/publish/plot.ts';
import { report } from '../../../benchmarks/gpu/publish/report.ts';
import { errorsOf, missedPeaks, peakPairs, requiredPairs, verdictsOf } from '../../../benchmarks/gpu/publish/score.ts';
import { captureOf, csv, needRows, runRows, type Capture } from '../../../benchmarks/gpu/publish/tables.ts';
import { againstTrace } from '../../../benchmarks/gpu/publish/traced.ts';
import type { CaptureRecord, CardRecord, PeakRecord, RunRecord } from '../../../benchmarks/gpu/records.ts';

const interval = (valueMiB: number) => ({ valueMiB, lowMiB: valueMiB - 100, highMiB: valueMiB + 100 });
const hires = { width: 1024, height: 768, uncroppedWidth: 1024, uncroppedHeight: 768, upscaler: 'Latent' };

function run(item: string, settings: RunRecord['settings'], reservedPeakMiB: number): RunRecord {
  const told = {
    outcome: 'ok' as const,
    error: null,
    torch: { activePeakMiB: reservedPeakMiB - 500, reservedPeakMiB, allocRetries: 0, ooms: 0 },
    before: { allocatedMiB: 2000, reservedMiB: 2040 },
    phases: [],
    startedAtMs: 0,
    endedAtMs: 1000,
    durationMs: 1000,
  };
  const estimated = { verdict: 'fits' as const, required: interval(3000), peak: interval(4000), basis: 'inside' };
  return {
    kind: 'run',
    part: 'generations',
    item,
    settings,
    capMiB: null,
    told,
    seen: { intervalMs: 100, samples: 9, peakMiB: 3900, otherMiB: 500 },
    estimated,
  };
}

const records: CaptureRecord[] = [
  {
    kind: 'meta',
    model: 'sd15',
    marked: null,
    device: { backend: 'cuda', name: 'NVIDIA Example', uuid: 'GPU-1', busId: null, totalMiB: 24_000 },
    driverVersion: '550.1',
    versions: { torch: '2.7.0', cuda: '12.8', cudnn: '90100', diffusers: '0.35.2' },
    weightsMiB: { unet: 1639.4, vae: 159.6 },
    staticMiB: 2000,
    maxSizePx: 1024,
    maxBatchSize: 4,
  },
  run('test 1', { operation: 'txt2img', width: 512, height: 512, batchSize: 2, hires: null }, 3500),
  run('test 2', { operation: 'hires_latent', width: 512, height: 384, batchSize: 1, hires }, 3420),
  {
    kind: 'need',
    item: 'test 1',
    settings: { operation: 'txt2img', width: 512, height: 512, batchSize: 2, hires: null },
    needMiB: 2600,
    tooLittleMiB: 2580,
    tries: 6,
  },
];
const capture = captureOf(records) as Capture;

describe('tables of a capture', () => {
  test('a row whose need is known is read by the accuracy benchmark as it was measured', () => {
    const rows = parseTable(csv(needRows(capture)), 2000);
    expect(rows).toEqual([
      {
        settings: { operation: 'txt2img', width: 512, height: 512, batchSize: 2, hires: null },
        activeMiB: 3000,
        reservedMiB: 3500,
        needMiB: 2600,
        capNeedMiB: null,
        phases: null,
        allocRetries: 0,
      },
    ]);
  });

  test('a run without a need has an empty cell, never 0', () => {
    expect(runRows(capture)[1]).toMatchObject({
      op: 'hires',
      hr_width: 1024,
      hr_upscaler: 'latent',
      need_mib: '',
      other_mib: '500',
      torch: '2.7.0',
      driver: '550.1',
    });
  });

  test('nothing measured is no capture', () => {
    expect(captureOf([])).toBeNull();
  });
});

describe('judging a capture', () => {
  test('errors are shares of what the whole device held', () => {
    expect(peakPairs(capture).map(({ measuredMiB }) => measuredMiB)).toEqual([4000, 3920]);
    expect(requiredPairs(capture)).toEqual([{ operation: 'txt2img', estimated: interval(3000), measuredMiB: 3100 }]);
    expect(errorsOf(peakPairs(capture))).toMatchObject({ n: 2, mean: 80 / 3920 / 2, max: 80 / 3920, covered: 1 });
    expect(errorsOf([])).toBeNull();
  });

  test('only "fits" before running out of memory is missed, only "will not fit" before running a false alarm', () => {
    const card = (verdict: CardRecord['verdict'], outcome: CardRecord['outcome']) =>
      ({ verdict, outcome }) as CardRecord;
    const cards = [
      card('fits', 'oom'),
      card('fits', 'ok'),
      card('tight', 'oom'),
      card('tight', 'ok'),
      card('will-not-fit', 'oom'),
      card('will-not-fit', 'ok'),
    ];
    expect(verdictsOf(cards)).toEqual({ n: 6, ran: 3, ranOutOfMemory: 3, tight: 2, missed: 1, falseAlarms: 1 });
  });

  test('a peak counts as missed below 98 % of what torch counted, or without any reading', () => {
    const peak = (intervalMs: number, seenMiB: number | null) =>
      ({ intervalMs, truthMiB: 1000, seenMiB, decodeMs: 40 }) as PeakRecord;
    expect(missedPeaks([peak(100, 979), peak(20, 981), peak(100, null), peak(20, 1000)])).toEqual([
      { intervalMs: 20, n: 2, missed: 0, medianDecodeMs: 40 },
      { intervalMs: 100, n: 2, missed: 2, medianDecodeMs: 40 },
    ]);
  });
});

describe('against the traced table', () => {
  const traced = (settings: RunRecord['settings'], activeMiB: number) => ({
    settings,
    activeMiB,
    reservedMiB: 1000,
    needMiB: 500,
    capNeedMiB: null,
    phases: null,
    allocRetries: 0,
  });

  test('only runs whose very settings were traced are compared, above the weights, whichever side is the longer', () => {
    const rows = [
      traced({ operation: 'txt2img', width: 512, height: 512, batchSize: 2, hires: null }, 800),
      traced({ operation: 'img2img', width: 512, height: 512, batchSize: 2, hires: null }, 1),
    ];
    expect(againstTrace(capture, rows)).toEqual([
      { figure: 'active', n: 1, median: 1.25, least: 1.25, most: 1.25 },
      { figure: 'reserved', n: 1, median: 1.5, least: 1.5, most: 1.5 },
      { figure: 'need', n: 1, median: 1.2, least: 1.2, most: 1.2 },
    ]);
    const turned = { width: 768, height: 1024, uncroppedWidth: 768, uncroppedHeight: 1024, upscaler: 'latent' };
    expect(
      againstTrace(capture, [
        traced({ operation: 'hires_latent', width: 384, height: 512, batchSize: 1, hires: turned }, 920),
      ])[0],
    ).toMatchObject({ figure: 'active', n: 1, median: 1 });
  });

  test('nothing in common is no comparison', () => {
    expect(againstTrace(capture, [])).toEqual([]);
  });
});

describe('report of a capture', () => {
  const text = (marked: string | null) =>
    report({
      card: 'NVIDIA Example',
      captures: [{ ...capture, meta: { ...capture.meta, marked } }],
      smi: null,
      plotOf: (model) => `plots/${model}.svg`,
      tracedOf: () => [],
    });

  test('says what was reached and what was not measured', () => {
    expect(text(null)).toContain('| peak | 2 | 1.02 % | 1.94 % | 2.04 % | 100.00 % | <= 2.00 % / 5.00 % | reached |');
    expect(text(null)).toContain(
      '| required | 1 | 3.23 % | 3.23 % | 3.23 % | 100.00 % | <= 2.00 % / 5.00 % | missed |',
    );
    expect(text(null)).toContain('| peak, img2img | 0 | | | | | <= 2.00 % / 5.00 % | not measured |');
    expect(text(null)).toContain('plots/sd15.svg');
  });

  test('figures of no card say so', () => {
    expect(text('simulated')).toContain('Figures are simulated: no card was involved.');
    expect(text(null)).not.toContain('no card was involved');
  });

  test('the plot has a mark for every run, and its title is text, not markup', () => {
    const svg = estimatedAgainstMeasured('a < b', [{ title: 'peak', pairs: peakPairs(capture) }]);
    expect(svg).toContain('a &lt; b');
    expect(svg.match(/stroke="#777"/g)).toHaveLength(2);
    expect(svg).not.toContain('NaN');
  });
});
