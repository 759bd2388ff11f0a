import { expect, test } from '@jest/globals';
import { foundMiB, leftBehindMiB, withoutLeftBehind } from '../../../service/calibration/left-behind.ts';
import type { KnownTraits } from '../../../service/protocol/host.ts';
import { exampleRun } from '../recorder/examples.ts';
import { leftBehindInWords } from '../../../service/words/index.ts';

const TRAITS: KnownTraits = {
  attention: 'fused',
  condUncondBatched: true,
  decodesBatch: false,
  staticMiB: 2077,
  resident: 'all',
};

test('what three failed API runs left behind in a real WebUI is told, and not less', () => {
  const left = [2077, 2403, 5302, 6281].map((allocatedMiB) =>
    leftBehindMiB({ allocatedMiB, reservedMiB: allocatedMiB + 20 }, TRAITS),
  );
  expect(left).toEqual([0, 326, 3225, 4204]);
  expect(leftBehindInWords(4204)).toContain('4.1 GiB more');
});

test('caches of a few MiB are not worth a word, and of a process nothing is known', () => {
  expect(leftBehindMiB({ allocatedMiB: 2100, reservedMiB: 2200 }, TRAITS)).toBe(0);
  expect(leftBehindMiB(null, TRAITS)).toBe(0);
});

test('a network that --medvram left on the card is nothing left behind', () => {
  const traits: KnownTraits = { ...TRAITS, staticMiB: 8.9, resident: 'network' };
  expect(leftBehindMiB({ allocatedMiB: 1661.3, reservedMiB: 1712 }, traits)).toBe(0);
});

test('it is what the next generation finds; where all networks stay, or none was left, it finds nothing', () => {
  const traits: KnownTraits = { ...TRAITS, staticMiB: 8.9, resident: 'network' };
  expect(foundMiB({ allocatedMiB: 1661.3, reservedMiB: 1712 }, traits)).toBe(1661.3);
  expect(foundMiB({ allocatedMiB: 9.4, reservedMiB: 22 }, traits)).toBeNull();
  expect(foundMiB({ allocatedMiB: 5302, reservedMiB: 5400 }, TRAITS)).toBeNull();
  expect(foundMiB(null, traits)).toBeNull();
});

test('a run that began with a failed one still held tells nothing of its peak; out of memory it says what it had', () => {
  const begunWith = (allocatedMiB: number, outcome: 'ok' | 'oom') => {
    const run = exampleRun({ outcome });
    return { ...run, baseline: { ...run.baseline, torch: { allocatedMiB, reservedMiB: allocatedMiB + 20 } } };
  };
  const usual = begunWith(2077, 'ok');
  const failed = begunWith(5302, 'oom');
  expect(withoutLeftBehind([usual, begunWith(5302, 'ok'), failed], TRAITS)).toEqual([usual, failed]);
});
