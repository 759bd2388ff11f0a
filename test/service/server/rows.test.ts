import { describe, expect, test } from '@jest/globals';
import { at } from '../../../service/base/at.ts';
import { NOTHING_IMPORTED, type ImportedRuns } from '../../../service/calibration/imported.ts';
import { rowsOf } from '../../../service/server/rows.ts';
import { countsInWords } from '../../../service/words/index.ts';
import { exampleRun } from '../recorder/examples.ts';

describe('a row of the table of runs', () => {
  test('measures a card by what the device showed', () => {
    expect(
      rowsOf([{ run: exampleRun({ devicePeakMiB: 4300 }), imported: false }], NOTHING_IMPORTED)[0]?.devicePeakMiB,
    ).toBe(4300);
  });

  test('measures a card by torch where the top fell between two samples', () => {
    const baseline = { deviceUsedMiB: 3300, otherMiB: 700, torch: { allocatedMiB: 2000, reservedMiB: 2600 } };
    const torch = { activePeakMiB: 4000, reservedPeakMiB: 5000, allocRetries: 0, ooms: 0 };
    expect(
      rowsOf([{ run: exampleRun({ baseline, torch, devicePeakMiB: 3300 }), imported: false }], NOTHING_IMPORTED)[0]
        ?.devicePeakMiB,
    ).toBe(5700);
  });

  test('holds no estimate against a run under a cap: it was of a run without one', () => {
    expect(
      rowsOf([{ run: exampleRun({ estimatedPeakMiB: 5000 }), imported: false }], NOTHING_IMPORTED)[0]?.estimatedPeakMiB,
    ).toBe(5000);
    expect(
      rowsOf([{ run: exampleRun({ estimatedPeakMiB: 5000, capMiB: 4200 }), imported: false }], NOTHING_IMPORTED)[0]
        ?.estimatedPeakMiB,
    ).toBeNull();
  });

  test("measures a process by its own peak: what others did meanwhile is not the run's", () => {
    const baseline = { deviceUsedMiB: 3300, otherMiB: 2300, torch: null };
    expect(
      rowsOf(
        [{ run: exampleRun({ baseline, torch: null, devicePeakMiB: 9000, ownPeakMiB: 1400 }), imported: false }],
        NOTHING_IMPORTED,
      )[0]?.devicePeakMiB,
    ).toBe(3700);
  });

  test('of a run that was cut off says so, and not how long it took', () => {
    const run = exampleRun({ outcome: 'interrupted', marks: ['cut-off'], durationMs: 0 });
    const row = at(rowsOf([{ run, imported: false }], NOTHING_IMPORTED), 0);
    expect([row.durationMs, countsInWords(row)]).toEqual([null, 'the sidecar stopped while this ran: not counted']);
  });

  test('of a run that an import brought says so, and why it is not used', () => {
    const rows = (changes: Partial<ImportedRuns>) =>
      rowsOf(
        ['a', 'b'].map((runId) => ({ run: exampleRun({ runId }), imported: runId === 'b' })),
        { ...NOTHING_IMPORTED, ...changes },
      );
    const of = (changes: Partial<ImportedRuns>) => rows(changes).map(({ imported, marks }) => [imported, marks]);
    expect(of({ used: true })).toEqual([
      [true, []],
      [false, []],
    ]);
    expect(of({ used: false })).toEqual([
      [true, ['own-runs-count']],
      [false, []],
    ]);
    expect(of({ used: true, contradicted: new Set(['b']) })).toEqual([
      [true, ['contradicted']],
      [false, []],
    ]);
  });

  test('is marked with why its set-up is given no estimate, beside what is stored with it', () => {
    const run = exampleRun({ marks: ['extras'] });
    const refused = rowsOf([{ run, imported: false }], NOTHING_IMPORTED, (keyHash) =>
      keyHash === run.keyHash ? 'unsupported' : null,
    );
    expect(refused[0]?.marks).toEqual(['extras', 'unsupported']);
  });

  test("is judged by the WebUI alone: on a machine's RAM what others use is most of both figures", () => {
    const baseline = { deviceUsedMiB: 22_500, otherMiB: 21_500, torch: null };
    const [row] = rowsOf(
      [
        {
          run: exampleRun({
            baseline,
            torch: null,
            devicePeakMiB: 24_100,
            ownPeakMiB: 2_067,
            estimatedPeakMiB: 22_824,
          }),
          imported: false,
        },
      ],
      NOTHING_IMPORTED,
    );
    expect(row).toMatchObject({
      devicePeakMiB: 23_567,
      estimatedPeakMiB: 22_824,
      webuiPeakMiB: 2_067,
      estimatedWebuiPeakMiB: 1_324,
    });
  });

  test("has no share of the WebUI's where it is not known what others had", () => {
    const baseline = { deviceUsedMiB: null, otherMiB: null, torch: null };
    expect(
      rowsOf(
        [{ run: exampleRun({ baseline, torch: null, estimatedPeakMiB: 5_000 }), imported: false }],
        NOTHING_IMPORTED,
      )[0],
    ).toMatchObject({ webuiPeakMiB: null, estimatedWebuiPeakMiB: null });
  });
});
