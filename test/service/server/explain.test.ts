/** Pages ask what a pasted error says. */
import { expect, test } from '@jest/globals';
import assert from 'node:assert/strict';
import { toViewerMessageSchema } from '../../../service/protocol/viewer.ts';
import { explainedInWords } from '../../../service/words/index.ts';
import { rigForEach } from './each-rig.ts';
import type { Rig } from './rig.ts';

const ERROR =
  'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 4.00 GiB (GPU 0; 8.00 GiB total capacity; ' +
  '4.88 GiB already allocated; 512.00 MiB free; 5.27 GiB reserved in total by PyTorch)';

let rig: Rig;
rigForEach((own) => {
  rig = own;
});

test('a pasted error is answered by its figures, the tensor of that size and the cause (VIEW-13)', () => {
  rig.viewer.say({ type: 'explain', requestId: 7, text: ERROR });
  const told = toViewerMessageSchema.parse(rig.viewer.last('explain'));
  expect(told).toMatchObject({
    requestId: 7,
    result: {
      ok: true,
      reading: { kind: 'cuda', triedMiB: 4096, totalMiB: 8192, freeMiB: 512, errors: 1 },
      tensor: { layer: expect.stringContaining('scores'), certain: false },
      cause: { code: 'plain-size' },
      remedies: [{ code: 'vram-mode', savesMiB: null }, { code: 'smaller-size' }],
    },
  });
  assert(told.type === 'explain' && told.result.ok);
  expect(explainedInWords(told.result).map(([head]) => head)).toEqual([
    'Error',
    'Figures',
    'Tensor',
    'Cause',
    'What helps',
    'What helps',
  ]);
});

test('a text that is no error is refused, and one that is too long is no message (VIEW-13)', () => {
  rig.viewer.say({ type: 'explain', requestId: 8, text: 'a photograph of an astronaut' });
  expect(rig.viewer.last('explain')).toEqual({
    type: 'explain',
    requestId: 8,
    result: { ok: false, reason: 'not-an-error' },
  });
  rig.viewer.say({ type: 'explain', requestId: 9, text: 'x'.repeat(10_001) });
  expect(rig.viewer.last('error')).toMatchObject({ reason: 'bad-message' });
});
