import { expect, test } from '@jest/globals';
import { fuzzWire } from '../../hard/fuzz/wire.ts';
import { createRandom } from '../../hard/random.ts';

test('whatever message comes, of the WebUI or of a page, is answered within the protocol', async () => {
  const { problems, understood } = await fuzzWire(10_000, createRandom(7));
  expect(problems).toEqual([]);
  expect(understood).toBeGreaterThan(300);
});
