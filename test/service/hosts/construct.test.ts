import { describe, expect, test } from '@jest/globals';
import { construct, hiresArithmetic } from '../../../service/hosts/construct.ts';
import { hiresTarget } from '../../../service/protocol/hires-target.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { settingsOf } from '../model/synthetic-host.ts';

function hires(
  width: number,
  height: number,
  target: readonly [number, number],
  uncropped = target,
): GenerationSettings {
  const [toWidth, toHeight] = target;
  const [uncroppedWidth, uncroppedHeight] = uncropped;
  const sizes = { width: toWidth, height: toHeight, uncroppedWidth, uncroppedHeight, upscaler: null };
  return { operation: 'hires_latent', width, height, batchSize: 1, hires: sizes };
}

describe("the arithmetic of the WebUI's hires fix", () => {
  test.each<[number, number, [number, number], [number, number]]>([
    [512, 512, [1024, 1024], [1024, 1024]],
    [512, 768, [768, 1152], [768, 1152]],
    [640, 448, [1088, 760], [1088, 760]],
    [512, 512, [1024, 768], [1024, 1024]],
    [256, 256, [400, 600], [600, 600]],
  ])('from %i x %i arrives at %j out of %j', (width, height, target, uncropped) => {
    const found = hiresArithmetic(hires(width, height, target, uncropped));
    const { hr_scale: scale = 0, hr_resize_x: resizeX = 0, hr_resize_y: resizeY = 0 } = found ?? {};
    const reached = hiresTarget({ width, height, scale, resizeX, resizeY, oldBehaviour: false });
    expect([reached.uncroppedWidth, reached.uncroppedHeight]).toEqual(uncropped);
    expect([reached.width, reached.height]).toEqual(target);
  });

  test('has no way to some targets', () => {
    expect(hiresArithmetic(hires(512, 512, [1024, 768], [2048, 2048]))).toBeNull();
  });
});

describe('options that a run goes without', () => {
  const overridesOf = (facts: Record<string, string>) => {
    const made = construct(settingsOf('txt2img', 512, 512, 1), 2, facts, []);
    return made.ok ? made.value.parameters['override_settings'] : null;
  };

  test('are those that are there and on', () => {
    const facts = { 'opts:live_previews_enable': 'True', 'opts:save_init_img': 'False' };
    expect(overridesOf(facts)).toEqual({ live_previews_enable: false });
  });

  test('are none where settings are frozen', () => {
    expect(overridesOf({ 'opts:live_previews_enable': 'True', 'flags:freeze_settings': 'True' })).toEqual({});
  });
});
