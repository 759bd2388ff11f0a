import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLineSplitter, linesOf } from '../../../service/base/lines.ts';

const MOST = 65_536;

function split(pieces: readonly string[]): (string | null)[] {
  const lines: (string | null)[] = [];
  const splitter = createLineSplitter(MOST, (line) => lines.push(line));
  for (const piece of pieces) splitter.feed(piece);
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

test('a line that is too long is told once, as soon as it is, and the next one is whole again', () => {
  const endless = Array.from({ length: 100 }, () => 'x'.repeat(10_000));
  expect(split(endless)).toEqual([null]);
  expect(split([...endless, 'x\nnext', ' line\n'])).toEqual([null, 'next line']);
  expect(split(['x'.repeat(MOST), '\n', 'x'.repeat(MOST + 1), '\n'])).toEqual(['x'.repeat(MOST), null]);
});

test('the last line of a text needs no line break, and blank lines count', async () => {
  const lines: (string | null)[] = [];
  for await (const line of linesOf(['a\r', '\n\nb', 'c\nlong', ' line\nd'], 5)) lines.push(line);
  expect(lines).toEqual(['a', '', 'bc', null, 'd']);
});

test('a text that ends with a line break has no empty line behind it', async () => {
  const lines: (string | null)[] = [];
  for await (const line of linesOf(['a\n'], 5)) lines.push(line);
  expect(lines).toEqual(['a']);
});
