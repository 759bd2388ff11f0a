import { describe, expect, test } from '@jest/globals';
import { offersOf, toldOf, type Deed } from '../../../frontend-js/readout/offers.ts';
import type { AdvisedStep, AdviceResult, Remedy } from '../../../service/protocol/advice.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';

const SETTINGS: GenerationSettings = { operation: 'txt2img', width: 1408, height: 1408, batchSize: 1, hires: null };
const SMALLER: AdvisedStep = {
  change: { code: 'smaller-size', settings: SETTINGS },
  applied: { kind: 'sliders', settings: SETTINGS, times: 1 },
  picture: 'smaller',
  restart: false,
};
const BATCH: AdvisedStep = {
  change: { code: 'smaller-batch', batchSize: 2, times: 2 },
  applied: { kind: 'sliders', settings: { ...SETTINGS, width: 2048, height: 2048, batchSize: 2 }, times: 2 },
  picture: 'nearly',
  restart: false,
};
const SDP: AdvisedStep = {
  change: { code: 'attention', to: 'sdp' },
  applied: { kind: 'flag', add: ['--opt-sdp-attention'], remove: [] },
  picture: 'nearly',
  restart: true,
};
const PREVIEW: AdvisedStep = {
  change: { code: 'light-preview' },
  applied: { kind: 'option', name: 'show_progress_type', value: 'Approx NN' },
  picture: 'same',
  restart: false,
};
const ONE_CHECKPOINT: AdvisedStep = {
  change: { code: 'unload-checkpoints', keptMiB: 2000 },
  applied: { kind: 'saved-option', name: 'sd_checkpoints_limit', value: 1 },
  picture: 'same',
  restart: true,
};

function remedy(...steps: AdvisedStep[]): Remedy {
  const required = { valueMiB: 4000, lowMiB: 3900, highMiB: 4100 };
  return { steps, savesMiB: null, seconds: null, picture: 'nearly', restart: false, required, verdict: 'fits' };
}

function advice(...remedies: Remedy[]): AdviceResult {
  return { about: 'remedies', verdict: 'will-not-fit', required: null, usableMiB: 8000, remedies, unknown: [] };
}

const ALL = () => true;

describe('a readout offers', () => {
  test('what moves sliders alone, in the order of the advice, and at most three', () => {
    const offers = offersOf(advice(remedy(SDP), remedy(SMALLER), remedy(BATCH), remedy(SMALLER), remedy(BATCH)), ALL);
    expect(offers.map(({ words }) => words)).toEqual(['Use 1408x1408', 'Batch 2, 2 times', 'Use 1408x1408']);
    expect(offers[1]?.deeds).toMatchObject([{ times: 2, settings: { batchSize: 2 } }]);
  });

  test('nothing that the fields of the page cannot be set to: that is told instead', () => {
    const given = advice(remedy(SMALLER), remedy(BATCH));
    const alone = (deed: Deed) => deed.kind === 'sliders' && deed.times === 1;
    expect(offersOf(given, alone).map(({ words }) => words)).toEqual(['Use 1408x1408']);
    expect(toldOf(given, alone)).toEqual([expect.stringContaining('Set the batch size to 2')]);
  });

  test('what an option of the WebUI does, and tells of one that waits for a restart', () => {
    const given = advice(remedy(PREVIEW), remedy(ONE_CHECKPOINT));
    expect(offersOf(given, ALL)).toEqual([
      { words: 'Lighter live preview', about: expect.stringContaining('approximate'), deeds: [PREVIEW.applied] },
    ]);
    expect(toldOf(given, ALL)).toEqual([expect.stringContaining('option sd_checkpoints_limit to "1"')]);
  });

  test('several things as one, where a click does all of them: options, then the sliders once', () => {
    const [offer] = offersOf(advice(remedy(SMALLER, PREVIEW, BATCH)), ALL);
    expect(offer).toMatchObject({
      words: 'Use 1408x1408, Lighter live preview, Batch 2, 2 times',
      deeds: [PREVIEW.applied, SMALLER.applied],
    });
    expect(offersOf(advice(remedy(PREVIEW, BATCH)), ({ kind }) => kind === 'option')).toEqual([]);
  });

  test('nothing of what takes a flag or a restart as well: that is told', () => {
    const given = advice(remedy(SDP, SMALLER));
    expect(offersOf(given, ALL)).toEqual([]);
    expect(toldOf(given, ALL)).toEqual([expect.stringMatching(/sdp.*--opt-sdp-attention.*1408x1408/)]);
  });

  test('nothing before advice has come, and none where none can be given', () => {
    for (const none of [null, { about: 'nothing', why: { code: 'unknown-networks' } } as const]) {
      expect([offersOf(none, ALL), toldOf(none, ALL)]).toEqual([[], []]);
    }
  });
});
