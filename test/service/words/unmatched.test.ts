import { expect, test } from '@jest/globals';
import { unmatchedOf } from '../../../service/memory/unmatched.ts';
import { unmatchedInWords } from '../../../service/words/index.ts';
import { DEVICE } from '../server/fake-sampler.ts';

const HOST = { backend: 'cuda' as const, name: DEVICE.name, uuid: null, busId: null, totalMiB: 8192 };

test('of two equal cards it says that either may be meant, and what to do', () => {
  const words = unmatchedInWords(unmatchedOf(HOST, [DEVICE, { ...DEVICE, index: 1, uuid: 'GPU-1' }]));
  expect(words).toContain(`2 cards named ${DEVICE.name}`);
  expect(words).toContain('Update torch or the NVIDIA driver');
});

test("of cards that are none of the WebUI's it names them", () => {
  const words = unmatchedInWords(unmatchedOf({ ...HOST, name: 'Tesla T4', uuid: 'GPU-2' }, [DEVICE]));
  expect(words).toContain(`Those are: ${DEVICE.name}.`);
  expect(words).toContain('computes on Tesla T4');
});
