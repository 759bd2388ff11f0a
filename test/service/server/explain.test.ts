/** Pages ask what a pasted error says. */
import { expect, test } from '@jest/globals';
import assert from 'node:assert/strict';
import { toViewerMessageSchema } from '../../../service/protocol/viewer.ts';
import { explainedInWords } from '../../../service/words/index.ts';
import { knownReport } from './fake-host.ts';
import { rigForEach } from './each-rig.ts';
import type { Rig } from './rig.ts';

const ERROR =
  'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 4.00 GiB (GPU 0; 8.00 GiB total capacity; ' +
  '4.88 GiB already allocated; 512.00 MiB free; 5.27 GiB reserved in total by PyTorch)';

let rig: Rig;
rigForEach((own) => {
  rig = own;
});

/** It waits in turn with advice. */
async function answered(requestId: number, text: string): Promise<ReturnType<typeof toViewerMessageSchema.parse>> {
  rig.viewer.say({ type: 'explain', requestId, text });
  for (let waited = 0; waited < 400; waited += 1) {
    const told = rig.viewer.all('explain').find((one) => one['requestId'] === requestId);
    if (told !== undefined) return toViewerMessageSchema.parse(told);
    await rig.clock.advance(10);
  }
  throw new Error(`${requestId} was not answered`);
}

test('a pasted error is answered by its figures, the tensor of that size and the cause (VIEW-13)', async () => {
  const told = await answered(7, ERROR);
  expect(told).toMatchObject({
    requestId: 7,
    result: {
      ok: true,
      reading: { kind: 'cuda', triedMiB: 4096, totalMiB: 8192, freeMiB: 512, errors: 1 },
      tensor: { layer: expect.stringContaining('scores'), certain: false },
      cause: { code: 'plain-size' },
      remedies: [{ code: 'vram-mode', savesMiB: null }, { code: 'smaller-size' }],
      pricing: { ok: false, reason: 'settings' },
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
    'Price',
  ]);
});

test('what a text does not tell of the set-up is as in the WebUI that is connected, and said so (VIEW-13)', async () => {
  await rig.clock.advance(1500);
  rig.host.socket.say({ type: 'environment', report: knownReport() });
  await rig.clock.advance(1500);
  const told = await answered(9, `Steps: 20, Size: 1536x1536, Batch size: 4\n${ERROR}`);
  expect(told).toMatchObject({ result: { pricing: { ok: true, value: { own: ['family', 'attention', 'flags'] } } } });
  assert(told.type === 'explain' && told.result.ok);
  expect(told.result.remedies.some(({ priced }) => priced?.verdict === 'fits')).toBe(true);
});

test('a text that is no error is refused, and one that is too long is no message (VIEW-13)', async () => {
  expect(await answered(8, 'a photograph of an astronaut')).toEqual({
    type: 'explain',
    requestId: 8,
    result: { ok: false, reason: 'not-an-error' },
  });
  rig.viewer.say({ type: 'explain', requestId: 9, text: 'x'.repeat(10_001) });
  expect(rig.viewer.last('error')).toMatchObject({ reason: 'bad-message' });
});
