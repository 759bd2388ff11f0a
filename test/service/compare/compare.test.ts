import { describe, expect, test } from '@jest/globals';
import { compare, type Comparison } from '../../../service/compare/compare.ts';
import { sideOfRecording } from '../../../service/compare/recorded.ts';
import { sideOfRun, type Facts, type Side } from '../../../service/compare/side.ts';
import type { Run } from '../../../service/recorder/run.ts';
import type { Line } from '../../../service/recording/format.ts';
import { comparisonInWords } from '../../../service/words/terminal.ts';
import { exampleRun } from '../recorder/examples.ts';
import { end, recording, sample, torchLine } from '../recording/examples.ts';

const TORCH = [
  torchLine(500, { allocatedMiB: 2000, restMs: 900 }),
  torchLine(1500, { allocatedMiB: 2100, activePeakMiB: 3000, reservedPeakMiB: 3300 }),
];
const TOLD = {
  type: 'programs' as const,
  afterMs: 1000,
  device: 0,
  programMiB: 2650,
  others: [{ name: 'Xorg', usedMiB: 200 }],
};
/** While the counters rest, with 2200 reserved. */
const AT_REST = [sample(1000, 3150), TOLD];

/** A script: weights 2000, activations 1000, cache 300, context 450, others 500. */
function script(...more: readonly Line[]): Side {
  return sideOfRecording('a.ndjson', recording([...TORCH, ...AT_REST, sample(1500, 4250), ...more, end()]));
}

/** The WebUI: the same, but for what is given. */
function webui(changes: Partial<Run> = {}, facts: Partial<Facts> = {}): Side {
  const run = exampleRun({
    baseline: { deviceUsedMiB: 3000, otherMiB: 950, torch: { allocatedMiB: 2000, reservedMiB: 2200 } },
    torch: { activePeakMiB: 3000, reservedPeakMiB: 3300, allocRetries: 0, ooms: 0 },
    devicePeakMiB: 4250,
    phases: [],
    ...changes,
  });
  const side = sideOfRun('last', run, null);
  return { ...side, facts: { ...side.facts, ...facts } };
}

function torchOf(activePeakMiB: number, reservedPeakMiB: number, allocRetries = 0): Pick<Run, 'torch'> {
  return { torch: { activePeakMiB, reservedPeakMiB, allocRetries, ooms: 0 } };
}

function withWeights(allocatedMiB: number, moreMiB: number): Partial<Run> {
  const baseline = { deviceUsedMiB: 3000, otherMiB: 950, torch: { allocatedMiB, reservedMiB: allocatedMiB } };
  return { baseline, ...torchOf(3000 + moreMiB, 3300 + moreMiB), devicePeakMiB: 4250 + moreMiB };
}

function differences({ rows }: Comparison): Record<string, number | null> {
  return Object.fromEntries(rows.map(({ row, differenceMiB }) => [row, differenceMiB]));
}

function found({ causes, notExplained }: Comparison) {
  return [
    causes.map(({ code, more, differenceMiB }) => [code, more, differenceMiB]),
    notExplained.map(({ row, differenceMiB }) => [row, differenceMiB]),
  ];
}

