import { expect, test } from '@jest/globals';
import { Announcer } from '../../../frontend-js/readout/announcer.ts';
import { FakeClock } from '../fake-clock.ts';

function announcer() {
  const clock = new FakeClock();
  const said: string[] = [];
  return { clock, said, announce: new Announcer(clock, (text) => said.push(text)) };
}

test('only the last of a burst is said, after 600 ms of quiet', () => {
  const { clock, said, announce } = announcer();
  announce.update('512', 'a');
  clock.advance(500);
  announce.update('520', 'b');
  clock.advance(599);
  expect(said).toEqual([]);
  clock.advance(1);
  expect(said).toEqual(['b']);
});

test('drifting figures about the same settings are not said again', () => {
  const { clock, said, announce } = announcer();
  announce.update('512 fits', 'required 5.1 GiB');
  clock.advance(600);
  announce.update('512 fits', 'required 5.2 GiB');
  clock.advance(600);
  expect(said).toEqual(['required 5.1 GiB']);
});

test('nothing is said of settings that have been left', () => {
  const { clock, said, announce } = announcer();
  announce.update('512', 'a');
  announce.hold();
  clock.advance(1000);
  expect(said).toEqual([]);
});
