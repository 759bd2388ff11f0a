import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Calibration } from '../../../service/calibration/calibration.ts';
import { NOTHING_IMPORTED } from '../../../service/calibration/imported.ts';
import { fit } from '../../../service/model/fit.ts';
import type { EstimateResult, RequestedSettings } from '../../../service/protocol/estimate.ts';
import { noEstimateInWords } from '../../../service/words/index.ts';
import { answerEstimate, type Situation } from '../../../service/server/answer.ts';
import { SD15_LIKE, TRAITS, observe, settingsOf, truth } from '../model/synthetic-host.ts';
import { HEALTHY } from './fake-sampler.ts';
import { FIGURES } from '../memory/examples.ts';
import { exampleRun } from '../recorder/examples.ts';

const OTHER_MIB = 720;
let situation: Situation;

beforeAll(() => {
  const runs = [256, 512, 768, 1024].flatMap((px) =>
    [1, 2, 4].map((batch) => observe(SD15_LIKE, { settings: settingsOf('txt2img', px, px, batch), capMiB: null })),
  );
  const hires = [256, 384, 512].map((px) =>
    observe(SD15_LIKE, { settings: settingsOf('hires_latent', px, px, 2), capMiB: null }),
  );
  const result = fit([...runs, ...hires], TRAITS);
  if (!result.ok) throw new Error(result.reason);
  const calibration: Calibration = {
    state: 'ready',
    runs: 15,
    kept: 15,
    finding: { code: 'ready', runs: 15 },
    fit: result.value,
    operations: ['txt2img', 'hires_latent'],
    upscalers: ['Lanczos'],
    similar: null,
    imported: NOTHING_IMPORTED,
    drift: null,
    refusal: null,
    ownRuns: [],
    key: { family: 'sd1' },
  };
  situation = {
    source: HEALTHY,
    figures: FIGURES,
    calibration,
    benchmarkRuns: false,
    unmatched: null,
    leftMiB: 0,
    foundMiB: null,
    driverMaySpill: false,
  };
});

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

function estimated(settings: RequestedSettings, changes: Partial<Situation> = {}): Estimated {
  const result = answerEstimate(settings, { ...situation, ...changes });
  if (result.status !== 'estimated') throw new Error(JSON.stringify(result));
  return result;
}

