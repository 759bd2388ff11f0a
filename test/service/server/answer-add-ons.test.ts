/** What a page is told of settings with add-ons: from stored runs to words. */
import { describe, expect, test } from '@jest/globals';
import { recordedTable } from '../../../benchmarks/accuracy/recorded.ts';
import type { TableRow } from '../../../benchmarks/accuracy/table.ts';
import { createCalibrator } from '../../../service/calibration/calibrator.ts';
import type { EstimateResult } from '../../../service/protocol/estimate.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { toViewerMessageSchema } from '../../../service/protocol/viewer.ts';
import type { Run } from '../../../service/recorder/run.ts';
import { answerEstimate, type Situation } from '../../../service/server/answer.ts';
import { expectationOf } from '../../../service/server/expectation.ts';
import { notesInWords } from '../../../service/words/index.ts';
import { historiesOf } from '../calibration/histories.ts';
import { FIGURES } from '../memory/examples.ts';
import { exampleRun } from '../recorder/examples.ts';
import { ENVIRONMENT } from './fake-host.ts';
import { HEALTHY } from './fake-sampler.ts';

const { host, rows } = recordedTable('sd1-sdp');
const environment = { ...ENVIRONMENT, key: { ...ENVIRONMENT.key, ...host.key }, traits: host.traits };
const STATIC_MIB = host.traits.staticMiB ?? NaN;
const OTHER_MIB = 720;
/** A ControlNet for SD 1, and what it hands on for each 512 squared picture. */
const WEIGHTS_MIB = 690;
const MIB_A_PICTURE = 26;

function rowOf(width: number, height: number, batchSize: number): TableRow {
  const found = rows.find(
    ({ settings: { operation, ...of } }) =>
      operation === 'txt2img' && of.width === width && of.height === height && of.batchSize === batchSize,
  );
  if (found === undefined) throw new Error(`no ${width}x${height}x${batchSize} was recorded`);
  return found;
}

const addedMiB = ({ width, height, batchSize }: GenerationSettings): number =>
  WEIGHTS_MIB + (MIB_A_PICTURE * batchSize * width * height) / 512 ** 2;

/** As the real PyTorch allocated it, with an add-on that takes so much besides. */
function runWith(row: TableRow, extras: readonly string[], changes: Partial<Run> = {}): Run {
  const moreMiB = addedMiB(row.settings) - host.contextMiB;
  return exampleRun({
    runId: `${row.settings.width} ${row.settings.batchSize} ${extras.join()}`,
    origin: 'ordinary',
    settings: row.settings,
    extras: [...extras],
    marks: ['extras'],
    totalMiB: 24_576,
    usableMiB: 24_576,
    torch: {
      activePeakMiB: row.activeMiB + moreMiB,
      reservedPeakMiB: row.reservedMiB + moreMiB,
      allocRetries: 0,
      ooms: 0,
    },
    phases: [],
    baseline: {
      deviceUsedMiB: 2900,
      otherMiB: OTHER_MIB,
      torch: { allocatedMiB: STATIC_MIB, reservedMiB: STATIC_MIB },
    },
    ...changes,
  });
}

function situationWith(runs: readonly Run[], changes: Partial<Situation> = {}): Situation {
  const totalMiB = 24_576;
  return {
    source: HEALTHY,
    figures: { ...FIGURES, totalMiB, usableMiB: totalMiB, othersMiB: 300, otherMiB: OTHER_MIB },
    calibration: createCalibrator(historiesOf(() => runs)).orSimilar('key', environment),
    benchmarkRuns: false,
    unmatched: null,
    leftMiB: 0,
    foundMiB: null,
    driverMaySpill: false,
    ...changes,
  };
}

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

function told(settings: GenerationSettings, addOns: readonly string[] | null, situation: Situation): Estimated {
  const asked = addOns === null ? settings : { ...settings, addOns: [...addOns] };
  const result = answerEstimate(asked, situation);
  if (result.status !== 'estimated') throw new Error(JSON.stringify(result));
  const message = { type: 'estimate', requestId: 1, tab: 'txt2img', result };
  expect(toViewerMessageSchema.parse(message)).toEqual(message);
  return result;
}

