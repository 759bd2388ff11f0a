import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLineSplitter } from '../../../service/sampler/lines.ts';

function split(pieces: readonly string[]): string[] {
  const lines: string[] = [];
  const feed = createLineSplitter((line) => lines.push(line));
  for (const piece of pieces) feed(piece);
  return lines;
}

test('lines come out whole wherever the stream was cut', () => {
  const lines = fc.array(
    fc.string({ maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, '')),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(lines, fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(400)), (texts, lineBreak, cuts) => {
      const whole = texts.map((text) => text + lineBreak).join('');
      const at = [0, ...cuts.map((cut) => cut % whole.length).sort((a, b) => a - b), whole.length];
      expect(split(at.slice(1).map((end, i) => whole.slice(at[i], end)))).toEqual(texts);
    }),
  );
});

test('a line without its end is kept back', () => {
  expect(split(['0, 5', '12 MiB'])).toEqual([]);
});

test('a line that never ends is handed on in parts instead of being kept', () => {
  const lines = split(Array.from({ length: 100 }, () => 'x'.repeat(10_000)));
  expect(lines.length).toBeGreaterThan(10);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(65_536);
});
