import { expect, test } from '@jest/globals';
import { createDeadline } from '../../../service/base/deadline.ts';
import { createFakeClock } from './fake-clock.ts';

function setUp() {
  const clock = createFakeClock();
  let passed = 0;
  const deadline = createDeadline(clock, 2000, () => {
    passed += 1;
  });
  return { clock, deadline, passed: () => passed };
}

test('a deadline passes once', async () => {
  const { clock, passed } = setUp();
  await clock.advance(1999);
  expect(passed()).toBe(0);
  await clock.advance(10_000);
  expect(passed()).toBe(1);
});

test('a reset begins anew', async () => {
  const { clock, deadline, passed } = setUp();
  await clock.advance(1500);
  deadline.reset();
  await clock.advance(1500);
  expect(passed()).toBe(0);
  deadline.clear();
  await clock.advance(5000);
  expect(passed()).toBe(0);
});

test('after a sleep of the machine the time is given again', async () => {
  const { clock, passed } = setUp();
  await clock.advance(1000);
  clock.sleep(3_600_000);
  await clock.advance(1500);
  expect(passed()).toBe(0);
  await clock.advance(1000);
  expect(passed()).toBe(1);
});
