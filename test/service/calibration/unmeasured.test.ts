import { describe, expect, test } from '@jest/globals';
import { recordedTable } from '../../../benchmarks/accuracy/recorded.ts';
import { createCalibrator } from '../../../service/calibration/calibrator.ts';
import { estimate } from '../../../service/estimate/estimate.ts';
import type { Run, StoredEnvironment } from '../../../service/recorder/run.ts';
import { findingInWords } from '../../../service/words/index.ts';
import { exampleRun } from '../recorder/examples.ts';
import { ENVIRONMENT } from '../server/fake-host.ts';
import { historiesOf } from './histories.ts';

const TABLE = recordedTable('sd1-sdp');
const NAMED: StoredEnvironment = {
  ...ENVIRONMENT,
  key: { ...ENVIRONMENT.key, ...TABLE.host.key },
  traits: TABLE.host.traits,
};
const ROOM_MIB = 8192;
const LARGE = { operation: 'txt2img', width: 1024, height: 1024, batchSize: 2, hires: null } as const;

function runsOf(count: number, outcome: Run['outcome'] = 'ok'): Run[] {
  return TABLE.rows.slice(0, count).map(({ settings, activeMiB, reservedMiB, phases }, n) => {
    // The table's figures have the context in them.
    const { contextMiB } = TABLE.host;
    return exampleRun({
      runId: `r${n}`,
      origin: 'ordinary',
      settings,
      outcome,
      phases: (phases ?? []).map(({ phase, activePeakMiB, reservedPeakMiB }) => ({
        phase,
        activePeakMiB: activePeakMiB - contextMiB,
        reservedPeakMiB: reservedPeakMiB - contextMiB,
        durationMs: 100,
      })),
      torch: {
        activePeakMiB: activeMiB - contextMiB,
        reservedPeakMiB: reservedMiB - contextMiB,
        allocRetries: 0,
        ooms: outcome === 'oom' ? 1 : 0,
      },
      baseline: { deviceUsedMiB: 2900, otherMiB: 800, torch: { allocatedMiB: 2076.5, reservedMiB: 2082 } },
    });
  });
}

function calibrated(runs: readonly Run[], environment = NAMED) {
  return createCalibrator(historiesOf(() => runs)).orSimilar('key', environment);
}

describe('a set-up whose networks are named', () => {
  test('has figures before anything was run, and says that they are worked out', () => {
    const calibration = calibrated([]);
    expect(calibration).toMatchObject({ state: 'unmeasured', runs: 0, refusal: null });
    expect(calibration.fit?.runs.measured).toBe(0);
    expect(findingInWords(calibration.finding)).toContain('Worked out, not yet measured on this card');
  });

  test('has them of its own from the first generation on, and says of how many', () => {
    const calibration = calibrated(runsOf(1));
    expect(calibration).toMatchObject({ state: 'partial', finding: { code: 'few', runs: 1 } });
    expect(calibration.fit?.replay?.rivals).toHaveLength(0);
    expect(findingInWords(calibration.finding)).toContain('Measured on this card: 1 run.');
    expect(findingInWords(calibrated(runsOf(2)).finding)).toContain('Measured on this card: 2 runs.');
  });

  test.each([1, 10])(
    'stands on what is on the card now: of %i runs with 690 MiB less of it nothing else changes',
    (count) => {
      const moreMiB = 690;
      const { staticMiB } = NAMED.traits;
      if (staticMiB === null) throw new Error('counted');
      const [before, after] = [staticMiB, staticMiB + moreMiB].map((mib) => {
        const { state, finding, fit } = calibrated(runsOf(count), {
          ...NAMED,
          traits: { ...NAMED.traits, staticMiB: mib },
        });
        const result = fit === null ? null : estimate(fit, LARGE);
        return { state, finding, required: result?.ok === true ? result.required.valueMiB : NaN };
      });
      expect(after).toEqual({ ...before, required: expect.closeTo((before?.required ?? NaN) + moreMiB, 0) });
    },
  );

  test('keeps what a generation that ran out of memory has shown', () => {
    const calibration = calibrated(runsOf(1, 'oom'));
    expect(calibration.state).toBe('unmeasured');
    expect(calibration.fit?.known.failures).toHaveLength(1);
  });

  test('says of a run that was short of memory that it was made, and that it gives no more than bounds', () => {
    const short = runsOf(1).map((run) => ({ ...run, torch: run.torch && { ...run.torch, allocRetries: 2 } }));
    const calibration = calibrated(short);
    expect(calibration).toMatchObject({ state: 'unmeasured', finding: { code: 'unmeasured', runs: 1 } });
    const told = findingInWords(calibration.finding);
    expect(told).toContain('1 run here gives bounds only.');
    expect(told).not.toMatch(/not yet measured|first picture/);
  });

  test('has none where the runs are like other networks: those speak for themselves', () => {
    const other = { ...NAMED, traits: { ...NAMED.traits, staticMiB: 1950 } };
    const far = runsOf(2).map((run) => ({
      ...run,
      phases: run.phases.map((one) => ({ ...one, activePeakMiB: one.activePeakMiB + ROOM_MIB })),
    }));
    for (const runs of [far, far.slice(0, 1)]) {
      expect(['unmeasured', 'few']).not.toContain(calibrated(runs, other).finding.code);
    }
  });
});

