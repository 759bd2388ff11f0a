import { describe, expect, test } from '@jest/globals';
import { mostBytes } from '../../../service/program/program.ts';
import { Tape } from '../../../service/program/tape.ts';

describe('tape', () => {
  test('the most that is live at once depends on how many elements each unit has', () => {
    const tape = new Tape(2);
    tape.release(tape.allocate(0, 10, 2));
    tape.release(tape.allocate(1, 3, 4), tape.allocate(0, 1, 2));
    const program = tape.program();
    expect(mostBytes(program, [1, 1], 'none', true)).toBe(20);
    expect(mostBytes(program, [1, 2], 'none', true)).toBe(26);
    expect(program.peaks.ends).toHaveLength(2);
  });

  test('a slot that was released is used again', () => {
    const tape = new Tape(1);
    for (let i = 0; i < 5; i += 1) tape.release(tape.allocate(0, 1, 1));
    expect(tape.program().slotCount).toBe(1);
  });

  test('a tensor cannot be released twice', () => {
    const tape = new Tape(1);
    const tensor = tape.allocate(0, 1, 1);
    tape.release(tensor);
    expect(() => tape.release(tensor)).toThrow('a tensor is released once');
  });
});
