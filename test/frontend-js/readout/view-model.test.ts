import { describe, expect, test } from '@jest/globals';
import { readoutModel } from '../../../frontend-js/readout/view-model.ts';
import type { ReadoutInput } from '../../../frontend-js/readout/view-model.ts';
import type { EstimateResult } from '../../../service/protocol/estimate.ts';
import { estimatedAs } from '../../service/words/verdict-cases.ts';
import { INPUT } from './examples.ts';

const estimated = estimatedAs('fits', { marginMiB: 2692 });
const input: ReadoutInput = { ...INPUT, result: estimated };

function status(name: Exclude<EstimateResult['status'], 'estimated'>): EstimateResult {
  return { status: name, why: { code: 'no-idle-reading' }, totalMiB: 8192, webuiMiB: 2048, othersMiB: null };
}

describe('a readout', () => {
  test('shows both figures against the total', () => {
    expect(readoutModel(input)).toMatchObject({
      verdict: 'Fits',
      figures: ['required 5.1 GiB /', 'peak 6.0 GiB', 'of 8.0 GiB VRAM'],
      margin: '2.6 GiB to spare',
      hint: 'limited by VAE decode',
    });
  });

  test('shows no peak below what is required: it would fail before it had that much', () => {
    const required = { valueMiB: 23_000, lowMiB: 22_800, highMiB: 23_200 };
    const tooLarge: ReadoutInput = { ...input, result: { ...estimated, verdict: 'will-not-fit', required } };
    const { figures, announcement } = readoutModel(tooLarge);
    expect(figures).toEqual(['required 22.5 GiB', 'of 8.0 GiB VRAM']);
    expect(announcement).not.toContain('peak');
  });

  test('offers to measure the card where nothing was measured, and the WebUI can be asked for runs', () => {
    const unmeasured: ReadoutInput = { ...input, result: { ...estimated, basis: 'unmeasured' } };
    expect(readoutModel(unmeasured).offerProbe).toBe(true);
    expect(readoutModel({ ...unmeasured, canProbe: false }).offerProbe).toBe(false);
    expect(readoutModel(input).offerProbe).toBe(false);
    expect(readoutModel({ ...input, result: status('measuring') }).offerProbe).toBe(false);
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
      margin: 'lately 921 MiB more',
    });
    expect(model.hint).toMatch(/^run the benchmark again/);
    expect(model.details).toEqual(
      expect.arrayContaining([
        ['Margin', '2.6 GiB to spare'],
        ['Drift', '+921 MiB against the estimates since 2026-11-21 08:01 UTC: run the benchmark again.'],
      ]),
    );
    expect(model.announcement).toContain('lately 921 MiB more, run the benchmark again');
    expect(readoutModel({ ...input, result: { ...estimated, drift: { ...drift, meanMiB: -300 } } }).margin).toBe(
      'lately 300 MiB less',
    );
  });

  test('that will not fit stays red in a drift, and names the largest size first', () => {
    const result = {
      ...estimated,
      verdict: 'will-not-fit' as const,
      largest: { width: 896, height: 640 },
      drift: { meanMiB: 921, sinceMs: 0, ranOut: false, similar: null },
    };
    expect(readoutModel({ ...input, result })).toMatchObject({
      state: 'will-not-fit',
      tone: 'bad',
      hint: expect.stringMatching(/^largest that fits: 896x640 · run the benchmark again/),
    });
  });

  test('names the largest size that fits where the chosen one does not', () => {
    const result = {
      ...estimated,
      verdict: 'will-not-fit' as const,
      marginMiB: -900,
      largest: { width: 896, height: 640 },
    };
    const model = readoutModel({ ...input, result });
    expect(model.hint).toContain('largest that fits: 896x640');
    expect(model.margin).toBe('900 MiB short');
    expect(model.announcement).toContain('largest that fits: 896x640');
  });

  test('says so where no size fits', () => {
    expect(readoutModel({ ...input, result: { ...estimated, verdict: 'will-not-fit' } }).hint).toContain(
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
    expect(readoutModel(input).details).toContainEqual(['Required', '5.1 GiB (4.9 GiB to 5.4 GiB)', 'required']);
  });

  test('says RAM where the WebUI computes on the CPU', () => {
    const model = readoutModel({ ...input, label: 'RAM' });
    expect(model.figures.at(-1)).toMatch(/ RAM$/);
    expect(JSON.stringify(model)).not.toContain('VRAM');
  });

  test('says simulated where the name of the device does', () => {
    expect(readoutModel({ ...input, deviceName: 'NVIDIA Simulated 8GB' }).badge).toBe('simulated');
    expect(readoutModel(input).badge).toBe('');
  });

  test('says once that the size is beyond what was measured', () => {
    const { hint } = readoutModel({ ...input, result: { ...estimated, basis: 'beyond', notes: [{ code: 'beyond' }] } });
    expect(hint).toBe('limited by VAE decode · Beyond the sizes measured, so the interval is wider.');
  });

  test('says of a size that makes no sense what is wrong with it, and shows no figure of before', () => {
    const reading = { ok: false as const, reason: 'no-sense' as const, field: 'width' as const, value: -512 };
    expect(readoutModel({ ...input, reading })).toMatchObject({
      state: 'bad-settings',
      hint: 'Width -512 makes no sense: nothing can be estimated for it.',
      figures: [],
    });
  });

  test.each(['not-calibrated', 'measuring', 'adapts', 'unsupported', 'bad-settings', 'no-memory-source'] as const)(
    'passes on the words of %s',
    (name) => {
      const model = readoutModel({ ...input, result: status(name) });
      expect(model).toMatchObject({ state: name, hint: expect.stringContaining('Waiting for a reading'), margin: '' });
    },
  );

  test('offers the benchmark where nothing is calibrated', () => {
    expect(readoutModel({ ...input, result: status('not-calibrated') }).offerTab).toBe(true);
    expect(readoutModel(input).offerTab).toBe(false);
  });

  test('shows no figure while the WebUI does not answer', () => {
    expect(readoutModel({ ...input, connection: 'gone' })).toMatchObject({ state: 'gone', figures: [], bar: null });
    expect(readoutModel({ ...input, connection: 'logged-out' })).toMatchObject({
      state: 'logged-out',
      hint: expect.stringContaining('log in'),
    });
    expect(readoutModel({ ...input, connection: 'refused' })).toMatchObject({
      state: 'refused',
      hint: expect.stringContaining('console says why'),
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
      hint: 'It died three times.',
      offerTab: true,
    });
  });

  test('asks for an image under Resize by', () => {
    expect(readoutModel({ ...input, reading: { ok: false, reason: 'no-image' } }).state).toBe('no-image');
  });
});
