import { expect, test } from '@jest/globals';
import { observationsForFit } from '../../../service/calibration/observations.ts';
import { estimate, type EstimateMiB } from '../../../service/estimate/estimate.ts';
import { hintsOf } from '../../../service/hosts/hints.ts';
import { fit } from '../../../service/model/fit.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { exported } from './exports.ts';

/**
 * A benchmark on the real PyTorch without kernels: A1111 1.10.1 with SD 1.5, Doggettx's attention and no workspaces, a
 * card of 8 GiB.
 */
const { runs: RUNS, environment: ENVIRONMENT } = exported('doggettx-benchmark.ndjson');
const CONTEXT_MIB = 450;

function settingsOf(
  operation: GenerationSettings['operation'],
  [width, height, batchSize]: readonly [number, number, number],
  second: readonly [number, number] | null = null,
): GenerationSettings {
  const target =
    second === null
      ? null
      : {
          width: second[0],
          height: second[1],
          uncroppedWidth: second[0],
          uncroppedHeight: second[1],
          upscaler: operation === 'hires_latent' ? 'Latent' : 'Lanczos',
        };
  return { operation, width, height, batchSize, hires: target };
}

/** The least device, by bisection. */
const NEEDS: readonly (readonly [number, GenerationSettings])[] = [
  [3186, settingsOf('img2img', [896, 320, 1])],
  [3088, settingsOf('hires_latent', [256, 640, 2], [384, 960])],
  [2675, settingsOf('hires_image', [192, 192, 2], [240, 240])],
  [3480, settingsOf('txt2img', [768, 832, 2])],
  [4611, settingsOf('img2img', [832, 960, 1])],
  [3535, settingsOf('hires_latent', [384, 576, 2], [672, 1008])],
  [3709, settingsOf('hires_image', [512, 256, 1], [1024, 512])],
];

test('what settings that were not run require is what they needed, also where a smaller device runs them by chance', () => {
  const traits = ENVIRONMENT?.traits;
  if (ENVIRONMENT === undefined || traits === undefined) throw new Error('the export tells its environment');
  const fitted = fit(observationsForFit(RUNS), traits, hintsOf(ENVIRONMENT));
  if (!fitted.ok) throw new Error(fitted.reason);
  for (const [needMiB, settings] of NEEDS) {
    const { required } = estimate(fitted.value, settings) as EstimateMiB;
    const ownMiB = needMiB - CONTEXT_MIB;
    expect(required.lowMiB).toBeLessThanOrEqual(ownMiB);
    expect(required.highMiB).toBeGreaterThanOrEqual(ownMiB);
    expect(Math.abs(required.valueMiB / ownMiB - 1)).toBeLessThan(0.006);
  }
});