describe('an estimate', () => {
  test('that fits is tight once a failed generation holds what is left over, for it may still be held then', () => {
    const settings = settingsOf('txt2img', 768, 768, 2);
    const before = estimated(settings);
    expect(before.verdict).toBe('fits');
    const after = estimated(settings, { leftMiB: before.marginMiB + 10 });
    expect(after.verdict).toBe('tight');
    expect(after.required).toMatchObject({ valueMiB: before.required.valueMiB, lowMiB: before.required.lowMiB });
  });

  test('is of the whole device: what others use now is in it (VIEW-5)', () => {
    const settings = settingsOf('txt2img', 768, 768, 2);
    const { required, peak, totalMiB } = estimated(settings);
    const { needMiB } = truth(SD15_LIKE, settings);
    expect(required.lowMiB).toBeLessThanOrEqual(needMiB + OTHER_MIB);
    expect(required.highMiB).toBeGreaterThanOrEqual(needMiB + OTHER_MIB);
    expect(peak.valueMiB).toBeGreaterThanOrEqual(required.valueMiB);
    expect(totalMiB).toBe(8192);
  });

  test('never peaks below what a process on the CPU holds already', () => {
    const settings = settingsOf('txt2img', 256, 256, 1);
    const figures = { ...situation.figures, webuiMiB: 5000 };
    const onCard = estimated(settings, { figures }).peak;
    const onCpu = estimated(settings, { figures, source: { ...HEALTHY, kind: 'process', label: 'RAM' } }).peak;
    expect(onCard.valueMiB).toBeLessThan(5000);
    expect([onCpu.lowMiB, onCpu.valueMiB]).toEqual([5000 + OTHER_MIB, 5000 + OTHER_MIB]);
    // As far above as before: what it holds says nothing about what it will add.
    expect(Math.abs(onCpu.highMiB - onCpu.valueMiB - (onCard.highMiB - onCard.valueMiB))).toBeLessThanOrEqual(1);
  });

  test('of a process on the CPU stands on what it holds now, required as well as peak, where its runs did', () => {
    const process = { ...HEALTHY, kind: 'process' as const, label: 'RAM' as const };
    const runs = [256, 384, 512].flatMap((px) =>
      [1, 2, 4].map((batch, n) => {
        const seen = observe(SD15_LIKE, { settings: settingsOf('txt2img', px, px, batch), capMiB: null });
        const heldMiB = 2500 + 100 * ((px / 128 + 2 * n) % 5);
        return {
          ...seen,
          activePeakMiB: null,
          allocRetries: null,
          heldMiB,
          reservedPeakMiB: heldMiB + (seen.reservedPeakMiB ?? 0) - SD15_LIKE.staticMiB,
        };
      }),
    );
    const result = fit(runs, { ...TRAITS, staticMiB: null });
    if (!result.ok) throw new Error(result.reason);
    const calibration = { ...(situation.calibration as Calibration), fit: result.value };
    const withHeld = (webuiMiB: number) =>
      estimated(settingsOf('txt2img', 512, 512, 2), {
        calibration,
        source: process,
        figures: { ...situation.figures, webuiMiB },
      });
    const [before, after] = [withHeld(3000), withHeld(3500)];
    expect(after.peak.valueMiB - before.peak.valueMiB).toBe(500);
    expect(after.required.valueMiB - before.required.valueMiB).toBe(500);
    expect(withHeld(7000).required.valueMiB).toBeGreaterThanOrEqual(7000 + OTHER_MIB);
  });

  test('is judged by what programs can have: what the driver keeps is not in the total they share', () => {
    const settings = settingsOf('txt2img', 1024, 1024, 4);
    const all = estimated(settings);
    const less = estimated(settings, { figures: { ...situation.figures, usableMiB: 7978 } });
    expect([less.totalMiB, less.usableMiB]).toEqual([8192, 7978]);
    expect(less.marginMiB).toBe(all.marginMiB - 214);
  });

  test('peaks where it will not run as on a device that holds it: a peak is never below what is required', () => {
    const settings = settingsOf('txt2img', 2048, 2048, 8);
    const { required, peak } = estimated(settings);
    expect(required.lowMiB).toBeGreaterThan(8192);
    const roomy = estimated(settings, { figures: { ...situation.figures, usableMiB: 1_000_000 } });
    expect(peak).toEqual(roomy.peak);
    for (let px = 512; px <= 4096; px += 128) {
      const each = estimated(settingsOf('txt2img', px, px, 2));
      expect(each.peak.valueMiB).toBeGreaterThanOrEqual(each.required.valueMiB);
      if (each.verdict === 'fits') expect(each.peak.highMiB).toBeLessThanOrEqual(8192);
    }
  });

  test('leaves the peak open down to required where the cache would not fit: PyTorch gives it back on the way', () => {
    const settings = settingsOf('txt2img', 1024, 1024, 4);
    const roomy = estimated(settings, { figures: { ...situation.figures, usableMiB: 24_000 } });
    const crowded = estimated(settings, { figures: { ...situation.figures, usableMiB: roomy.peak.valueMiB - 50 } });
    expect(crowded.peak.valueMiB).toBe(roomy.peak.valueMiB - 50);
    expect(roomy.peak.lowMiB).toBeGreaterThan(roomy.required.lowMiB);
    expect(crowded.peak.lowMiB).toBe(crowded.required.lowMiB);
  });

  test('that fits with its peak at the edge is said to be slow where the driver moves memory to RAM instead of refusing it, as on Windows', () => {
    const settings = settingsOf('txt2img', 1024, 1024, 4);
    const figures = { ...situation.figures, usableMiB: estimated(settings).peak.valueMiB + 100 };
    const [here, onWindows] = [false, true].map((driverMaySpill) => estimated(settings, { figures, driverMaySpill }));
    expect([here?.verdict, here?.notes]).toEqual(['fits', []]);
    expect(onWindows).toEqual({ ...here, notes: [{ code: 'driver-may-spill', likely: true }] });
  });

  test('far below the edge says nothing of that on any system, nor does one of the RAM of a WebUI on the CPU', () => {
    expect(estimated(settingsOf('txt2img', 512, 512, 1), { driverMaySpill: true }).notes).toEqual([]);
    const large = settingsOf('txt2img', 1024, 1024, 4);
    const full = { ...situation.figures, usableMiB: estimated(large).peak.valueMiB + 100 };
    expect(
      estimated(large, { figures: full, driverMaySpill: true, source: { ...HEALTHY, kind: 'process', label: 'RAM' } })
        .notes,
    ).toEqual([]);
  });

  test('moves with what others use, and so does its verdict', () => {
    const settings = settingsOf('txt2img', 1024, 1024, 4);
    const before = estimated(settings);
    const busier = estimated(settings, { figures: { ...situation.figures, otherMiB: OTHER_MIB + 4000 } });
    expect(busier.required.valueMiB).toBe(before.required.valueMiB + 4000);
    expect([before.verdict, busier.verdict]).toEqual(['fits', 'will-not-fit']);
  });

  test('has the margin from the upper bound where it fits, and what is missing where it does not (VIEW-5)', () => {
    const small = estimated(settingsOf('txt2img', 512, 512, 1));
    expect(Math.abs(small.marginMiB - (8192 - small.required.highMiB))).toBeLessThanOrEqual(1);
    const large = estimated(settingsOf('txt2img', 2048, 2048, 8));
    expect(Math.abs(large.marginMiB - (8192 - large.required.valueMiB))).toBeLessThanOrEqual(1);
    expect(large.marginMiB).toBeLessThan(0);
  });

  test("tells which part of what is required is the WebUI's before it begins, whatever the size", () => {
    const [small, large] = [512, 1024].map((px) => estimated(settingsOf('txt2img', px, px, 1)));
    expect(small?.weightsMiB).toBeGreaterThan(1000);
    expect(large?.weightsMiB).toBe(small?.weightsMiB);
    expect(small?.required.lowMiB).toBeGreaterThanOrEqual((small?.weightsMiB ?? 0) + OTHER_MIB);
  });

  test('names the largest that is safe where it is tight, with what hires fix makes of it', () => {
    const settings = settingsOf('hires_latent', 768, 768, 2);
    const { required } = estimated(settings);
    const figures = { ...situation.figures, usableMiB: required.valueMiB };
    const tight = estimated(settings, { figures });
    expect(tight.verdict).toBe('tight');
    const { width, height, hires } = tight.largest ?? { width: 0, height: 0 };
    expect(hires).toEqual({ width: width * 2, height: height * 2 });
    expect(estimated(settingsOf('hires_latent', width, height, 2), { figures }).verdict).toBe('fits');
  });

  test('names the largest size of the same shape that fits, on the grid of 64, and the next one does not', () => {
    const { largest } = estimated(settingsOf('txt2img', 2048, 2048, 8));
    expect(largest).not.toBeNull();
    const { width, height } = largest ?? { width: 0, height: 0 };
    expect([width % 64, width - height]).toEqual([0, 0]);
    expect(estimated(settingsOf('txt2img', width, height, 8)).verdict).toBe('fits');
    expect(estimated(settingsOf('txt2img', width + 64, height + 64, 8)).verdict).not.toBe('fits');
  });

  test('scales the hires target with the size that fits', () => {
    const settings = settingsOf('hires_latent', 1024, 1024, 8);
    const { largest } = estimated(settings);
    const { width, height } = largest ?? { width: 0, height: 0 };
    expect(estimated(settingsOf('hires_latent', width, height, 8)).verdict).toBe('fits');
  });

  test('names no size where nothing fits', () => {
    const full = { ...situation.figures, otherMiB: 7000 };
    expect(estimated(settingsOf('txt2img', 512, 512, 1), { figures: full })).toMatchObject({
      verdict: 'will-not-fit',
      largest: null,
    });
  });

  test('that ordinary runs have left reaches as far as they have, and its verdict with it', () => {
    const settings = settingsOf('txt2img', 1024, 1024, 4);
    const before = estimated(settings);
    const drifted = (leftMiB: number) =>
      estimated(settings, {
        calibration: {
          ...(situation.calibration as Calibration),
          drift: { meanMiB: 1.2 * leftMiB, leftMiB, sinceMs: 0, ranOut: false, similar: null },
        },
      });
    const above = drifted(before.marginMiB + 100);
    expect([before.verdict, above.verdict, before.drift, above.drift]).toEqual([
      'fits',
      'tight',
      null,
      { meanMiB: Math.round(1.2 * (before.marginMiB + 100)), sinceMs: 0, ranOut: false, similar: null },
    ]);
    expect(above.required).toEqual({ ...before.required, highMiB: before.required.highMiB + before.marginMiB + 100 });
    // Peaks were seen, so that figure goes where they were, as far as there is a card; its interval still holds the
    // estimate of before.
    expect(drifted(300).peak).toEqual({
      ...before.peak,
      valueMiB: before.peak.valueMiB + 300,
      highMiB: Math.min(8192, before.peak.highMiB + 300),
    });
    expect(drifted(-300)).toMatchObject({
      verdict: 'fits',
      required: { ...before.required, lowMiB: before.required.lowMiB - 300 },
    });
  });

  test('says so where the hires target is smaller than the image', () => {
    const settings = settingsOf('hires_latent', 512, 512, 1);
    const smaller = { width: 256, height: 256, uncroppedWidth: 256, uncroppedHeight: 256, upscaler: 'Latent' };
    expect(estimated({ ...settings, hires: smaller }).notes).toEqual([{ code: 'smaller-hires' }]);
  });

  test('says so where the image upscaler is one that was not measured, as a network of its own', () => {
    const settings = settingsOf('hires_image', 512, 512, 1);
    const notesWith = (upscaler: string) =>
      estimated({ ...settings, hires: settings.hires === null ? null : { ...settings.hires, upscaler } }).notes;
    const upscaler = 'R-ESRGAN 4x+';
    expect(notesWith(upscaler)).toContainEqual({ code: 'unmeasured-upscaler', upscaler });
    expect(notesWith('Lanczos')).toEqual([]);
  });
});