describe('a recording beside a run of the WebUI', () => {
  test('is taken apart into the same rows; what a run keeps as one stays one', () => {
    const comparison = compare(webui(), script());
    expect(comparison.rows.map(({ row, aMiB, bMiB }) => [row, aMiB, bMiB])).toEqual([
      ['device', 4250, 4250],
      ['weights', 2000, 2000],
      ['activations', 1000, 1000],
      ['cache', 300, 300],
      ['outside', 950, 950],
      ['ram', null, 1000],
    ]);
    expect(found(comparison)).toEqual([[], []]);
    expect(comparisonInWords(comparison).at(-1)).toBe('Nothing differs by 16 MiB or more.');
  });

  test.each<[string, Side, unknown[], unknown[]]>([
    ['the cache that one kept', webui({ ...torchOf(3000, 4100), devicePeakMiB: 5050 }), [['cache-kept', 'a', 800]], []],
    [
      'a card so full that PyTorch gave its cache back',
      webui(torchOf(3000, 3100, 2)),
      [['cache-given-back', 'b', 200]],
      [],
    ],
    [
      'checkpoints kept in memory',
      webui(withWeights(4000, 2000), { checkpointsKept: 2 }),
      [['checkpoints-kept', 'a', null]],
      [],
    ],
    ['weights of which nothing is known', webui(withWeights(4000, 2000)), [], [['weights', 2000]]],
    ['a limit of one checkpoint', webui(withWeights(4000, 2000), { checkpointsKept: 1 }), [], [['weights', 2000]]],
    [
      'a preview in full',
      webui(torchOf(3700, 4000), { livePreviewFull: true }),
      [['live-preview-full', 'a', null]],
      [],
    ],
    [
      'a preview in full, whose sampling is far from a decode',
      webui(torchOf(3700, 4000), { livePreviewFull: true, phasesMiB: { sampling: 2500, decode: 3700 } }),
      [],
      [['activations', 700]],
    ],
    [
      'a preview in full of the one that needs less',
      webui(torchOf(2500, 2800), { livePreviewFull: true }),
      [],
      [['activations', -500]],
    ],
    ['extras', webui({ ...torchOf(3700, 4000), extras: ['ControlNet'] }), [['extras', 'a', null]], []],
    ['activations of which nothing is known', webui(torchOf(3700, 4000)), [], [['activations', 700]]],
    [
      'a precision that only one of them tells',
      webui(torchOf(3700, 4000), { vaePrecision: 'float32' }),
      [],
      [['activations', 700]],
    ],
    ['less than the allocator’s grain', webui(torchOf(3010, 3318)), [], []],
  ])('%s: only what figures or facts bear out is a cause', (_what, a, causes, notExplained) => {
    expect(found(compare(a, script()))).toEqual([causes, notExplained]);
  });

  test('other programs that are more than all that is not torch’s in the other are named', () => {
    const game = { ...TOLD, others: [{ name: 'game.exe', usedMiB: 1700 }] };
    const lines = [...TORCH, sample(1000, 4650), game, sample(1500, 5750, { programMiB: [3750] }), end()];
    const busy = sideOfRecording('busy.ndjson', recording(lines));
    const comparison = compare(busy, webui());
    expect(differences(comparison)).toMatchObject({ outside: 1500 });
    expect(comparison.causes).toEqual([
      { row: 'outside', more: 'a', differenceMiB: 1050, code: 'other-program', programs: ['game.exe'] },
    ]);
    // The rest may be the context or others: a run of the WebUI does not tell.
    expect(found(comparison)[1]).toEqual([['outside', 450]]);
  });

  test('without torch’s counters the devices are compared, and the difference is not explained', () => {
    const plain = sideOfRecording('plain.ndjson', recording([sample(0, 500), sample(900, 3000), end()]));
    const comparison = compare(webui(), plain);
    expect(differences(comparison)).toMatchObject({ device: 1250, program: null, ram: null });
    expect(found(comparison)).toEqual([[], [['device', 1250]]]);
  });
});

