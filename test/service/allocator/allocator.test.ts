import { describe, expect, test } from '@jest/globals';
import { Course } from '../../../service/allocator/course.ts';
import { partsOf } from '../../../service/allocator/part.ts';
import type { Program } from '../../../service/program/program.ts';
import { Tape } from '../../../service/program/tape.ts';

const MIB = 1024 * 1024;

/** A program over one unit, of which there is one element: sizes are bytes. */
function program(write: (tape: Tape, allocate: (bytes: number) => ReturnType<Tape['allocate']>) => void): Program {
  const tape = new Tape(1);
  write(tape, (bytes) => tape.allocate(0, bytes, 1));
  return tape.program();
}

function peakMiB(...programs: readonly Program[]): number {
  const course = new Course(() => programs.flatMap((one) => partsOf('sampling', one, [1])), null);
  return course.under(Infinity, true).peakMiB;
}

describe('caching allocator', () => {
  test.each([
    ['up to 1 MiB in a segment of 2 MiB', 1 * MIB, 2],
    ['over 1 MiB in a segment of 20 MiB', 1 * MIB + 1, 20],
    ['up to 10 MiB in a segment of 20 MiB', 10 * MIB - 512, 20],
    ['10 MiB in a segment of its own', 10 * MIB, 10],
    ['larger ones in their own, rounded to 2 MiB', 21 * MIB, 22],
    ['terabytes as any other', 3 * 2 ** 20 * MIB, 3 * 2 ** 20],
  ])('a request of %s', (_, bytes, expectedMiB) => {
    expect(peakMiB(program((_tape, allocate) => void allocate(bytes)))).toBe(expectedMiB);
  });

  test('what was released is taken again', () => {
    const twice = program((tape, allocate) => {
      tape.release(allocate(30 * MIB));
      allocate(30 * MIB);
    });
    expect(peakMiB(twice)).toBe(30);
  });

  test('a block is split where over 1 MiB is left, and a rest of no more is lost to others', () => {
    const fits = program((tape, allocate) => {
      tape.release(allocate(30 * MIB));
      allocate(16 * MIB);
      allocate(14 * MIB);
    });
    expect(peakMiB(fits)).toBe(30);
    const lost = program((tape, allocate) => {
      tape.release(allocate(30 * MIB));
      allocate(29 * MIB);
      allocate(1 * MIB + 512);
    });
    expect(peakMiB(lost)).toBe(50);
  });

  test('free neighbours are joined', () => {
    const joined = program((tape, allocate) => {
      tape.release(allocate(40 * MIB));
      tape.release(allocate(20 * MIB), allocate(20 * MIB));
      allocate(40 * MIB);
    });
    expect(peakMiB(joined)).toBe(40);
  });

  test('a live block between two free ones keeps them apart', () => {
    const pinned = program((tape, allocate) => {
      tape.release(allocate(60 * MIB));
      const [first, , last] = [allocate(20 * MIB), allocate(20 * MIB), allocate(20 * MIB)];
      tape.release(first, last);
      allocate(40 * MIB);
    });
    expect(peakMiB(pinned)).toBe(100);
  });

  test('of two free blocks the smaller that is large enough is taken', () => {
    const best = program((tape, allocate) => {
      const [large, small] = [allocate(50 * MIB), allocate(30 * MIB)];
      tape.release(large, small);
      allocate(30 * MIB);
      allocate(50 * MIB);
    });
    expect(peakMiB(best)).toBe(80);
  });

  test('where the limit refuses a segment, the cache is given back, but no segment with a live block', () => {
    const runs = (limitMiB: number, one: Program): boolean =>
      new Course(() => partsOf('sampling', one, [1]), null).under(limitMiB, true).failed === null;
    const cached = program((tape, allocate) => {
      tape.release(allocate(30 * MIB));
      allocate(40 * MIB);
    });
    expect(runs(70, cached)).toBe(true);
    expect(runs(40, cached)).toBe(true);
    expect(runs(38, cached)).toBe(false);
    const pinned = program((tape, allocate) => {
      tape.release(allocate(30 * MIB));
      allocate(11 * MIB);
      allocate(40 * MIB);
    });
    expect(runs(70, pinned)).toBe(true);
    expect(runs(68, pinned)).toBe(false);
  });

  test('a later program finds the cache of an earlier one, and what that left live is in its way', () => {
    const leaves = program((tape, allocate) => {
      tape.release(allocate(20 * MIB));
      allocate(10 * MIB);
    });
    expect(
      peakMiB(
        leaves,
        program((_tape, allocate) => void allocate(10 * MIB)),
      ),
    ).toBe(20);
    expect(
      peakMiB(
        leaves,
        program((_tape, allocate) => void allocate(20 * MIB)),
      ),
    ).toBe(40);
  });
});
