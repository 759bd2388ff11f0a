import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { needOf, parseTable, type TableRow } from '../../../../benchmarks/accuracy/table.ts';
import type { Networks } from '../../../../service/networks/networks.ts';
import { neededMiB } from '../../../../service/model/replay/needed.ts';
import { activePeakMiB, reservedPeakMiB } from '../../../../service/model/replay/peaks.ts';
import { settingsOf } from '../synthetic-host.ts';
import { SD15, SDXL } from '../../networks/examples.ts';

/** Weights are no part of these tables; every 7th row, all operations. */
function rowsOf(name: string): TableRow[] {
  return parseTable(
    readFileSync(new URL(`../../../../benchmarks/data/vram-trace/${name}`, import.meta.url), 'utf8'),
    0,
  ).filter((_, i) => i % 7 === 0);
}

function worstShare(rows: readonly TableRow[], weightsMiB: number, shareOf: (row: TableRow) => number): number {
  return Math.max(...rows.map((row) => Math.abs(shareOf(row)) / (weightsMiB + row.reservedMiB)));
}

describe('replayed networks', () => {
  test.each([
    ['sd15.csv', SD15, 2484],
    ['sdxl.csv', SDXL, 7067],
  ] as const)(
    '%s: active bytes are within 0.3 %% of the traced ones, reserved ones within 2.5 %%, on average within 0.2 %%',
    (name, networks, weightsMiB) => {
      const rows = rowsOf(name);
      expect(
        worstShare(rows, weightsMiB, (row) => activePeakMiB(networks, row.settings, null) - row.activeMiB),
      ).toBeLessThan(0.003);
      expect(
        worstShare(rows, weightsMiB, (row) => reservedPeakMiB(networks, row.settings, null) - row.reservedMiB),
      ).toBeLessThan(0.025);
      const shares = rows.map(
        (row) =>
          Math.abs(reservedPeakMiB(networks, row.settings, null) - row.reservedMiB) / (weightsMiB + row.reservedMiB),
      );
      expect(shares.reduce((a, b) => a + b, 0) / shares.length).toBeLessThan(0.002);
    },
  );

  test.each([
    ['sd15.csv', SD15, 2484],
    ['sdxl.csv', SDXL, 7067],
  ] as const)('%s: what is needed is within 0.5 %% of the traced need on average', (name, networks, weightsMiB) => {
    const shares = rowsOf(name)
      .filter((_, i) => i % 4 === 0)
      .map(
        (row) =>
          Math.abs(neededMiB(networks, row.settings, { pictures: 1, roomMiB: null }).needMiB - needOf(row)) /
          (weightsMiB + needOf(row)),
      );
    expect(shares.reduce((a, b) => a + b, 0) / shares.length).toBeLessThan(0.005);
  });

  test('tensors that fill whole 2 MiB blocks reserve less than those of a smaller picture', () => {
    const smaller = reservedPeakMiB(SD15, settingsOf('img2img', 1024, 704, 5), null);
    expect(reservedPeakMiB(SD15, settingsOf('img2img', 1024, 768, 5), null)).toBeLessThan(smaller);
  });

  test('in txt2img decoding finds the cache of sampling in its way, in img2img it does not', () => {
    const settings = settingsOf('txt2img', 1024, 1024, 4);
    const sampling = reservedPeakMiB(SD15, settings, new Set(['sampling']));
    const both = reservedPeakMiB(SD15, settings, null);
    expect(both).toBeGreaterThan(sampling * 1.2);
    expect(reservedPeakMiB(SD15, { ...settings, operation: 'img2img' }, null)).toBeLessThan(both);
  });

  test('the peak of all phases is that of the largest, though those that cannot win are left out', () => {
    const phases = ['sampling', 'upscale', 'hires_sampling', 'decode'] as const;
    for (const [size, batch] of [
      [256, 1],
      [512, 1],
      [512, 8],
      [768, 4],
    ] as const) {
      const settings = settingsOf('hires_image', size, size, batch);
      expect(reservedPeakMiB(SDXL, settings, null)).toBe(
        Math.max(...phases.map((phase) => reservedPeakMiB(SDXL, settings, new Set([phase])))),
      );
    }
  });

  test('without autocast everything is twice as wide', () => {
    const settings = settingsOf('txt2img', 768, 768, 1);
    const wide: Networks = { ...SD15, precision: 'float', decode: 'float', encode: 'float' };
    expect(activePeakMiB(wide, settings, new Set(['decode']))).toBeCloseTo(
      2 * activePeakMiB(SD15, settings, new Set(['decode'])),
      0,
    );
  });

  test('whole score matrices grow with the square of the area', () => {
    const whole: Networks = { ...SD15, scores: 'whole' };
    const at = (size: number): number =>
      activePeakMiB(whole, settingsOf('txt2img', size, size, 1), new Set(['sampling']));
    expect(at(2048) / at(1024)).toBeGreaterThan(14);
  });
});
