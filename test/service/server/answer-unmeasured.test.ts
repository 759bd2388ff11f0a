/** What a page is told before anything was run, of a set-up whose networks are named. */
import { expect, test } from '@jest/globals';
import { recordedTable } from '../../../benchmarks/accuracy/recorded.ts';
import { createCalibrator } from '../../../service/calibration/calibrator.ts';
import type { EstimateResult } from '../../../service/protocol/estimate.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { toViewerMessageSchema } from '../../../service/protocol/viewer.ts';
import { answerEstimate, type Situation } from '../../../service/server/answer.ts';
import { historiesOf } from '../calibration/histories.ts';
import { FIGURES } from '../memory/examples.ts';
import { ENVIRONMENT } from './fake-host.ts';
import { HEALTHY } from './fake-sampler.ts';

function answerOf(
  table: string,
  settings: Pick<GenerationSettings, 'operation' | 'width' | 'height'> & Partial<GenerationSettings>,
  situation: Partial<Situation> = {},
): EstimateResult {
  const { host } = recordedTable(table);
  const environment = { ...ENVIRONMENT, key: { ...ENVIRONMENT.key, ...host.key }, traits: host.traits };
  return answerEstimate(
    { batchSize: 1, hires: null, ...settings },
    {
      source: HEALTHY,
      figures: { ...FIGURES, othersMiB: 300 },
      calibration: createCalibrator(historiesOf(() => [])).orSimilar('key', environment),
      benchmarkRuns: false,
      unmatched: null,
      leftMiB: 0,
      foundMiB: null,
      driverMaySpill: false,
      ...situation,
    },
  );
}

const answer = (width: number, height: number): EstimateResult =>
  answerOf('sd1-sdp', { operation: 'txt2img', width, height });

test('is figures and a verdict with the first reading, said to be worked out', () => {
  const result = answer(512, 512);
  expect(result).toMatchObject({ status: 'estimated', verdict: 'fits', basis: 'unmeasured', limitingPhase: 'decode' });
  expect(JSON.stringify(result)).toContain('unmeasured');
  const message = { type: 'estimate', requestId: 1, tab: 'txt2img', result };
  expect(toViewerMessageSchema.parse(message)).toEqual(message);
});

test('is what will not fit, and the largest that will', () => {
  const result = answer(4096, 4096);
  expect(result).toMatchObject({ verdict: 'will-not-fit', basis: 'unmeasured' });
  expect(result.status === 'estimated' && result.largest !== null).toBe(true);
});

/**
 * Least devices that the real PyTorch ran on, a context of 450 MiB on them: usually, and after a txt2img that failed.
 */
test.each([
  [1304, 5865, 6186],
  [1024, 3231, 3475],
])(
  'with --medvram counts the denoising network that a failed generation left on the card: img2img at %i squared',
  (px, usualMiB, afterFailureMiB) => {
    const figures = { ...FIGURES, totalMiB: 6144, usableMiB: 6144, webuiMiB: 480, othersMiB: 0, otherMiB: 450 };
    const settings = { operation: 'img2img', width: px, height: px } as const;
    const requiredMiB = (foundMiB: number | null): number => {
      const result = answerOf('sd1-sdp-medvram', settings, { figures, foundMiB });
      return result.status === 'estimated' ? result.required.valueMiB : NaN;
    };
    expect(Math.abs(requiredMiB(null) / usualMiB - 1)).toBeLessThan(0.005);
    expect(Math.abs(requiredMiB(1661.3) / afterFailureMiB - 1)).toBeLessThan(0.005);
  },
);

/** Least devices that the real PyTorch ran on, a context of 450 MiB on them. */
test.each([
  ['sd1-inpainting-sdp', 'txt2img', 1024, 5136],
  ['sd1-inpainting-sdp', 'img2img', 960, 4779],
  ['sd1-inpainting-doggettx', 'txt2img', 1024, 4620],
] as const)('counts what is encoded before sampling with %s: %s at %i squared', (table, operation, px, realMiB) => {
  const figures = { ...FIGURES, webuiMiB: 2554, othersMiB: 0, otherMiB: 450 };
  const result = answerOf(table, { operation, width: px, height: px }, { figures });
  expect(result).toMatchObject({ status: 'estimated', basis: 'unmeasured', limitingPhase: 'encode' });
  if (result.status === 'estimated') expect(Math.abs(result.required.valueMiB / realMiB - 1)).toBeLessThan(0.005);
});

test('says that the WebUI cannot make latents larger with an inpainting checkpoint', () => {
  const hires = { width: 1024, height: 1024, uncroppedWidth: 1024, uncroppedHeight: 1024, upscaler: null };
  const settings = { operation: 'hires_latent', width: 512, height: 512, hires } as const;
  const why = { code: 'settings', problem: { code: 'not-with-inpainting' } };
  expect(answerOf('sd1-inpainting-sdp', settings)).toMatchObject({ status: 'bad-settings', why });
  expect(answerOf('sd1-sdp', settings)).toMatchObject({ status: 'estimated' });
});
