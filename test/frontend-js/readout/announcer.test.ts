import { expect, test } from '@jest/globals';
import { Announcer } from '../../../frontend-js/readout/announcer.ts';
import { FakeClock } from '../fake-clock.ts';

function announcer() {
  const clock = new FakeClock();
  const said: string[] = [];
  const found: string[] = [''];
  const announce = new Announcer(clock, (text, aloud) => {
    found.push(text);
    if (aloud) said.push(text);
  });
  return { clock, said, found: () => found.at(-1), announce };
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

test('drifting figures about the same settings are not said again, but found as they are', () => {
  const { clock, said, found, announce } = announcer();
  announce.update('512 fits', '4.2 GiB to spare');
  clock.advance(600);
  announce.update('512 fits', '3.3 GiB to spare');
  expect(found()).toBe('3.3 GiB to spare');
  clock.advance(600);
  expect(said).toEqual(['4.2 GiB to spare']);
});

test('nothing is said of settings that have been left, nor found', () => {
  const { clock, said, found, announce } = announcer();
  announce.update('512', 'a');
  announce.hold();
  clock.advance(1000);
  expect(said).toEqual([]);
  announce.update('520', 'b');
  clock.advance(600);
  announce.hold();
  expect(found()).toBe('');
});

test('until something new is said, nothing of before is found', () => {
  const { clock, found, announce } = announcer();
  announce.update('no reading: the driver was updated', 'Restart the machine.');
  clock.advance(600);
  announce.update('no reading: the card has fallen off', 'The card is lost.');
  expect(found()).toBe('');
  clock.advance(600);
  expect(found()).toBe('The card is lost.');
});

test('settings that are come back to are found again without being said twice', () => {
  const { clock, said, found, announce } = announcer();
  announce.update('512', 'a');
  clock.advance(600);
  announce.hold();
  announce.update('512', 'a');
  expect([found(), said]).toEqual(['a', ['a']]);
});
