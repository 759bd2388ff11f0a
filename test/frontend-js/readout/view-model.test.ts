import { describe, expect, test } from '@jest/globals';
import { readoutModel } from '../../../frontend-js/readout/view-model.ts';
import type { ReadoutInput } from '../../../frontend-js/readout/view-model.ts';
import type { EstimateResult } from '../../../service/protocol/estimate.ts';
import { estimatedAs } from '../../service/words/verdict-cases.ts';
import { INPUT, RAN_OUT } from './examples.ts';

const estimated = estimatedAs('fits', { marginMiB: 2692 });
const input: ReadoutInput = { ...INPUT, result: estimated };

function status(name: Exclude<EstimateResult['status'], 'estimated'>): EstimateResult {
  return { status: name, why: { code: 'no-idle-reading' }, totalMiB: 8192, webuiMiB: 2048, othersMiB: null };
}

const LEAK = {
  growing: 'torch',
  perRunMiB: 34,
  grownMiB: 340,
  runs: 10,
  sinceMs: 0,
  suspect: null,
  allocator: null,
} as const;

describe('a readout', () => {
  test('says first what is needed of what programs can have, then what is left', () => {
    expect(readoutModel({ ...input, result: { ...estimated, usableMiB: 7978 } })).toMatchObject({
      verdict: 'Fits',
      figures: 'Needs 5.1 of 7.8 GiB',
      told: '2.6 GiB to spare.',
      edge: 'card 7.8 GiB',
    });
  });

  test('says between what and what is left where it is tight, and which size is safe', () => {
    const required = { valueMiB: 8000, lowMiB: 7834, highMiB: 8300 };
    const tight = { ...estimated, verdict: 'tight' as const, required, notes: [{ code: 'edge-inside' as const }] };
    const largest = { width: 1792, height: 1792, hires: null };
    const told = (result: EstimateResult) => readoutModel({ ...input, result }).told;
    expect(told({ ...tight, largest })).toBe('108 MiB short to 358 MiB spare; 1792x1792 is safe.');
    expect(told({ ...tight, largest: { width: 512, height: 768, hires: { width: 1024, height: 1536 } } })).toBe(
      '108 MiB short to 358 MiB spare; 512x768 to 1024x1536 is safe.',
    );
  });

  test('shows no peak below what is required: it would fail before it had that much', () => {
    const required = { valueMiB: 23_000, lowMiB: 22_800, highMiB: 23_200 };
    const tooLarge: ReadoutInput = { ...input, result: { ...estimated, verdict: 'will-not-fit', required } };
    const { figures, announcement, details } = readoutModel(tooLarge);
    expect(figures).toBe('Needs 22.5 of 8.0 GiB');
    expect(announcement).not.toContain('peak');
    expect(details.map(([name]) => name)).not.toContain('Peak');
  });

  test('offers to measure the card where nothing was measured, and the WebUI can be asked for runs', () => {
    const unmeasured: ReadoutInput = { ...input, result: { ...estimated, basis: 'unmeasured' } };
    expect(readoutModel(unmeasured).action).toBe('probe');
    expect(readoutModel({ ...unmeasured, canProbe: false }).action).toBeNull();
    expect(readoutModel(input).action).toBeNull();
    expect(readoutModel({ ...input, result: status('measuring') }).action).toBeNull();
  });

  test('says beside the button that nothing was measured', () => {
    const notes = [{ code: 'finding' as const, finding: { code: 'unmeasured' as const, runs: 0 } }];
    const { told, action } = readoutModel({ ...input, result: { ...estimated, basis: 'unmeasured', notes } });
    expect([told, action]).toEqual(['2.6 GiB to spare. Worked out, not yet measured on this card.', 'probe']);
  });

  test('takes its colour from a leak too, and says by how much it grows', () => {
    const model = readoutModel({ ...input, leak: LEAK });
    expect(model).toMatchObject({ state: 'leak', tone: 'close', icon: 'warning', verdict: 'Fits for now' });
    expect(model.told).toBe('2.6 GiB to spare; memory in use grows by 34 MiB a run.');
    expect(model.details).toContainEqual(['Leak', expect.stringContaining('340 MiB in 10 runs')]);
  });

  test('says that a checkpoint loads, not that nothing was measured', () => {
    const why = { code: 'finding', finding: { code: 'no-checkpoint' }, unsliceable: [] } as const;
    const model = readoutModel({ ...input, result: { ...status('not-calibrated'), why } as EstimateResult });
    expect(model).toMatchObject({ state: 'loading', icon: 'wait', verdict: 'Loading', action: null });
  });

  test('offers an option of the WebUI where that is why nothing is known', () => {
    const why = { code: 'finding', finding: { code: 'not-fitted', reason: 'no-runs' }, unsliceable: [] } as const;
    const applied = { kind: 'option', name: 'show_progress_type', value: 'Approx NN' } as const;
    const step = { change: { code: 'light-preview' }, applied, picture: 'same', restart: false } as const;
    const figures = { valueMiB: 3000, lowMiB: 2900, highMiB: 3100 };
    const price = { savesMiB: null, seconds: null, picture: 'same', restart: false, verdict: 'fits' } as const;
    const remedies = [{ steps: [step], required: figures, ...price }];
    const advice = {
      about: 'remedies',
      verdict: null,
      required: null,
      usableMiB: 8000,
      remedies,
      unknown: [],
    } as const;
    const result = { ...status('not-calibrated'), why } as EstimateResult;
    const model = readoutModel({ ...input, result, advice: { ...advice, remedies: [...remedies], unknown: [] } });
    expect([model.offers.map(({ words }) => words), model.action]).toEqual([['Lighter live preview'], 'benchmark']);
  });

  test('says that the last generation of these settings ran out of memory, and why, and of no others', () => {
    const model = readoutModel({ ...input, ranOut: RAN_OUT });
    expect(model).toMatchObject({
      told: expect.stringMatching(/^It ran out of memory: at least 3.0 GiB short\. 2.6 GiB to spare\.$/),
    });
    expect([model.explains, model.announcement.includes('at least 3.0 GiB short')]).toEqual([true, true]);
    const others = readoutModel({ ...input, ranOut: { ...RAN_OUT, settings: { ...RAN_OUT.settings, batchSize: 2 } } });
    expect([others.explains, others.told]).toEqual([false, '2.6 GiB to spare.']);
  });

  test('offers the rescue where the decode of these settings ran out, and for no others', () => {
    const lost: ReadoutInput = { ...input, ranOut: RAN_OUT, offersRescue: true };
    const offered = (of: ReadoutInput) => readoutModel(of).offers.map(({ words }) => words);
    expect(offered(lost)).toEqual(['Rescue such pictures']);
    expect(readoutModel(lost).offers[0]?.deeds).toEqual([{ kind: 'option', name: 'headroom_rescue', value: true }]);
    expect(offered({ ...lost, result: status('measuring') })).toEqual(['Rescue such pictures']);
    expect(offered({ ...lost, offersRescue: false })).toEqual([]);
    const others = { ...RAN_OUT, settings: { ...RAN_OUT.settings, batchSize: 2 } };
    expect(offered({ ...lost, ranOut: others })).toEqual([]);
  });

  test('puts off measuring while there is an error to explain and something to undo', () => {
    const result = { ...estimated, basis: 'unmeasured' } as const;
    const lost: ReadoutInput = { ...input, result, ranOut: RAN_OUT };
    expect([readoutModel(lost).action, readoutModel({ ...lost, canUndo: true }).action]).toEqual(['probe', null]);
  });

  test('says first what makes an estimate uncertain, and names no size of hires fix beside it', () => {
    const hires = { width: 1024, height: 1024 };
    const largest = { width: 512, height: 512, hires };
    const drift = { meanMiB: 921, sinceMs: 0, ranOut: false, similar: null };
    const result = { ...estimated, verdict: 'tight', largest, drift } as const;
    const { told } = readoutModel({ ...input, result, leak: LEAK });
    expect(told).toMatch(/; lately 921 MiB more than estimated\.$/);
    expect(told).not.toMatch(/512|grows/);
  });

  test('says so too where nothing is known of these settings', () => {
    const model = readoutModel({ ...input, result: status('measuring'), ranOut: RAN_OUT });
    expect([model.explains, model.told]).toEqual([true, 'It ran out of memory: at least 3.0 GiB short.']);
  });

  test('says how an offer that was taken goes, in the place of all else', () => {
    const model = readoutModel({ ...input, said: 'The WebUI sets the option.' });
    expect([model.told, model.announcement]).toEqual(Array(2).fill('The WebUI sets the option.'));
  });

  test('has an own word and an own shape for each verdict', () => {
    const models = (['fits', 'tight', 'will-not-fit'] as const).map((verdict) =>
      readoutModel({ ...input, result: { ...estimated, verdict } }),
    );
    expect(new Set(models.map((model) => model.verdict)).size).toBe(3);
    expect(new Set(models.map((model) => model.icon)).size).toBe(3);
  });

  test('is a warning in colour, shape and words where lately images took more than was estimated, though they fit', () => {
    const drift = { meanMiB: 921, sinceMs: Date.UTC(2026, 10, 21, 8, 1), ranOut: false, similar: null };
    const model = readoutModel({ ...input, result: { ...estimated, drift } });
    expect(model).toMatchObject({
      state: 'drift',
      tone: 'close',
      icon: 'warning',
      verdict: 'Probably fits',
      told: '2.6 GiB to spare; lately 921 MiB more than estimated.',
      action: 'benchmark',
    });
    expect(model.details).toEqual(
      expect.arrayContaining([
        ['Margin', '2.6 GiB to spare'],
        ['Drift', '+921 MiB against the estimates since 2026-11-21 08:01 UTC: run the benchmark again.'],
      ]),
    );
    expect(model.announcement).toContain('lately 921 MiB more than estimated');
    expect(readoutModel({ ...input, result: { ...estimated, drift: { ...drift, meanMiB: -300 } } }).told).toContain(
      'lately 300 MiB less',
    );
  });

  test('that will not fit stays red in a drift, and names the largest size first', () => {
    const result = {
      ...estimated,
      verdict: 'will-not-fit' as const,
      largest: { width: 896, height: 640, hires: null },
      drift: { meanMiB: 921, sinceMs: 0, ranOut: false, similar: null },
    };
    expect(readoutModel({ ...input, result })).toMatchObject({
      state: 'will-not-fit',
      tone: 'bad',
      told: expect.stringMatching(/896x640 fits; lately 921 MiB more/),
    });
  });

  test('names the largest size that fits where the chosen one does not', () => {
    const result = {
      ...estimated,
      verdict: 'will-not-fit' as const,
      marginMiB: -900,
      largest: { width: 896, height: 640, hires: null },
    };
    const model = readoutModel({ ...input, result });
    expect(model.told).toBe('900 MiB short; 896x640 fits.');
    expect(model.announcement).toContain('896x640 fits');
  });

  test('says so where no size fits', () => {
    expect(readoutModel({ ...input, result: { ...estimated, verdict: 'will-not-fit' } }).told).toContain(
      'no size of this shape',
    );
  });

  test('tells what programs can have of the card where that is less than all of it: margins are counted from there', () => {
    expect(readoutModel(input).details).toContainEqual(['VRAM in all', '8.0 GiB']);
    expect(readoutModel({ ...input, result: { ...estimated, usableMiB: 7978 } }).details).toContainEqual([
      'VRAM in all',
      '8.0 GiB (7.8 GiB for programs)',
    ]);
  });

  test('gives the intervals in its details', () => {
    expect(readoutModel(input).details).toEqual(
      expect.arrayContaining([
        ['Required', '5.1 GiB (4.9 to 5.4 GiB)'],
        ['This picture', '2.6 GiB', 'required'],
        ['The WebUI before it begins', '2.0 GiB', 'webui'],
        ['Others', '512 MiB', 'others'],
        ['Peak', '6.0 GiB (5.8 to 6.3 GiB)', 'peak'],
      ]),
    );
  });

  test('says RAM where the WebUI computes on the CPU', () => {
    const model = readoutModel({ ...input, label: 'RAM' });
    expect(model.figures).toMatch(/ RAM$/);
    expect(JSON.stringify(model)).not.toContain('VRAM');
  });

  test('says simulated where the name of the device does', () => {
    expect(readoutModel({ ...input, deviceName: 'NVIDIA Simulated 8GB' }).badge).toBe('simulated');
    expect(readoutModel(input).badge).toBe('');
  });

  test('says the gravest note in a few words, and all of them whole among the details', () => {
    const notes = [{ code: 'beyond' as const }, { code: 'driver-may-spill' as const, likely: true }];
    const model = readoutModel({ ...input, result: { ...estimated, basis: 'beyond', notes } });
    expect(model.told).toBe('2.6 GiB to spare. It may be many times slower.');
    expect(model.details).toContainEqual(['Note', expect.stringMatching(/^Beyond the sizes measured.*system RAM/)]);
  });

  test('says of a size that makes no sense what is wrong with it, and shows no figure of before', () => {
    const reading = { ok: false as const, reason: 'no-sense' as const, field: 'width' as const, value: -512 };
    expect(readoutModel({ ...input, reading })).toMatchObject({
      state: 'bad-settings',
      told: 'Width -512 makes no sense: nothing can be estimated for it.',
      figures: '',
    });
  });

  test.each(['not-calibrated', 'measuring', 'adapts', 'unsupported', 'bad-settings', 'no-memory-source'] as const)(
    'passes on the words of %s',
    (name) => {
      const model = readoutModel({ ...input, result: status(name) });
      expect(model).toMatchObject({ state: name, told: expect.stringContaining('Waiting for a reading') });
    },
  );

  test('offers the benchmark where nothing is calibrated, or the way to it where it cannot be asked for', () => {
    const result = status('not-calibrated');
    expect(readoutModel({ ...input, result }).action).toBe('benchmark');
    expect(readoutModel({ ...input, result, canProbe: false }).action).toBe('tab');
  });

  test('shows no figure while the WebUI does not answer', () => {
    expect(readoutModel({ ...input, connection: 'gone' })).toMatchObject({ state: 'gone', figures: '', bar: null });
    expect(readoutModel({ ...input, connection: 'logged-out' })).toMatchObject({
      state: 'logged-out',
      told: expect.stringContaining('log in'),
    });
    expect(readoutModel({ ...input, connection: 'refused' })).toMatchObject({
      state: 'refused',
      told: expect.stringContaining('console says why'),
    });
  });

  test('shows the message of a stopped sidecar', () => {
    const sidecar = {
      type: 'sidecar' as const,
      state: 'stopped' as const,
      message: 'It died three times.',
      canRestart: true,
    };
    expect(readoutModel({ ...input, sidecar })).toMatchObject({
      state: 'stopped',
      told: 'It died three times.',
      action: 'tab',
    });
  });

  test('asks for an image under Resize by', () => {
    expect(readoutModel({ ...input, reading: { ok: false, reason: 'no-image' } }).state).toBe('no-image');
  });
});
