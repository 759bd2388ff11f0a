import { expect, test } from '@jest/globals';
import { createLiveLine } from '../../../service/cli/live-line.ts';

test('a live line takes the place of the one before, no wider than the terminal, and is gone at the end', () => {
  const written: string[] = [];
  const live = createLiveLine({ columns: 10, write: (text) => written.push(text) });
  live.show('headroom 1.0 s: device');
  live.show('short');
  live.clear();
  live.clear();
  expect(written).toEqual(['\r\u001b[2Kheadroom ', '\r\u001b[2Kshort', '\r\u001b[2K']);
});

test('without a terminal nothing is written', () => {
  const live = createLiveLine(null);
  expect(() => {
    live.show('text');
    live.clear();
  }).not.toThrow();
});
