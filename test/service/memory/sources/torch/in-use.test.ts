import { expect, test } from '@jest/globals';
import { usedMiB } from '../../../../../service/memory/sources/torch/in-use.ts';

const CARD = { freeMiB: 5000, totalMiB: 8192, integrated: false };

test('a card of its own has in use what the runtime counts so', () => {
  expect(usedMiB(CARD, () => 7000)).toBe(3192);
});

test("of the machine's memory files at hand count as free", () => {
  expect(usedMiB({ ...CARD, integrated: true }, () => 7000)).toBe(1192);
  expect(usedMiB({ ...CARD, integrated: true, freeMiB: 7900 }, () => 7000)).toBe(292);
});

test('never more is free than there is', () => {
  expect(usedMiB({ ...CARD, integrated: true }, () => 99_999)).toBe(0);
});

test('a system that does not say what is available changes nothing', () => {
  expect(usedMiB({ ...CARD, integrated: true }, () => null)).toBe(3192);
});
