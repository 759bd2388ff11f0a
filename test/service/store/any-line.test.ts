import { expect, test } from '@jest/globals';
import { fuzzImports } from '../../hard/fuzz/imports.ts';
import { createRandom } from '../../hard/random.ts';

test('whatever line an import has is taken over whole or left out', async () => {
  const { problems, takenOver } = await fuzzImports(10_000, createRandom(7));
  expect(problems).toEqual([]);
  expect(takenOver).toBeGreaterThan(10);
});