function without(result: EstimateResult): Exclude<EstimateResult, { status: 'estimated' }> {
  if (result.status === 'estimated') throw new Error('there is an estimate');
  return result;
}

describe('no estimate', () => {
  const settings = settingsOf('txt2img', 512, 512, 1);
  test.each<[EstimateResult['status'], string, (s: Situation) => Partial<Situation>]>([
    ['no-memory-source', 'has not said', () => ({ calibration: null })],
    [
      'adapts',
      'Forge',
      (s) => ({
        calibration: {
          ...(s.calibration as Calibration),
          fit: null,
          refusal: 'webui-adapts',
          finding: { code: 'unable', why: { code: 'moves-networks', name: 'Forge' } },
        },
      }),
    ],
    [
      'unsupported',
      'SD.Next',
      (s) => ({
        calibration: {
          ...(s.calibration as Calibration),
          fit: null,
          refusal: 'unsupported',
          finding: { code: 'unable', why: { code: 'sdnext' } },
        },
      }),
    ],
    [
      'adapts',
      'is cut to fit the memory that is free',
      (s) => ({
        calibration: {
          ...(s.calibration as Calibration),
          fit: null,
          refusal: 'attention-adapts',
          finding: { code: 'unable', why: { code: 'attention-adapts' } },
        },
      }),
    ],
    ['measuring', 'benchmark is running', () => ({ benchmarkRuns: true })],
    [
      'not-calibrated',
      'Run Benchmark',
      (s) => ({
        calibration: {
          ...(s.calibration as Calibration),
          fit: null,
          finding: { code: 'not-fitted', reason: 'no-runs' },
        },
      }),
    ],
    [
      'no-memory-source',
      'was not found',
      () => ({
        source: {
          ...HEALTHY,
          health: 'unavailable',
          reason: 'driver-missing',
          remark: { code: 'failed', reason: 'driver-missing' },
        },
      }),
    ],
    [
      'no-memory-source',
      'none of the devices',
      () => ({ unmatched: { code: 'others', name: 'Tesla T4', seen: ['A100'] } }),
    ],
    ['no-memory-source', 'Waiting', (s) => ({ figures: { ...s.figures, otherMiB: null } })],
  ])('but %s, with the words "%s"', (status, words, changes) => {
    const answer = without(answerEstimate(settings, { ...situation, ...changes(situation) }));
    expect(answer.status).toBe(status);
    expect(noEstimateInWords(answer.why)).toContain(words);
  });

  test('but a warning, where attention that adapts cannot slice the image or the hires target', () => {
    const adapts: Calibration = {
      ...(situation.calibration as Calibration),
      fit: null,
      refusal: 'attention-adapts',
      finding: { code: 'unable', why: { code: 'attention-adapts' } },
    };
    const hires = { width: 1632, height: 2448, uncroppedWidth: 1632, uncroppedHeight: 2448, upscaler: 'Latent' };
    const answer = (changes: Partial<RequestedSettings>) =>
      answerEstimate({ ...settings, ...changes }, { ...situation, calibration: adapts });
    expect(answer({ operation: 'hires_latent', hires })).toMatchObject({
      status: 'adapts',
      why: { code: 'finding', unsliceable: [{ width: 1632, height: 2448 }] },
    });
    expect(answer({})).toMatchObject({ status: 'adapts', why: { unsliceable: [] } });
  });

  test.each<[string, Partial<RequestedSettings>]>([
    ['a width of 0', { width: 0 }],
    ['a height of 7', { height: 7 }],
    ['a width of a million', { width: 1_000_000 }],
    ['a batch of 0', { batchSize: 0 }],
    ['a batch of a million', { batchSize: 1_000_000 }],
    ['hires fix without a target', { operation: 'hires_image' }],
    [
      'a target for what has none',
      { hires: { width: 512, height: 512, uncroppedWidth: 512, uncroppedHeight: 512, upscaler: null } },
    ],
    [
      'a target of 0',
      {
        operation: 'hires_latent',
        hires: { width: 0, height: 0, uncroppedWidth: 0, uncroppedHeight: 0, upscaler: null },
      },
    ],
  ])('but words for %s (VIEW-3)', (_what, changes) => {
    const result = without(answerEstimate({ ...settings, ...changes }, situation));
    expect(result).toMatchObject({ status: 'bad-settings', totalMiB: 8192, why: { code: 'settings' } });
    expect(noEstimateInWords(result.why).length).toBeGreaterThan(20);
  });
});

