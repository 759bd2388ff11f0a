import { describe, expect, test } from '@jest/globals';
import { segmentsOf } from '../../../frontend-js/tab/now/segments.ts';
import type { Holders } from '../../../service/protocol/holders.ts';

const PARTS = { weights: null, otherCheckpoints: null, leftBehindMiB: 0, restMiB: 2000, cacheMiB: 0, contextMiB: null };
const holders = (changes: Partial<Holders>): Holders => ({
  by: 'driver',
  usedMiB: 2000,
  usableMiB: 8000,
  webui: PARTS,
  programs: [],
  untoldMiB: 0,
  ...changes,
});
const told = (changes: Partial<Holders>) =>
  segmentsOf(holders(changes)).map(({ holder, name, usedMiB }) => `${holder}: ${name} ${usedMiB}`);

describe('who has what of the device', () => {
  test('is programs by their names, then the WebUI by its parts; what is next to nothing is left out', () => {
    const weights = { unetMiB: 1640, textMiB: 235, vaeMiB: 160 };
    expect(
      told({
        usedMiB: 4100,
        webui: { ...PARTS, weights, restMiB: 5, cacheMiB: 800, contextMiB: 400, leftBehindMiB: 300 },
        programs: [
          { pid: 1, name: '/usr/lib/xorg/Xorg', kind: 'desktop', use: 'graphics', usedMiB: 200 },
          { pid: 2, name: 'python', kind: 'webui', use: 'compute', usedMiB: 3000 },
          { pid: 3, name: 'C:\\games\\game.exe', kind: 'game', use: 'graphics', usedMiB: 360 },
        ],
        untoldMiB: 0,
      }),
    ).toEqual([
      'others: Xorg 200',
      'others: game.exe 360',
      'context: CUDA context 400',
      "weights: the checkpoint's weights 2035",
      'left: left by failed generations 300',
      "cache: PyTorch's cache, which it gives back when asked 800",
    ]);
  });

  test('gives to the picture in hand what the device shows and no counter tells yet', () => {
    expect(told({ usedMiB: 5000 })).toEqual(['work: all that PyTorch uses 5000']);
  });

  test('names a program whose share the driver does not tell, and the difference that all of them have', () => {
    const programs = [{ pid: 3, name: 'dwm.exe', kind: 'desktop', use: null, usedMiB: null } as const];
    expect(told({ by: 'difference', usedMiB: 2600, programs, untoldMiB: 600 })).toEqual([
      'others: dwm.exe null',
      'others: all other programs 600',
      'work: all that PyTorch uses 2000',
    ]);
  });

  test('is others alone without a WebUI', () => {
    expect(told({ webui: null, usedMiB: 600, untoldMiB: 600 })).toEqual([
      'others: programs that the driver does not name 600',
    ]);
  });
});
