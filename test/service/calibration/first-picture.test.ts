import { describe, expect, test } from '@jest/globals';
import { toLoadOf } from '../../../service/calibration/first-picture.ts';

const seen = (...all: (number | null)[]) => all.map((loadedMiB) => ({ loadedMiB }));

describe('what CUDA has still to load', () => {
  test('is nothing where the process has made a picture', () => {
    expect(toLoadOf('all', seen(144))).toBeNull();
  });

  test('is what is published where no process of the set-up was seen to load it', () => {
    expect(toLoadOf('nothing', seen(null, null))).toMatchObject({ lowMiB: 0, highMiB: 400, processes: 0 });
  });

  test('is what the latest processes loaded, and a quarter less or more', () => {
    expect(toLoadOf('nothing', seen(144, null, 160))).toEqual({
      lowMiB: 108,
      valueMiB: 154,
      highMiB: 200,
      processes: 2,
    });
    const { lowMiB, highMiB } = toLoadOf('nothing', seen(600, 100, 100, 100, 100, 100)) ?? {};
    expect([lowMiB, highMiB]).toEqual([75, 125]);
  });

  test('may be nothing more after a generation that failed', () => {
    expect(toLoadOf('some', seen(144))).toMatchObject({ lowMiB: 0, valueMiB: 0, highMiB: 180 });
  });
});
