import { expect, test } from '@jest/globals';
import { createChildSlot } from '../../../../service/memory/sources/child-slot.ts';
import type { CommandEnd } from '../../../../service/memory/sources/command.ts';
import { createFakeClock } from '../../base/fake-clock.ts';

function setUp() {
  const clock = createFakeClock();
  const signals: string[] = [];
  let finish: (end: CommandEnd) => void = () => undefined;
  const slot = createChildSlot(clock, () => ({
    ended: new Promise((resolve) => {
      finish = resolve;
    }),
    kill: (signal) => signals.push(signal),
  }));
  return { clock, signals, slot, finish: () => finish({ exitCode: 0, startError: null }) };
}

test('a second child is refused while the first lives', async () => {
  const { slot, finish } = setUp();
  const child = slot.start('a', [], () => undefined);
  expect(() => slot.start('a', [], () => undefined)).toThrow('a child lives already');
  finish();
  await child.ended;
  expect(slot.living).toBeNull();
  expect(() => slot.start('a', [], () => undefined)).not.toThrow();
});

test('SIGKILL follows SIGTERM after a second, and only where it is needed', async () => {
  const stubborn = setUp();
  const child = stubborn.slot.start('a', [], () => undefined);
  child.end();
  child.end();
  await stubborn.clock.advance(999);
  expect(stubborn.signals).toEqual(['SIGTERM']);
  await stubborn.clock.advance(10_000);
  expect(stubborn.signals).toEqual(['SIGTERM', 'SIGKILL']);

  const docile = setUp();
  docile.slot.start('a', [], () => undefined).end();
  docile.finish();
  await docile.clock.advance(10_000);
  expect(docile.signals).toEqual(['SIGTERM']);
});