const CONTROLNET = ['ControlNet v1.1.455'];
const RUN = 'script ControlNet';
const [SMALL, LARGE] = [rowOf(1024, 1024, 1), rowOf(1024, 1536, 1)];

describe('settings with an add-on that was never run', () => {
  const plain = told(SMALL.settings, null, situationWith([]));

  test('have the figures without it, and the usual size beside them', () => {
    const { required, peak, notes, verdict } = told(SMALL.settings, CONTROLNET, situationWith([]));
    expect({ required, peak, verdict }).toEqual({
      required: plain.required,
      peak: plain.peak,
      verdict: 'fits',
    });
    expect(notesInWords(notes)).toContain('ControlNet is not counted yet: usually 690 MiB to 1.5 GiB.');
  });

  test('of no known size say so', () => {
    const { notes } = told(SMALL.settings, ['Regional Prompter'], situationWith([]));
    expect(notesInWords(notes)).toContain('Regional Prompter is not counted: what it takes is not known.');
  });

  test('are tight where the usual size would not fit, and that is said to decide', () => {
    const usableMiB = plain.required.highMiB + 1000;
    const situation = situationWith([], { figures: { ...situationWith([]).figures, usableMiB } });
    expect(told(SMALL.settings, null, situation).verdict).toBe('fits');
    const { verdict, notes } = told(SMALL.settings, CONTROLNET, situation);
    expect(verdict).toBe('tight');
    expect(notesInWords(notes)).toContain('usually 690 MiB to 1.5 GiB, which decides here.');
  });

  test('with a LoRA alone are settings without add-ons', () => {
    expect(told(SMALL.settings, ['lora: 2'], situationWith([]))).toEqual(plain);
  });
});

describe('after one run with the add-on', () => {
  const situation = situationWith([runWith(SMALL, [RUN])]);

  test('the same settings are said to need what was measured, and how many runs that rests on', () => {
    const plain = told(SMALL.settings, null, situation);
    const { required, peak, notes } = told(SMALL.settings, CONTROLNET, situation);
    const tookMiB = addedMiB(SMALL.settings);
    expect(Math.abs((required.valueMiB - plain.required.valueMiB) / tookMiB - 1)).toBeLessThan(0.05);
    const peakMiB = SMALL.reservedMiB - host.contextMiB + tookMiB + OTHER_MIB;
    expect(Math.abs(peak.valueMiB / peakMiB - 1)).toBeLessThan(0.02);
    expect(required.highMiB - required.lowMiB).toBeGreaterThan(plain.required.highMiB - plain.required.lowMiB);
    expect(notesInWords(notes)).toMatch(/ControlNet counted: 7\d\d MiB, measured in 1 run\./);
  });

  test('larger ones are inside the interval', () => {
    const { required } = told(LARGE.settings, CONTROLNET, situation);
    const needMiB = told(LARGE.settings, null, situation).required.valueMiB + addedMiB(LARGE.settings);
    expect(required.lowMiB).toBeLessThanOrEqual(needMiB);
    expect(required.highMiB).toBeGreaterThanOrEqual(needMiB);
  });

  test('settings without it stay as they were: no fit learns from such a run', () => {
    expect(told(SMALL.settings, null, situation)).toEqual(told(SMALL.settings, null, situationWith([])));
  });

  test('settings with another besides count each that was measured alone, and name the other', () => {
    const { notes } = told(SMALL.settings, [...CONTROLNET, 'ADetailer'], situation);
    expect(notesInWords(notes)).toMatch(/ADetailer is not counted yet: usually 50 to 600 MiB\./);
    expect(notesInWords(notes)).toMatch(/ControlNet counted: 7\d\d MiB, measured in 1 run\./);
  });

  test('the next such run is expected to show it', () => {
    const { calibration, source, figures } = situation;
    const peakOf = (extras: string[]) =>
      expectationOf({ settings: SMALL.settings, extras }, calibration, { source, figures, foundMiB: null })
        .estimatedPeakMiB ?? NaN;
    expect(peakOf([RUN, 'lora: 1']) - peakOf(['lora: 1'])).toBeCloseTo(addedMiB(SMALL.settings), -2);
  });
});

