import { expect, test } from '@jest/globals';
import { HOLD_MS, RENEW_MS, heldForMs, takeHold } from '../../../service/benchmark/hold.ts';
import type { Session } from '../../../service/store/session.ts';
import { createFakeClock } from '../server/fake-clock.ts';
import { SESSION } from './examples.ts';

/** A store of one session. */
function rig() {
  const clock = createFakeClock();
  let session = SESSION;
  const holdSession = (_id: string, from: string | null, to: Session['heldBy']) => {
    if ((session.heldBy?.holder ?? null) !== from) return false;
    session = { ...session, heldBy: to };
    return true;
  };
  return {
    clock,
    store: { holdSession },
    now: () => session,
    heldFor: (holder: string) => heldForMs(session, holder, clock.nowMs()),
  };
}

test('a session is held against all others, and not against its holder', () => {
  const { clock, store, now, heldFor } = rig();
  expect(takeHold(now(), 'a', store, clock)).not.toBeNull();
  expect([heldFor('a'), heldFor('b')]).toEqual([0, HOLD_MS]);
});

test('of two that saw it free the second does not get it', () => {
  const { clock, store, now } = rig();
  const seen = now();
  takeHold(seen, 'a', store, clock);
  expect(takeHold(seen, 'b', store, clock)).toBeNull();
});

test('it stays held while it is renewed, and is free at once when it is released', async () => {
  const { clock, store, now, heldFor } = rig();
  const hold = takeHold(now(), 'a', store, clock);
  hold?.keep(() => undefined);
  await clock.advance(10 * HOLD_MS);
  expect(heldFor('b')).toBeGreaterThanOrEqual(HOLD_MS - RENEW_MS);
  hold?.release();
  expect(heldFor('b')).toBe(0);
  expect(clock.waiting).toBe(0);
});

test('whoever holds it no longer is told once', async () => {
  const { clock, store, now } = rig();
  let lost = 0;
  takeHold(now(), 'a', store, clock)?.keep(() => (lost += 1));
  store.holdSession('session-1', 'a', { holder: 'b', untilMs: Infinity });
  await clock.advance(10 * HOLD_MS);
  expect(lost).toBe(1);
});

test('a clock that was set back holds it no longer than it can have been held', () => {
  expect(heldForMs({ ...SESSION, heldBy: { holder: 'a', untilMs: 1e12 } }, 'b', 0)).toBe(HOLD_MS);
});
