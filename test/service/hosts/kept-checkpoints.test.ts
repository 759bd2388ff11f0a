import { expect, test } from '@jest/globals';
import { keptCheckpointsOf } from '../../../service/hosts/kept-checkpoints.ts';

const MODELS = 'modules.sd_models:model_data.loaded_sd_models#';
const ONE_ON_CARD = 'opts:sd_checkpoints_keep_in_cpu';

test.each([
  [
    { [MODELS]: '1', [ONE_ON_CARD]: 'True' },
    { onCard: 0, inRam: 0 },
  ],
  [
    { [MODELS]: '3', [ONE_ON_CARD]: 'True' },
    { onCard: 0, inRam: 2 },
  ],
  [
    { [MODELS]: '3', [ONE_ON_CARD]: 'False' },
    { onCard: 2, inRam: 0 },
  ],
  [
    { [MODELS]: '0', [ONE_ON_CARD]: 'False' },
    { onCard: 0, inRam: 0 },
  ],
])('of the facts %j checkpoints are kept: %j', (facts, kept) => {
  expect(keptCheckpointsOf(facts)).toEqual(kept);
});

test('a WebUI that names no list of them tells of none', () => {
  expect(keptCheckpointsOf({ [ONE_ON_CARD]: 'True' })).toBeNull();
});
