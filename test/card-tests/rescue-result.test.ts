import { describe, expect, test } from '@jest/globals';
import { rescueOf, rescueResult, rescueTable } from '../card/rescue-result.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';

const SETTINGS: GenerationSettings = { operation: 'txt2img', width: 640, height: 512, batchSize: 2, hires: null };
const SIZE = { width: 640, height: 512 };
const PLAIN = 'a lighthouse\nSteps: 2, Size: 640x512, Version: v1.10.1';
const NOTED = 'a lighthouse\nSteps: 2, Headroom rescue: decoded in tiles of 256 px, Version: v1.10.1';

const RAN_OUT = { settings: SETTINGS, deviceMiB: 4096, ranOut: true };

const outcomeOf = (ranOut: boolean, sizes: readonly (typeof SIZE)[], parameters: readonly string[]): string =>
  rescueOf({ ...RAN_OUT, ranOut }, { sizes, parameters }, null).outcome;

describe('a decode that ran out of memory', () => {
  test('is rescued where every picture is there, whole, and says so', () => {
    expect(rescueOf(RAN_OUT, { sizes: [SIZE, SIZE], parameters: [NOTED, NOTED] }, null)).toMatchObject({
      outcome: 'rescued',
      how: 'decoded in tiles of 256 px',
    });
  });

  test('is lost where no picture came, or one of the batch is missing or of another size', () => {
    expect(rescueOf(RAN_OUT, null, 'decode').outcome).toBe('lost');
    expect(outcomeOf(true, [SIZE], [NOTED])).toBe('lost');
    expect(outcomeOf(true, [SIZE, { width: 512, height: 512 }], [NOTED, NOTED])).toBe('lost');
  });

  test('is changed in silence where one picture does not say so', () => {
    expect(outcomeOf(true, [SIZE, SIZE], [NOTED, PLAIN])).toBe('silent');
  });
});

test('a decode that was rescued before memory ran out in the second pass is not counted', () => {
  const later = rescueOf(RAN_OUT, null, 'elsewhere');
  expect(later.outcome).toBe('later');
  expect(rescueResult([later], 1).goals.map(({ seen }) => seen)).toEqual([0, null, 0]);
});

test('a decode that fits is untouched, and changed where a picture speaks of a rescue', () => {
  expect(outcomeOf(false, [SIZE, SIZE], [PLAIN, PLAIN])).toBe('untouched');
  expect(outcomeOf(false, [SIZE, SIZE], [PLAIN, NOTED])).toBe('changed');
});

test('with hires fix the picture has the size of the second pass', () => {
  const hires = { width: 1280, height: 1024, uncroppedWidth: 1280, uncroppedHeight: 1024, upscaler: 'Latent' };
  const settings: GenerationSettings = { ...SETTINGS, operation: 'hires_latent', batchSize: 1, hires };
  const pictures = { sizes: [{ width: 1280, height: 1024 }], parameters: [NOTED] };
  expect(rescueOf({ ...RAN_OUT, settings }, pictures, null).outcome).toBe('rescued');
});

describe('the goals', () => {
  const of = (ranOut: boolean, text: string) =>
    rescueOf({ ...RAN_OUT, ranOut }, { sizes: [SIZE, SIZE], parameters: [text, text] }, null);
  const held = (cases: readonly ReturnType<typeof of>[], asked: number): readonly boolean[] =>
    rescueResult(cases, asked).goals.map((goal) => goal.holds);

  test('hold where as many decodes ran out as were asked for, and all were rescued', () => {
    expect(held([of(true, NOTED), of(false, PLAIN)], 1)).toEqual([true, true, true]);
  });

  test('are missed by too few, by a loss, and by a silent change', () => {
    expect(held([], 1)).toEqual([false, false, true]);
    expect(held([rescueOf(RAN_OUT, null, 'decode')], 1)).toEqual([true, false, true]);
    expect(held([of(true, NOTED), of(false, NOTED)], 1)).toEqual([true, true, false]);
  });

  test('stand below what was done, and what was not rescued', () => {
    const lost = rescueOf({ ...RAN_OUT, deviceMiB: 3000 }, null, 'decode');
    expect(rescueTable(rescueResult([of(true, NOTED), lost], 2)).split('\n')).toEqual([
      '   1 decoded in tiles of 256 px',
      'lost: txt2img 640x512 batch 2 on 3000 MiB',
      '0 that fit, made with Rescue on, say nothing of it',
      '',
      'ok  decodes that ran out of memory: 2 (goal 2)',
      'MISSED  of these rescued: 0.5 (goal 0.95)',
      'ok  silent changes: 0 (goal 0)',
    ]);
  });
});