describe('two recordings', () => {
  test('tell context and others apart, and name what differs in each', () => {
    const game = { ...TOLD, programMiB: 2850, others: [{ name: 'game.exe', usedMiB: 900 }] };
    const lines = [...TORCH, sample(1000, 4350), game, sample(1500, 5450, { programMiB: [3950] }), end()];
    const busy = sideOfRecording('b.ndjson', recording(lines));
    const comparison = compare(script(), busy);
    expect(differences(comparison)).toMatchObject({ context: -200, others: -1000 });
    expect(comparison.causes).toEqual([
      { row: 'context', more: 'b', differenceMiB: 200, code: 'context' },
      { row: 'others', more: 'b', differenceMiB: 1000, code: 'other-program', programs: ['game.exe'] },
    ]);
    expect(comparison.notExplained).toEqual([]);
  });

  test('whose peak fell between two samples have it all the same: what is not torch’s is known from a rest', () => {
    const missed = sideOfRecording('m.ndjson', recording([...TORCH, ...AT_REST, sample(1900, 3300), end()]));
    expect(missed.figures).toMatchObject({ deviceMiB: 4250, outsideMiB: 950, contextMiB: 450, othersMiB: 500 });
  });

  test('whose torch never rested while the device was read cannot tell what is not torch’s', () => {
    const moved = sideOfRecording(
      'm.ndjson',
      recording([...TORCH, { ...TOLD, afterMs: 1420 }, sample(1500, 4250), end()]),
    );
    expect(moved.figures).toMatchObject({ contextMiB: null, outsideMiB: null, deviceMiB: 4250 });
  });

  test('of which one never rested are compared by their active peaks', () => {
    const restless = sideOfRecording(
      'r.ndjson',
      recording([torchLine(100, { activePeakMiB: 3600, reservedPeakMiB: 3900 }), sample(1, 4850), end()]),
    );
    expect(differences(compare(restless, script()))).toMatchObject({ tensors: 600, cache: 0 });
  });

  test('without a device are compared by their RAM, which nothing explains', () => {
    const ofRam = (residentMiB: number): Side =>
      sideOfRecording(
        'ram.ndjson',
        recording([sample(0, null, { usedMiB: [], programMiB: [], residentMiB }), end()], { devices: [] }),
      );
    expect(found(compare(ofRam(5000), ofRam(3000)))).toEqual([[], [['ram', 2000]]]);
  });
});

describe('two runs of the WebUI', () => {
  test.each<[string, Partial<Facts>, Partial<Facts>, string]>([
    ['batches of cond and uncond', { condUncondBatched: true }, { condUncondBatched: false }, 'cond-uncond-batched'],
    ['precisions of the VAE', { vaePrecision: 'float32' }, { vaePrecision: 'float16' }, 'vae-precision'],
    ['attention optimisations', { attention: 'Doggettx' }, { attention: 'sdp' }, 'attention'],
  ])('of which the %s differ say so', (_what, a, b, code) => {
    expect(found(compare(webui(torchOf(3700, 4000), a), webui({}, b)))).toEqual([[[code, 'a', null]], []]);
  });

  test('of other settings say so', () => {
    const settings = { operation: 'txt2img' as const, width: 1024, height: 1024, batchSize: 1, hires: null };
    expect(found(compare(webui({ ...torchOf(3700, 4000), settings }), webui()))).toEqual([
      [['settings', 'a', null]],
      [],
    ]);
  });

  test('of which the weights have another precision, or another place, say so', () => {
    const halves = compare(
      webui(withWeights(4000, 2000), { weightsPrecision: 'float32', vramMode: 'none' }),
      webui({}, { weightsPrecision: 'float16', vramMode: 'medvram' }),
    );
    expect(found(halves)).toEqual([
      [
        ['weights-precision', 'a', null],
        ['vram-mode', 'a', null],
      ],
      [],
    ]);
  });

  test('on the CPU are compared by RAM', () => {
    const run = exampleRun({
      torch: null,
      ownPeakMiB: 6000,
      baseline: { deviceUsedMiB: 9000, otherMiB: 5000, torch: null },
    });
    const environment = { device: { backend: 'cpu' as const, name: 'cpu' }, key: {}, torchVersion: '2.1.2' };
    const side = sideOfRun('last', run, environment as unknown as Parameters<typeof sideOfRun>[2]);
    expect(compare(side, side).rows).toEqual([{ row: 'ram', aMiB: 6000, bMiB: 6000, differenceMiB: 0 }]);
  });
});

test('in words each cause says who needs more, of what and why', () => {
  const words = comparisonInWords(
    compare(webui({ ...torchOf(3700, 4800), devicePeakMiB: 5750 }, { livePreviewFull: true }), script()),
  );
  expect(words.join('\n')).toContain('activations                1700       1000       +700');
  expect(words).toContainEqual(expect.stringMatching(/^A needs more \(activations\): its live preview is "Full"/));
  expect(words).toContainEqual(
    expect.stringMatching(/^A needs more \(PyTorch's cache\): 800 MiB: memory that it had freed/),
  );
});