test('after runs of two sizes the addition follows their line', () => {
  const situation = situationWith([runWith(SMALL, [RUN]), runWith(LARGE, [RUN])]);
  const { notes } = told(LARGE.settings, CONTROLNET, situation);
  expect(notes).toContainEqual(expect.objectContaining({ code: 'add-ons-counted', runs: 2 }));
  const [note] = notes.filter(({ code }) => code === 'add-ons-counted');
  expect(note?.code === 'add-ons-counted' && note.addedMiB / addedMiB(LARGE.settings)).toBeCloseTo(1, 1);
});

describe('networks that an add-on keeps on the card', () => {
  const keeps = { torch: { allocatedMiB: STATIC_MIB + WEIGHTS_MIB, reservedMiB: STATIC_MIB + WEIGHTS_MIB } };
  const baseline = { deviceUsedMiB: 3600, otherMiB: OTHER_MIB, ...keeps };

  test('count once: a run that found them there says the same as the one that brought them', () => {
    const [first, second] = [[runWith(SMALL, [RUN])], [runWith(SMALL, [RUN], { baseline })]].map((runs) =>
      told(SMALL.settings, CONTROLNET, situationWith(runs, { leftMiB: WEIGHTS_MIB })),
    );
    const before = told(SMALL.settings, CONTROLNET, situationWith([runWith(SMALL, [RUN])]));
    expect(first?.required).toEqual(before.required);
    expect(second?.required).toEqual(before.required);
  });

  test('count as weights once they are: what the add-on adds is less by them', () => {
    const runs = [runWith(SMALL, [RUN])];
    const key = { ...environment, traits: { ...environment.traits, staticMiB: STATIC_MIB + WEIGHTS_MIB } };
    const calibration = createCalibrator(historiesOf(() => runs)).orSimilar('key', key);
    const [before, after] = [situationWith(runs), situationWith(runs, { calibration })].map((one) =>
      told(SMALL.settings, CONTROLNET, one),
    );
    expect(after?.required.valueMiB).toBeCloseTo(before?.required.valueMiB ?? NaN, -2);
  });
});

describe('settings that ran out of memory with the add-on', () => {
  const roomMiB = SMALL.activeMiB - host.contextMiB + addedMiB(SMALL.settings);
  const usableMiB = roomMiB + OTHER_MIB;
  const failed = runWith(SMALL, [RUN], { outcome: 'oom', totalMiB: usableMiB, usableMiB });
  const figures = { ...situationWith([]).figures, totalMiB: usableMiB, usableMiB };
  const now = (runs: readonly Run[]) => situationWith(runs, { figures });

  test('will not fit, nor will larger ones, though they do without', () => {
    expect(told(SMALL.settings, CONTROLNET, now([failed])).verdict).toBe('will-not-fit');
    expect(told(LARGE.settings, CONTROLNET, now([failed])).verdict).toBe('will-not-fit');
    expect(told(SMALL.settings, null, now([failed])).verdict).toBe('fits');
  });

  test('may again once they have run', () => {
    const ran = runWith(SMALL, [RUN], { totalMiB: usableMiB, usableMiB });
    expect(told(SMALL.settings, CONTROLNET, now([failed, ran])).verdict).not.toBe('will-not-fit');
  });
});

describe.each<[string, Partial<Run>]>([
  ['ran out of memory', { outcome: 'oom' }],
  ['was disturbed', { marks: ['extras', 'disturbed'] }],
  ['gave back its cache', { torch: { activePeakMiB: 4000, reservedPeakMiB: 5000, allocRetries: 1, ooms: 0 } }],
  ['counted nothing', { torch: null, devicePeakMiB: null }],
  ['was batched otherwise', { condUncondBatched: false }],
])('a run with add-ons that %s', (_name, changes) => {
  test('tells nothing of what they take', () => {
    const { notes } = told(SMALL.settings, CONTROLNET, situationWith([runWith(SMALL, [RUN], changes)]));
    expect(notesInWords(notes)).toContain('ControlNet is not counted yet');
  });
});