describe('a set-up of a card whose laws the runs of another one have told', () => {
  const apart = { ...NAMED, key: { ...NAMED.key, batch_cond_uncond: 'False' } };
  const rivalsOf = (environment: StoredEnvironment, known: StoredEnvironment): number | undefined =>
    createCalibrator(
      historiesOf((keyHash) => (keyHash === 'known' ? runsOf(1) : [])),
      () => [{ keyHash: 'known', environment: known, seenAtMs: 0 }],
    ).orSimilar('key', environment).fit?.replay?.rivals.length;

  test('has no others left: an option that is advised leads to the figures that it was advised by', () => {
    expect(calibrated([], apart).fit?.replay?.rivals.length).toBeGreaterThan(0);
    expect(rivalsOf(apart, NAMED)).toBe(0);
  });

  test.each<[string, Partial<StoredEnvironment>]>([
    ['another card', { device: { ...NAMED.device, uuid: 'GPU-another', name: 'Another' } }],
    ['another torch', { torchVersion: '2.9.0' }],
    ['another family of networks', { key: { ...NAMED.key, family: 'sdxl' } }],
  ])('%s tells nothing of them', (_what, other) => {
    expect(rivalsOf(apart, { ...NAMED, ...other })).toBeGreaterThan(0);
  });
});

describe('a set-up of which no replay follows something', () => {
  const keyed = (key: Readonly<Record<string, string>>): StoredEnvironment => ({
    ...NAMED,
    key: { ...NAMED.key, ...key },
  });

  test.each([
    ['token-merging', keyed({ token_merging_ratio: '0.5' }), 'Token merging'],
    ['full-live-preview', keyed({ live_preview: 'Full' }), 'Live previews'],
    ['unknown-family', keyed({ family: 'sd3' }), 'networks'],
    ['unknown-attention', keyed({ attention: 'of tomorrow' }), 'attention'],
    ['other-weights', { ...NAMED, traits: { ...NAMED.traits, staticMiB: 900 } }, 'weights'],
  ] as const)('has no figure, and says why: %s', (why, environment, words) => {
    const { state, fit, finding } = calibrated([], environment);
    expect({ state, fit, finding }).toEqual({ state: 'none', fit: null, finding: { code: 'not-replayed', why } });
    expect(findingInWords(finding)).toMatch(new RegExp(`${words}.*Press Run Benchmark`));
  });

  test('says that nothing was measured where it computes on no card of CUDA', () => {
    const environment = { ...NAMED, device: { ...NAMED.device, backend: 'cpu' as const } };
    expect(calibrated([], environment).finding).toEqual({ code: 'not-fitted', reason: 'no-runs' });
  });

  test('says what runs lack once there are some', () => {
    const { finding } = calibrated(runsOf(1), keyed({ token_merging_ratio: '0.5' }));
    expect(finding).toEqual({ code: 'not-fitted', reason: 'too-few-runs' });
  });
});
