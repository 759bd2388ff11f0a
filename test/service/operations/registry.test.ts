import { describe, expect, test } from '@jest/globals';
import {
  emptiesCacheAfterSampling,
  flaggedOperation,
  FLAGS,
  isHires,
  kindOf,
  operationOf,
  stageGroups,
} from '../../../service/operations/registry.ts';
import type { Conditioning } from '../../../service/operations/kind.ts';
import { OPERATIONS, type GenerationSettings } from '../../../service/protocol/settings.ts';

const TARGET = { width: 1024, height: 1000, uncroppedWidth: 1024, uncroppedHeight: 1024, upscaler: null };

function settingsOf(operation: GenerationSettings['operation']): GenerationSettings {
  return { operation, width: 512, height: 512, batchSize: 2, hires: isHires(operation) ? TARGET : null };
}

const told = (operation: GenerationSettings['operation'], conditioning: Conditioning = 'prompt') =>
  stageGroups(settingsOf(operation), conditioning).map((stages) =>
    stages.map(({ phase, network, widthPx, heightPx }) => `${phase}: ${network} ${widthPx}x${heightPx}`),
  );

describe('the stages of an operation, by the cache that they share', () => {
  test.each([
    ['txt2img', [['sampling: sampling 512x512', 'decode: decode 512x512']]],
    ['img2img', [['encode: encode 512x512'], ['sampling: sampling 512x512'], ['decode: decode 512x512']]],
    [
      'hires_latent',
      [['sampling: sampling 512x512'], ['hires_sampling: sampling 1024x1000'], ['decode: decode 1024x1000']],
    ],
    [
      'hires_image',
      [
        ['sampling: sampling 512x512'],
        ['upscale: decode 512x512', 'upscale: encode 1024x1024'],
        ['hires_sampling: sampling 1024x1000'],
        ['decode: decode 1024x1000'],
      ],
    ],
  ] as const)('%s', (operation, groups) => {
    expect(told(operation)).toEqual(groups);
  });

  test.each([
    ['txt2img', [['encode: encode_blank 512x512', 'sampling: sampling 512x512', 'decode: decode 512x512']]],
    [
      'img2img',
      [
        ['encode: encode 512x512'],
        ['encode: encode_masked 512x512'],
        ['sampling: sampling 512x512'],
        ['decode: decode 512x512'],
      ],
    ],
    [
      'hires_image',
      [
        ['encode: encode_blank 512x512', 'sampling: sampling 512x512'],
        ['upscale: decode 512x512', 'upscale: encode 1024x1024', 'upscale: encode_masked 1024x1024'],
        ['hires_sampling: sampling 1024x1000'],
        ['decode: decode 1024x1000'],
      ],
    ],
  ] as const)('%s with an inpainting checkpoint', (operation, groups) => {
    expect(told(operation, 'inpainting')).toEqual(groups);
  });

  test('prompts are read once, as the first of the stages that sample begins', () => {
    for (const operation of OPERATIONS) {
      for (const conditioning of kindOf(operation).runsWith) {
        const stages = stageGroups(settingsOf(operation), conditioning).flat();
        const reading = stages.findIndex(({ readsPrompts }) => readsPrompts);
        expect(stages.filter(({ readsPrompts }) => readsPrompts)).toHaveLength(1);
        expect(reading).toBeLessThanOrEqual(stages.findIndex(({ network }) => network === 'sampling'));
      }
    }
  });

  test('all but the hires fix that makes latents larger run with an inpainting checkpoint', () => {
    expect(OPERATIONS.filter((operation) => !kindOf(operation).runsWith.includes('inpainting'))).toEqual([
      'hires_latent',
    ]);
  });

  test('only txt2img keeps between sampling and decoding what sampling reserved', () => {
    const keeping = OPERATIONS.filter((operation) => !emptiesCacheAfterSampling(settingsOf(operation)));
    expect(keeping).toEqual(['txt2img']);
  });

  test('pictures that were encoded stay on the card until what was made of them is decoded', () => {
    const held = stageGroups(settingsOf('hires_image'))
      .flat()
      .map(({ heldPixels }) => heldPixels);
    const pixels = 2 * 1024 * 1024;
    expect(held).toEqual([0, 0, pixels, pixels, pixels]);
  });
});

test('each operation is found by the tab and by what hires fix makes larger', () => {
  for (const operation of OPERATIONS) {
    const { processing, upscales, marks } = kindOf(operation);
    expect(operationOf(processing, upscales, (mark) => marks.includes(mark))).toBe(operation);
  }
});

test('the flags of the command line choose operations of their own', () => {
  expect(FLAGS).toContain('img2img');
  for (const flag of FLAGS) expect(kindOf(flaggedOperation(flag)).flag).toBe(flag);
  expect(flaggedOperation(null)).toBe('txt2img');
});
