import { expect, test } from '@jest/globals';
import { createLeftBehind } from '../../../service/server/left-behind.ts';
import { ENVIRONMENT } from './fake-host.ts';

const MEDVRAM = {
  pid: 4242,
  hasGenerated: false,
  environment: {
    ...ENVIRONMENT,
    key: { ...ENVIRONMENT.key, vram_mode: 'medvram' },
    traits: { ...ENVIRONMENT.traits, staticMiB: 9 },
  },
  keyHash: 'key',
  rescues: null,
  kept: null,
};
const idle = (allocatedMiB: number) => ({ allocatedMiB, reservedMiB: allocatedMiB + 20 });

test('a network that --medvram left on the card is found there until the WebUI holds it no more, and each is told once', () => {
  let told = 0;
  const leftBehind = createLeftBehind(
    () => MEDVRAM,
    () => (told += 1),
  );
  const found = [9, 9.5, 1661.3, 1661.3, 9].map((allocatedMiB) => {
    leftBehind.onIdle(idle(allocatedMiB));
    return leftBehind.foundMiB;
  });
  expect(found).toEqual([null, null, 1661.3, 1661.3, null]);
  expect({ told, leftMiB: leftBehind.leftMiB }).toEqual({ told: 2, leftMiB: 0 });
  leftBehind.onIdle(idle(1661.3));
  leftBehind.onHostGone();
  expect(leftBehind.foundMiB).toBeNull();
});
