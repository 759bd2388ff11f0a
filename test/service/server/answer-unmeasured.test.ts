/** What a page is told before anything was run, of a set-up whose networks are named. */
import { expect, test } from '@jest/globals';
import { recordedTable } from '../../../benchmarks/accuracy/recorded.ts';
import { createCalibrator } from '../../../service/calibration/calibrator.ts';
import type { EstimateResult } from '../../../service/protocol/estimate.ts';
import { toViewerMessageSchema } from '../../../service/protocol/viewer.ts';
import { answerEstimate } from '../../../service/server/answer.ts';
import { historiesOf } from '../calibration/histories.ts';
import { ENVIRONMENT } from './fake-host.ts';
import { HEALTHY } from './fake-sampler.ts';

const { host } = recordedTable('sd1-sdp');
const environment = { ...ENVIRONMENT, key: { ...ENVIRONMENT.key, ...host.key }, traits: host.traits };

function answer(width: number, height: number): EstimateResult {
  return answerEstimate(
    { operation: 'txt2img', width, height, batchSize: 1, hires: null },
    {
      source: HEALTHY,
      figures: { usedMiB: 2800, totalMiB: 8192, usableMiB: 8192, webuiMiB: 2540, othersMiB: 300, otherMiB: 720 },
      calibration: createCalibrator(historiesOf(() => [])).orSimilar('key', environment),
      benchmarkRuns: false,
      unmatched: null,
      leftMiB: 0,
      foundMiB: null,
      driverMaySpill: false,
    },
  );
}

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
