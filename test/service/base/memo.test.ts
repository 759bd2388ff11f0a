import { expect, test } from '@jest/globals';
import { Memo, memoised, memoisedLast } from '../../../service/base/memo.ts';

test('holds no more than its most, and what is asked for since longest', () => {
  const memo = new Memo<number>(10);
  memo.set('used', 0);
  for (let i = 1; i <= 100; i += 1) {
    memo.set(`${i}`, i);
    expect(memo.get('used')).toBe(0);
  }
  const held = Array.from({ length: 100 }, (_, i) => memo.get(`${i + 1}`)).filter((one) => one !== undefined);
  expect(held.length).toBeGreaterThan(0);
  expect(held.length).toBeLessThanOrEqual(10);
});

test('what grows in it counts', () => {
  const memo = new Memo<string>(10);
  memo.set('first', 'a');
  for (let i = 0; i < 10; i += 1) memo.grown();
  expect(memo.get('first')).toBeUndefined();
});

test('what is worked out of an object is worked out once', () => {
  let times = 0;
  const lengthOf = memoised((list: readonly number[]) => {
    times += 1;
    return list.length;
  });
  const list = [1, 2, 3];
  expect([lengthOf(list), lengthOf(list), lengthOf([1])]).toEqual([3, 3, 1]);
  expect(times).toBe(2);
});

test('of the object asked about last alone, one that is gone back to is worked out again', () => {
  let times = 0;
  const lengthOf = memoisedLast((list: readonly number[]) => {
    times += 1;
    return list.length;
  });
  const [first, second] = [[1, 2, 3], [1]];
  expect([lengthOf(first), lengthOf(first), lengthOf(second), lengthOf(first)]).toEqual([3, 3, 1, 3]);
  expect(times).toBe(3);
});