describe('before the first picture of a process', () => {
  const SETTINGS = settingsOf('txt2img', 768, 768, 2);
  const of = (usableMiB: number, loaded: 'nothing' | 'all', loadedMiB: readonly number[] = []): Estimated => {
    const ownRuns = loadedMiB.map((mib) => exampleRun({ loadedMiB: mib }));
    const calibration = { ...(situation.calibration as Calibration), ownRuns };
    return estimated(SETTINGS, { calibration, figures: { ...FIGURES, usableMiB, loaded } });
  };
  const usual = (): Estimated => of(8192, 'all');

  test('what CUDA loads with it is in what is required and in the peak, and is told', () => {
    const first = of(8192, 'nothing', [144]);
    for (const figure of ['required', 'peak'] as const) {
      const [more, without] = [first[figure], usual()[figure]];
      expect(more.lowMiB - without.lowMiB).toBeCloseTo(108, -1);
      expect(more.highMiB - without.highMiB).toBeCloseTo(180, -1);
    }
    expect(first.notes).toContainEqual({ code: 'first-picture', lowMiB: 108, highMiB: 180, processes: 1 });
    expect(usual().notes).toEqual([]);
  });

  test('it surely fits only where it does with the most that may be loaded', () => {
    const { highMiB } = usual().required;
    expect(of(highMiB + 402, 'nothing').verdict).toBe('fits');
    expect(of(highMiB + 398, 'nothing').verdict).toBe('tight');
    expect(of(highMiB + 398, 'all').verdict).toBe('fits');
  });

  test('it will not fit only where it does not with the least that is loaded', () => {
    const { lowMiB } = usual().required;
    expect(of(lowMiB + 2, 'nothing').verdict).toBe('tight');
    expect(of(lowMiB + 106, 'nothing', [144]).verdict).toBe('will-not-fit');
    expect(of(lowMiB + 110, 'nothing', [144]).verdict).toBe('tight');
  });

  test('the largest that fits leaves room for it', () => {
    const usableMiB = usual().required.lowMiB + 2;
    const side = ({ largest }: Estimated): number => largest?.width ?? 0;
    expect(side(of(usableMiB, 'nothing'))).toBeLessThan(side(of(usableMiB, 'all')));
  });
});
