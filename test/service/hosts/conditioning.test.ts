import { describe, expect, test } from '@jest/globals';
import { conditioningIn, isInpainting } from '../../../service/hosts/conditioning.ts';

const KEY = 'model:model.conditioning_key';
const CHANNELS = 'model:model.diffusion_model.in_channels';

describe('what a checkpoint is given beside noise and prompts', () => {
  test.each([
    ['nothing, of an ordinary one', { [KEY]: 'crossattn', [CHANNELS]: '4' }, null],
    ['nothing, where the WebUI has no such word', {}, null],
    ['a masked picture', { [KEY]: 'hybrid', [CHANNELS]: '9' }, 'hybrid'],
    ['the same, by an older shim that tells no channels', { [KEY]: 'hybrid' }, 'hybrid'],
    ['the same with SDXL, whose word is the ordinary one', { [KEY]: 'crossattn', [CHANNELS]: '9' }, 'hybrid'],
    ['a depth', { [KEY]: 'hybrid', [CHANNELS]: '5' }, 'depth'],
    ['a picture to follow', { [KEY]: 'edit', [CHANNELS]: '8' }, 'edit'],
    ['noise to be left, of unCLIP', { [KEY]: 'crossattn-adm', [CHANNELS]: '4' }, 'crossattn-adm'],
  ])('is %s', (_what, facts, conditioning) => {
    expect(conditioningIn(facts)).toBe(conditioning);
  });
});

test('a generation is told to be an inpainting one by the channels of its network', () => {
  expect(isInpainting({ 'sd_model.model.diffusion_model.in_channels': '9' })).toBe(true);
  expect(isInpainting({ 'sd_model.model.diffusion_model.in_channels': '4' })).toBe(false);
  expect(isInpainting({})).toBe(false);
});
